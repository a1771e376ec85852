"""A folder of scans as the training pipeline expects it, each the head of `builders.head`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from builders.head import head
from builders.nifti import build_nifti

from models.training.split import Scan, find_scans

TO_RAS = np.diag([-1.0, -1.0, 1.0, 1.0])


def build_brain_data(folder: Path, *stems: str, spacing_mm: float = 4.0) -> list[Scan]:
    """Write a scan and its mask for each of ``stems``, such as ``nichart/Subj3_T1``."""
    volume, brain = head(spacing_mm, (48, 58, 50))
    affine = TO_RAS @ volume.geometry.affine_lps
    for stem in stems:
        build_nifti(folder / f"{stem}.nii.gz", np.asarray(volume.stored), affine)
        build_nifti(folder / f"{stem}_brainmask.nii.gz", brain.astype(np.uint8), affine)
    return find_scans(folder)
