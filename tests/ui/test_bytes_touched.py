"""Nothing in a gesture is proportional to the volume: the bytes that the mask gives away are counted, in the window.

The labels are an array that counts: every part taken of it, every calculation with it, every copy. What runs later
than the events of a gesture, such as statistics 150 ms after it, does not count.
"""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from ui.driver import Driver
from ui.panel_driver import canvas_of, position_in, series_of

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.planes import Plane
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.mask.box import Box, whole_box
from medcrypt_gui.core.mask.editor import MaskEditor
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.tools.base import TipShape
from medcrypt_gui.core.tools.registry import tool
from medcrypt_gui.ui.session import Step

_SHAPE = (240, 320, 320)  # 25 MB of labels
_VOLUME = int(np.prod(_SHAPE))
_LEFT = Qt.MouseButton.LeftButton


class _Counting(np.ndarray[Any, np.dtype[np.uint8]]):
    """Labels that count what is taken of them, in bytes."""

    touched = 0

    def __getitem__(self, key: Any) -> Any:
        part = super().__getitem__(key)
        _Counting.touched += getattr(part, "nbytes", 1)
        return part.view(np.ndarray) if isinstance(part, _Counting) and part.base is None else part

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        options["out"] = tuple(_plain(one) for one in options.get("out", ())) or None
        return getattr(ufunc, method)(*(_counted(one) for one in inputs), **options)

    def __array_function__(self, function: Any, _types: Any, given: Any, options: Any) -> Any:
        return function(*(_counted(one) for one in given), **options)

    def copy(self, order: Any = "C") -> Any:
        return _counted(self).copy(order)

    def astype(self, *given: Any, **options: Any) -> Any:
        return _counted(self).astype(*given, **options)

    def tobytes(self, *given: Any) -> bytes:
        return bytes(_counted(self).tobytes(*given))


def _plain(one: Any) -> Any:
    return one.view(np.ndarray) if isinstance(one, _Counting) else one


def _counted(one: Any) -> Any:
    if isinstance(one, _Counting):
        _Counting.touched += one.nbytes
        return one.view(np.ndarray)
    return [_counted(part) for part in one] if isinstance(one, list | tuple) else one


def _touched_by(act: Callable[[], object]) -> int:
    """Bytes of the labels touched by ``act`` and the paint events it causes, or allocated at a time if that is more."""
    tracemalloc.start()
    _Counting.touched = 0
    act()
    QApplication.processEvents()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return max(_Counting.touched, peak if peak > _VOLUME else 0)


@pytest.fixture
def editing(window: Driver) -> Driver:
    """The window in step Correct, with a large volume, and labels that count."""
    geometry = Geometry(_SHAPE, np.diag([0.8, 0.8, 1.2, 1.0]))
    volume = Volume(np.zeros(_SHAPE, np.int16), geometry)
    session = window.window.session
    session.show_series(series_of(volume), volume)
    session.set_complete()
    labels = np.zeros(_SHAPE, np.uint8)
    labels[60:180, 60:260, 60:260] = 1
    session._take_editor(MaskEditor(RoiMask(labels.view(_Counting), geometry)))
    session.mask_replaced.emit()
    session.go_to(Step.CORRECT)
    window.settle()
    return window


def _hold_brush(editing: Driver, shape: TipShape) -> None:
    session, brush = editing.window.session, tool("brush")
    session.choose_tool(brush)
    session.set_tool_options(brush.options_type(size_mm=16.0, shape=shape))
    QTest.qWait(400)  # statistics of what was there before


@pytest.mark.parametrize("shape", list(TipShape))
@pytest.mark.parametrize("plane", list(Plane))
def test_a_stroke_and_its_undo_touch_what_is_near(editing: Driver, plane: Plane, shape: TipShape) -> None:
    _hold_brush(editing, shape)
    panel, session = editing.window.viewer, editing.window.session
    canvas = canvas_of(panel, plane)
    editor = session.editor
    assert editor is not None
    start = position_in(canvas, 160, 160, 120) - QPoint(60, 30)
    touched = [_touched_by(lambda: QTest.mousePress(canvas, _LEFT, pos=start))]
    for n in range(1, 12):
        place = start + QPoint(8 * n, 3 * n)
        touched.append(_touched_by(lambda p=place: QTest.mouseMove(canvas, p)))
    touched.append(_touched_by(lambda: QTest.mouseRelease(canvas, _LEFT, pos=start + QPoint(88, 33))))
    touched.extend(_touched_by(act) for act in (editor.undo, editor.redo, editor.undo))
    assert max(touched) < _VOLUME / 8, touched


def _copies(editor: MaskEditor) -> Callable[[Box], None]:
    return lambda _box: editor.labels.copy()


def _compares(editor: MaskEditor) -> Callable[[Box], None]:
    return lambda _box: editor.labels == 1


def _cuts_all(editor: MaskEditor) -> Callable[[Box], None]:
    return lambda _box: editor.labels[whole_box(_SHAPE)]


def _goes_through_all(editor: MaskEditor) -> Callable[[Box], None]:
    return lambda _box: [plane.any() for plane in editor.labels]


@pytest.mark.parametrize("wasteful", [_copies, _compares, _cuts_all, _goes_through_all])
def test_who_looks_at_the_whole_mask_in_a_dab_is_caught(
    editing: Driver, wasteful: Callable[[MaskEditor], Callable[[Box], None]]
) -> None:
    _hold_brush(editing, TipShape.DISC)
    canvas = canvas_of(editing.window.viewer)
    editor = editing.window.session.editor
    assert editor is not None
    end = editor.on_changed(wasteful(editor))
    place = canvas.rect().center()
    touched = _touched_by(lambda: QTest.mouseClick(canvas, _LEFT, pos=place))
    end()
    assert touched >= _VOLUME
