"""Two series side by side: linked in millimetres where their coordinates mean the same, and told where they do not."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders.dicom import build_series
from builders.nifti import AFFINE_RAS, build_nifti
from builders.protection import box_mask, protect_files
from builders.series_pair import FRAME, STUDY, build_axial, build_coronal
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QToolButton
from ui.driver import Driver

from medcrypt_gui.adapters.images.dicom import DicomReader
from medcrypt_gui.core.imaging.planes import Plane
from medcrypt_gui.core.imaging.series import Series
from medcrypt_gui.core.imaging.volume import Volume, Window
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.ui.flows import guest_flow
from medcrypt_gui.ui.viewer.cells import Arrangement, GuestCell
from medcrypt_gui.ui.viewer.guest import Guest, Link, Reading
from medcrypt_gui.ui.viewer.pictures import PictureOf, take_picture
from medcrypt_gui.ui.viewer.plane_canvas import PlaneCanvas

LEFT, MIDDLE, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton, Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier


def compared(window: Driver, folder: Path) -> Driver:
    """Open a study of two series, number 1 first, and compare it with the other one."""
    window.open(folder)
    main = next(one for one in window.window.session.found.series if one.number in (None, 1))
    window.window.flows.open.select(main)
    window.settle()
    window.window.named_actions["compareAction"].trigger()
    window.settle()
    QApplication.processEvents()
    return window


@pytest.fixture
def pair(window: Driver, tmp_path: Path) -> Driver:
    build_axial(tmp_path / "study")
    build_coronal(tmp_path / "study")
    return compared(window, tmp_path / "study")


@pytest.fixture
def strangers(window: Driver, tmp_path: Path) -> Driver:
    build_axial(tmp_path / "study")
    build_coronal(tmp_path / "study", FrameOfReferenceUID="1.2.3.4")
    return compared(window, tmp_path / "study")


def main_canvas(driver: Driver) -> PlaneCanvas:
    return driver.window.viewer.canvases[0]


def guest_canvas(driver: Driver) -> PlaneCanvas:
    return driver.find("cell2View", PlaneCanvas)


def guest_of(driver: Driver) -> Guest:
    return next(iter(driver.window.viewer.hanging.guests))


def wheel(canvas: PlaneCanvas, notches: int, modifiers: Qt.KeyboardModifier = NONE) -> None:
    centre = QPointF(canvas.rect().center())
    event = QWheelEvent(
        centre, canvas.mapToGlobal(centre), QPoint(), QPoint(0, 120 * notches), Qt.MouseButton.NoButton, modifiers,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(canvas, event)


def crosshair_mm(canvas: PlaneCanvas) -> np.ndarray:
    """The centre of the voxel under the crosshair."""
    x, y, z = canvas.state.crosshair
    return canvas.state.volume.geometry.to_mm((float(x), float(y), float(z)))


def voxels_apart(source: PlaneCanvas, other: PlaneCanvas) -> np.ndarray:
    """How far the other's crosshair is from the source's, in voxels of the other."""
    wanted = other.state.volume.geometry.to_index(crosshair_mm(source))
    return np.abs(wanted - np.asarray(other.state.crosshair))


def shown_under(canvas: PlaneCanvas, point: QPoint) -> np.ndarray:
    """Which place in the patient is painted there."""
    return canvas.state.volume.geometry.to_mm(canvas.index_at(QPointF(point)))


def test_both_crosshairs_show_the_same_place_whichever_series_is_scrolled(pair: Driver) -> None:
    main, guest = main_canvas(pair), guest_canvas(pair)
    for notches in (-1, -2, 5, -1):
        wheel(main, notches)
        assert (voxels_apart(main, guest) <= 0.5 + 1e-6).all()
    through = guest.view.through_axis
    for notches in (1, 3, -7, 2):
        before = guest.state.crosshair
        wheel(guest, notches)
        assert guest.state.crosshair[through] != before[through]
        assert voxels_apart(guest, main)[main.view.through_axis] <= 0.5 + 1e-6
        assert np.abs(crosshair_mm(guest) - crosshair_mm(main)).max() <= 1.5 + 1.0, "half a voxel of either"


def test_a_click_in_either_moves_both(pair: Driver) -> None:
    main, guest = main_canvas(pair), guest_canvas(pair)
    for source, other in ((main, guest), (guest, main)):
        QTest.mouseClick(source, LEFT, NONE, source.rect().center() + QPoint(30, -25))
        assert (voxels_apart(source, other) <= 0.5 + 1e-6).all()


def test_scrolling_thin_slices_does_not_push_the_place_aside(pair: Driver) -> None:
    """Rounding to the neighbour's voxels must not add up."""
    main, guest = main_canvas(pair), guest_canvas(pair)
    pair.window.viewer.set_crosshair((11, 17, 4))
    start = crosshair_mm(main)
    for notches in (1, 1, 1, 1, -1, -1, -1, -1) * 3:
        wheel(guest, notches)
    assert np.abs(crosshair_mm(main) - start)[:2].max() < 1e-9


def test_zoom_and_position_are_the_same_in_millimetres(pair: Driver) -> None:
    main, guest = main_canvas(pair), guest_canvas(pair)
    for source in (main, guest):
        wheel(source, 3, CTRL)
        QTest.mousePress(source, MIDDLE, NONE, QPoint(100, 100))
        QTest.mouseMove(source, QPoint(117, 84))
        QTest.mouseMove(source, QPoint(120, 80))
        QTest.mouseRelease(source, MIDDLE, NONE, QPoint(120, 80))
        assert guest.frame().scale == pytest.approx(main.frame().scale)
        for point in (QPoint(50, 60), QPoint(150, 200)):
            assert shown_under(guest, point)[:2] == pytest.approx(shown_under(main, point)[:2], abs=1e-6)
    QTest.keyClick(guest, Qt.Key.Key_F, CTRL)
    assert main.zoom == 1.0
    assert guest.frame().scale == pytest.approx(main.frame().scale)


def test_the_scale_stays_common_when_the_window_changes_its_size(pair: Driver) -> None:
    pair.window.resize(1100, 700)
    QApplication.processEvents()
    assert guest_canvas(pair).frame().scale == pytest.approx(main_canvas(pair).frame().scale)
    assert main_canvas(pair).zoom == 1.0


def test_each_keeps_its_own_window_in_mr_until_grey_levels_are_linked(pair: Driver) -> None:
    viewer, guest = pair.window.viewer, guest_of(pair)
    before = guest.state.window
    viewer.set_window(Window(77, 33))
    assert guest.state.window == before
    pair.window.named_actions["linkWindowAction"].trigger()
    assert guest.state.window == Window(77, 33)
    viewer.set_window(Window(88, 44))
    assert guest.state.window == Window(88, 44)
    canvas = guest_canvas(pair)
    QTest.mousePress(canvas, LEFT, NONE, QPoint(100, 100))
    for x in (120, 150, 180):
        QTest.mouseMove(canvas, QPoint(x, 100))
    QTest.mouseRelease(canvas, LEFT, NONE, QPoint(180, 100))
    assert viewer.state.window == guest.state.window
    assert viewer.state.window.width > 44


def test_ct_series_share_their_window_from_the_beginning(window: Driver, tmp_path: Path) -> None:
    build_axial(tmp_path / "study", Modality="CT", RescaleSlope=1, RescaleIntercept=-1024, RescaleType="HU")
    build_coronal(tmp_path / "study", Modality="CT", RescaleSlope=1, RescaleIntercept=-1024, RescaleType="HU")
    pair = compared(window, tmp_path / "study")
    assert pair.window.session.volume.unit == "HU"
    QTest.keyClick(main_canvas(pair), Qt.Key.Key_2)
    assert guest_of(pair).state.window == Window(-600, 1500) == pair.window.viewer.state.window
    pair.window.viewer.activate(guest_canvas(pair))
    QTest.keyClick(guest_canvas(pair), Qt.Key.Key_3)
    assert pair.window.viewer.state.window == Window(90, 150)


def test_another_frame_of_reference_is_not_linked_and_says_so(strangers: Driver) -> None:
    main, guest = main_canvas(strangers), guest_canvas(strangers)
    assert strangers.find("cell2Link", QToolButton).toolTip() == "Not linked: other frame of reference"
    assert "not linked: other frame of reference" in guest.state.badges
    before = guest.state.crosshair
    wheel(main, -3)
    assert guest.state.crosshair == before
    place = main.state.crosshair
    wheel(guest, 2)
    assert main.state.crosshair == place
    scale = guest.frame().scale
    wheel(main, 3, CTRL)
    assert guest.frame().scale == scale


def test_it_can_be_linked_anyway_from_what_is_shown_now(strangers: Driver) -> None:
    main, guest = main_canvas(strangers), guest_canvas(strangers)
    wheel(guest, 3)
    menu = strangers.find("cell2Link", QToolButton).menu()
    menu.aboutToShow.emit()
    next(action for action in menu.actions() if action.text().startswith("Link anyway")).trigger()
    apart = crosshair_mm(guest) - crosshair_mm(main)
    wheel(main, -2)
    assert crosshair_mm(guest) - crosshair_mm(main) == pytest.approx(apart, abs=1.5)
    assert guest_of(strangers).link is Link.FROM_HERE
    QTest.keyClick(main, Qt.Key.Key_L)
    assert guest_of(strangers).link is Link.OTHER_FRAME


def test_linking_from_here_keeps_the_distance_between_the_two(pair: Driver) -> None:
    main, guest = main_canvas(pair), guest_canvas(pair)
    QTest.keyClick(main, Qt.Key.Key_L)
    assert guest_of(pair).link is Link.OFF
    wheel(guest, -5)
    there = guest_of(pair).state.exact
    QTest.keyClick(main, Qt.Key.Key_L, CTRL)
    assert guest_of(pair).state.exact == pytest.approx(there)
    wheel(main, -2)
    moved = np.asarray(guest_of(pair).state.exact) - np.asarray(there)
    assert moved == pytest.approx([0, -4.0 / 0.6, 0], abs=1e-6), "two slices of 2 mm, in rows of 0.6 mm downwards"
    QTest.keyClick(main, Qt.Key.Key_L)
    QTest.keyClick(main, Qt.Key.Key_L)
    assert guest_of(pair).link is Link.BY_FRAME
    assert (voxels_apart(main, guest) <= 0.5 + 1e-6).all()


def test_a_place_beyond_the_other_series_is_said_in_its_view(window: Driver, tmp_path: Path) -> None:
    build_axial(tmp_path / "study")
    build_series(
        tmp_path / "study" / "low", slices=4, rows=40, columns=40, origin=(-10.0, -20.0, 20.0), SeriesNumber=3,
        FrameOfReferenceUID=FRAME, StudyInstanceUID=STUDY,
    )  # fmt: skip
    window.open(tmp_path / "study")
    main = next(one for one in window.window.session.found.series if one.number == 1)
    low = next(one for one in window.window.session.found.series if one.number == 3)
    window.window.flows.open.select(main)
    window.settle()
    window.window.viewer.hanging.compare(low)
    window.settle()
    guest = guest_canvas(window)
    before = guest.grab().toImage()
    assert guest.state.crosshair[2] == 3, "the nearest slice is shown"
    wheel(main_canvas(window), -1)
    assert guest.grab().toImage() != before, "and how far it is changes with the place"
    wheel(guest, 1)
    assert guest.state.crosshair[2] == 2
    assert main_canvas(window).state.crosshair[2] == 0
    assert crosshair_mm(guest)[2] == pytest.approx(24.0)


def test_nifti_images_are_linked_by_their_coordinates(window: Driver, tmp_path: Path) -> None:
    finer = AFFINE_RAS.copy()
    finer[:3, :3] *= 0.5
    build_nifti(tmp_path / "study" / "a.nii")
    build_nifti(tmp_path / "study" / "b.nii", np.arange(9 * 30 * 40, dtype=np.int16).reshape(9, 30, 40), finer)
    pair = compared(window, tmp_path / "study")
    assert pair.find("cell2Link", QToolButton).toolTip() == "Linked by coordinates"
    wheel(main_canvas(pair), 1)
    assert (voxels_apart(main_canvas(pair), guest_canvas(pair)) <= 0.5 + 1e-6).all()


def test_a_damaged_guest_says_why_in_its_cell_and_nothing_else_breaks(window: Driver, tmp_path: Path) -> None:
    build_axial(tmp_path / "study")
    build_coronal(tmp_path / "study")
    window.open(tmp_path / "study")
    main = next(one for one in window.window.session.found.series if one.number == 1)
    window.window.flows.open.select(main)
    window.settle()
    for file in (tmp_path / "study" / "coronal2").iterdir():
        whole = file.read_bytes()
        file.write_bytes(whole[: len(whole) - 900])
    window.window.named_actions["compareAction"].trigger()
    window.settle()
    assert window.text("cell2Message") == "A file cannot be read\nThe file changed after it was opened; open it again."
    assert not guest_canvas(window).isVisible()
    assert window.window.viewer.active_canvas is main_canvas(window)
    wheel(main_canvas(window), 1)
    take_picture(window.window.viewer, PictureOf.VIEWS)
    window.click("cell2Button")
    window.settle()
    assert guest_of(window).reading is Reading.FAILED


def slow(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """From now on reading whole series lasts until it is cancelled, or until ``go`` is set."""
    told: dict[str, Any] = {"go": False, "begun": []}
    load = DicomReader.load

    def wait(self: DicomReader, series: Series, task: TaskContext, *rest: Any, **more: Any) -> Volume:
        told["begun"].append(series.number)
        while not told["go"]:
            task.progress(0.25, "Reading")
            time.sleep(0.005)
        return load(self, series, task, *rest, **more)

    monkeypatch.setattr(DicomReader, "load", wait)
    return told


def test_reading_a_guest_can_be_cancelled_and_taken_up_again(
    window: Driver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_axial(tmp_path / "study")
    build_coronal(tmp_path / "study")
    window.open(tmp_path / "study")
    told = slow(monkeypatch)
    window.window.named_actions["compareAction"].trigger()
    window.wait_until(lambda: window.text("cell2Message") == "Reading…" and guest_of(window).fraction == 0.25)
    window.click("cell2Button")
    window.settle()
    assert window.text("cell2Message") == "Reading was cancelled."
    told["go"] = True
    window.click("cell2Button")
    window.settle()
    assert guest_canvas(window).isVisible()


def test_another_study_abandons_what_was_being_read(
    window: Driver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_axial(tmp_path / "study")
    build_coronal(tmp_path / "study")
    window.open(tmp_path / "study")
    slow(monkeypatch)
    window.window.named_actions["compareAction"].trigger()
    window.wait_until(lambda: guest_of(window).fraction == 0.25)
    window.open(build_nifti(tmp_path / "other.nii"))
    assert not window.window.viewer.hanging.guests
    assert window.window.session.series.files[0].name == "other.nii"


def test_guests_are_read_one_after_the_other_and_not_more_than_memory_holds(
    window: Driver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_axial(tmp_path / "study")
    build_coronal(tmp_path / "study")
    build_coronal(tmp_path / "study", SeriesNumber=3)
    monkeypatch.setattr(guest_flow, "MOST_BYTES", 100_000)
    window.open(tmp_path / "study")
    main = next(one for one in window.window.session.found.series if one.number == 1)
    window.window.flows.open.select(main)
    window.settle()
    window.window.viewer.set_arrangement(Arrangement(2, 3))
    window.settle()
    readings = {guest.series.number: guest.reading for guest in window.window.viewer.hanging.guests}
    assert readings == {2: Reading.DONE, 3: Reading.FAILED}
    assert "no room" in window.text("cell3Message")


def test_hidden_names_are_hidden_in_guests_their_headers_and_pictures(pair: Driver) -> None:
    viewer, canvas = pair.window.viewer, guest_canvas(pair)
    viewer.hanging.compare(guest_of(pair).series)
    pair.window.resize(2400, 1400)
    QApplication.processEvents()
    named, picture = canvas.grab().toImage(), take_picture(viewer, PictureOf.VIEWS)
    header = pair.find("cell2Series", QToolButton)
    assert "Coronal" in header.text()
    QTest.keyClick(canvas, Qt.Key.Key_H, CTRL)
    assert "Coronal" not in header.text()
    assert canvas.state.names_hidden
    assert canvas.grab().toImage() != named
    assert picture == viewer.grab().toImage()
    QTest.keyClick(canvas, Qt.Key.Key_H, CTRL)
    assert "Coronal" in header.text()


def test_a_locked_guest_is_shown_as_everybody_sees_it_and_says_that_it_is_locked(
    window: Driver, tmp_path: Path
) -> None:
    build_axial(tmp_path / "study")
    build_coronal(tmp_path)
    mask = box_mask((14, 40, 60))
    files = sorted((tmp_path / "coronal2").iterdir(), reverse=True)
    protect_files(files, mask, tmp_path / "study" / "protected")
    pair = compared(window, tmp_path / "study")
    guest = guest_of(pair)
    assert guest.series.protected
    assert guest.state.badges[0] == "locked, not verified"
    assert pair.find("cell2Series", QToolButton).text().startswith("locked")
    assert guest_canvas(pair).isVisible()
    assert not pair.window.session.series.protected


def test_the_value_under_the_cursor_is_the_guests(pair: Driver) -> None:
    canvas = guest_canvas(pair)
    x, y, z = canvas.state.crosshair
    QTest.mouseMove(canvas, canvas.position_of((float(x), float(y), float(z))).toPoint())
    value = canvas.state.volume.value_at(x, y, z)
    assert pair.text("statusValue").startswith(f"{value:.6g}")


def test_with_several_series_the_one_to_compare_is_asked(window: Driver, tmp_path: Path) -> None:
    build_axial(tmp_path / "study")
    build_coronal(tmp_path / "study")
    build_coronal(tmp_path / "study", SeriesNumber=3, SeriesDescription="Elsewhere", FrameOfReferenceUID="1.2.3.4")
    pair = compared(window, tmp_path / "study")
    menu = pair.find("compareMenu", QMenu)
    texts = [action.text() for action in menu.actions() if action.isEnabled()]
    assert texts == ["Coronal  Series 2", "Elsewhere  Series 3 (other frame of reference)"]
    menu.actions()[2].trigger()
    menu.close()
    pair.settle()
    assert guest_of(pair).series.number == 3


def test_one_series_alone_cannot_be_compared(opened: Driver) -> None:
    opened.window.named_actions["compareAction"].trigger()
    assert "no other series" in opened.text("statusSentence")
    assert opened.window.viewer.arrangement == Arrangement.FOCUS


def test_the_guest_can_be_looked_at_in_any_plane_and_stays_linked(pair: Driver) -> None:
    hanging = pair.window.viewer.hanging
    cell = hanging.cells[1]
    assert isinstance(cell, GuestCell)
    hanging.show_in_cell(1, GuestCell(cell.uid, Plane.CORONAL))
    QApplication.processEvents()
    guest = guest_canvas(pair)
    wheel(guest, -2)
    assert voxels_apart(guest, main_canvas(pair))[1] <= 0.5 + 1e-6
    pair.window.viewer.set_crosshair((20, 30, 2))
    assert (voxels_apart(main_canvas(pair), guest) <= 0.5 + 1e-6).all()
