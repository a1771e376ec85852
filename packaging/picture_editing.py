"""The pictures of editing: seeds of two labels, a polygon, slices between drawn ones; the mask is empty afterwards."""

from __future__ import annotations

import math
from dataclasses import replace

from picture_camera import LEFT, Camera
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest

from medcrypt_gui.core.language import tr

_GAP = 12  # slices between those that are drawn
_TO_MIDDLE = 6  # voxels from where the crosshair stands to the middle of the head


class EditingPictures(Camera):
    """A structure drawn from nothing."""

    def _seeds(self) -> None:
        """Seeds of the brain and of what lies around it, and what grows from both."""
        self._click("stepCorrect")
        self._trigger("brushAction")
        x, y, z = self._crosshair
        self._window.viewer.set_crosshair((x + _TO_MIDDLE, y, z))
        here = self._crosshair
        for number in range(-1, 2):
            self._go_to_slice(here[2] + number * _GAP)
            for start, stop in (
                ((-24, -24), (24, -24)),
                ((-24, 24), (24, 24)),
                ((-24, -24), (-24, 24)),
                ((24, -24), (24, 24)),
            ):
                self._drag(start, stop)
        self._trigger("addLabelAction")
        session = self._window.session
        editor = session.editor
        assert editor is not None
        self._window.flows.labels.take(replace(editor.table.active, name=tr("Background")))
        for number in range(-1, 2):
            self._go_to_slice(here[2] + number * _GAP)
            self._outline(58, 68)
        self._go_to_slice(here[2])
        self._trigger("previousLabelAction")
        self._trigger("operation_grow_from_seeds")
        self._wait_for(lambda: session.suggestion is not None, "nothing grew from the seeds")
        self._settle()
        self._take("seeds")
        self._click("operationReject")
        self._empty()

    def _polygon(self) -> None:
        self._trigger("polygonAction")
        for turn in range(8):
            QTest.mouseClick(self._canvas, LEFT, pos=self._around(turn / 9, 40, 48))
        QTest.mouseMove(self._canvas, self._around(8 / 9, 40, 48))
        self._take("polygon")
        QTest.keyClick(self._canvas, "\x1b")
        self._empty()

    def _interpolate(self) -> None:
        """Three slices are drawn, those between them are shown."""
        here = self._crosshair
        self._trigger("lassoAction")
        for number, (wide, high) in enumerate(((38, 46), (44, 54), (34, 42)), start=-1):
            self._go_to_slice(here[2] + number * _GAP)
            self._outline(wide, high)
        self._go_to_slice(here[2] + _GAP // 2)
        self._trigger("operation_interpolate")
        self._wait_for(lambda: self._window.session.suggestion is not None, "nothing was interpolated")
        self._settle()
        self._take("interpolate")
        self._click("operationReject")
        self._empty()
        self._trigger("brushAction")
        self._window.viewer.set_crosshair((here[0] - _TO_MIDDLE, here[1], here[2]))

    def _go_to_slice(self, z: int) -> None:
        x, y, _ = self._crosshair
        self._window.viewer.set_crosshair((x, y, z))

    def _around(self, turn: float, wide: int, high: int) -> QPoint:
        angle = 2 * math.pi * turn
        return self._place(round(wide * math.cos(angle)), round(high * math.sin(angle)))

    def _outline(self, wide: int, high: int) -> None:
        """A stroke around the crosshair."""
        QTest.mousePress(self._canvas, LEFT, pos=self._around(0, wide, high))
        for part in range(1, 41):
            QTest.mouseMove(self._canvas, self._around(part / 40, wide, high))
        QTest.mouseRelease(self._canvas, LEFT, pos=self._around(0, wide, high))

    def _empty(self) -> None:
        """As if nothing had been drawn."""
        editor = self._window.session.editor
        assert editor is not None
        while editor.undo() is not None:
            pass
        self._settle()
