"""The only modal questions: those where an answer can lose something. The safe answer is the default."""

from __future__ import annotations

from PySide6.QtWidgets import QMessageBox, QWidget


def ask_which(parent: QWidget, title: str, text: str, ways: tuple[str, ...], stay: str) -> int | None:
    """Which of the ways to go on the user chose; None for staying, which Escape and closing mean too."""
    box = QMessageBox(QMessageBox.Icon.Warning, title, title, parent=parent)
    box.setObjectName("question")
    box.setInformativeText(text)
    buttons = [box.addButton(way, QMessageBox.ButtonRole.ActionRole) for way in ways]
    for number, button in enumerate(buttons):
        button.setObjectName(f"questionWay{number}")
    staying = box.addButton(stay, QMessageBox.ButtonRole.RejectRole)
    staying.setObjectName("questionKeep")
    box.setDefaultButton(staying)
    box.setEscapeButton(staying)
    box.exec()
    chosen = next((number for number, button in enumerate(buttons) if box.clickedButton() is button), None)
    box.deleteLater()
    return chosen


def ask_to_lose(parent: QWidget, title: str, text: str, lose: str, keep: str) -> bool:
    """Whether the user chose to go on and lose what ``text`` names. Escape and closing mean no."""
    box = QMessageBox(QMessageBox.Icon.Warning, title, title, parent=parent)
    box.setObjectName("question")
    box.setInformativeText(text)
    go_on = box.addButton(lose, QMessageBox.ButtonRole.DestructiveRole)
    go_on.setObjectName("questionLose")
    stay = box.addButton(keep, QMessageBox.ButtonRole.RejectRole)
    stay.setObjectName("questionKeep")
    box.setDefaultButton(stay)
    box.setEscapeButton(stay)
    box.exec()
    lost = box.clickedButton() is go_on
    box.deleteLater()
    return lost
