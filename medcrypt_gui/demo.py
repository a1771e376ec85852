"""The whole job on the sample study without a display: ``python -m medcrypt_gui.demo [OUTPUT]``.

It drives the real window offscreen, through the same buttons that a user presses, writes one picture per step to
``demo-output/`` and prints what it did with timings. The protected files and the card are thrown away at the end.
"""

from __future__ import annotations

import filecmp
import os
import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QEventLoop, QPoint, Qt, QTimer
from PySide6.QtGui import QFontDatabase
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QWidget

from medcrypt_gui.bootstrap import build_workbench
from medcrypt_gui.services.workbench import Workbench
from medcrypt_gui.ui.application import build_window, prepare_application
from medcrypt_gui.ui.main_window import MainWindow

_WidgetT = TypeVar("_WidgetT", bound=QWidget)
_PATIENCE_S = 120.0
_POLL_MS = 20
_LAID_OUT_MS = 100


class DemoFailed(Exception):
    """A step did not lead where it should; the message says which."""


class Demo:
    """One run: the window, where pictures go, and what was measured."""

    def __init__(self, window: MainWindow, workbench: Workbench, output: Path, work: Path) -> None:
        self._window, self._workbench = window, workbench
        self._output, self._work = output, work
        self._sample = workbench.samples_dir / "dicom"
        self._passphrase = " ".join(secrets.choice(workbench.wordlist()) for _ in range(5))
        self.rows: list[tuple[str, float, str]] = []

    def run(self) -> None:
        """All steps in order. Raises `DemoFailed`."""
        self._open()
        self._find_roi()
        self._correct()
        self._protect()
        card = self._make_card()
        self._show_locked()
        self._unlock(card)
        self._restore()

    def _open(self) -> None:
        with self._step("open", "1-open") as say:
            self._window.opening.open_paths((self._sample,))
            self._settle()
            say(self._text("openFacts").splitlines()[0])

    def _find_roi(self) -> None:
        with self._step("find ROI", "2-find-roi") as say:
            self._click("stepRoi")
            self._click("roiPrimary")
            self._settle()
            say(self._size_other_than("Nothing marked yet"))

    def _correct(self) -> None:
        with self._step("correct", "3-correct") as say:
            before = self._text("correctSize")
            self._click("toolBrush")
            self._stroke((0.08, 0.50), (0.12, 0.38))
            painted = self._size_other_than(before)
            self._click("correctUndo")
            self._require(self._size_other_than(painted) == before, "undo did not take the stroke back")
            self._window.named_actions["operation_keep_largest"].trigger()
            self._click("operationRun")
            self._settle()
            say(f"one stroke ({painted}), undone; largest part kept")

    def _protect(self) -> None:
        with self._step("protect", "4-protect", picture_first=True) as say:
            self._click("correctPrimary")
            self._type("protectFolder", str(self._work / "protected"))
            self._settle()
            self._wait(lambda: self._text("protectShare").endswith("%"), "there was no preview of the protected slice")
            if self._find("protectLooked", QAbstractButton).isVisible():
                self._click("protectLooked")
            self._picture("4-protect")
            self._click("protectPrimary")
            self._settle()
            files = sorted((self._work / "protected").iterdir())
            self._require(len(files) == len(list(self._sample.iterdir())), "not every instance was protected")
            say(f"{len(files)} files written, read back and restored in memory")

    def _make_card(self) -> Path:
        with self._step("key card", "5-card") as say:
            folder = self._work / "card"
            folder.mkdir()
            self._type("passphraseFirst", self._passphrase)
            self._type("passphraseSecond", self._passphrase)
            self._type("cardFolder", str(folder))
            self._click("cardPrimary")
            self._settle()
            cards = sorted(folder.glob("*.png"))
            self._require(bool(cards), "no card was written")
            shutil.copyfile(cards[0], self._output / "6-key-card.png")
            say("read back from the files written, tried on the protected study")
        return cards[0]

    def _show_locked(self) -> None:
        with self._step("open protected", "7-protected") as say:
            self._click("cardPrimary")
            self._settle()
            say(self._text("statusLock"))
        self._window.viewer.grab().save(str(self._output / "8-protected-slice.png"))

    def _unlock(self, card: Path) -> None:
        with self._step("unlock", "9-unlocked") as say:
            self._click("openPrimary")
            self._window.opening.take_dropped([card])
            self._settle()
            self._type("unlockPassphrase", self._passphrase)
            self._click("unlockPrimary")
            self._settle()
            say(self._text("statusLock"))

    def _restore(self) -> None:
        with self._step("restore", "10-restored") as say:
            restored = self._work / "restored"
            self._type("restoreFolder", str(restored))
            self._click("unlockPrimary")
            self._settle()
            names = [path.name for path in self._sample.iterdir()]
            same, different, missing = filecmp.cmpfiles(self._sample, restored, names, shallow=False)
            self._require(not different and not missing, "a restored file differs from its original")
            say(f"{len(same)} files, every byte equal")

    # What a user does

    @contextmanager
    def _step(self, name: str, picture: str, *, picture_first: bool = False) -> Iterator[Callable[[str], None]]:
        said: list[str] = []
        began = time.perf_counter()
        yield said.append
        self.rows.append((name, time.perf_counter() - began, said[0] if said else ""))
        if not picture_first:
            self._picture(picture)

    def _picture(self, name: str) -> None:
        self._pause(_LAID_OUT_MS)
        self._window.grab().save(str(self._output / f"{name}.png"))

    def _pause(self, milliseconds: int) -> None:
        """Let the window work for so long: texts that have just come move what lies below them."""
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()

    def _find(self, name: str, kind: type[_WidgetT]) -> _WidgetT:
        found = self._window.findChild(kind, name)
        if found is None:
            raise DemoFailed(f"the window has no {name}")
        return found

    def _click(self, name: str) -> None:
        button = self._find(name, QAbstractButton)
        self._wait(lambda: button.isVisible() and button.isEnabled(), f"{name} cannot be pressed")
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def _type(self, name: str, text: str) -> None:
        field = self._find(name, QLineEdit)
        field.clear()
        QTest.keyClicks(field, text)

    def _stroke(self, start: tuple[float, float], stop: tuple[float, float]) -> None:
        canvas = self._window.viewer.active_canvas
        ends = [QPoint(int(x * canvas.width()), int(y * canvas.height())) for x, y in (start, stop)]
        QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=ends[0])
        for part in range(1, 9):
            QTest.mouseMove(canvas, ends[0] + (ends[1] - ends[0]) * part / 8)
        QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=ends[1])

    def _text(self, name: str) -> str:
        widget = self._find(name, QWidget)
        return str(widget.text()) if hasattr(widget, "text") else ""

    def _size_other_than(self, before: str) -> str:
        """The size of the mask once it was measured anew."""
        self._wait(lambda: self._text("correctSize") != before, "the size of the mask did not change")
        return self._text("correctSize")

    def _settle(self) -> None:
        self._wait(lambda: self._window.jobs.idle, "a job did not end")

    def _wait(self, until: Callable[[], bool], otherwise: str) -> None:
        """Let the window work until the condition holds."""
        deadline = time.monotonic() + _PATIENCE_S
        loop = QEventLoop()
        timer = QTimer(interval=_POLL_MS)
        timer.timeout.connect(lambda: loop.quit() if until() or time.monotonic() > deadline else None)
        timer.start()
        loop.exec()
        timer.stop()
        self._require(until(), otherwise)

    @staticmethod
    def _require(condition: bool, otherwise: str) -> None:
        if not condition:
            raise DemoFailed(otherwise)


def main() -> int:
    """Run the demonstration; exit code 0 only if every byte came back."""
    began = time.perf_counter()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.setdefault("QT_LOGGING_RULES", "default.warning=false")  # the offscreen platform complains about sizes
    output = Path(sys.argv[1] if len(sys.argv) > 1 else "demo-output")
    output.mkdir(parents=True, exist_ok=True)
    workbench = replace(build_workbench(), journals=None)  # nothing of it is worth keeping
    app = prepare_application(workbench)
    _give_letters(workbench)
    window = build_window(workbench)
    window.show()
    with tempfile.TemporaryDirectory(prefix="medcrypt-demo-") as folder:
        demo = Demo(window, workbench, output, Path(folder))
        demo.rows.append(("start", time.perf_counter() - began, "window built"))
        try:
            demo.run()
        except DemoFailed as error:
            window.grab().save(str(output / "failed.png"))
            print(f"The demonstration failed: {error}. See {output / 'failed.png'}.", file=sys.stderr)
            return 1
        finally:
            window.jobs.shut_down()
            window.hide()
            QTimer.singleShot(0, app.quit)
            app.exec()
    _print_table(demo.rows, output)
    return 0


def _give_letters(workbench: Workbench) -> None:
    """A bare machine has no fonts, and the offscreen platform then draws no letters: bring those of the key card."""
    for font in sorted((workbench.samples_dir.parent / "fonts").glob("*.ttf")):
        QFontDatabase.addApplicationFont(str(font))


def _print_table(rows: list[tuple[str, float, str]], output: Path) -> None:
    width = max(len(name) for name, _, _ in rows)
    for name, seconds, what in rows:
        print(f"{name:<{width}}  {seconds:6.2f} s  {what}")
    print(f"{'total':<{width}}  {sum(seconds for _, seconds, _ in rows):6.2f} s  pictures in {output.resolve()}")


if __name__ == "__main__":
    raise SystemExit(main())
