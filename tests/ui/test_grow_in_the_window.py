"""Growing in the window: the tool, a click, the tolerance while one looks, and accepting it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDoubleSpinBox
from ui.driver import Driver
from ui.panel_driver import canvas_of, position_in, series_of

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.volume import Volume, Window
from medcrypt_gui.ui.session import Step

_SHAPE = (20, 64, 64)


def test_a_click_grows_follows_the_tolerance_and_is_one_undo_step(window: Driver) -> None:
    stored = np.random.default_rng(1).normal(0, 4, _SHAPE).astype(np.int16)
    stored[5:15, 16:48, 16:48] += 100
    stored[5:15, 16:48, 48:56] += 140
    volume = Volume(stored, Geometry(_SHAPE, np.diag([1.0, 1.0, 2.0, 1.0])), file_window=Window(50, 250))
    session = window.window.session
    session.show_series(series_of(volume), volume)
    session.set_complete()
    session.go_to(Step.CORRECT)
    window.settle()
    window.window.viewer.set_crosshair((32, 32, 10))
    canvas = canvas_of(window.window.viewer)
    window.click("toolGrow")
    assert session.tool.id == "grow"
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=position_in(canvas, 30, 30, 10))
    window.wait_until(lambda: session.suggestion is not None)
    window.settle()
    assert session.editor is not None
    assert session.editor.undo_name is None
    assert not session.editor.labels.any()
    small = session.suggestion.added_ml
    assert abs(small - 10 * 32 * 32 * 2 / 1000) < 1.0
    tolerance = window.find("option_tolerance_number", QDoubleSpinBox)
    tolerance.setValue(70.0)
    window.wait_until(lambda: session.suggestion is not None and session.suggestion.added_ml > small + 3)
    window.settle()
    window.click("operationAccept")
    window.settle()
    assert (session.editor.labels[5:15, 16:48, 16:56] == 1).all()
    session.editor.undo()
    assert not session.editor.labels.any()
