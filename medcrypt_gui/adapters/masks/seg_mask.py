"""Masks as DICOM Segmentation objects (SEG), behind the port."""

from __future__ import annotations

from pathlib import Path

from medcrypt_gui.adapters.masks.dicom_object import sop_class
from medcrypt_gui.adapters.masks.dicom_source import refusal
from medcrypt_gui.adapters.masks.seg_reader import read_seg
from medcrypt_gui.core.imaging.series import Series
from medcrypt_gui.core.language import mark
from medcrypt_gui.core.mask.mask_file import MaskKind, MaskMaker, StoredMask
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.task import TaskContext

BINARY = MaskKind("seg", mark("DICOM SEG, a segment for each label"), (".dcm",))
LABEL_MAP = MaskKind("labelmap", mark("DICOM SEG, label map"), (".dcm",))
_SOP_CLASSES = ("1.2.840.10008.5.1.4.1.1.66.4", "1.2.840.10008.5.1.4.1.1.66.7")


class SegMask:
    """Binary ones, fractional ones (read only) and label maps."""

    kinds = (BINARY, LABEL_MAP)

    def recognises(self, path: Path) -> bool:
        """By its SOP class."""
        return sop_class(path) in _SOP_CLASSES

    def read(self, path: Path, series: Series, task: TaskContext) -> StoredMask:
        """See `read_seg`."""
        return read_seg(path, series, task)

    def refusal(self, _kind: MaskKind, series: Series) -> str:
        """Why no object can refer to the series."""
        return refusal(series)

    def encode(
        self, kind: MaskKind, _name: str, mask: RoiMask, series: Series, maker: MaskMaker, task: TaskContext
    ) -> bytes:
        """See `encode_seg`."""
        from medcrypt_gui.adapters.masks.seg_writer import encode_seg  # loads highdicom

        return encode_seg(mask, series, maker, task, label_map=kind is LABEL_MAP)
