"""Arrangements of views: how many there are, what they show, and how that is changed."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path

import numpy as np
import pytest
from builders.dicom import build_series
from builders.nifti import build_nifti
from builders.series_pair import build_axial, build_coronal
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QGraphicsView, QListWidget, QMenu, QToolButton, QWidget
from ui.driver import Driver

from medcrypt_gui.core.imaging.planes import Plane
from medcrypt_gui.ui.viewer.cell_header import CellHeader
from medcrypt_gui.ui.viewer.cells import Arrangement, EmptyCell, ExtraCell, GuestCell, MainCell
from medcrypt_gui.ui.viewer.extra_views import Extra
from medcrypt_gui.ui.viewer.guest_view import EmptyView, GuestView
from medcrypt_gui.ui.viewer.plane_canvas import PlaneCanvas

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def study(window: Driver, tmp_path: Path) -> Driver:
    """A study of three series, the first one open."""
    build_axial(tmp_path / "study")
    build_coronal(tmp_path / "study")
    build_coronal(tmp_path / "study", SeriesNumber=3, SeriesDescription="Later")
    window.open(tmp_path / "study")
    main = next(one for one in window.window.session.found.series if one.number == 1)
    window.window.flows.open.select(main)
    window.settle()
    return window


def views(driver: Driver) -> list[QWidget]:
    """What is visible in the cells, from the upper left."""
    panel = driver.window.viewer
    QApplication.processEvents()
    found = [
        child
        for child in panel.children()
        if isinstance(child, PlaneCanvas | GuestView | EmptyView) or getattr(child, "objectName", str)() == "histogram"
    ]
    visible = [child for child in found if child.isVisible()]
    return sorted(visible, key=lambda view: (view.y(), view.x()))


def arrange(driver: Driver, rows: int, columns: int) -> None:
    driver.window.viewer.set_arrangement(Arrangement(rows, columns))
    driver.settle()
    QApplication.processEvents()


def uid_of(driver: Driver, number: int) -> str:
    return next(one.uid for one in driver.window.session.found.series if one.number == number)


def drop(driver: Driver, number: int, view: QWidget) -> None:
    """Drag a series from the list onto a view."""
    panel, listed = driver.window.viewer, driver.find("seriesList", QListWidget)
    items = [listed.item(row) for row in range(listed.count())]
    item = next(one for one in items if one.data(Qt.ItemDataRole.UserRole).uid == uid_of(driver, number))
    data = listed.mimeData([item])
    place = QPointF(view.mapTo(panel, view.rect().center()))
    entered = QDragEnterEvent(place.toPoint(), Qt.DropAction.CopyAction, data, LEFT, NONE)
    QApplication.sendEvent(panel, entered)
    assert entered.isAccepted()
    dropped = QDropEvent(place, Qt.DropAction.CopyAction, data, LEFT, NONE)
    QApplication.sendEvent(panel, dropped)
    assert dropped.isAccepted()
    driver.settle()


@pytest.mark.parametrize("rows", [1, 2, 3])
@pytest.mark.parametrize("columns", [1, 2, 3])
def test_a_grid_has_as_many_views_as_it_says_all_of_one_size(study: Driver, rows: int, columns: int) -> None:
    arrange(study, rows, columns)
    shown = views(study)
    assert len(shown) == rows * columns
    for size in ([view.width() for view in shown], [view.height() for view in shown]):
        assert max(size) - min(size) <= 1
    lines = sorted({view.y() for view in shown})
    assert len(lines) == rows
    assert len({view.x() for view in shown}) == columns


def test_the_large_view_has_two_small_ones_beside_it(study: Driver) -> None:
    arrange(study, 3, 3)
    study.window.named_actions["focusViewsAction"].trigger()
    study.settle()
    QApplication.processEvents()
    large, upper, lower = views(study)
    assert large.height() > upper.height() + lower.height()
    assert large.width() > 1.8 * upper.width()
    assert not [header for header in study.window.findChildren(CellHeader) if header.isVisible()]


def test_two_views_compare_with_the_next_linked_series_in_the_same_plane(study: Driver) -> None:
    arrange(study, 1, 2)
    main, guest = views(study)
    assert main.objectName() == "axialView"
    assert isinstance(guest, GuestView)
    assert guest.guest.series.number == 2
    assert guest.canvas.plane is Plane.AXIAL
    assert guest.canvas.isVisible()


def test_four_views_are_the_planes_and_an_extra_and_nine_the_series_as_acquired(study: Driver) -> None:
    arrange(study, 2, 2)
    names = [view.objectName() for view in views(study)]
    assert names == ["axialView", "sagittalView", "coronalView", "histogram"]
    arrange(study, 3, 3)
    hanging = study.window.viewer.hanging
    assert hanging.cells == (
        MainCell(Plane.AXIAL),
        GuestCell(uid_of(study, 2), Plane.CORONAL),
        GuestCell(uid_of(study, 3), Plane.CORONAL),
        *[EmptyCell()] * 6,
    )


def test_f6_goes_through_all_visible_views_and_keys_act_on_the_one_reached(study: Driver) -> None:
    arrange(study, 1, 3)
    study.window.viewer.hanging.show_series(1, uid_of(study, 2))
    study.settle()
    reached = []
    for _ in range(4):
        reached.append(study.window.viewer.active_canvas.objectName())
        QTest.keyClick(study.window.viewer.active_canvas, Qt.Key.Key_F6)
    assert reached == ["axialView", "cell2View", "coronalView", "axialView"]
    guest = study.window.viewer.active_canvas
    assert guest.objectName() == "cell2View"
    before, main = guest.slice_number, study.window.viewer.state.inverted
    QTest.keyClick(guest, Qt.Key.Key_Down)
    QTest.keyClick(guest, Qt.Key.Key_I)
    assert guest.slice_number == before + 1
    assert guest.state.inverted
    assert study.window.viewer.state.inverted is main


def test_a_double_click_maximises_any_cell_of_a_grid_and_restores_it(study: Driver) -> None:
    arrange(study, 2, 2)
    study.window.viewer.hanging.show_series(1, uid_of(study, 2))
    study.settle()
    _main, guest, _coronal, histogram = views(study)
    assert isinstance(guest, GuestView)
    QTest.mouseDClick(guest.canvas, LEFT, NONE, QPoint(30, 30))
    assert views(study) == [guest]
    QTest.mouseDClick(guest.canvas, LEFT, NONE, QPoint(30, 30))
    assert len(views(study)) == 4
    QTest.mouseDClick(histogram.findChild(QGraphicsView).viewport(), LEFT, NONE, QPoint(30, 30))
    assert views(study) == [histogram]
    QTest.mouseDClick(study.find("cell4Header"), LEFT, NONE, QPoint(5, 5))
    assert len(views(study)) == 4


def test_a_series_dragged_onto_a_cell_is_shown_there(study: Driver) -> None:
    arrange(study, 2, 2)
    drop(study, 3, views(study)[2])
    shown = views(study)[2]
    assert isinstance(shown, GuestView)
    assert shown.guest.series.number == 3
    assert shown.canvas.plane is Plane.CORONAL
    assert shown.canvas.isVisible()
    assert study.window.session.series.number == 1


def test_a_series_dragged_onto_the_large_view_arrangement_keeps_it(study: Driver) -> None:
    drop(study, 2, views(study)[1])
    assert study.window.viewer.arrangement == Arrangement.FOCUS
    assert isinstance(views(study)[1], GuestView)


def test_a_series_dragged_onto_the_only_cell_of_the_open_one_is_opened_instead(study: Driver) -> None:
    arrange(study, 1, 1)
    drop(study, 2, views(study)[0])
    assert study.window.session.series.number == 2
    assert [view.objectName() for view in views(study)] == ["coronalView"]
    assert study.window.viewer.arrangement == Arrangement(1, 1)


def test_something_else_dragged_over_the_views_is_left_to_the_window(study: Driver) -> None:
    data = QMimeData()
    data.setText("no series")
    event = QDragEnterEvent(QPoint(50, 50), Qt.DropAction.CopyAction, data, LEFT, NONE)
    QApplication.sendEvent(study.window.viewer, event)
    assert not event.isAccepted()
    data.setData("application/x-medcrypt-series", b"another-program 1.2.3")
    again = QDragEnterEvent(QPoint(50, 50), Qt.DropAction.CopyAction, data, LEFT, NONE)
    QApplication.sendEvent(study.window.viewer, again)
    assert not again.isAccepted()


def choose(driver: Driver, button: str, text: str) -> None:
    """Open a menu of a header and choose an entry."""
    menu = driver.find(button, QToolButton).menu()
    assert isinstance(menu, QMenu)
    menu.aboutToShow.emit()
    next(action for action in menu.actions() if action.text().startswith(text)).trigger()
    driver.settle()


def test_the_menus_above_a_cell_choose_series_plane_and_extra(study: Driver) -> None:
    arrange(study, 1, 2)
    choose(study, "cell2Series", "Later")
    assert study.window.viewer.hanging.cells[1] == GuestCell(uid_of(study, 3), Plane.AXIAL)
    choose(study, "cell2Plane", "Sagittal")
    assert study.window.viewer.hanging.cells[1] == GuestCell(uid_of(study, 3), Plane.SAGITTAL)
    choose(study, "cell2Series", "Histogram")
    assert study.window.viewer.hanging.cells[1] == ExtraCell(Extra.HISTOGRAM)
    choose(study, "cell1Plane", "Coronal")
    assert views(study)[0].objectName() == "coronalView"


def test_a_plane_that_is_shown_elsewhere_changes_places(study: Driver) -> None:
    arrange(study, 2, 2)
    choose(study, "cell1Plane", "Coronal")
    assert [view.objectName() for view in views(study)] == ["coronalView", "sagittalView", "axialView", "histogram"]


def test_the_picker_marks_with_arrow_keys_and_takes_enter(study: Driver) -> None:
    study.window.named_actions["layoutAction"].trigger()
    squares = study.find("layoutPickerSquares")
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down):
        QTest.keyClick(squares, key)
    assert study.text("layoutPickerSize") == "2 × 3"
    QTest.keyClick(squares, Qt.Key.Key_Return)
    study.settle()
    assert study.window.viewer.arrangement == Arrangement(2, 3)
    assert len(views(study)) == 6


def test_escape_leaves_the_picker_and_the_arrangement_as_it_is(study: Driver) -> None:
    study.window.named_actions["layoutAction"].trigger()
    picker = study.find("layoutPicker")
    QTest.keyClick(study.find("layoutPickerSquares"), Qt.Key.Key_Escape)
    assert not picker.isVisible()
    assert study.window.viewer.arrangement == Arrangement.FOCUS


def test_an_arrangement_chosen_again_begins_anew(study: Driver) -> None:
    arrange(study, 2, 2)
    drop(study, 3, views(study)[1])
    arrange(study, 2, 2)
    assert [view.objectName() for view in views(study)] == ["axialView", "sagittalView", "coronalView", "histogram"]


def test_a_guest_hidden_by_a_large_view_turns_with_the_others(study: Driver) -> None:
    arrange(study, 1, 2)
    main, guest = views(study)
    assert isinstance(main, PlaneCanvas)
    assert isinstance(guest, GuestView)
    QTest.mouseDClick(main, LEFT, NONE, QPoint(30, 30))
    study.window.viewer.shared.set_neurological(True)
    QTest.mouseDClick(main, LEFT, NONE, QPoint(30, 30))
    assert guest.canvas.view is not None
    assert guest.canvas.view.letters[0] == main.view.letters[0] == "L"


def test_the_picker_takes_a_click(study: Driver) -> None:
    study.window.named_actions["layoutAction"].trigger()
    squares = study.find("layoutPickerSquares")
    QTest.mouseClick(squares, LEFT, NONE, QPoint(50, 90))
    assert study.window.viewer.arrangement == Arrangement(3, 2)


def test_the_arrangement_outlives_a_change_of_series_and_the_two_change_places(study: Driver) -> None:
    arrange(study, 1, 2)
    study.window.flows.open.select(study.window.session.found.series[1])
    study.settle()
    assert study.window.session.series.number == 2
    assert study.window.viewer.arrangement == Arrangement(1, 2)
    main, guest = views(study)
    assert main.objectName() == "coronalView", "the plane in which the new one was acquired"
    assert isinstance(guest, GuestView)
    assert guest.guest.series.number == 1


def test_what_cells_showed_is_remembered_when_the_arrangement_comes_back(study: Driver) -> None:
    arrange(study, 2, 2)
    drop(study, 3, views(study)[1])
    cells = study.window.viewer.hanging.cells
    arrange(study, 1, 1)
    assert not study.window.viewer.hanging.guests
    arrange(study, 2, 2)
    assert study.window.viewer.hanging.cells == cells


def test_a_single_image_has_one_view_and_the_grid_comes_back_after_it(window: Driver, tmp_path: Path) -> None:
    build_axial(tmp_path / "study")
    build_series(tmp_path / "study" / "single", slices=1, SeriesNumber=8)
    window.open(tmp_path / "study")
    by_size = sorted(window.window.session.found.series, key=lambda one: one.geometry.shape[0])
    arrange(window, 2, 2)
    for series, count in ((by_size[0], 1), (by_size[1], 4)):
        window.window.flows.open.select(series)
        window.settle()
        QApplication.processEvents()
        assert len(views(window)) == count


def test_another_study_drops_the_guests_and_fills_the_cells_anew(study: Driver, tmp_path: Path) -> None:
    arrange(study, 1, 3)
    drop(study, 3, views(study)[1])
    build_nifti(tmp_path / "other.nii", np.zeros((9, 20, 20), np.int16))
    study.open(tmp_path / "other.nii")
    assert study.window.viewer.arrangement == Arrangement(1, 3)
    assert [view.objectName() for view in views(study)] == ["axialView", "sagittalView", "coronalView"]
    assert not study.window.viewer.hanging.guests


def test_a_guest_that_no_cell_shows_any_more_gives_its_memory_back(study: Driver) -> None:
    arrange(study, 3, 3)
    guest = study.window.viewer.hanging.guests.get(uid_of(study, 3))
    voxels = weakref.ref(guest.state.volume)
    widgets = len(study.window.viewer.findChildren(QWidget))
    del guest
    for _ in range(4):
        arrange(study, 1, 1)
        arrange(study, 3, 3)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert len(study.window.viewer.findChildren(QWidget)) == widgets
    gc.collect()
    assert voxels() is None


def test_the_slab_and_the_measurements_are_those_of_the_active_view(study: Driver) -> None:
    arrange(study, 1, 2)
    _main, guest = views(study)
    assert isinstance(guest, GuestView)
    QTest.mouseClick(guest.canvas, LEFT, NONE, guest.canvas.rect().center())
    QTest.keyClick(guest.canvas, Qt.Key.Key_D)
    QTest.mousePress(guest.canvas, LEFT, NONE, QPoint(100, 200))
    for x in (110, 130, 160):
        QTest.mouseMove(guest.canvas, QPoint(x, 210))
    QTest.mouseRelease(guest.canvas, LEFT, NONE, QPoint(160, 210))
    study.window.named_actions["slabMaximumAction"].trigger()
    assert len(guest.guest.state.measurements) == 1
    assert guest.guest.state.slab is not None
    assert study.window.viewer.state.measurements == ()
    assert study.window.viewer.state.slab is None
    QTest.keyClick(guest.canvas, Qt.Key.Key_Delete)
    assert guest.guest.state.measurements == ()


def test_the_brush_paints_in_the_open_series_only(study: Driver) -> None:
    arrange(study, 1, 2)
    study.window.findChild(QAction, "brushAction").trigger()
    main, guest = views(study)
    assert isinstance(guest, GuestView)
    QTest.mouseClick(guest.canvas, LEFT, NONE, guest.canvas.rect().center())
    assert not study.window.session.editor.mask.labels.any()
    assert "only looked at" in study.text("statusSentence")
    QTest.mouseClick(main, LEFT, NONE, main.rect().center())
    assert study.window.session.editor.mask.labels.any()


def test_left_and_right_change_the_series_of_the_active_cell(study: Driver) -> None:
    arrange(study, 1, 2)
    guest = views(study)[1]
    assert isinstance(guest, GuestView)
    QTest.mouseClick(guest.canvas, LEFT, NONE, guest.canvas.rect().center())
    QTest.keyClick(guest.canvas, Qt.Key.Key_Right)
    study.settle()
    assert study.window.viewer.hanging.cells[1] == GuestCell(uid_of(study, 3), Plane.AXIAL)
    assert study.window.session.series.number == 1
