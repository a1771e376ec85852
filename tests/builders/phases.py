"""Series of several volumes on one grid, one file a slice and volume."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from builders.dicom import build_series, phantom
from numpy.typing import NDArray

UIDS = {"SeriesInstanceUID": "1.2.3.4", "StudyInstanceUID": "1.2.3", "FrameOfReferenceUID": "1.2.9"}


def build_phases(
    folder: Path, *tags: dict[str, Any], slices: int = 4, rows: int = 24, columns: int = 20
) -> NDArray[np.generic]:
    """Write one volume for each of ``tags`` into ``folder`` and return all, ``(volumes, slices, rows, columns)``."""
    volumes = [phantom(slices, rows, columns, seed=seed) for seed in range(len(tags))]
    for k, (volume, own) in enumerate(zip(volumes, tags, strict=True)):
        build_series(folder, voxels=volume, seed=k + 1, first_name=100 * k, **{**UIDS, **own})
    return np.stack(volumes)
