"""A technician at the real window: reviews a folder with keys, mends what is spoiled, reports, exports.

Run as a programme; begun again after a kill, it goes on. ``python technician.py STUDIES GOOD OUT SPOILED [draws]``,
where GOOD has the masks to be loaded, SPOILED is ``3=half,7=ball`` and so on, and ``draws`` never ends the first
stroke. It prints a line for whatever somebody who watches would note.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from math import cos, sin
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QWidget

from medcrypt_gui.bootstrap import build_workbench
from medcrypt_gui.ui.application import build_window, prepare_application

_PATIENCE_S = 60.0


class Technician:
    """Presses keys, moves the mouse, and waits until the window has done what was asked."""

    def __init__(self, studies: Path, good: Path, out: Path, spoiled: dict[str, str], draws: bool) -> None:
        bench = build_workbench()
        prepare_application(bench)
        self.window = build_window(bench)
        self.window.show()
        self.window.activateWindow()
        self.window.recovery.look()
        self.board, self.session = self.window.session.review, self.window.session
        self.studies, self.good, self.out, self.spoiled, self.draws = studies, good, out, spoiled, draws
        self.settle()

    def begin(self) -> None:
        """Make a worklist of the folder, or go on with the one of before."""
        again = self.found("welcomeLastWorklist")
        if again.isVisible():
            say("offered", int(self.found("welcomeAwaited").isVisible()), int(self.found("welcomeUnsaved").isVisible()))
            self.press(again)
        else:
            QFileDialog.getExistingDirectory = lambda *_given: str(self.studies)  # type: ignore[assignment]
            self.keys("Ctrl+Shift+R")
            self.press(self.found("reviewAddFolder"))
            self.press(self.found("reviewOpen"))
        self.wait(lambda: self.board.current is not None)
        self.settle()
        assert self.board.current is not None
        say("open", self.board.current.entry.name, self.marked())

    def review_all(self) -> None:
        """Look at every study, mend it where it is spoiled, approve it."""
        while (current := self.board.current) is not None and not current.state.done:
            number = current.entry.name.removeprefix("Subj").split("_")[0]
            ill = self.spoiled.get(number, "")
            if ill:
                self.mend(ill, number)
                self.found("reviewComment").setFocus()
                QTest.keyClicks(self.found("reviewComment"), f"{ill}, mended")
                self.keys("Return")
            self.keys("Ctrl+Return")
            if isinstance(QApplication.focusWidget(), QLineEdit) and not self.board.reviewer:
                QTest.keyClicks(QApplication.focusWidget(), "T. Technician")
                self.keys("Return")
                self.keys("Ctrl+Return")
            worklist, here = self.board.worklist, current.id
            assert worklist is not None
            self.wait(lambda here=here: self.board.current.id != here or self.board.current.state.done)  # type: ignore[misc]
            self.settle()
            say("approved", current.entry.name, self.found("worklistCount").text())  # type: ignore[attr-defined]

    def mend(self, ill: str, number: str) -> None:
        if ill == "ball":
            self.operate("keep_largest")
        elif ill == "hole":
            self.operate("fill_holes")
        elif self.session.editor is not None and self.session.editor.undo_name is None:
            mask = str(self.good / f"Subj{number}_T1_brainmask.nii.gz")
            QFileDialog.getOpenFileName = lambda *_given: (mask, "")  # type: ignore[assignment]
            self.window.named_actions["loadMaskAction"].trigger()
            self.settle()
        if ill == "half":
            self.stroke()

    def operate(self, operation: str) -> None:
        before = self.marked()
        self.window.named_actions[f"operation_{operation}"].trigger()
        self.settle()
        if self.marked() == before:  # it has options, and waits for its button
            self.press(self.found("operationRun"))
        assert self.marked() != before

    def stroke(self) -> None:
        """The eraser from the middle outwards; without an end, where the session is to be killed in it."""
        self.keys("E")
        canvas = self.window.viewer.active_canvas
        middle = canvas.rect().center()
        QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=middle)
        for step in range(1, 100_000 if self.draws else 12):
            reach = min(3 + step * 0.2, 0.45 * min(canvas.width(), canvas.height()))
            QTest.mouseMove(canvas, middle + QPoint(int(reach * cos(step / 9)), int(reach * sin(step / 9))))
            self.spend(0.02)
            if self.draws and step % 10 == 0:
                say("drawn", f"{time.time():.3f}", self.marked())
        QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=middle)

    def report(self) -> None:
        for kind in ("Csv", "Pdf"):
            path = str(self.out / f"report.{kind.lower()}")
            QFileDialog.getSaveFileName = lambda *_given, path=path: (path, "")  # type: ignore[assignment]
            self.press(self.found("worklistReport"))
            self.press(self.found(f"report{kind}"))
            self.press(self.found("reportWrite"))
            self.wait(Path(path).is_file)
            self.spend(0.1)

    def export(self) -> None:
        (self.out / "masks").mkdir()
        QFileDialog.getExistingDirectory = lambda *_given: str(self.out / "masks")  # type: ignore[assignment]
        self.press(self.found("worklistExport"))
        say("exported", self.window.steps.current.notice.text.replace("\n", " "))

    # Hands

    def keys(self, text: str) -> None:
        chord = QKeySequence(text)[0]
        if QApplication.activeWindow() is None:  # offscreen, nobody gives the focus back when a dialog was closed
            self.window.activateWindow()
            self.wait(self.window.isActiveWindow)
        QTest.keyClick(QApplication.focusWidget() or self.window, chord.key(), chord.keyboardModifiers())
        self.settle()

    def press(self, button: QWidget) -> None:
        """With the keyboard: Space on it, once it can be pressed."""
        self.wait(lambda: button.isVisible() and button.isEnabled())
        button.setFocus()
        QTest.keyClick(button, Qt.Key.Key_Space)
        self.settle()

    # Eyes

    def found(self, name: str) -> QWidget:
        """The newest of that name: dialogs that were closed may not be gone yet."""
        every = self.window.findChildren(QWidget, name)
        assert every, f"there is no {name}"
        return next((one for one in reversed(every) if one.isVisible()), every[-1])

    def marked(self) -> int:
        editor = self.session.editor
        return int((editor.labels != 0).sum()) if editor is not None else 0

    # Patience

    def settle(self) -> None:
        self.spend(0.02)
        self.wait(lambda: self.window.jobs.idle and not self.board.busy)

    def wait(self, what: Callable[[], bool]) -> None:
        until = time.monotonic() + _PATIENCE_S
        while not what():
            assert time.monotonic() < until, "the window did not get there"
            self.spend(0.005)

    @staticmethod
    def spend(seconds: float) -> None:
        until = time.monotonic() + seconds
        while True:
            QApplication.processEvents()
            if time.monotonic() >= until:
                return
            time.sleep(0.002)


def say(*what: object) -> None:
    print(*what, sep="\t", flush=True)


def main(arguments: list[str]) -> None:
    studies, good, out = map(Path, arguments[:3])
    spoiled = dict(part.split("=") for part in arguments[3].split(",") if part)
    technician = Technician(studies, good, out, spoiled, "draws" in arguments[4:])
    technician.begin()
    technician.review_all()
    technician.report()
    technician.export()
    technician.window.close()
    say("closed")


if __name__ == "__main__":
    main(sys.argv[1:])
