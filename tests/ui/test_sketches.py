"""Every tool in the views, driven by real mouse and key events: in all planes, zoomed, at the border, on odd grids."""

from __future__ import annotations

from collections.abc import Callable
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

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.planes import Plane
from medcrypt_gui.core.imaging.volume import Volume, Window
from medcrypt_gui.core.mask.editor import MaskEditor
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.tools.base import DragTool, PointerSample
from medcrypt_gui.core.tools.registry import all_tools, tool
from medcrypt_gui.core.tools.scissors import Reach, ScissorsOptions, Shape
from medcrypt_gui.ui.viewer.plane_canvas import PlaneCanvas
from medcrypt_gui.ui.viewer.viewer_panel import ViewerPanel

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
_CENTRE = (20.0, 24.0, 10.0)
_DRAWN = [one for one in all_tools() if not one.operation]


def _take(panel: ViewerPanel, tool_id: str, **options: Any) -> None:
    chosen = tool(tool_id)
    panel.set_tool(chosen, chosen.options_type(**options))


def _labels(panel: ViewerPanel) -> np.ndarray:
    assert panel.state.editor is not None
    return panel.state.editor.labels


def _corners(canvas: PlaneCanvas, around: tuple[float, float, float], reach: float) -> list[QPoint]:
    """Of a square around an index, in the canvas' plane, ``reach`` voxels to each side."""
    assert canvas.view is not None
    corners = []
    for u, v in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
        place = list(around)
        place[canvas.view.u_axis] += u * reach
        place[canvas.view.v_axis] += v * reach
        corners.append(canvas.position_of((place[0], place[1], place[2])).toPoint())
    return corners


def _trace(canvas: PlaneCanvas, corners: list[QPoint], button: Qt.MouseButton = LEFT) -> None:
    """Along the corners with the button held."""
    QTest.mousePress(canvas, button, PLAIN, corners[0])
    for start, stop in zip(corners, [*corners[1:], corners[0]], strict=True):
        for n in range(1, 9):
            QTest.mouseMove(canvas, start + (stop - start) * n / 8)
    QTest.mouseRelease(canvas, button, PLAIN, corners[0])


def _click(canvas: PlaneCanvas, *places: QPoint, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
    for place in places:
        QTest.mouseMove(canvas, place)
        QTest.mouseClick(canvas, LEFT, modifiers, place)


def _use(tool_id: str, panel: ViewerPanel, canvas: PlaneCanvas, around: tuple[float, float, float]) -> None:
    """The tool's ordinary gesture, around a place."""
    _take(panel, tool_id)
    corners = _corners(canvas, around, 4.5)
    middle = canvas.position_of(around).toPoint()
    if tool_id == "polygon":
        _click(canvas, *corners)
        QTest.keyClick(canvas, Qt.Key.Key_Return)
    elif tool_id in ("lasso", "scissors"):
        _trace(canvas, corners)
    else:
        _click(canvas, middle)


def _prepare(panel: ViewerPanel, canvas: PlaneCanvas, tool_id: str, around: tuple[float, float, float]) -> None:
    """What there must be for the tool to have something to do there: a ring to fill, a mask to cut."""
    assert canvas.view is not None
    labels = _labels(panel)
    if tool_id in ("scissors", "eraser"):
        labels[:] = 1
    if tool_id == "fill":
        place = [slice(round(i) - 3, round(i) + 4) for i in around[::-1]]
        hole = [slice(round(i) - 1, round(i) + 2) for i in around[::-1]]
        labels[tuple(place)] = 1
        labels[tuple(hole)] = 0


@pytest.mark.parametrize("plane", list(Plane))
@pytest.mark.parametrize("tool_id", [one.id for one in _DRAWN])
def test_a_tool_changes_the_mask_where_it_is_used_and_nowhere_else(
    panel: ViewerPanel, qtbot: QtBot, tool_id: str, plane: Plane
) -> None:
    canvas = canvas_of(panel, plane)
    _prepare(panel, canvas, tool_id, _CENTRE)
    before = _labels(panel).copy()
    shown = picture(canvas)
    with qtbot.waitSignal(panel.gesture_finished):
        _use(tool_id, panel, canvas, _CENTRE)
    changed = _labels(panel) != before
    assert changed[10, 24, 20]
    assert canvas.view is not None
    across = 2 - canvas.view.through_axis
    slices = np.flatnonzero(changed.any(axis=tuple(axis for axis in range(3) if axis != across)))
    if tool_id != "scissors":
        assert slices.tolist() == [canvas.slice_number]
    assert picture(canvas) != shown
    assert panel.state.editor is not None
    panel.state.editor.undo()
    assert np.array_equal(_labels(panel), before)
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
    _use("polygon", panel, canvas, (around[0], around[1], around[2]))
    found = np.argwhere(_labels(panel))[:, ::-1]
    assert np.allclose(found.mean(axis=0), around, atol=0.6)
    assert len(found) == pytest.approx(81, abs=20)


def test_in_a_zoomed_view_points_are_as_easy_to_hit(panel: ViewerPanel) -> None:
    canvas = canvas_of(panel)
    canvas.zoom_by(6.0, canvas.position_of(_CENTRE))
    _take(panel, "polygon")
    corners = _corners(canvas, _CENTRE, 2.0)
    _click(canvas, *corners, corners[0] + QPoint(5, 3))
    assert _labels(panel)[10, 24, 20] == 1
    assert panel.state.tool_drafts[0].faint or panel.state.tool_drafts[0].closed


@pytest.mark.parametrize("tool_id", [one.id for one in _DRAWN])
def test_at_the_border_and_outside_nothing_breaks(panel: ViewerPanel, tool_id: str) -> None:
    canvas = canvas_of(panel)
    _prepare(panel, canvas, tool_id, _CENTRE)
    for around in ((0.0, 0.0, 10.0), (39.0, 47.0, 10.0), (-30.0, 20.0, 10.0)):
        _use(tool_id, panel, canvas, around)
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
        _labels(panel)[0, 20:29, 16:25] = 1
        _labels(panel)[0, 22:27, 18:23] = 0
    _use(tool_id, panel, canvas, (20.0, 24.0, 0.0))
    assert _labels(panel)[0, 24, 20] == 1
    for plane in (Plane.SAGITTAL, Plane.CORONAL):  # one voxel high
        _use(tool_id, panel, canvas_of(panel, plane), (20.0, 24.0, 0.0))
        QTest.keyClick(canvas_of(panel, plane), Qt.Key.Key_Escape)


# Polygons


def test_a_double_click_completes_and_never_maximises(panel: ViewerPanel) -> None:
    heard: list[None] = []
    canvas = canvas_of(panel)
    canvas.maximise_requested.connect(lambda: heard.append(None))
    _take(panel, "polygon")
    corners = _corners(canvas, _CENTRE, 4.5)
    _click(canvas, *corners)
    QTest.mouseDClick(canvas, LEFT, PLAIN, corners[-1])
    assert _labels(panel)[10, 24, 20] == 1
    assert heard == []


def test_backspace_and_undo_drop_points_and_escape_the_polygon(opened: Driver) -> None:
    opened.window.session.go_to(opened.window.session.steps[2])
    panel = opened.window.viewer
    canvas = panel.active_canvas
    opened.window.session.choose_tool(tool("polygon"))
    _click(canvas, *_corners(canvas, (28.0, 24.0, 4.0), 6.0))
    assert len(panel.state.tool_drafts[0].handles) == 4
    QTest.keyClick(canvas, Qt.Key.Key_Backspace)
    assert len(panel.state.tool_drafts[0].handles) == 3
    opened.window.named_actions["undoAction"].trigger()
    assert len(panel.state.tool_drafts[0].handles) == 2
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert panel.state.tool_drafts == ()
    assert not _labels(panel).any()


def test_undo_goes_back_to_the_mask_once_no_polygon_is_open(opened: Driver) -> None:
    opened.window.session.go_to(opened.window.session.steps[2])
    panel = opened.window.viewer
    canvas = panel.active_canvas
    opened.window.session.choose_tool(tool("polygon"))
    _click(canvas, *_corners(canvas, (28.0, 24.0, 4.0), 6.0))
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    assert _labels(panel).any()
    opened.window.named_actions["undoAction"].trigger()
    assert not _labels(panel).any()


def test_a_half_drawn_polygon_outlives_scrolling_another_window_and_another_tool(panel: ViewerPanel) -> None:
    canvas = canvas_of(panel)
    _take(panel, "polygon")
    corners = _corners(canvas, _CENTRE, 4.5)
    _click(canvas, *corners)
    wheel(canvas, -2)
    hidden = picture(canvas)
    panel.set_window(Window(100, 300))
    _take(panel, "brush", size_mm=4.0)
    assert panel.state.tool_drafts == ()
    _take(panel, "polygon")
    assert len(panel.state.tool_drafts[0].handles) == 4
    wheel(canvas, 2)
    assert picture(canvas) != hidden
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    assert _labels(panel)[10, 24, 20] == 1


def test_another_mask_begins_with_no_polygons(panel: ViewerPanel) -> None:
    canvas = canvas_of(panel)
    _take(panel, "polygon")
    _click(canvas, *_corners(canvas, _CENTRE, 4.5))
    assert panel.state.volume is not None
    panel.set_editor(MaskEditor(RoiMask.empty(panel.state.volume.geometry)))
    assert panel.state.tool_drafts == ()
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    assert not _labels(panel).any()


def test_a_point_of_the_last_polygon_is_dragged_or_taken_out(panel: ViewerPanel) -> None:
    canvas = canvas_of(panel)
    _use("polygon", panel, canvas, _CENTRE)
    corner = _corners(canvas, _CENTRE, 4.5)[2]
    whole = _labels(panel).sum()
    drag(canvas, corner, corner + QPoint(60, 60))
    assert _labels(panel).sum() > whole
    _click(canvas, corner + QPoint(60, 60), modifiers=ALT)
    assert _labels(panel).sum() < whole
    assert panel.state.editor is not None
    panel.state.editor.undo()
    panel.state.editor.undo()
    assert _labels(panel).sum() == whole


def test_delete_takes_the_point_under_the_pointer_out(panel: ViewerPanel) -> None:
    canvas = canvas_of(panel)
    _take(panel, "polygon")
    corners = _corners(canvas, _CENTRE, 4.5)
    _click(canvas, *corners)
    QTest.mouseMove(canvas, corners[1])
    QTest.keyClick(canvas, Qt.Key.Key_Delete)
    assert len(panel.state.tool_drafts[0].handles) == 3


def test_the_last_polygon_is_pasted_into_the_next_slice_by_its_key(panel: ViewerPanel) -> None:
    canvas = canvas_of(panel)
    _use("polygon", panel, canvas, _CENTRE)
    wheel(canvas, -1)
    QTest.keyClick(canvas, Qt.Key.Key_V, CTRL)
    assert not _labels(panel)[11].any()
    QTest.keyClick(canvas, Qt.Key.Key_Enter)
    assert np.array_equal(_labels(panel)[11], _labels(panel)[10])


def test_the_panel_pastes_too(opened: Driver) -> None:
    opened.window.session.go_to(opened.window.session.steps[2])
    opened.window.session.choose_tool(tool("polygon"))
    canvas = opened.window.viewer.active_canvas
    _click(canvas, *_corners(canvas, (28.0, 24.0, 4.0), 6.0))
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    wheel(canvas, -1)
    opened.click("toolPaste")
    assert opened.window.viewer.state.tool_drafts[0].closed
    assert "Enter" in opened.text("statusSentence")


def test_with_space_held_a_polygon_is_not_touched(panel: ViewerPanel) -> None:
    canvas = canvas_of(panel)
    _take(panel, "polygon")
    _click(canvas, *_corners(canvas, _CENTRE, 4.5))
    QTest.keyPress(canvas, Qt.Key.Key_Space)
    drag(canvas, QPoint(100, 100), QPoint(160, 140))
    QTest.keyRelease(canvas, Qt.Key.Key_Space)
    assert len(panel.state.tool_drafts[0].handles) == 4


@pytest.mark.parametrize("how", ["right button", "Ctrl"])
def test_a_polygon_takes_away(panel: ViewerPanel, how: str) -> None:
    canvas = canvas_of(panel)
    _labels(panel)[:] = 1
    _take(panel, "polygon")
    corners = _corners(canvas, _CENTRE, 4.5)
    if how == "Ctrl":
        _click(canvas, corners[0], modifiers=CTRL)
    else:
        QTest.mouseClick(canvas, RIGHT, PLAIN, corners[0])
    _click(canvas, *corners[1:])
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    assert _labels(panel)[10, 24, 20] == 0


# Other tools


def test_escape_gives_a_lasso_up(panel: ViewerPanel) -> None:
    canvas = canvas_of(panel)
    _take(panel, "lasso")
    drag(canvas, *_corners(canvas, _CENTRE, 4.5)[:2], release=False)
    assert panel.state.tool_drafts
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert panel.state.tool_drafts == ()
    QTest.mouseRelease(canvas, LEFT, PLAIN, QPoint(10, 10))
    assert not _labels(panel).any()


@pytest.mark.parametrize("plane", list(Plane))
def test_scissors_cut_a_clicked_polygon_through_half_of_the_slices(panel: ViewerPanel, plane: Plane) -> None:
    _labels(panel)[:] = 1
    canvas = canvas_of(panel, plane)
    panel.set_tool(tool("scissors"), ScissorsOptions(shape=Shape.POLYGON, reach=Reach.ONWARDS))
    corners = _corners(canvas, _CENTRE, 4.5)
    _click(canvas, *corners)
    QTest.mouseDClick(canvas, LEFT, PLAIN, corners[-1])
    assert canvas.view is not None
    gone = np.moveaxis(_labels(panel) == 0, 2 - canvas.view.through_axis, 0).any(axis=(1, 2))
    assert np.array_equal(gone, np.arange(len(gone)) >= canvas.slice_number)


def test_level_tracing_follows_the_pointer_and_goes_with_it(panel: ViewerPanel) -> None:
    canvas = canvas_of(panel)
    _take(panel, "level_trace")
    QTest.mouseMove(canvas, position_in(canvas, 20, 24, 10))
    assert panel.state.tool_drafts
    assert not _labels(panel).any()
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
    _click(canvas, position_in(canvas, 20, 24, 10))
    assert [round(i) for i in heard[0].index_xyz] == [20, 24, 10]
    assert panel.state.editor is not None
    assert panel.state.editor.undo_name is None


# Why a tool cannot be used


def _lock(panel: ViewerPanel) -> None:
    _relabel(panel, locked=True)


def _hide(panel: ViewerPanel) -> None:
    _relabel(panel, visible=False)


def _relabel(panel: ViewerPanel, **changes: bool) -> None:
    from dataclasses import replace

    editor = panel.state.editor
    assert editor is not None
    editor.set_table(editor.table.with_label(replace(editor.table.active, **changes)))


def _hide_all(panel: ViewerPanel) -> None:
    panel.set_overlay(0.4, False, False)


@pytest.mark.parametrize("tool_id", [one.id for one in _DRAWN])
@pytest.mark.parametrize(
    ("spoil", "word"), [(_lock, "locked"), (_hide, "hidden"), (_hide_all, "hidden")], ids=["locked", "hidden", "all"]
)
def test_a_tool_that_cannot_draw_says_why(
    panel: ViewerPanel, tool_id: str, spoil: Callable[[ViewerPanel], None], word: str
) -> None:
    said: list[str] = []
    panel.stroke_refused.connect(said.append)
    canvas = canvas_of(panel)
    _prepare(panel, canvas, tool_id, _CENTRE)
    before = _labels(panel).copy()
    spoil(panel)
    _use(tool_id, panel, canvas, _CENTRE)
    assert np.array_equal(_labels(panel), before)
    assert word in said[0]


def _colours(panel: ViewerPanel) -> None:
    rgb = np.zeros((20, 48, 40, 3), np.uint8)
    volume = Volume(rgb[..., 0], Geometry((20, 48, 40), np.eye(4)), rgb=rgb, file_window=Window(128, 256))
    panel.set_volume(volume, series_of(volume, "XC"))
    panel.set_editor(MaskEditor(RoiMask.empty(volume.geometry)))


def _half_read(panel: ViewerPanel) -> None:
    whole = noisy_volume()
    loaded = np.zeros(20, bool)
    volume = Volume(whole.stored, whole.geometry, unit="HU", file_window=Window(500, 1000), loaded=loaded)
    panel.set_volume(volume, series_of(volume))
    panel.set_editor(MaskEditor(RoiMask.empty(volume.geometry)))


@pytest.mark.parametrize(("spoil", "word"), [(_colours, "colours"), (_half_read, "read")])
@pytest.mark.parametrize("plane", [Plane.AXIAL, Plane.CORONAL])
def test_what_goes_by_values_says_where_there_are_none(
    panel: ViewerPanel, spoil: Callable[[ViewerPanel], None], word: str, plane: Plane
) -> None:
    said: list[str] = []
    panel.stroke_refused.connect(said.append)
    spoil(panel)
    canvas = canvas_of(panel, plane)
    _use("level_trace", panel, canvas, _CENTRE)
    assert word in said[0]
    assert not _labels(panel).any()
    _use("polygon", panel, canvas, (20.0, 24.0, 10.0))
    assert _labels(panel).any()


def test_the_cursor_is_seen_with_tools_that_have_no_tip(panel: ViewerPanel) -> None:
    canvas = canvas_of(panel)
    _take(panel, "brush")
    assert canvas.cursor().shape() is Qt.CursorShape.BlankCursor
    _take(panel, "polygon")
    assert canvas.cursor().shape() is Qt.CursorShape.CrossCursor


def test_a_draft_is_seen_on_dark_and_on_bright_images(panel: ViewerPanel) -> None:
    canvas = canvas_of(panel)
    _take(panel, "polygon")
    corners = _corners(canvas, _CENTRE, 8.0)
    _click(canvas, *corners[:2])
    middle = (QPointF(corners[0]) + QPointF(corners[1])) / 2
    for window in (Window(5000, 10), Window(-5000, 10)):
        panel.set_window(window)
        image = canvas.grab().toImage()
        column = [image.pixelColor(int(middle.x()), int(middle.y()) + dy).lightness() for dy in range(-4, 5)]
        assert max(column) - min(column) > 100
