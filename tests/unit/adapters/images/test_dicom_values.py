"""What the stored values of a DICOM file mean: tables, windows, padding, and SUV."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from builders.dicom import build_series
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.pixels import apply_modality_lut, apply_voi_lut

from medcrypt_gui.adapters.images.dicom import DicomReader
from medcrypt_gui.core.imaging.series import Series
from medcrypt_gui.core.imaging.volume import Volume, Window
from medcrypt_gui.core.imaging.windowing import default_window, file_window, full_range, window_to_grey
from medcrypt_gui.core.task import TaskContext

READER = DicomReader()
RAMP = np.arange(-8, 8, dtype=np.int16).reshape(1, 4, 4)


def load(folder: Path) -> tuple[Series, Volume]:
    (series,) = READER.find(sorted(folder.iterdir()), TaskContext()).series
    return series, READER.load(series, TaskContext())


def shown(volume: Volume, window: Window | None = None) -> NDArray[np.uint8]:
    window = window or default_window(volume)
    grey = window_to_grey(volume.stored, volume.slope, volume.intercept, window, volume.inverted, volume.padding)
    return grey.ravel()


def table(described: list[int], entries: Any, vr: str = "US", first: str = "US", **more: Any) -> list[Dataset]:
    item = Dataset()
    item.add_new("LUTDescriptor", first, described)
    item.add_new("LUTData", vr, entries)
    for keyword, value in more.items():
        setattr(item, keyword, value)
    return [item]


# Modality tables


def test_a_modality_table_gives_the_values_and_their_unit(tmp_path: Path) -> None:
    entries = [100, 200, 300, 400]
    sequence = table([4, -2, 16], entries, first="SS", ModalityLUTType="HU")
    build_series(tmp_path, voxels=RAMP, bits_stored=16, signed=True, modality="CR", ModalityLUTSequence=sequence)
    series, volume = load(tmp_path)
    assert volume.stored.ravel()[5:11].tolist() == [100, 100, 200, 300, 400, 400]
    assert (volume.unit, series.notes) == ("HU", ())


def test_a_table_of_65536_entries_says_0(tmp_path: Path) -> None:
    voxels = np.array([[[0, 1], [40000, 65535]]], np.uint16)
    entries = (np.arange(65536) // 2).astype("<u2").tobytes()
    build_series(tmp_path, voxels=voxels, bits_stored=16, ModalityLUTSequence=table([0, 0, 16], entries, "OW"))
    assert load(tmp_path)[1].stored.ravel().tolist() == [0, 0, 20000, 32767]


def test_a_first_value_written_without_its_sign_is_negative(tmp_path: Path) -> None:
    sequence = table([16, 65536 - 8, 16], list(range(16)))
    build_series(tmp_path, voxels=RAMP, bits_stored=16, signed=True, ModalityLUTSequence=sequence)
    assert load(tmp_path)[1].stored.ravel().tolist() == list(range(16))


def test_entries_of_one_byte_are_read_as_such(tmp_path: Path) -> None:
    voxels = np.arange(4, dtype=np.uint8).reshape(1, 2, 2)
    sequence = table([4, 0, 8], bytes([9, 8, 7, 6]), "OW")
    build_series(tmp_path, voxels=voxels, bits_stored=8, ModalityLUTSequence=sequence)
    assert load(tmp_path)[1].stored.ravel().tolist() == [9, 8, 7, 6]


def test_a_damaged_table_is_said_and_the_stored_values_are_shown(tmp_path: Path) -> None:
    build_series(tmp_path, voxels=RAMP, bits_stored=16, signed=True, ModalityLUTSequence=[Dataset()])
    series, volume = load(tmp_path)
    assert volume.stored.ravel().tolist() == RAMP.ravel().tolist()
    assert "table that cannot be read" in series.notes[0]


def test_a_real_modality_table_is_applied_as_pydicom_applies_it() -> None:
    path = data_file("mlut_18.dcm")
    (series,) = READER.find([path], TaskContext()).series
    dataset = pydicom.dcmread(path)
    expected = apply_modality_lut(dataset.pixel_array, dataset)
    np.testing.assert_array_equal(READER.load(series, TaskContext()).stored[0], expected)


def data_file(name: str) -> Path:
    pytest.importorskip("data_store", reason="pydicom-data is not installed")
    from pydicom.data import get_testdata_file

    return Path(str(get_testdata_file(name, download=False)))


# Windows


def test_a_linear_window_counts_whole_values_and_a_changed_one_does_not(tmp_path: Path) -> None:
    """PS3.3 C.11.2.1.2.1: of 4 values around 0, -2 is black and 1 is white."""
    build_series(tmp_path, voxels=RAMP, bits_stored=16, signed=True, WindowCenter=0, WindowWidth=4)
    _, volume = load(tmp_path)
    assert shown(volume)[5:11].tolist() == [0, 0, 85, 170, 255, 255]
    assert shown(volume, Window(0, 4))[5:11].tolist() == [0, 0, 64, 128, 191, 255]


def test_a_window_of_width_one_is_a_threshold(tmp_path: Path) -> None:
    build_series(tmp_path, voxels=RAMP, bits_stored=16, signed=True, WindowCenter=0, WindowWidth=1)
    assert shown(load(tmp_path)[1])[6:10].tolist() == [0, 0, 255, 255]


def test_an_exact_window_reaches_half_its_width_to_either_side(tmp_path: Path) -> None:
    exact = {"WindowCenter": 0, "WindowWidth": 4, "VOILUTFunction": "LINEAR_EXACT"}
    build_series(tmp_path, voxels=RAMP, bits_stored=16, signed=True, **exact)
    assert shown(load(tmp_path)[1])[5:11].tolist() == [0, 0, 64, 128, 191, 255]


def test_values_that_are_no_whole_numbers_make_every_window_exact(tmp_path: Path) -> None:
    scaled = {"WindowCenter": 0, "WindowWidth": 2, "RescaleSlope": 0.5, "RescaleIntercept": 0}
    build_series(tmp_path, voxels=RAMP, bits_stored=16, signed=True, **scaled)
    assert shown(load(tmp_path)[1])[6:11].tolist() == [0, 64, 128, 191, 255]


def test_a_sigmoid_approaches_black_and_white(tmp_path: Path) -> None:
    """PS3.3 C.11.2.1.3.1: 255 / (1 + exp(-4 (x - c) / w)), here by hand for x = c and c +- w / 4."""
    curve = {"WindowCenter": 0, "WindowWidth": 4, "VOILUTFunction": "SIGMOID"}
    build_series(tmp_path, voxels=RAMP, bits_stored=16, signed=True, **curve)
    grey = shown(load(tmp_path)[1])
    assert grey[7:10].tolist() == [69, 128, 186]
    assert (grey[0], grey[15]) == (0, 255)


def test_every_window_of_the_file_is_offered_with_its_name(tmp_path: Path) -> None:
    names = {"WindowCenter": [40, -600], "WindowWidth": [400, 1500], "WindowCenterWidthExplanation": ["BODY", "LUNG"]}
    build_series(tmp_path, modality="CT", VOILUTSequence=table([2, 0, 8], [0, 255], LUTExplanation="Film"), **names)
    series, volume = load(tmp_path)
    assert [(one.name, one.level, one.width) for one in series.file_windows] == [
        ("Film", 1, 2),
        ("BODY", 40, 400),
        ("LUNG", -600, 1500),
    ]
    assert series.file_windows[0] is volume.file_window is file_window(volume)


def test_a_table_shows_the_image_until_the_window_is_changed(tmp_path: Path) -> None:
    sequence = table([3, 0, 12], [4095, 0, 2048])
    build_series(tmp_path, voxels=RAMP, bits_stored=16, signed=True, VOILUTSequence=sequence)
    _, volume = load(tmp_path)
    assert shown(volume)[6:12].tolist() == [255, 255, 255, 0, 128, 128]
    assert shown(volume, Window(1, 2))[7:11].tolist() == [0, 0, 128, 255]


def test_a_slab_is_shown_through_the_table_as_well(tmp_path: Path) -> None:
    build_series(tmp_path, voxels=RAMP, bits_stored=16, signed=True, VOILUTSequence=table([3, 0, 8], [255, 0, 51]))
    _, volume = load(tmp_path)
    mean = np.array([[0.2, 1.1, 2.4, np.nan]], np.float32)
    assert window_to_grey(mean, 1, 0, default_window(volume)).tolist() == [[255, 0, 51, 0]]


def test_a_real_table_shows_as_pydicom_shows_it() -> None:
    path = data_file("vlut_04.dcm")
    (series,) = READER.find([path], TaskContext()).series
    volume = READER.load(series, TaskContext())
    dataset = pydicom.dcmread(path)
    item = dataset.VOILUTSequence[0]
    through = apply_voi_lut(apply_modality_lut(dataset.pixel_array, dataset), dataset)
    expected = np.rint(through / (2 ** item.LUTDescriptor[2] - 1) * 255)
    grey = window_to_grey(volume.stored[0], volume.slope, volume.intercept, default_window(volume))
    np.testing.assert_array_equal(grey, expected)


@pytest.mark.parametrize(
    ("photometric", "shape", "inverted"),
    [("MONOCHROME1", "INVERSE", True), ("MONOCHROME1", None, True), ("MONOCHROME2", "INVERSE", True),
     ("MONOCHROME2", "IDENTITY", False)],
)  # fmt: skip
def test_an_image_is_inverted_once(tmp_path: Path, photometric: str, shape: str | None, inverted: bool) -> None:
    tags = {"PhotometricInterpretation": photometric, "PresentationLUTShape": shape}
    build_series(tmp_path, voxels=RAMP, bits_stored=16, signed=True, WindowCenter=0, WindowWidth=4, **tags)
    grey = shown(load(tmp_path)[1])
    assert bool(grey[0] > grey[15]) is inverted


# Padding


@pytest.mark.parametrize("vr", ["SS", "US"])
def test_padding_is_black_and_no_part_of_a_window(tmp_path: Path, vr: str) -> None:
    voxels = np.array([[[-2000, 10], [20, 30]]], np.int16)
    (path,) = build_series(tmp_path, voxels=voxels, bits_stored=16, signed=True)
    dataset = pydicom.dcmread(path)
    dataset.add_new("PixelPaddingValue", vr, -2000 if vr == "SS" else 63536)
    dataset.PhotometricInterpretation = "MONOCHROME1"
    dataset.save_as(path)
    _, volume = load(tmp_path)
    assert full_range(volume) == Window(20, 20)
    assert shown(volume, Window(20, 20)).tolist() == [0, 255, 128, 0]
    assert default_window(volume).level == pytest.approx(20, abs=0.1)


def test_padding_may_be_a_range(tmp_path: Path) -> None:
    voxels = np.array([[[0, 5], [6, 100]]], np.uint16)
    build_series(tmp_path, voxels=voxels, bits_stored=16, PixelPaddingValue=5, PixelPaddingRangeLimit=0)
    _, volume = load(tmp_path)
    assert volume.padding == (0, 5)
    assert shown(volume, Window(0, 2)).tolist() == [0, 0, 255, 255]


# SUV


def pet(folder: Path, drug: dict[str, Any] | None = None, **tags: Any) -> tuple[Series, Volume]:
    """70 kg, 350 MBq of F-18, scanned exactly one half-life after the injection: SUV = value * 70000 / 175e6."""
    item = Dataset()
    given = {"RadionuclideTotalDose": 350e6, "RadionuclideHalfLife": 6600, "RadiopharmaceuticalStartTime": "100000"}
    for keyword, value in {**given, **(drug or {})}.items():
        if value is not None:
            setattr(item, keyword, value)
    usual = {
        "Units": "BQML", "DecayCorrection": "START", "CorrectedImage": ["ATTN", "DECY"], "PatientWeight": 70,
        "SeriesDate": "20240229", "SeriesTime": "115000", "AcquisitionDate": "20240229", "AcquisitionTime": "115000",
        "RescaleSlope": 2, "RescaleIntercept": 0, "RadiopharmaceuticalInformationSequence": [item],
    }  # fmt: skip
    build_series(
        folder, 2, modality="PT", voxels=np.full((2, 2, 2), 5000, np.uint16), bits_stored=16, **{**usual, **tags}
    )
    return load(folder)


def test_activity_becomes_suv(tmp_path: Path) -> None:
    series, volume = pet(tmp_path)
    assert volume.value_at(0, 0, 0) == pytest.approx(5000 * 2 * 70_000 / 175e6)  # 4.0
    assert (volume.unit, default_window(volume), series.notes) == ("SUV", Window(3, 6), ())


def test_the_files_own_window_follows_the_values(tmp_path: Path) -> None:
    _, volume = pet(tmp_path, WindowCenter=5000, WindowWidth=10000)
    window = file_window(volume)
    assert (window.level, window.width) == (pytest.approx(2), pytest.approx(4))


def test_an_image_corrected_to_the_injection_needs_no_time(tmp_path: Path) -> None:
    _, volume = pet(tmp_path, {"RadiopharmaceuticalStartTime": None}, DecayCorrection="ADMIN")
    assert volume.value_at(0, 0, 0) == pytest.approx(5000 * 2 * 70_000 / 350e6)


def test_an_injection_before_midnight_is_of_the_day_before(tmp_path: Path) -> None:
    times = {"SeriesTime": "003000", "AcquisitionTime": "003000"}
    _, volume = pet(tmp_path, {"RadiopharmaceuticalStartTime": "224000.00"}, **times)
    assert volume.value_at(0, 0, 0) == pytest.approx(4.0)


def test_a_series_made_later_is_timed_by_what_ge_writes(tmp_path: Path) -> None:
    def ge(folder: Path) -> tuple[Series, Volume]:
        pet(folder, SeriesTime="180000")
        for path in folder.iterdir():
            dataset = pydicom.dcmread(path)
            block = dataset.private_block(0x0009, "GEMS_PETD_01", create=True)
            block.add_new(0x0D, "DT", "20240229115000.00")
            dataset.save_as(path)
        return load(folder)

    assert ge(tmp_path)[1].value_at(0, 0, 0) == pytest.approx(4.0)


def test_a_series_made_later_is_timed_by_its_frames(tmp_path: Path) -> None:
    """The bed was scanned from 12:10 on, 20 minutes after the start; the average rate of 200 s of F-18 is that 0.175 s
    before their middle."""
    times = {"SeriesTime": "180000", "AcquisitionTime": "121000", "ActualFrameDuration": 200_000}
    _, volume = pet(tmp_path, FrameReferenceTime=1_200_000 + 99_825, **times)
    assert volume.value_at(0, 0, 0) == pytest.approx(4.0, rel=1e-5)


def test_a_start_with_its_date_counts_more_than_the_time_alone(tmp_path: Path) -> None:
    drug = {"RadiopharmaceuticalStartDateTime": "20240229100000", "RadiopharmaceuticalStartTime": "010000"}
    assert pet(tmp_path, drug)[1].value_at(0, 0, 0) == pytest.approx(4.0)


@pytest.mark.parametrize(("element", "value", "expected"), [(0x00, 0.0004, 4.0), (0x09, 10.0, 40.0)])
def test_philips_counts_come_with_a_factor(tmp_path: Path, element: int, value: float, expected: float) -> None:
    pet(tmp_path, Units="CNTS")
    for path in tmp_path.iterdir():
        dataset = pydicom.dcmread(path)
        dataset.private_block(0x7053, "Philips PET Private Group", create=True).add_new(element, "DS", str(value))
        dataset.save_as(path)
    _, volume = load(tmp_path)
    assert (volume.unit, volume.value_at(0, 0, 0)) == ("SUV", pytest.approx(expected))


@pytest.mark.parametrize(
    ("drug", "tags", "missing"),
    [
        ({"RadionuclideTotalDose": None}, {}, "RadionuclideTotalDose"),
        ({"RadionuclideTotalDose": 0}, {}, "RadionuclideTotalDose"),
        ({"RadionuclideHalfLife": None}, {}, "RadionuclideHalfLife"),
        ({"RadiopharmaceuticalStartTime": None}, {}, "RadiopharmaceuticalStartTime"),
        ({"RadiopharmaceuticalStartDateTime": "20300101100000"}, {}, "RadiopharmaceuticalStartDateTime"),
        ({}, {"PatientWeight": None}, "PatientWeight"),
        ({}, {"PatientWeight": 0}, "PatientWeight"),
        ({}, {"DecayCorrection": "NONE"}, "DecayCorrection"),
        ({}, {"CorrectedImage": ["DECY"]}, "CorrectedImage ATTN"),
        ({}, {"SeriesTime": None, "AcquisitionTime": None}, "SeriesTime"),
        ({}, {"RadiopharmaceuticalInformationSequence": None}, "RadionuclideTotalDose"),
    ],
)
def test_without_what_suv_needs_the_values_stay_and_it_is_said(
    tmp_path: Path, drug: dict[str, Any], tags: dict[str, Any], missing: str
) -> None:
    series, volume = pet(tmp_path, drug, **tags)
    assert (volume.unit, volume.value_at(0, 0, 0)) == ("BQML", 10000)
    assert any("BQML" in note and missing in note for note in series.notes)


def test_one_image_without_its_dose_keeps_the_whole_series_as_it_is(tmp_path: Path) -> None:
    _, volume = pet(tmp_path, PatientWeight=lambda n: 70 if n else None)
    assert volume.unit == "BQML"


def test_values_that_are_suv_already_are_left(tmp_path: Path) -> None:
    _, volume = pet(tmp_path, Units="GML")
    assert (volume.unit, volume.value_at(0, 0, 0)) == ("SUV", 10000)
