"""The toolkit itself: PySide6 6.12.0 loses a reference per emitted bool; the version in use must not."""

from __future__ import annotations

import sys

import numpy as np
from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.ui.viewer.viewer_panel import ViewerPanel


class Sender(QObject):
    sent = Signal(bool)


def test_emitting_keeps_the_reference_count_of_true(qtbot: QtBot) -> None:
    sender = Sender()
    sender.sent.connect(lambda _value: None)
    before = sys.getrefcount(True)
    for _ in range(2000):
        sender.sent.emit(True)
    assert abs(sys.getrefcount(True) - before) < 200


def test_painting_keeps_the_reference_counts_of_the_singletons(qtbot: QtBot) -> None:
    panel = ViewerPanel()
    qtbot.addWidget(panel)
    panel.resize(300, 200)
    panel.set_volume(Volume(np.zeros((40, 16, 16), np.int16), Geometry((40, 16, 16), np.eye(4))))
    panel.show()
    qtbot.waitExposed(panel)
    before = [sys.getrefcount(one) for one in (None, True, False)]
    for n in range(1500):
        panel.set_crosshair((8, 8, n % 40))
        panel.grab()
    after = [sys.getrefcount(one) for one in (None, True, False)]
    assert max(abs(a - b) for a, b in zip(after, before, strict=True)) < 500
