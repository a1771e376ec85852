"""DICOM series of several volumes on one grid: one series, of which each volume is loaded by itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from builders.dicom import build_series
from builders.phases import UIDS, build_phases

from medcrypt_gui.adapters.images.dicom import DicomReader
from medcrypt_gui.core.imaging.series import Series
from medcrypt_gui.core.task import TaskContext

READER = DicomReader()


def found(folder: Path) -> tuple[Series, ...]:
    result = READER.find(sorted(folder.rglob("*.dcm")), TaskContext())
    assert not result.unreadable
    return result.series


@pytest.mark.parametrize(
    ("tags", "names"),
    [
        ([{"DiffusionBValue": b} for b in (1000.0, 0.0, 500.0)], ("b 0", "b 500", "b 1000")),
        ([{"EchoTime": te} for te in (4.6, 12)], ("echo 4.6 ms", "echo 12 ms")),
        ([{"TemporalPositionIdentifier": k} for k in (1, 2, 10)], ("phase 1", "phase 2", "phase 10")),
        ([{"TriggerTime": ms} for ms in (0, 30.5)], ("trigger 0 ms", "trigger 30.5 ms")),
        ([{"InversionTime": ti} for ti in (100, 2500)], ("TI 100 ms", "TI 2500 ms")),
        ([{"FlipAngle": degrees} for degrees in (5, 20)], ("flip 5°", "flip 20°")),
        ([{"AcquisitionTime": f"1010{k}0"} for k in range(3)], ("volume 1", "volume 2", "volume 3")),
    ],
)
def test_every_axis_of_time_and_contrast_makes_phases(tmp_path: Path, tags: list[Any], names: tuple[str, ...]) -> None:
    voxels = build_phases(tmp_path, *tags)
    (series,) = found(tmp_path)
    assert series.phases == names
    assert len(series.files) == voxels.shape[0] * voxels.shape[1]
    written = dict(zip(_in_order(tags, names), voxels, strict=True))
    for phase, name in enumerate(names):
        volume = READER.load(series.at_phase(phase), TaskContext())
        np.testing.assert_array_equal(volume.stored, written[name])


def _in_order(tags: list[Any], names: tuple[str, ...]) -> list[str]:
    """The names of the volumes as they were written: those are sorted by the only value that differs."""
    values = [float(next(iter(own.values()))) for own in tags]
    return [names[sorted(values).index(value)] for value in values]


def test_one_phase_reads_none_of_the_others(tmp_path: Path) -> None:
    voxels = build_phases(tmp_path, {"EchoTime": 5}, {"EchoTime": 9})
    (series,) = found(tmp_path)
    for instance in series.phase_instances[0]:
        instance.path.unlink()
    np.testing.assert_array_equal(READER.load(series.at_phase(1), TaskContext()).stored, voxels[1])


def test_the_files_of_a_phase_are_known(tmp_path: Path) -> None:
    build_phases(tmp_path, {"EchoTime": 5}, {"EchoTime": 9})
    (series,) = found(tmp_path)
    assert series.shown_files + series.at_phase(1).shown_files == series.files


def test_volumes_scaled_differently_keep_their_values(tmp_path: Path) -> None:
    voxels = build_phases(
        tmp_path,
        {"TemporalPositionIdentifier": 1, "RescaleSlope": 2, "RescaleIntercept": 0},
        {"TemporalPositionIdentifier": 2, "RescaleSlope": 0.5, "RescaleIntercept": 3},
    )
    (series,) = found(tmp_path)
    volume = READER.load(series.at_phase(1), TaskContext())
    assert volume.value_at(3, 4, 1) == voxels[1, 1, 4, 3] * 0.5 + 3


def test_another_image_type_is_another_series(tmp_path: Path) -> None:
    build_phases(tmp_path, {"ImageType": ["ORIGINAL", "PRIMARY", "M"]}, {"ImageType": ["ORIGINAL", "PRIMARY", "P"]})
    assert [series.phases for series in found(tmp_path)] == [(), ()]


def test_a_volume_with_a_slice_less_stays_apart(tmp_path: Path) -> None:
    build_phases(tmp_path, *({"TemporalPositionIdentifier": k} for k in (1, 2, 3)))
    last = max(tmp_path.glob("*.dcm"))
    last.unlink()
    whole, cut = found(tmp_path)
    assert (whole.phases, whole.geometry.shape[0]) == (("phase 1", "phase 2"), 4)
    assert (cut.phases, cut.geometry.shape[0]) == ((), 3)
    assert "(phase 3)" in cut.description


@pytest.mark.parametrize(
    ("creator", "group", "element", "vr", "value"),
    [
        ("SIEMENS MR HEADER", 0x0019, 0x0C, "IS", "{b}"),
        ("GEMS_PARM_01", 0x0043, 0x39, "IS", ["100000{b:04d}", "8", "0", "0"]),
        ("Philips Imaging DD 001", 0x2001, 0x03, "FL", "{b}"),
    ],
)
def test_private_b_values_are_understood(
    tmp_path: Path, creator: str, group: int, element: int, vr: str, value: str | list[str]
) -> None:
    build_phases(tmp_path, {"EchoTime": 80}, {"EchoTime": 80})
    for path in tmp_path.glob("*.dcm"):
        dataset = pydicom.dcmread(path)
        b = 800 if path.name >= "IM0100" else 0
        said = [part.format(b=b) for part in value] if isinstance(value, list) else value.format(b=b)
        block = dataset.private_block(group, creator, create=True)
        block.add_new(element, vr, float(said) if vr == "FL" else said)
        dataset.save_as(path)
    (series,) = found(tmp_path)
    assert series.phases == ("b 0", "b 800")


@pytest.mark.parametrize("junk", [b"", b"\xff\xff", b"not a number"])
def test_junk_in_place_of_a_private_b_value_does_no_harm(tmp_path: Path, junk: bytes) -> None:
    build_phases(tmp_path, {"EchoTime": 4}, {"EchoTime": 80})
    for path in tmp_path.glob("*.dcm"):
        dataset = pydicom.dcmread(path)
        dataset.private_block(0x0019, "SIEMENS MR HEADER", create=True).add_new(0x0C, "UN", junk)
        dataset.save_as(path)
    (series,) = found(tmp_path)
    assert series.phases == ("echo 4 ms", "echo 80 ms")


@pytest.mark.parametrize(
    "tags",
    [
        {"ImageType": ["ORIGINAL", "PRIMARY", "LOCALIZER"]},
        {"SeriesDescription": "3-plane Localizer"},
        {"SeriesDescription": "", "ProtocolName": "AAHead_Scout"},
    ],
)
def test_localizers_are_known_and_come_last(tmp_path: Path, tags: dict[str, Any]) -> None:
    build_series(tmp_path / "a", slices=2, **tags)
    build_series(tmp_path / "b", slices=2, seed=1)
    first, second = found(tmp_path)
    assert (first.localizer, second.localizer) == (False, True)
    assert second.badges == ("localizer",)


def test_a_localizer_of_many_slices_is_a_volume(tmp_path: Path) -> None:
    build_series(tmp_path, slices=41, rows=4, columns=4, SeriesDescription="scout 3D")
    (series,) = found(tmp_path)
    assert not series.localizer


def test_lossy_compression_is_a_badge(tmp_path: Path) -> None:
    build_series(tmp_path, LossyImageCompression="01", **UIDS)
    (series,) = found(tmp_path)
    assert series.badges == ("lossy",)
