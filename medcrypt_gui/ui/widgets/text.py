"""The few kinds of text that panels are made of; the style sheet knows them by their ``role`` property."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QWidget


def label(text: str = "", role: str = "body", name: str = "", parent: QWidget | None = None) -> QLabel:
    """A wrapping, selectable label. Roles: title, subtitle, heading, body, muted, number."""
    made = QLabel(text, parent)
    made.setProperty("role", role)
    made.setWordWrap(True)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setObjectName(name)
    return made


def button(text: str, name: str, role: str = "secondary", tip: str = "") -> QPushButton:
    """A push button. Roles: primary (one per step), secondary, quiet."""
    made = QPushButton(text)
    made.setProperty("role", role)
    made.setObjectName(name)
    made.setToolTip(tip)
    if role != "quiet":
        made.setMinimumHeight(40 if role == "primary" else 32)
    return made


def line() -> QFrame:
    """A thin horizontal rule."""
    made = QFrame()
    made.setProperty("role", "rule")
    made.setFixedHeight(1)
    return made
