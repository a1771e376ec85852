"""A DICOM series of 600 slices to which a DICOM SEG can refer, and how long writing one takes."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

from builders.dicom import build_series

from medcrypt_gui.adapters.images.dicom import DicomReader
from medcrypt_gui.bootstrap import build_mask_formats
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.save_mask import save_mask

_TIMES = 3


def seg_export(folder: Path, mask: RoiMask) -> list[float]:
    """Milliseconds of writing the mask as a DICOM SEG of bits, reading it back and comparing it."""
    slices, rows, columns = mask.geometry.shape
    build_series(folder / "ct", slices=slices, rows=rows, columns=columns)
    (series,) = DicomReader().find(tuple(sorted((folder / "ct").iterdir())), TaskContext()).series
    on_series = replace(mask, geometry=series.geometry)
    times = []
    for n in range(_TIMES):
        began = time.perf_counter()
        save_mask(folder / f"{n}.dcm", on_series, series, build_mask_formats())
        times.append((time.perf_counter() - began) * 1e3)
    return times
