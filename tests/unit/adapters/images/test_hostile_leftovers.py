"""What once aborted opening a whole folder, hung it, or showed one volume's unit beside another's values."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pydicom
import pytest
from builders.dicom import build_series
from builders.phases import build_phases
from PIL import Image
from pydicom.uid import RLELossless

from medcrypt_gui.adapters.images.dicom import DicomReader
from medcrypt_gui.adapters.images.dicom_suv import uptake_of
from medcrypt_gui.adapters.qr.decode import looks_like_key_card
from medcrypt_gui.core.imaging.series import Series
from medcrypt_gui.core.task import TaskContext

READER = DicomReader()


def find(folder: Path) -> tuple[Series, ...]:
    return READER.find(sorted(folder.rglob("*.dcm")), TaskContext()).series


def pet(**changed: object) -> pydicom.Dataset:
    drug = pydicom.Dataset()
    drug.RadionuclideTotalDose, drug.RadionuclideHalfLife, drug.RadiopharmaceuticalStartTime = 4e8, 76.0, "130000"
    dataset = pydicom.Dataset()
    dataset.Modality, dataset.Units, dataset.DecayCorrection = "PT", "BQML", "START"
    dataset.CorrectedImage, dataset.PatientWeight = ["ATTN", "DECY"], 70
    dataset.SeriesDate, dataset.SeriesTime = "20240102", "120000"
    dataset.RadiopharmaceuticalInformationSequence = [drug]
    for keyword, value in changed.items():
        setattr(dataset, keyword, value)
    return dataset


def test_times_that_leave_nothing_of_the_dose_are_no_reason_to_fail() -> None:
    uptake = uptake_of(pet())
    assert uptake is not None
    assert uptake.factor is None
    assert uptake.missing


@pytest.mark.parametrize("size", [(9000, 1), (20000, 2), (40000, 5), (1, 1)])
def test_ribbons_and_dots_are_no_key_cards(tmp_path: Path, size: tuple[int, int]) -> None:
    Image.new("L", size, 255).save(tmp_path / "thin.png")
    assert not looks_like_key_card(tmp_path / "thin.png")


def test_what_follows_the_pixels_is_not_parsed(tmp_path: Path) -> None:
    voxels = np.arange(3 * 16 * 20, dtype=np.uint16).reshape(3, 16, 20)
    for path in build_series(tmp_path / "s", voxels=voxels):
        dataset = pydicom.dcmread(path)
        dataset.compress(RLELossless)
        dataset.save_as(path)
        with path.open("ab") as file:
            file.truncate(path.stat().st_size + (1 << 28))  # sparse: nothing is written, yet it would take minutes
    (series,) = find(tmp_path)
    assert np.array_equal(READER.load(series, TaskContext()).stored, voxels)


def test_a_damaged_name_of_a_window_does_not_stop_the_folder(tmp_path: Path) -> None:
    build_series(tmp_path / "good", seed=1)
    for path in build_series(tmp_path / "bad", seed=2, WindowCenterWidthExplanation="ABCD"):
        content = path.read_bytes()
        at = content.index(b"\x28\x00\x55\x10LO")
        path.write_bytes(content[: at + 4] + b"FD" + content[at + 6 :])
    assert len(find(tmp_path)) == 2


def test_one_unit_stands_beside_all_volumes_of_a_series(tmp_path: Path) -> None:
    """The second volume lacks what SUV needs, so neither is in SUV, and the note says why."""
    said = {element.keyword: element.value for element in pet()} | {"SeriesTime": "140000"}
    second = {**said, "DecayCorrection": None, "TemporalPositionIdentifier": 2}
    build_phases(tmp_path, {**said, "TemporalPositionIdentifier": 1}, second)
    (series,) = find(tmp_path)
    assert len(series.phases) == 2
    assert series.unit != "SUV"
    assert any("DecayCorrection" in note for note in series.notes)
    for phase in range(2):
        assert READER.load(series.at_phase(phase), TaskContext()).slope == 1.0
