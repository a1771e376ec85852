"""What a user does to the window: find by name, click, type, wait, read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QMessageBox, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from medcrypt_gui.ui.main_window import MainWindow
from medcrypt_gui.ui.widgets.notice import Notice

WidgetT = TypeVar("WidgetT", bound=QWidget)
PATIENCE_MS = 60_000


class Driver:
    """Acts on widgets by object name and reads visible text."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window = window
        self.qtbot = qtbot
        self._answering: QTimer | None = None

    def find(self, name: str, kind: type[WidgetT] = QWidget) -> WidgetT:  # type: ignore[assignment]
        found = self.window.findChild(kind, name)
        assert found is not None, f"there is no {name}"
        return found

    def wait_until(self, what: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(what, timeout=PATIENCE_MS)

    def settle(self) -> None:
        """Until no work is under way."""
        self.wait_until(lambda: self.window.jobs.idle)

    def click(self, name: str) -> None:
        """Wait until the button can be pressed, and press it."""
        made = self.find(name, QAbstractButton)
        self.wait_until(lambda: made.isVisible() and made.isEnabled())
        self.qtbot.mouseClick(made, Qt.MouseButton.LeftButton)

    def type(self, name: str, text: str) -> None:
        field = self.find(name)
        if isinstance(field, QPlainTextEdit):
            field.setPlainText(text)
        else:
            assert isinstance(field, QLineEdit)
            field.clear()
            self.qtbot.keyClicks(field, text)

    def text(self, name: str) -> str:
        """What can be read there now; empty when it is hidden."""
        widget = self.find(name)
        if not widget.isVisible():
            return ""
        return widget.text if isinstance(widget, Notice) else widget.text()  # type: ignore[attr-defined, no-any-return]

    def shown(self, name: str) -> bool:
        return self.find(name).isVisible()

    def open(self, *paths: Path) -> None:
        """Drop files or folders and wait until they are read."""
        self.window.opening.take_dropped(paths)
        self.settle()

    def paint(self, start: tuple[float, float], stop: tuple[float, float]) -> None:
        """A stroke in the active view, in fractions of its width and height."""
        canvas = self.window.viewer.active_canvas
        ends = [QPoint(int(x * canvas.width()), int(y * canvas.height())) for x, y in (start, stop)]
        self.qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=ends[0])
        for part in range(1, 6):
            self.qtbot.mouseMove(canvas, ends[0] + (ends[1] - ends[0]) * part / 5)
        self.qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=ends[1])

    def answer_questions(self, button_name: str) -> list[str]:
        """From now on answer every modal question with that button; returns the list that collects their texts."""
        asked: list[str] = []

        def answer() -> None:
            box = QApplication.activeModalWidget()
            if isinstance(box, QMessageBox) and box.objectName() == "question":
                asked.append(box.informativeText())
                next(button for button in box.buttons() if button.objectName() == button_name).click()

        if self._answering is not None:
            self._answering.stop()
        self._answering = QTimer(self.window, interval=20)
        self._answering.timeout.connect(answer)
        self._answering.start()
        return asked

    def answer_no_more(self) -> None:
        """Leave questions to another window's driver."""
        if self._answering is not None:
            self._answering.stop()
