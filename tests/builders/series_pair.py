"""Two series of one study on unlike grids, and further ones, to be looked at side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from builders.dicom import CORONAL, build_series

STUDY = "1.2.826.0.1.3680043.8.498.71"
FRAME = f"{STUDY}.1"


def build_axial(folder: Path, **tags: Any) -> Path:
    """56 x 48 x 9 voxels of 0.7 x 0.8 x 2 mm: x -10 to 28.5, y -20 to 17.6, z 30 to 46."""
    given = {"SeriesNumber": 1, "SeriesDescription": "Axial", "FrameOfReferenceUID": FRAME} | tags
    build_series(folder / "axial", slices=9, rows=48, columns=56, StudyInstanceUID=STUDY, **given)
    return folder


def build_coronal(folder: Path, **tags: Any) -> Path:
    """60 x 40 x 14 voxels of 0.7 x 0.6 x 3 mm acquired from the front: x -12 to 29.3, y -22 to 17, z 50 to 26.6."""
    given = {"SeriesNumber": 2, "SeriesDescription": "Coronal", "FrameOfReferenceUID": FRAME} | tags
    build_series(
        folder / f"coronal{given['SeriesNumber']}",
        slices=14,
        rows=40,
        columns=60,
        spacing=(0.6, 0.7, 3.0),
        orientation=CORONAL,
        origin=(-12.0, -22.0, 50.0),
        seed=int(given["SeriesNumber"]),
        StudyInstanceUID=STUDY,
        **given,
    )
    return folder
