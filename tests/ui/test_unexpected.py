"""Errors that nobody caught: the log has no patient data, the user is told what is kept, the window goes on."""

from __future__ import annotations

import logging
import sys

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from ui.driver import Driver
from ui.panel_driver import LEFT, PLAIN

from medcrypt_gui.core.tools.registry import tool
from medcrypt_gui.ui.unexpected import watch_for_errors


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is installed there is gone after the test."""
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)


def _raised(error: Exception) -> None:
    try:
        raise error
    except type(error) as caught:
        sys.excepthook(type(caught), caught, caught.__traceback__)


class _Records(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(record.getMessage())


@pytest.fixture
def log() -> _Records:
    return _Records()


def test_it_is_logged_by_type_and_place_and_told(hook: None, log: _Records) -> None:
    logger = logging.getLogger("medcrypt.window")
    logger.addHandler(log)
    told: list[Exception] = []
    watch_for_errors(told.append)
    _raised(RuntimeError("Doe^Jane"))
    logger.removeHandler(log)
    assert [type(error) for error in told] == [RuntimeError]
    assert len(log.texts) == 1
    assert "RuntimeError at test_unexpected.py:" in log.texts[0]
    assert "Doe" not in log.texts[0]


def test_telling_that_fails_is_not_told_again(hook: None) -> None:
    told: list[Exception] = []

    def tell(error: Exception) -> None:
        told.append(error)
        _raised(ValueError("while telling"))

    watch_for_errors(tell)
    _raised(RuntimeError("first"))
    _raised(RuntimeError("second"))
    assert [str(error) for error in told] == ["first", "second"]


def test_in_mid_stroke_the_stroke_is_taken_back_and_the_panel_says_what_is_kept(hook: None, opened: Driver) -> None:
    opened.click("stepCorrect")
    watch_for_errors(opened.window.tell_of_error)
    session, canvas = opened.window.session, opened.window.viewer.active_canvas
    session.choose_tool(tool("brush"))
    opened.paint((0.45, 0.45), (0.5, 0.5))
    assert session.editor is not None
    before = session.editor.labels.copy()
    assert before.any()
    middle = canvas.rect().center()
    QTest.mousePress(canvas, LEFT, PLAIN, middle + QPoint(40, 40))
    assert not np.array_equal(session.editor.labels, before)
    _raised(RuntimeError("Doe^Jane"))
    assert np.array_equal(session.editor.labels, before)
    QTest.mouseRelease(canvas, LEFT, PLAIN, middle)
    told = opened.window.steps.current.notice.text
    assert "kept" in told
    assert "Doe" not in told
