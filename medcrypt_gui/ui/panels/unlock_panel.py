"""Step Unlock: a protected series, its card, the passphrase; then it can be seen, and written back as it was."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QFileDialog, QLineEdit, QPlainTextEdit, QSizePolicy, QWidget

from medcrypt_gui.core.language import mark, tr
from medcrypt_gui.ui.panels.step_panel import StepPanel
from medcrypt_gui.ui.session import Lock, Session
from medcrypt_gui.ui.widgets.folder_field import FolderField
from medcrypt_gui.ui.widgets.group import StackedGroup
from medcrypt_gui.ui.widgets.notice import Tone
from medcrypt_gui.ui.widgets.text import button, label

_LOCKED = mark("The region of interest is encrypted. You see the file as it lies on the disk; nobody has checked it.")
_UNLOCKED = mark("The region is shown decrypted, in memory only.")
_CARD_FILES = mark("Key cards (*.png *.jpg *.jpeg *.pdf *.bmp *.tif *.tiff *.txt);;All files (*)")


class UnlockPanel(StepPanel):
    """Card first, then the passphrase, so that a wrong card is named before anybody types a secret."""

    card_file_chosen = Signal(object)
    card_text_entered = Signal(str)
    unlock_asked = Signal(str)
    restore_asked = Signal()
    relock_asked = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__("unlock", tr("Unlock the region"), tr(_LOCKED), tr("Unlock"), parent)
        self._session = session
        self._needs_passphrase = False
        self._has_card = False
        self._badge = label(look="badge", name="unlockBadge")
        self._badge.setWordWrap(False)
        self._badge.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.body.insertWidget(1, self._badge)
        self._card = self._card_group()
        self._secret = self._passphrase_group()
        self._restore = self._restore_group()
        for group in (self._card, self._secret, self._restore):
            self.body.addWidget(group)
        self.body.addStretch(1)
        self.primary_asked.connect(self._on_primary)
        session.lock_changed.connect(self._refresh)
        self._refresh()

    def _card_group(self) -> QWidget:
        group = StackedGroup()
        group.heading(tr("1  Key card"))
        self._choose = button(tr("Choose the card's picture or PDF…"), "unlockChooseCard")
        self._text = QPlainTextEdit()
        self._text.setObjectName("unlockCardText")
        self._text.setAccessibleName(tr("The letters of the key card"))
        self._text.setPlaceholderText(tr("… or drop it anywhere in the window, or paste the typed form, MC1…"))
        self._text.setFixedHeight(88)
        self._text.setTabChangesFocus(True)
        self._text.setAcceptDrops(False)  # a dropped picture belongs to the window, not into the text
        self._state = label(look="success", name="unlockCardState")
        group.add(self._choose, self._text, self._state)
        self._choose.clicked.connect(self._on_choose)
        self._text.textChanged.connect(lambda: self.card_text_entered.emit(self._text.toPlainText()))
        return group

    def _passphrase_group(self) -> QWidget:
        group = StackedGroup()
        group.heading(tr("2  Passphrase"))
        self._passphrase = QLineEdit()
        self._passphrase.setObjectName("unlockPassphrase")
        self._passphrase.setAccessibleName(tr("Passphrase of the key card"))
        self._passphrase.setEchoMode(QLineEdit.EchoMode.Password)
        self._passphrase.setPlaceholderText(tr("The passphrase of this card"))
        group.add(self._passphrase)
        self._passphrase.textChanged.connect(self._refresh)
        self._passphrase.returnPressed.connect(self._on_return)
        return group

    def _restore_group(self) -> QWidget:
        group = StackedGroup()
        group.heading(tr("Restored copy"))
        group.add(label(tr("The originals, byte for byte, under their own names, each checked with SHA-256."), "muted"))
        self.folder = FolderField("restoreFolder", tr("Where shall the restored copy go?"))
        self._relock = button(tr("Lock again"), "unlockRelock")
        group.add(self.folder, self._relock)
        self.folder.changed.connect(self._refresh)
        self._relock.clicked.connect(self.relock_asked)
        return group

    def show_card(self, needs_passphrase: bool) -> None:
        """The card was read and belongs to this series."""
        self._has_card, self._needs_passphrase = True, needs_passphrase
        self.notice.clear()
        self._state.setText(tr("✓ This card belongs to this study."))
        self._refresh()
        if needs_passphrase:
            self._passphrase.setFocus()

    def show_card_refused(self) -> None:
        """The card cannot be used here; the notice says why."""
        self._has_card = False
        self._refresh()

    def show_wrong_passphrase(self) -> None:
        """Let it be typed again."""
        self._passphrase.selectAll()
        self._passphrase.setFocus()

    def show_unlocked(self, text: str) -> None:
        """The region is visible now."""
        self._passphrase.clear()
        self.notice.clear()
        self.result.show_text(Tone.GOOD, tr("Verified and decrypted in memory"), text)

    def show_restored(self, text: str) -> None:
        """The originals were written."""
        self.result.show_text(Tone.GOOD, tr("Restored copy saved"), text)

    def forget(self) -> None:
        """Forget card and passphrase."""
        self._has_card = self._needs_passphrase = False
        with QSignalBlocker(self._text):
            self._text.clear()
        self._passphrase.clear()
        self.notice.clear()
        self.result.clear()
        self._refresh()

    def _on_choose(self) -> None:
        chosen, _filter = QFileDialog.getOpenFileName(
            self, tr("Choose the key card"), str(Path.home()), tr(_CARD_FILES)
        )
        if chosen:
            self.card_file_chosen.emit(Path(chosen))

    def _on_return(self) -> None:
        if self.primary.isEnabled():
            self.primary.click()

    def _on_primary(self) -> None:
        if self._session.lock is Lock.UNLOCKED:
            self.restore_asked.emit()
        else:
            self.unlock_asked.emit(self._passphrase.text())

    def _refresh(self) -> None:
        lock = self._session.lock
        unlocked = lock is Lock.UNLOCKED
        self.title.setText(tr("Unlocked") if unlocked else tr("Unlock the region"))
        self.subtitle.setText(tr(_UNLOCKED) if unlocked else tr(_LOCKED))
        self._badge.setText(tr(lock.value))
        self._badge.setProperty("lock", lock.name.lower())
        self._badge.style().unpolish(self._badge)
        self._badge.style().polish(self._badge)
        self._card.setVisible(not unlocked)
        self._state.setVisible(self._has_card)
        self._secret.setVisible(not unlocked and self._has_card and self._needs_passphrase)
        self._restore.setVisible(unlocked)
        self.primary.setText(tr("Save a restored copy") if unlocked else tr("Unlock"))
        if unlocked:
            self.primary.setEnabled(self.folder.folder is not None)
        else:
            self.primary.setEnabled(self._has_card and (not self._needs_passphrase or bool(self._passphrase.text())))
