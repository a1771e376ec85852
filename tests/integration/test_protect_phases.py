"""A series of several volumes is protected whole: the one mask covers the same place of every volume."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from builders.dicom import build_series, phantom
from builders.phases import build_phases
from builders.protection import IDENTITY, box_mask

from medcrypt_gui.adapters.images.dicom import DicomReader
from medcrypt_gui.adapters.protection import PROTECTORS
from medcrypt_gui.core.errors import MaskMismatchError, UnsupportedInputError
from medcrypt_gui.core.imaging.series import Series
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.protect_study import ProtectedSet, ProtectRequest, plan_protection, protect
from medcrypt_gui.services.restore_study import restore, unlock

READER = DicomReader()
ECHOES: tuple[dict[str, Any], ...] = ({"EchoTime": 5}, {"EchoTime": 9}, {"EchoTime": 20})


def opened(folder: Path) -> Series:
    (series,) = READER.find(sorted(folder.rglob("*.dcm")), TaskContext()).series
    return series


def voxels(series: Series) -> np.ndarray:
    """``(volumes, slices, rows, columns)``."""
    return np.stack([READER.load(series.at_phase(k), TaskContext()).stored for k in range(len(series.phases))])


def protected(series: Series, target: Path) -> ProtectedSet:
    mask = RoiMask.from_bool(box_mask(series.geometry.shape), series.geometry)
    plan = plan_protection(ProtectRequest(series, mask, target), PROTECTORS)
    return protect(plan, IDENTITY, TaskContext())


@pytest.mark.parametrize("phase", [0, 2])
@pytest.mark.parametrize("tags", [ECHOES, ({}, {}, {})], ids=["told by the header", "by number"])
def test_every_volume_is_covered_and_comes_back(tmp_path: Path, tags: tuple[dict[str, Any], ...], phase: int) -> None:
    build_phases(tmp_path / "in", *tags)
    series = opened(tmp_path / "in")
    before, mask = voxels(series), box_mask(series.geometry.shape)
    outcome = protected(series.at_phase(phase), tmp_path / "protected")
    assert len(outcome.files) == len(series.files)
    locked = opened(tmp_path / "protected")
    assert (locked.protected, locked.phases) == (True, series.phases)
    after = voxels(locked)
    for k in range(len(series.phases)):
        np.testing.assert_array_equal(after[k][~mask], before[k][~mask])
        assert (after[k][mask] != before[k][mask]).mean() > 0.9
    report = restore([outcome.folder], [IDENTITY], tmp_path / "out", TaskContext())
    assert report.complete
    assert {path.name: path.read_bytes() for path in report.restored} == {
        path.name: path.read_bytes() for path in series.files
    }


def test_unlocking_shows_any_volume(tmp_path: Path) -> None:
    build_phases(tmp_path / "in", *ECHOES)
    before = voxels(opened(tmp_path / "in"))
    protected(opened(tmp_path / "in"), tmp_path / "protected")
    series = opened(tmp_path / "protected")
    study = unlock(series.files, [IDENTITY], TaskContext())
    for k in range(len(series.phases)):
        chosen = series.at_phase(k)
        shown = study.reveal(READER.load(chosen, TaskContext()), chosen.shown_files)
        np.testing.assert_array_equal(shown.stored, before[k])


def test_the_background_window_of_a_series_without_one_is_worked_out(tmp_path: Path) -> None:
    build_phases(tmp_path / "in", *ECHOES)
    outcome = protected(opened(tmp_path / "in"), tmp_path / "protected")
    assert len({float(pydicom.dcmread(path).WindowWidth) for path in outcome.files}) == 1


def test_frames_of_several_volumes_in_one_file_are_refused_before_anything_is_written(tmp_path: Path) -> None:
    (path,) = build_series(tmp_path / "in", voxels=phantom(6, 8, 8)[:1])
    dataset = pydicom.dcmread(path)
    dataset.NumberOfFrames, dataset.PixelData = 6, phantom(6, 8, 8).tobytes()
    frames = []
    for k in range(6):
        frame, place, content = pydicom.Dataset(), pydicom.Dataset(), pydicom.Dataset()
        place.ImagePositionPatient, content.TemporalPositionIndex = [0, 0, k % 3], k // 3
        frame.PlanePositionSequence, frame.FrameContentSequence = [place], [content]
        frames.append(frame)
    shared, plane = pydicom.Dataset(), pydicom.Dataset()
    plane.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    shared.PlaneOrientationSequence = [plane]
    dataset.SharedFunctionalGroupsSequence, dataset.PerFrameFunctionalGroupsSequence = [shared], frames
    dataset.save_as(path)
    series = opened(tmp_path / "in")
    assert len(series.phases) == 2
    with pytest.raises(UnsupportedInputError, match="multi-frame"):
        protected(series, tmp_path / "protected")
    assert not (tmp_path / "protected").exists()


def test_a_volume_alone_out_of_several_is_refused(tmp_path: Path) -> None:
    """Should a caller name the files of one volume only, nothing is protected in part."""
    from dataclasses import replace

    build_phases(tmp_path / "in", *ECHOES)
    series = opened(tmp_path / "in")
    with pytest.raises((UnsupportedInputError, MaskMismatchError)):
        protected(replace(series, files=series.shown_files), tmp_path / "protected")
    assert not (tmp_path / "protected").exists()
