"""The toolkit itself: PySide6 6.12.0 loses a reference per emitted bool; the version in use must not."""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot


class Sender(QObject):
    sent = Signal(bool)


def test_emitting_keeps_the_reference_count_of_true(qtbot: QtBot) -> None:
    sender = Sender()
    sender.sent.connect(lambda _value: None)
    before = sys.getrefcount(True)
    for _ in range(2000):
        sender.sent.emit(True)
    assert abs(sys.getrefcount(True) - before) < 200
