"""Driving the real window as a user would, and taking pictures of it."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
from PIL import Image
from PySide6.QtCore import QBuffer, QEventLoop, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QDialog, QLineEdit, QPlainTextEdit, QWidget

from medcrypt_gui.ui.main_window import MainWindow

_WidgetT = TypeVar("_WidgetT", bound=QWidget)
_PATIENCE_S = 180.0
_POLL_MS = 20
_CALM_MS = 250  # a little more than the longest delay of the window's own timers
_GREYS, _COLOURS, _GREY_SPREAD = 64, 128, 5
LEFT = Qt.MouseButton.LeftButton


class PictureFailed(Exception):
    """The window did not get into the state that was to be shown."""


class Camera:
    """The window, and where its pictures go."""

    def __init__(self, window: MainWindow, output: Path) -> None:
        self._window, self._output = window, output

    @property
    def _canvas(self) -> QWidget:
        return self._window.viewer.active_canvas

    @property
    def _crosshair(self) -> tuple[int, int, int]:
        return self._window.viewer.state.crosshair

    def _place(self, x: int, y: int) -> QPoint:
        """Where a voxel of the active view lies, counted from the crosshair."""
        here = self._crosshair
        place: QPointF = self._window.viewer.active_canvas.position_of((here[0] + x, here[1] + y, here[2]))
        return place.toPoint()

    def _drag(self, start: tuple[int, int], stop: tuple[int, int]) -> None:
        ends = self._place(*start), self._place(*stop)
        QTest.mousePress(self._canvas, LEFT, pos=ends[0])
        for part in range(1, 5):
            QTest.mouseMove(self._canvas, ends[0] + (ends[1] - ends[0]) * part / 4)
        QTest.mouseRelease(self._canvas, LEFT, pos=ends[1])

    def _find(self, name: str, kind: type[_WidgetT], among: QWidget | None = None) -> _WidgetT:
        found = (among or self._window).findChild(kind, name)
        if found is None:
            raise PictureFailed(f"the window has no {name}")
        return found

    def _trigger(self, name: str) -> None:
        self._window.named_actions[name].trigger()

    def _click(self, name: str) -> None:
        button = self._find(name, QAbstractButton)
        self._wait_for(lambda: button.isVisible() and button.isEnabled(), f"{name} cannot be pressed")
        QTest.mouseClick(button, LEFT)

    def _type(self, name: str, text: str) -> None:
        field = self._find(name, QWidget)
        if isinstance(field, QPlainTextEdit):
            field.setPlainText(text)
        elif isinstance(field, QLineEdit):
            field.setText(text)
            field.textEdited.emit(text)

    def _settle(self) -> None:
        self._wait_for(lambda: self._window.jobs.idle, "a job did not end")

    def _wait_for(self, what: Callable[[], _WidgetT | bool | None], otherwise: str = "it did not come") -> _WidgetT:
        deadline = time.monotonic() + _PATIENCE_S
        while not (found := what()):
            if time.monotonic() > deadline:
                raise PictureFailed(otherwise)
            self._calm(_POLL_MS)
        return found  # type: ignore[return-value]

    def _calm(self, milliseconds: int) -> None:
        """Let the window work: texts that have just come move what lies below them."""
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()

    # Taking

    def _take(self, name: str) -> None:
        self._calm(_CALM_MS)
        self._save(name, self._window.grab())

    def _take_with(self, name: str, popup: QWidget) -> None:
        """The window and what popped up over it, where it did."""
        self._calm(_CALM_MS)
        picture = self._window.grab()
        painter = QPainter(picture)
        painter.drawPixmap(self._window.mapFromGlobal(popup.mapToGlobal(QPoint(0, 0))), popup.grab())
        painter.end()
        popup.close()
        self._save(name, picture)

    def _take_dialog(self, name: str, dialog_name: str) -> None:
        """The dialog in the middle of the darkened window; alone where it is larger."""
        dialog = self._wait_for(lambda: self._window.findChild(QDialog, dialog_name))
        self._calm(_CALM_MS)
        picture, shown = self._window.grab(), dialog.grab()
        if dialog.width() > self._window.width() or dialog.height() > self._window.height():
            picture = shown
        else:
            painter = QPainter(picture)
            painter.fillRect(self._window.rect(), QColor(0, 0, 0, 140))
            painter.drawPixmap(self._window.rect().center() - dialog.rect().center(), shown)
            painter.end()
        dialog.close()
        self._calm(_POLL_MS)
        self._save(name, picture)

    def _save(self, name: str, picture: QPixmap) -> None:
        buffer = QBuffer()
        buffer.open(QBuffer.OpenModeFlag.WriteOnly)
        picture.save(buffer, "PNG")
        path = self._output / f"{name}.png"
        with Image.open(io.BytesIO(buffer.data().data())) as taken:
            drawn = taken.convert("RGB")
            drawn.quantize(palette=_palette(drawn), dither=Image.Dither.NONE).save(path, optimize=True)


def _palette(picture: Image.Image) -> Image.Image:
    """Even greys, and the colours that there are: few enough for a small file, and none is lost to the images."""
    pixels = np.asarray(picture).reshape(-1, 3)
    coloured = pixels[np.ptp(pixels, axis=1) > _GREY_SPREAD]
    found = Image.fromarray(coloured[None]).quantize(_COLOURS, dither=Image.Dither.NONE).getpalette() or []
    greys = np.repeat(np.linspace(0, 255, _GREYS).round().astype(int), 3).tolist()
    palette = Image.new("P", (1, 1))
    palette.putpalette([*greys, *found])
    return palette
