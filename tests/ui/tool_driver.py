"""Drives the mask tools in the views by real mouse and key events: each tool's ordinary gesture."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from ui.panel_driver import LEFT, PLAIN

from medcrypt_gui.core.tools.registry import all_tools, tool
from medcrypt_gui.ui.viewer.plane_canvas import PlaneCanvas
from medcrypt_gui.ui.viewer.viewer_panel import ViewerPanel

CENTRE = (20.0, 24.0, 10.0)
DRAWN = [one for one in all_tools() if not one.operation]


def take(panel: ViewerPanel, tool_id: str, **options: Any) -> None:
    chosen = tool(tool_id)
    panel.set_tool(chosen, chosen.options_type(**options))


def labels_of(panel: ViewerPanel) -> np.ndarray:
    assert panel.state.editor is not None
    return panel.state.editor.labels


def corners_of(canvas: PlaneCanvas, around: tuple[float, float, float], reach: float) -> list[QPoint]:
    """Of a square around an index, in the canvas' plane, ``reach`` voxels to each side."""
    assert canvas.view is not None
    corners = []
    for u, v in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
        place = list(around)
        place[canvas.view.u_axis] += u * reach
        place[canvas.view.v_axis] += v * reach
        corners.append(canvas.position_of((place[0], place[1], place[2])).toPoint())
    return corners


def trace(canvas: PlaneCanvas, corners: list[QPoint], button: Qt.MouseButton = LEFT) -> None:
    """Along the corners with the button held."""
    QTest.mousePress(canvas, button, PLAIN, corners[0])
    for start, stop in zip(corners, [*corners[1:], corners[0]], strict=True):
        for n in range(1, 9):
            QTest.mouseMove(canvas, start + (stop - start) * n / 8)
    QTest.mouseRelease(canvas, button, PLAIN, corners[0])


def click(canvas: PlaneCanvas, *places: QPoint, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
    for place in places:
        QTest.mouseMove(canvas, place)
        QTest.mouseClick(canvas, LEFT, modifiers, place)


def use(tool_id: str, panel: ViewerPanel, canvas: PlaneCanvas, around: tuple[float, float, float]) -> None:
    """The tool's ordinary gesture, around a place."""
    take(panel, tool_id)
    corners = corners_of(canvas, around, 4.5)
    middle = canvas.position_of(around).toPoint()
    if tool_id == "polygon":
        click(canvas, *corners)
        QTest.keyClick(canvas, Qt.Key.Key_Return)
    elif tool_id in ("lasso", "scissors"):
        trace(canvas, corners)
    else:
        click(canvas, middle)


def prepare(panel: ViewerPanel, canvas: PlaneCanvas, tool_id: str, around: tuple[float, float, float]) -> None:
    """What there must be for the tool to have something to do there: a ring to fill, a mask to cut."""
    assert canvas.view is not None
    labels = labels_of(panel)
    if tool_id in ("scissors", "eraser"):
        labels[:] = 1
    if tool_id == "fill":
        place = [slice(round(i) - 3, round(i) + 4) for i in around[::-1]]
        hole = [slice(round(i) - 1, round(i) + 2) for i in around[::-1]]
        labels[tuple(place)] = 1
        labels[tuple(hole)] = 0
