"""A passphrase entered twice, with a plain estimate of how long guessing it would take."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit, QProgressBar, QVBoxLayout, QWidget

from medcrypt_gui.core.language import tr
from medcrypt_gui.ui.widgets.text import label

_FAIR_BITS, _GOOD_BITS, _FULL_BITS = 45.0, 65.0, 90.0


def estimated_bits(passphrase: str) -> float:
    """A cautious estimate of the entropy: repeated characters and runs such as ``abc`` or ``111`` count for little."""
    alphabets = ((str.islower, 26), (str.isupper, 26), (str.isdigit, 10), (str.isspace, 4))
    size = sum(count for test, count in alphabets if any(map(test, passphrase)))
    if any(not (c.isalnum() or c.isspace()) for c in passphrase):
        size += 24
    fresh = sum(1.0 if i == 0 or abs(ord(c) - ord(passphrase[i - 1])) > 1 else 0.3 for i, c in enumerate(passphrase))
    variety = min(1.0, len(set(passphrase)) / max(1.0, 0.45 * len(passphrase)))
    return fresh * variety * math.log2(max(size, 2)) * 0.75  # words and habits make letters easier to guess


class PassphraseField(QWidget):
    """Emits ``changed`` on every key. ``passphrase`` is what was typed, if it was typed alike twice."""

    changed = Signal()
    submitted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._first = _secret_line("passphraseFirst", tr("Passphrase, for example five unrelated words"))
        self._second = _secret_line("passphraseSecond", tr("The same passphrase again"))
        self._bar = QProgressBar()
        self._bar.setObjectName("passphraseStrength")
        self._bar.setAccessibleName(tr("How strong the passphrase is"))
        self._bar.setProperty("look", "strength")
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(4)
        self._bar.setRange(0, int(_FULL_BITS))
        self._hint = label(look="muted", name="passphraseHint")
        self._show = QCheckBox(tr("Show what I type"))
        self._show.setObjectName("passphraseShow")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for widget in (self._first, self._bar, self._second, self._hint, self._show):
            layout.addWidget(widget)
        self._first.textChanged.connect(self._on_typed)
        self._second.textChanged.connect(self._on_typed)
        self._second.returnPressed.connect(self.submitted)
        self._show.toggled.connect(self._on_show_toggled)
        self._on_typed()

    @property
    def passphrase(self) -> str | None:
        """The passphrase; None while it is empty or not the same twice."""
        typed = self._first.text()
        return typed if typed and typed == self._second.text() else None

    def clear(self) -> None:
        self._first.clear()
        self._second.clear()

    def _on_show_toggled(self, shown: bool) -> None:
        for edit in (self._first, self._second):
            edit.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)

    def _on_typed(self) -> None:
        first, second = self._first.text(), self._second.text()
        bits = estimated_bits(first)
        self._bar.setValue(int(min(bits, _FULL_BITS)))
        grade, word = _grade(bits)
        self._bar.setProperty("grade", grade)
        self._bar.style().unpolish(self._bar)
        self._bar.style().polish(self._bar)
        if not first:
            self._hint.setText(
                tr("Whoever has the card also needs this. It is not on the card and cannot be recovered.")
            )
        elif second and first != second:
            self._hint.setText(tr("The two entries differ."))
        else:
            self._hint.setText(f"{word} {tr('Entered alike twice.')}" if second else word)
        self.changed.emit()


def _grade(bits: float) -> tuple[str, str]:
    if bits < _FAIR_BITS:
        return "weak", tr("Weak: could be guessed by somebody who finds the card.")
    if bits < _GOOD_BITS:
        return "fair", tr("Fair.")
    return "good", tr("Strong.")


def _secret_line(name: str, placeholder: str) -> QLineEdit:
    made = QLineEdit()
    made.setObjectName(name)
    made.setAccessibleName(placeholder)
    made.setPlaceholderText(placeholder)
    made.setEchoMode(QLineEdit.EchoMode.Password)
    made.setMinimumHeight(32)
    made.setInputMethodHints(Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText)
    return made
