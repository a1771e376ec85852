"""Measurements lie beside the study, name nobody, and come back only where they belong."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from medcrypt_gui.adapters.measurements_file import MeasurementsFile, place_of
from medcrypt_gui.core.errors import UnreadableFileError, UnsupportedInputError, WriteError
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.measurements import Measurement, Shape
from medcrypt_gui.core.imaging.series import ImageFormat, PatientText, Series

GRID = Geometry((9, 20, 30), np.diag([0.7, 0.7, 2.0, 1.0]))
DRAWN = (
    Measurement(Shape.DISTANCE, 2, (1.25, 2.5, 4.0), (8.0, 9.0, 4.0)),
    Measurement(Shape.ANGLE, 0, (3.0, 1.0, 1.0), (3.0, 5.0, 5.0), (3.0, 9.0, 1.0)),
    Measurement(Shape.ELLIPSE, 1, (1.0, 7.0, 1.0), (9.0, 7.0, 6.0)),
)


def dicom(folder: Path, uid: str = "1.2.3", grid: Geometry = GRID) -> Series:
    text = PatientText("Doe^Jane", "4711")
    return Series(uid, ImageFormat.DICOM, "CT", "head of Doe", 1, (folder / "Doe_1.dcm",), grid, text)


def nifti(path: Path) -> Series:
    return Series(str(path), ImageFormat.NIFTI, "MR", "", None, (path,), GRID)


def test_they_come_back_as_they_were(tmp_path: Path) -> None:
    MeasurementsFile().write(dicom(tmp_path), DRAWN)
    assert MeasurementsFile().read(dicom(tmp_path)) == DRAWN


def test_the_file_names_neither_patient_nor_series(tmp_path: Path) -> None:
    MeasurementsFile().write(dicom(tmp_path, "1.2.840.999"), DRAWN)
    (file,) = tmp_path.iterdir()
    for secret in ("Doe", "4711", "1.2.840.999", tmp_path.name):
        assert secret not in file.name
        assert secret not in file.read_text()


def test_series_share_a_file_and_lose_nothing_to_each_other(tmp_path: Path) -> None:
    store = MeasurementsFile()
    store.write(dicom(tmp_path), DRAWN)
    store.write(dicom(tmp_path, "1.2.4"), DRAWN[:1])
    store.write(dicom(tmp_path), DRAWN[1:])
    assert store.read(dicom(tmp_path)) == DRAWN[1:]
    assert store.read(dicom(tmp_path, "1.2.4")) == DRAWN[:1]
    store.write(dicom(tmp_path), ())
    assert store.read(dicom(tmp_path, "1.2.4")) == DRAWN[:1]
    store.write(dicom(tmp_path, "1.2.4"), ())
    assert list(tmp_path.iterdir()) == [], "the last one takes the file along"


def test_a_single_image_keeps_them_when_its_folder_moves(tmp_path: Path) -> None:
    before, after = tmp_path / "before", tmp_path / "after"
    before.mkdir()
    MeasurementsFile().write(nifti(before / "scan.nii.gz"), DRAWN)
    assert place_of(nifti(before / "scan.nii.gz")).name == "scan.medcrypt-measurements.json"
    before.rename(after)
    assert MeasurementsFile().read(nifti(after / "scan.nii.gz")) == DRAWN


def test_another_grid_is_refused(tmp_path: Path) -> None:
    MeasurementsFile().write(dicom(tmp_path), DRAWN)
    other = Geometry(GRID.shape, GRID.affine_lps @ np.diag([1.01, 1, 1, 1]))
    with pytest.raises(UnreadableFileError, match="another grid"):
        MeasurementsFile().read(dicom(tmp_path, grid=other))


def _changed(file: Path, **fields: object) -> None:
    kept = json.loads(file.read_text())
    (entry,) = kept["series"].values()
    entry["measurements"][0].update(fields)
    file.write_text(json.dumps(kept))


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "circle"},
        {"axis": 3},
        {"axis": "2"},
        {"axis": True},
        {"points": []},
        {"points": [[1, 2, 4]]},
        {"points": [[1, 2, 4], [1, 2, 4], [1, 2, 4]]},
        {"points": [[1, 2, 4], [1, 2]]},
        {"points": [[1, 2, 4], [1, 2, float("nan")]]},
        {"points": [[1, 2, 9.0], [1, 2, 9.0]]},
        {"points": [[1, 2, -7.0], [1, 2, -7.0]]},
        {"points": [[1, 2, 4], [10**400, 2, 4]]},
        {"points": "abc"},
        {"points": None},
    ],
)
def test_damaged_measurements_are_refused(tmp_path: Path, fields: dict[str, object]) -> None:
    MeasurementsFile().write(dicom(tmp_path), DRAWN)
    _changed(place_of(dicom(tmp_path)), **fields)
    with pytest.raises(UnreadableFileError):
        MeasurementsFile().read(dicom(tmp_path))


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"3", b"\xff", b'{"version": 1, "series": []}', b"[" * 100_000])
def test_a_damaged_file_is_refused_and_begun_anew(tmp_path: Path, content: bytes) -> None:
    place_of(dicom(tmp_path)).write_bytes(content)
    with pytest.raises(UnreadableFileError):
        MeasurementsFile().read(dicom(tmp_path))
    MeasurementsFile().write(dicom(tmp_path), DRAWN)
    assert MeasurementsFile().read(dicom(tmp_path)) == DRAWN


def test_a_file_of_another_version_is_left_alone(tmp_path: Path) -> None:
    place_of(dicom(tmp_path)).write_bytes(b'{"version": 2, "series": {}}')
    with pytest.raises(UnsupportedInputError):
        MeasurementsFile().read(dicom(tmp_path))
    with pytest.raises(WriteError):
        MeasurementsFile().write(dicom(tmp_path), DRAWN)
    assert place_of(dicom(tmp_path)).read_bytes() == b'{"version": 2, "series": {}}'


def test_nowhere_to_write_is_said(tmp_path: Path) -> None:
    gone = replace(dicom(tmp_path), files=(tmp_path / "archive.zip" / "one.dcm",))
    with pytest.raises(WriteError):
        MeasurementsFile().write(gone, DRAWN)
    assert MeasurementsFile().read(gone) == ()
