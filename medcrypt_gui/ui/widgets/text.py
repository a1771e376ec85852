"""The few kinds of text that panels are made of; the style sheet knows them by their ``look`` property."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QWidget


def label(text: str = "", look: str = "body", name: str = "", parent: QWidget | None = None) -> QLabel:
    """A wrapping, selectable label. Looks: title, subtitle, heading, body, muted, number."""
    made = QLabel(text, parent)
    made.setProperty("look", look)
    made.setWordWrap(True)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setObjectName(name)
    return made


def button(text: str, name: str, look: str = "secondary", tip: str = "") -> QPushButton:
    """A push button. Looks: primary (one per step), secondary, quiet."""
    made = QPushButton(text)
    made.setProperty("look", look)
    made.setObjectName(name)
    made.setToolTip(tip)
    if look != "quiet":
        made.setMinimumHeight(40 if look == "primary" else 32)
    return made


def line() -> QFrame:
    """A thin horizontal rule."""
    made = QFrame()
    made.setProperty("look", "rule")
    made.setFixedHeight(1)
    return made
