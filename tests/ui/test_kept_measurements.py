"""What was measured is there again when the study is opened again, and nothing else is written anywhere."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from builders.archives import zip_folder
from builders.dicom import build_series
from builders.nifti import build_nifti
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTreeWidget
from ui.driver import Driver

from medcrypt_gui.adapters.measurements_file import MeasurementsFile
from medcrypt_gui.core.errors import PermissionDeniedError
from medcrypt_gui.core.imaging.kept_measurements import SUFFIX
from medcrypt_gui.core.imaging.measurements import Measurement, lines_of
from medcrypt_gui.core.imaging.series import Series

LEFT = Qt.MouseButton.LeftButton


def measure(window: Driver, x: int = 60, y: int = 40) -> Measurement:
    to = QPoint(x, y)
    window.window.named_actions["rectangleAction"].trigger()
    canvas = window.window.viewer.active_canvas
    middle = canvas.rect().center()
    QTest.mousePress(canvas, LEFT, pos=middle)
    QTest.mouseMove(canvas, middle + to / 2)
    QTest.mouseMove(canvas, middle + to)
    QTest.mouseRelease(canvas, LEFT, pos=middle + to)
    measurement: Measurement = window.window.viewer.state.measurements[-1]
    return measurement


def other(window: Driver, tmp_path: Path) -> None:
    """Open something else, and wait until everything is written."""
    build_series(tmp_path / "other", slices=3, rows=30, columns=30)
    window.open(tmp_path / "other")
    window.settle()


def written(folder: Path) -> list[Path]:
    return sorted(folder.rglob(f"*{SUFFIX}"))


def test_looking_writes_nothing(opened: Driver, tmp_path: Path) -> None:
    before = sorted((tmp_path / "study").iterdir())
    opened.window.viewer.commands.next_slice()
    other(opened, tmp_path)
    assert sorted((tmp_path / "study").iterdir()) == before


def test_they_come_back_in_their_slice_with_their_values(opened: Driver, tmp_path: Path) -> None:
    opened.window.viewer.commands.next_slice()
    drawn = measure(opened)
    told = lines_of(drawn, opened.window.session.volume)
    other(opened, tmp_path)
    assert opened.window.viewer.state.measurements == ()
    opened.open(tmp_path / "study")
    (found,) = opened.window.viewer.state.measurements
    assert found.slice_number == 5
    assert found.start == pytest.approx(drawn.start, abs=1e-5)
    assert lines_of(found, opened.window.session.volume) == told
    assert opened.find("openUnreadable", QTreeWidget).topLevelItemCount() == 0


def test_closing_the_window_writes_what_was_measured_last(opened: Driver, tmp_path: Path) -> None:
    measure(opened)
    opened.window.close()
    assert len(written(tmp_path / "study")) == 1


def test_removing_the_last_one_removes_the_file(opened: Driver, tmp_path: Path) -> None:
    measure(opened)
    opened.window.viewer.commands.remove_measurement()
    other(opened, tmp_path)
    assert written(tmp_path) == []
    opened.open(tmp_path / "study")
    measure(opened)
    other(opened, tmp_path)
    assert len(written(tmp_path)) == 1
    opened.open(tmp_path / "study")
    opened.window.viewer.commands.remove_measurement()
    other(opened, tmp_path)
    assert written(tmp_path) == []


def test_an_image_of_its_own_has_a_file_of_its_own(window: Driver, tmp_path: Path) -> None:
    voxels = np.arange(9 * 40 * 40, dtype=np.int16).reshape(9, 40, 40)
    window.open(build_nifti(tmp_path / "scan.nii.gz", voxels))
    measure(window)
    other(window, tmp_path)
    assert [path.name for path in written(tmp_path)] == [f"scan{SUFFIX}"]
    window.open(tmp_path / "scan.nii.gz")
    assert len(window.window.viewer.state.measurements) == 1


def test_who_does_not_want_it_is_left_alone(opened: Driver, tmp_path: Path) -> None:
    opened.window.named_actions["keepMeasurementsAction"].trigger()
    measure(opened)
    other(opened, tmp_path)
    assert written(tmp_path) == []


def test_a_place_that_cannot_be_written_to_is_said_once_and_the_measurements_stay(
    opened: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object, **_options: object) -> None:
        raise PermissionDeniedError("read-only file system")

    monkeypatch.setattr("medcrypt_gui.adapters.measurements_file.write_atomically", refuse)
    measure(opened)
    opened.wait_until(lambda: "cannot be kept beside this study" in opened.text("statusSentence"))
    assert "read-only file system" in opened.text("statusSentence")
    opened.window.status.say("")
    measure(opened, -30, 40)
    opened.qtbot.wait(1000)
    opened.settle()
    assert "cannot be kept" not in opened.text("statusSentence")
    assert len(opened.window.viewer.state.measurements) == 2


def test_a_file_that_does_not_fit_is_said_and_the_series_opens(opened: Driver, tmp_path: Path) -> None:
    measure(opened)
    other(opened, tmp_path)
    (file,) = written(tmp_path)
    file.write_bytes(b"{")
    opened.open(tmp_path / "study")
    assert "were not used" in opened.text("statusSentence")
    assert opened.window.session.series is not None
    assert opened.window.viewer.state.measurements == ()


def test_a_protected_copy_takes_no_measurements_along_and_gets_none(opened: Driver, tmp_path: Path) -> None:
    measure(opened)
    opened.click("stepRoi")
    opened.click("roiPrimary")
    opened.settle()
    opened.click("correctPrimary")
    opened.type("protectFolder", str(tmp_path / "protected"))
    opened.click("protectPrimary")
    opened.settle()
    assert len(list((tmp_path / "protected").iterdir())) == 9
    opened.answer_questions("questionLose")
    opened.window.flows.card.abandon()
    other(opened, tmp_path)
    assert [path.parent.name for path in written(tmp_path)] == ["study"]


@pytest.fixture
def slow_disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Kept measurements are not read before this is set."""
    may_read, read = threading.Event(), MeasurementsFile.read

    def read_late(store: MeasurementsFile, series: Series) -> tuple[Measurement, ...]:
        may_read.wait(60)
        return read(store, series)

    may_read.set()
    monkeypatch.setattr(MeasurementsFile, "read", read_late)
    yield may_read
    may_read.set()


def show(window: Driver, folder: Path) -> None:
    """Open a folder, and wait for its image only."""
    window.window.opening.take_dropped([folder])
    window.wait_until(lambda: (now := window.window.viewer.state.series) is not None and folder in now.files[0].parents)
    window.wait_until(lambda: not window.window.jobs.busy_with)


def test_what_is_measured_before_the_kept_ones_are_read_joins_them(
    opened: Driver, tmp_path: Path, slow_disk: threading.Event
) -> None:
    measure(opened)
    other(opened, tmp_path)
    slow_disk.clear()
    show(opened, tmp_path / "study")
    measure(opened, -30, 40)
    opened.qtbot.wait(1000)  # longer than it takes until they are written
    slow_disk.set()
    opened.settle()
    assert len(opened.window.viewer.state.measurements) == 2
    other(opened, tmp_path)
    opened.open(tmp_path / "study")
    assert len(opened.window.viewer.state.measurements) == 2


@pytest.mark.parametrize("leave", ["series", "window"])
def test_leaving_before_the_kept_ones_are_read_loses_none(
    opened: Driver, tmp_path: Path, slow_disk: threading.Event, leave: str
) -> None:
    measure(opened)
    other(opened, tmp_path)
    slow_disk.clear()
    show(opened, tmp_path / "study")
    measure(opened, -30, 40)
    series = opened.window.session.series
    if leave == "series":
        show(opened, tmp_path / "other")
        slow_disk.set()
        opened.settle()
        opened.qtbot.wait(1000)
        opened.settle()
    else:
        threading.Timer(0.3, slow_disk.set).start()
        opened.window.close()
    assert len(MeasurementsFile().read(series)) == 2


def test_a_series_that_is_chosen_again_at_once_shows_each_of_them_once(
    opened: Driver, tmp_path: Path, slow_disk: threading.Event
) -> None:
    measure(opened)
    other(opened, tmp_path)
    slow_disk.clear()
    for name in ("study", "other", "study"):
        show(opened, tmp_path / name)
    slow_disk.set()
    opened.settle()
    assert len(opened.window.viewer.state.measurements) == 1


def test_an_end_held_while_another_series_arrives_changes_nothing_of_that_one(window: Driver, tmp_path: Path) -> None:
    for name in ("first", "second"):
        build_series(tmp_path / name, slices=9, rows=48, columns=56)
    window.window.opening.open_paths((tmp_path / "first", tmp_path / "second"))
    window.settle()
    other_one = window.window.session.series
    measure(window)
    window.window.viewer.series_requested.emit(1)
    window.settle()
    series = window.window.session.series
    assert series is not other_one
    measure(window)
    (before,) = window.window.viewer.state.measurements
    window.window.named_actions["windowDragAction"].trigger()
    canvas, middle = window.window.viewer.active_canvas, window.window.viewer.active_canvas.rect().center()
    QTest.mousePress(canvas, LEFT, pos=middle)
    QTest.mouseMove(canvas, middle - QPoint(20, 0))
    QTest.mouseMove(canvas, middle - QPoint(40, 0))
    assert window.window.viewer.state.measurements != (before,)
    window.window.viewer.series_requested.emit(-1)
    window.settle()
    QTest.mouseRelease(canvas, LEFT, pos=middle - QPoint(40, 0))
    assert len(window.window.viewer.state.measurements) == 1
    window.qtbot.wait(1000)
    window.settle()
    (kept,) = MeasurementsFile().read(series)
    assert kept.start == pytest.approx(before.start, abs=1e-5)
    assert len(MeasurementsFile().read(other_one)) == 1


def test_those_of_a_series_in_an_archive_are_not_kept_and_nothing_is_said(opened: Driver, tmp_path: Path) -> None:
    opened.open(zip_folder(tmp_path / "study", tmp_path / "study.zip"))
    opened.window.status.say("")
    measure(opened)
    other(opened, tmp_path)
    assert "measurements" not in opened.text("statusSentence")
    opened.open(tmp_path / "study.zip")
    assert "measurements" not in opened.text("statusSentence")
    assert written(tmp_path) == []
