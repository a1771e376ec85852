"""Clips and single images show one view; slices play by themselves until somebody takes over."""

from __future__ import annotations

from pathlib import Path

import pytest
from builders.dicom import build_series, phantom, write
from pydicom import dcmread
from PySide6.QtCore import Qt
from ui.driver import Driver

FRAMES = 5


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    voxels = phantom(FRAMES, 40, 48)
    (path,) = build_series(tmp_path / "clip", voxels=voxels[:1], bits_stored=16)
    dataset = dcmread(path)
    dataset.NumberOfFrames, dataset.FrameTime = FRAMES, 25
    del dataset.ImagePositionPatient, dataset.ImageOrientationPatient
    dataset.PixelData = voxels.tobytes()
    return write(dataset, path)


def visible_views(window: Driver) -> int:
    return sum(canvas.isVisible() for canvas in window.window.viewer.canvases)


def press(window: Driver, key: Qt.Key) -> None:
    window.qtbot.keyClick(window.window.viewer.active_canvas, key)


def test_a_clip_has_one_view_and_a_volume_three(window: Driver, clip: Path, tmp_path: Path) -> None:
    window.open(clip)
    window.settle()
    assert visible_views(window) == 1
    build_series(tmp_path / "volume", slices=6, rows=30, columns=30)
    window.open(tmp_path / "volume")
    window.settle()
    assert visible_views(window) == 3


def test_a_clip_plays_over_and_over_at_its_own_rate_until_a_slice_is_chosen(window: Driver, clip: Path) -> None:
    window.open(clip)
    window.settle()
    viewer = window.window.viewer
    press(window, Qt.Key.Key_C)
    assert viewer.state.playing == 40
    seen: set[int] = set()

    def all_seen() -> bool:
        seen.add(viewer.active_canvas.slice_number)
        return len(seen) == FRAMES

    window.wait_until(all_seen)
    press(window, Qt.Key.Key_Down)
    assert not viewer.cine.playing
    assert viewer.state.playing is None
    press(window, Qt.Key.Key_C)
    press(window, Qt.Key.Key_Escape)
    assert not viewer.cine.playing


def test_a_single_image_does_not_play(window: Driver, tmp_path: Path) -> None:
    build_series(tmp_path / "one", slices=1, rows=30, columns=30)
    window.open(tmp_path / "one")
    window.settle()
    press(window, Qt.Key.Key_C)
    assert not window.window.viewer.cine.playing


def test_the_arrow_keys_go_to_the_neighbouring_series(window: Driver, tmp_path: Path) -> None:
    for number in (1, 2):
        build_series(tmp_path / str(number), slices=4, rows=30, columns=30, seed=number, SeriesNumber=number)
    window.open(tmp_path)
    window.settle()
    session = window.window.session
    first = session.series
    press(window, Qt.Key.Key_Left)
    window.settle()
    assert session.series is first
    press(window, Qt.Key.Key_Right)
    window.wait_until(lambda: session.series is not first)
    window.settle()
    press(window, Qt.Key.Key_Left)
    window.wait_until(lambda: session.series is not None and first is not None and session.series.uid == first.uid)
