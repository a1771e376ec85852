"""Masks as DICOM RT Structure Sets (RTSTRUCT), behind the port."""

from __future__ import annotations

from pathlib import Path

from medcrypt_gui.adapters.masks.dicom_object import sop_class
from medcrypt_gui.adapters.masks.dicom_source import refusal
from medcrypt_gui.adapters.masks.rtstruct_reader import read_rtstruct
from medcrypt_gui.adapters.masks.rtstruct_writer import encode_rtstruct
from medcrypt_gui.core.imaging.series import Series
from medcrypt_gui.core.language import mark
from medcrypt_gui.core.mask.mask_file import MaskKind, MaskMaker, StoredMask
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.task import TaskContext

RTSTRUCT = MaskKind("rtstruct", mark("DICOM RT structure set, outlines"), (".dcm",))
_SOP_CLASS = "1.2.840.10008.5.1.4.1.1.481.3"


class RtStructMask:
    """Outlines of each label in each slice."""

    kinds = (RTSTRUCT,)

    def recognises(self, path: Path) -> bool:
        """By its SOP class."""
        return sop_class(path) == _SOP_CLASS

    def read(self, path: Path, series: Series, task: TaskContext) -> StoredMask:
        """See `read_rtstruct`."""
        return read_rtstruct(path, series, task)

    def refusal(self, _kind: MaskKind, series: Series) -> str:
        """Why no structure set can refer to the series."""
        return refusal(series)

    def encode(
        self, _kind: MaskKind, _name: str, mask: RoiMask, series: Series, maker: MaskMaker, task: TaskContext
    ) -> bytes:
        """See `encode_rtstruct`."""
        return encode_rtstruct(mask, series, maker, task)
