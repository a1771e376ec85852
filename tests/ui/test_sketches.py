"""Every tool in the views, driven by real mouse and key events: in all planes, zoomed, at the border, on odd grids."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from builders.grids import grid, tilted_grid
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from ui.driver import Driver
from ui.panel_driver import LEFT, PLAIN, RIGHT, canvas_of, drag, noisy_volume, picture, position_in, series_of, wheel
from ui.tool_driver import CENTRE, DRAWN, click, corners_of, labels_of, prepare, take, use

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.planes import Plane
from medcrypt_gui.core.imaging.volume import Volume, Window
from medcrypt_gui.core.mask.editor import MaskEditor
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.tools.base import DragTool, PointerSample
from medcrypt_gui.core.tools.registry import tool
from medcrypt_gui.core.tools.scissors import Reach, ScissorsOptions, Shape
from medcrypt_gui.ui.session import Step
from medcrypt_gui.ui.viewer.viewer_panel import ViewerPanel

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


@pytest.mark.parametrize("plane", list(Plane))
@pytest.mark.parametrize("tool_id", [one.id for one in DRAWN])
def test_a_tool_changes_the_mask_where_it_is_used_and_nowhere_else(
    panel: ViewerPanel, qtbot: QtBot, tool_id: str, plane: Plane
) -> None:
    canvas = canvas_of(panel, plane)
    prepare(panel, canvas, tool_id, CENTRE)
    before = labels_of(panel).copy()
    shown = picture(canvas)
    with qtbot.waitSignal(panel.gesture_finished):
        use(tool_id, panel, canvas, CENTRE)
    changed = labels_of(panel) != before
    assert changed[10, 24, 20]
    assert canvas.view is not None
    across = 2 - canvas.view.through_axis
    slices = np.flatnonzero(changed.any(axis=tuple(axis for axis in range(3) if axis != across)))
    if tool_id != "scissors":
        assert slices.tolist() == [canvas.slice_number]
    assert picture(canvas) != shown
    assert panel.state.editor is not None
    panel.state.editor.undo()
    assert np.array_equal(labels_of(panel), before)
    assert panel.state.editor.undo_name is None


def _show(panel: ViewerPanel, geometry: Geometry) -> None:
    stored = np.random.default_rng(3).integers(0, 1000, geometry.shape).astype(np.int16)
    volume = Volume(stored, geometry, unit="HU", file_window=Window(500, 1000))
    panel.set_volume(volume, series_of(volume))
    panel.set_editor(MaskEditor(RoiMask.empty(geometry)))


@pytest.mark.parametrize("plane", list(Plane))
@pytest.mark.parametrize("kind", ["anisotropic", "oblique", "tilted", "gantry"])
def test_on_odd_grids_a_polygon_lies_where_it_was_drawn(panel: ViewerPanel, plane: Plane, kind: str) -> None:
    _show(panel, tilted_grid(shape=(30, 40, 40)) if kind == "gantry" else grid(kind, shape=(30, 40, 40)))
    canvas = canvas_of(panel, plane)
    around = tuple(float(i) for i in panel.state.crosshair)
    use("polygon", panel, canvas, (around[0], around[1], around[2]))
    found = np.argwhere(labels_of(panel))[:, ::-1]
    assert np.allclose(found.mean(axis=0), around, atol=0.6)
    assert len(found) == pytest.approx(81, abs=20)


def test_in_a_zoomed_view_points_are_as_easy_to_hit(panel: ViewerPanel) -> None:
    canvas = canvas_of(panel)
    canvas.zoom_by(6.0, canvas.position_of(CENTRE))
    take(panel, "polygon")
    corners = corners_of(canvas, CENTRE, 2.0)
    click(canvas, *corners, corners[0] + QPoint(5, 3))
    assert labels_of(panel)[10, 24, 20] == 1
    assert panel.state.tool_drafts[0].faint or panel.state.tool_drafts[0].closed


@pytest.mark.parametrize("tool_id", [one.id for one in DRAWN])
def test_at_the_border_and_outside_nothing_breaks(panel: ViewerPanel, tool_id: str) -> None:
    canvas = canvas_of(panel)
    prepare(panel, canvas, tool_id, CENTRE)
    for around in ((0.0, 0.0, 10.0), (39.0, 47.0, 10.0), (-30.0, 20.0, 10.0)):
        use(tool_id, panel, canvas, around)
        QTest.keyClick(canvas, Qt.Key.Key_Escape)


@pytest.mark.parametrize("tool_id", ["brush", "lasso", "polygon", "fill", "level_trace"])
def test_a_single_image_is_drawn_on_with_the_same_tools(panel: ViewerPanel, tool_id: str) -> None:
    stored = noisy_volume().stored[:1]
    volume = Volume(np.ascontiguousarray(stored), Geometry((1, 48, 40), np.eye(4)), file_window=Window(500, 1000))
    panel.set_volume(volume, series_of(volume, "CR"))
    panel.set_editor(MaskEditor(RoiMask.empty(volume.geometry)))
    canvas = canvas_of(panel)
    QApplication.processEvents()  # one large view, now that there is one plane only
    if tool_id == "fill":
        labels_of(panel)[0, 20:29, 16:25] = 1
        labels_of(panel)[0, 22:27, 18:23] = 0
    use(tool_id, panel, canvas, (20.0, 24.0, 0.0))
    assert labels_of(panel)[0, 24, 20] == 1
    for plane in (Plane.SAGITTAL, Plane.CORONAL):  # one voxel high
        use(tool_id, panel, canvas_of(panel, plane), (20.0, 24.0, 0.0))
        QTest.keyClick(canvas_of(panel, plane), Qt.Key.Key_Escape)


# Polygons


def test_a_double_click_completes_and_never_maximises(panel: ViewerPanel) -> None:
    heard: list[None] = []
    canvas = canvas_of(panel)
    canvas.maximise_requested.connect(lambda: heard.append(None))
    take(panel, "polygon")
    corners = corners_of(canvas, CENTRE, 4.5)
    click(canvas, *corners)
    QTest.mouseDClick(canvas, LEFT, PLAIN, corners[-1])
    assert labels_of(panel)[10, 24, 20] == 1
    assert heard == []


def test_backspace_and_undo_drop_points_and_escape_the_polygon(opened: Driver) -> None:
    opened.window.session.go_to(opened.window.session.steps[2])
    panel = opened.window.viewer
    canvas = panel.active_canvas
    opened.window.session.choose_tool(tool("polygon"))
    click(canvas, *corners_of(canvas, (28.0, 24.0, 4.0), 6.0))
    assert len(panel.state.tool_drafts[0].handles) == 4
    QTest.keyClick(canvas, Qt.Key.Key_Backspace)
    assert len(panel.state.tool_drafts[0].handles) == 3
    opened.window.named_actions["undoAction"].trigger()
    assert len(panel.state.tool_drafts[0].handles) == 2
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert panel.state.tool_drafts == ()
    assert not labels_of(panel).any()


def test_undo_goes_back_to_the_mask_once_no_polygon_is_open(opened: Driver) -> None:
    opened.window.session.go_to(opened.window.session.steps[2])
    panel = opened.window.viewer
    canvas = panel.active_canvas
    opened.window.session.choose_tool(tool("polygon"))
    click(canvas, *corners_of(canvas, (28.0, 24.0, 4.0), 6.0))
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    assert labels_of(panel).any()
    opened.window.named_actions["undoAction"].trigger()
    assert not labels_of(panel).any()


def test_a_half_drawn_polygon_outlives_scrolling_another_window_and_another_tool(panel: ViewerPanel) -> None:
    canvas = canvas_of(panel)
    take(panel, "polygon")
    corners = corners_of(canvas, CENTRE, 4.5)
    click(canvas, *corners)
    wheel(canvas, -2)
    hidden = picture(canvas)
    panel.set_window(Window(100, 300))
    take(panel, "brush", size_mm=4.0)
    assert panel.state.tool_drafts == ()
    take(panel, "polygon")
    assert len(panel.state.tool_drafts[0].handles) == 4
    wheel(canvas, 2)
    assert picture(canvas) != hidden
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    assert labels_of(panel)[10, 24, 20] == 1


def test_another_mask_begins_with_no_polygons(panel: ViewerPanel) -> None:
    canvas = canvas_of(panel)
    take(panel, "polygon")
    click(canvas, *corners_of(canvas, CENTRE, 4.5))
    assert panel.state.volume is not None
    panel.set_editor(MaskEditor(RoiMask.empty(panel.state.volume.geometry)))
    assert panel.state.tool_drafts == ()
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    assert not labels_of(panel).any()


def test_a_point_of_the_last_polygon_is_dragged_or_taken_out(panel: ViewerPanel) -> None:
    canvas = canvas_of(panel)
    use("polygon", panel, canvas, CENTRE)
    corner = corners_of(canvas, CENTRE, 4.5)[2]
    whole = labels_of(panel).sum()
    drag(canvas, corner, corner + QPoint(60, 60))
    assert labels_of(panel).sum() > whole
    click(canvas, corner + QPoint(60, 60), modifiers=ALT)
    assert labels_of(panel).sum() < whole
    assert panel.state.editor is not None
    panel.state.editor.undo()
    panel.state.editor.undo()
    assert labels_of(panel).sum() == whole


def test_delete_takes_the_point_under_the_pointer_out(panel: ViewerPanel) -> None:
    canvas = canvas_of(panel)
    take(panel, "polygon")
    corners = corners_of(canvas, CENTRE, 4.5)
    click(canvas, *corners)
    QTest.mouseMove(canvas, corners[1])
    QTest.keyClick(canvas, Qt.Key.Key_Delete)
    assert len(panel.state.tool_drafts[0].handles) == 3


def test_the_last_polygon_is_pasted_into_the_next_slice_by_its_key(panel: ViewerPanel) -> None:
    canvas = canvas_of(panel)
    use("polygon", panel, canvas, CENTRE)
    wheel(canvas, -1)
    QTest.keyClick(canvas, Qt.Key.Key_V, CTRL)
    assert not labels_of(panel)[11].any()
    QTest.keyClick(canvas, Qt.Key.Key_Enter)
    assert np.array_equal(labels_of(panel)[11], labels_of(panel)[10])


def test_the_panel_pastes_too(opened: Driver) -> None:
    opened.window.session.go_to(opened.window.session.steps[2])
    opened.window.session.choose_tool(tool("polygon"))
    canvas = opened.window.viewer.active_canvas
    click(canvas, *corners_of(canvas, (28.0, 24.0, 4.0), 6.0))
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    wheel(canvas, -1)
    opened.click("toolPaste")
    assert opened.window.viewer.state.tool_drafts[0].closed
    assert "Enter" in opened.text("statusSentence")


def test_with_space_held_a_polygon_is_not_touched(panel: ViewerPanel) -> None:
    canvas = canvas_of(panel)
    take(panel, "polygon")
    click(canvas, *corners_of(canvas, CENTRE, 4.5))
    QTest.keyPress(canvas, Qt.Key.Key_Space)
    drag(canvas, QPoint(100, 100), QPoint(160, 140))
    QTest.keyRelease(canvas, Qt.Key.Key_Space)
    assert len(panel.state.tool_drafts[0].handles) == 4


@pytest.mark.parametrize("how", ["right button", "Ctrl"])
def test_a_polygon_takes_away(panel: ViewerPanel, how: str) -> None:
    canvas = canvas_of(panel)
    labels_of(panel)[:] = 1
    take(panel, "polygon")
    corners = corners_of(canvas, CENTRE, 4.5)
    if how == "Ctrl":
        click(canvas, corners[0], modifiers=CTRL)
    else:
        QTest.mouseClick(canvas, RIGHT, PLAIN, corners[0])
    click(canvas, *corners[1:])
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    assert labels_of(panel)[10, 24, 20] == 0


# Other tools


def test_escape_gives_a_lasso_up(panel: ViewerPanel) -> None:
    canvas = canvas_of(panel)
    take(panel, "lasso")
    drag(canvas, *corners_of(canvas, CENTRE, 4.5)[:2], release=False)
    assert panel.state.tool_drafts
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert panel.state.tool_drafts == ()
    QTest.mouseRelease(canvas, LEFT, PLAIN, QPoint(10, 10))
    assert not labels_of(panel).any()


@pytest.mark.parametrize("plane", list(Plane))
def test_scissors_cut_a_clicked_polygon_through_half_of_the_slices(panel: ViewerPanel, plane: Plane) -> None:
    labels_of(panel)[:] = 1
    canvas = canvas_of(panel, plane)
    panel.set_tool(tool("scissors"), ScissorsOptions(shape=Shape.POLYGON, reach=Reach.ONWARDS))
    corners = corners_of(canvas, CENTRE, 4.5)
    click(canvas, *corners)
    QTest.mouseDClick(canvas, LEFT, PLAIN, corners[-1])
    assert canvas.view is not None
    gone = np.moveaxis(labels_of(panel) == 0, 2 - canvas.view.through_axis, 0).any(axis=(1, 2))
    assert np.array_equal(gone, np.arange(len(gone)) >= canvas.slice_number)


def test_level_tracing_follows_the_pointer_and_goes_with_it(panel: ViewerPanel) -> None:
    canvas = canvas_of(panel)
    take(panel, "level_trace")
    QTest.mouseMove(canvas, position_in(canvas, 20, 24, 10))
    assert panel.state.tool_drafts
    assert not labels_of(panel).any()
    canvas.leaveEvent(None)  # type: ignore[arg-type]
    assert panel.state.tool_drafts == ()


class _Seeding(DragTool):
    id, title, icon, help, operation = "seeding", "Seeding", "brush", "Click.", "grow"
    options_type = type(tool("lasso").options_type())

    def drag(self, drawing: Any, press: PointerSample, options: Any) -> Any:
        drawing.place_seed(press)
        while (yield) is not None:
            pass


def test_a_seed_reaches_whoever_owns_the_views(panel: ViewerPanel) -> None:
    heard: list[PointerSample] = []
    panel.seed_placed.connect(heard.append)
    panel.set_tool(_Seeding())
    canvas = canvas_of(panel)
    click(canvas, position_in(canvas, 20, 24, 10))
    assert [round(i) for i in heard[0].index_xyz] == [20, 24, 10]
    assert panel.state.editor is not None
    assert panel.state.editor.undo_name is None


def test_the_cursor_is_seen_with_tools_that_have_no_tip(panel: ViewerPanel) -> None:
    canvas = canvas_of(panel)
    take(panel, "brush")
    assert canvas.cursor().shape() is Qt.CursorShape.BlankCursor
    take(panel, "polygon")
    assert canvas.cursor().shape() is Qt.CursorShape.CrossCursor


def test_a_draft_is_seen_on_dark_and_on_bright_images(panel: ViewerPanel) -> None:
    canvas = canvas_of(panel)
    take(panel, "polygon")
    corners = corners_of(canvas, CENTRE, 8.0)
    click(canvas, *corners[:2])
    middle = (QPointF(corners[0]) + QPointF(corners[1])) / 2
    for window in (Window(5000, 10), Window(-5000, 10)):
        panel.set_window(window)
        image = canvas.grab().toImage()
        column = [image.pixelColor(int(middle.x()), int(middle.y()) + dy).lightness() for dy in range(-4, 5)]
        assert max(column) - min(column) > 100


def test_the_first_points_of_a_polygon_can_be_taken_back_with_the_button_too(opened: Driver) -> None:
    opened.window.session.go_to(Step.CORRECT)
    opened.window.session.choose_tool(tool("polygon"))
    canvas, button = opened.window.viewer.active_canvas, opened.find("correctUndo")
    assert not button.isEnabled()
    middle = canvas.rect().center()
    click(canvas, middle, middle + QPoint(30, 0))
    assert button.isEnabled()
    opened.click("correctUndo")
    assert button.isEnabled()
    opened.click("correctUndo")
    assert not button.isEnabled()
