"""The files that are compared: those of pydicom, pydicom-data and nibabel, and the shared scans, where they are."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pydicom

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "dicom"
_DICOM = {".dcm", ".ima", ""}
_NIFTI = (".nii", ".nii.gz", ".hdr")


def dicom_files() -> list[Path]:
    """All that may be DICOM files."""
    folders = [Path(pydicom.__file__).parent / "data", SHARED]
    for package, inside in (("data_store", "data"), ("nibabel", "nicom/tests/data")):
        spec = importlib.util.find_spec(package)
        folders += [Path(where, inside) for where in (spec.submodule_search_locations or ())] if spec else []
    files = (path for folder in folders if folder.is_dir() for path in sorted(folder.rglob("*")))
    return [path for path in files if path.is_file() and path.suffix.lower() in _DICOM]


def nifti_files() -> list[Path]:
    """Of nibabel's own tests."""
    spec = importlib.util.find_spec("nibabel")
    folder = Path((spec.submodule_search_locations or [""])[0], "tests/data") if spec else Path()
    return [path for path in sorted(folder.glob("*")) if path.name.endswith(_NIFTI)]
