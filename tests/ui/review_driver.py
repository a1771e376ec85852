"""What a reviewer does: a worklist of small studies, opened and gone through with keys."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from builders.dicom import phantom
from builders.nifti import build_nifti
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from ui.driver import Driver

from medcrypt_gui.core.review.mask_rule import MaskRule
from medcrypt_gui.core.review.state import ReviewState

SHAPE = (9, 40, 44)
RULE = MaskRule("_mask")


def build_studies(folder: Path, count: int = 4, without: tuple[int, ...] = ()) -> Path:
    """Small studies, most of them with a mask of their own."""
    for n in range(count):
        build_nifti(folder / f"study{n}.nii.gz", (phantom(*SHAPE) + n).astype(np.int16))
        if n not in without:
            mask = np.zeros(SHAPE, np.uint8)
            mask[2:7, 10 + n : 24, 12:30] = 1
            build_nifti(folder / f"study{n}_mask.nii.gz", mask)
    return folder


def open_worklist(window: Driver, folder: Path) -> None:
    window.window.flows.worklist.open_paths((folder,), RULE)
    window.wait_until(lambda: window.window.session.review.worklist is not None)
    settle(window)


def settle(window: Driver) -> None:
    review = window.window.session.review
    window.wait_until(lambda: window.window.jobs.idle and not review.busy and (review.seen or review.review is None))


def press(window: Driver, key: str) -> None:
    """A key, where the keyboard is."""
    chord = QKeySequence(key)[0]
    if QApplication.activeWindow() is None:  # offscreen, nobody gives the focus back when a question was answered
        window.window.activateWindow()
        window.wait_until(window.window.isActiveWindow)
    QTest.keyClick(QApplication.focusWidget() or window.window, chord.key(), chord.keyboardModifiers())
    settle(window)


def opened(window: Driver) -> str:
    current = window.window.session.review.current
    return current.entry.name if current is not None else ""


def states(window: Driver) -> list[ReviewState]:
    worklist = window.window.session.review.worklist
    assert worklist is not None
    return [item.state for item in worklist.items]


def paint(window: Driver) -> None:
    window.paint((0.45, 0.3), (0.55, 0.3))
