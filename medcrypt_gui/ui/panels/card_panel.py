"""Step Card: the key of the protected copy leaves the program's memory on a card, and nowhere else."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices, QPixmap
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from medcrypt_gui.core.enumeration import all_of
from medcrypt_gui.core.language import mark, tr
from medcrypt_gui.ui.panels.protect_panel import originals_sentence
from medcrypt_gui.ui.panels.step_panel import StepPanel
from medcrypt_gui.ui.session import Session
from medcrypt_gui.ui.widgets.folder_field import FolderField
from medcrypt_gui.ui.widgets.group import StackedGroup
from medcrypt_gui.ui.widgets.notice import Tone
from medcrypt_gui.ui.widgets.passphrase import PassphraseField
from medcrypt_gui.ui.widgets.picture import Picture
from medcrypt_gui.ui.widgets.text import button, label
from medcrypt_gui.ui.widgets.tick_box import TickBox

_SUBTITLE = mark(
    "The card is the only way to open the protected copy. Print it and keep it apart from the disk. "
    "Until it is saved the key exists only in this window."
)
_SAVED = mark("Print it and keep it apart from the disk. This program has forgotten the key.")
_APART = mark("Not into the folder of the protected copy: whoever gets that folder must not get the card.")
_NO_PASSPHRASE = mark("Without a passphrase whoever finds, copies or photographs the card can open the region.")


class CardPanel(StepPanel):
    """Asks for passphrase, place and kinds; afterwards shows the card that was written."""

    save_asked = Signal()
    open_protected_asked = Signal()

    def __init__(self, session: Session, kinds: tuple[str, ...], parent: QWidget | None = None) -> None:
        super().__init__("card", tr("Make the key card"), tr(_SUBTITLE), tr("Save key card"), parent)
        self._session = session
        self.add_heading(tr("Study fingerprint"))
        self._words = label(look="words", name="cardWords")
        self.body.addWidget(self._words)
        self._entry = self._entry_group(kinds)
        self._result = self._result_group()
        self.body.addWidget(self._entry)
        self.body.addWidget(self._result)
        self.body.addStretch(1)
        self.primary_asked.connect(self._on_primary)
        session.outcome_changed.connect(self._refresh)
        self._refresh()

    @property
    def passphrase(self) -> str | None:
        """None means that the user wants a card without one."""
        return None if self._without.isChecked() else self.entry.passphrase

    @property
    def kinds(self) -> tuple[str, ...]:
        """The file endings to write, as ``("pdf", "png")``."""
        return tuple(kind for kind, box in self._kinds.items() if box.isChecked())

    def _entry_group(self, kinds: tuple[str, ...]) -> QWidget:
        group = StackedGroup()
        group.heading(tr("Passphrase"))
        self.entry = PassphraseField()
        self._without = TickBox(tr("Make a card without a passphrase"), "cardNoPassphrase")
        self._without_warning = label(tr(_NO_PASSPHRASE), "warning", "cardNoPassphraseWarning")
        group.add(self.entry, self._without, self._without_warning)
        group.heading(tr("Save it to"))
        self.folder = FolderField("cardFolder", tr("Where shall the key card go?"))
        self._kinds = {kind: QCheckBox(_kind_text(kind)) for kind in kinds}
        row = QHBoxLayout()
        row.setSpacing(24)
        for kind, box in self._kinds.items():
            box.setObjectName(f"cardKind{kind.title()}")
            box.setChecked(True)
            box.toggled.connect(self._refresh)
            row.addWidget(box)
        row.addStretch(1)
        group.add(self.folder)
        group.box.addLayout(row)
        group.add(label(tr(_APART), "muted"))
        self._without.toggled.connect(self._refresh)
        self.entry.changed.connect(self._refresh)
        self.entry.submitted.connect(self._on_submitted)
        self.folder.changed.connect(self._refresh)
        return group

    def _result_group(self) -> QWidget:
        group = StackedGroup()
        self._preview = Picture("cardPreview", 312, background="#ffffff")
        self._where = label(look="body", name="cardWhere")
        self._print = button(tr("Open the PDF to print it"), "cardPrint")
        self._print.clicked.connect(self._on_print)
        group.add(self._where, self._print, self._preview)
        return group

    def show_card(self, picture: QPixmap) -> None:
        """The card as it was written."""
        self._preview.show_pixmap(picture)

    def forget(self) -> None:
        """Forget passphrase and picture; called as soon as neither is needed."""
        self.entry.clear()
        self._without.setChecked(False)
        self._preview.clear()

    def _on_submitted(self) -> None:
        if self.primary.isEnabled():
            self.primary.click()

    def _on_primary(self) -> None:
        outcome = self._session.outcome
        (self.open_protected_asked if outcome is not None and outcome.card else self.save_asked).emit()

    def _on_print(self) -> None:
        outcome = self._session.outcome
        for path in outcome.card if outcome is not None else ():
            if path.suffix == ".pdf":
                QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))

    def _refresh(self) -> None:
        outcome = self._session.outcome
        self._words.setText(outcome.fingerprint_words if outcome is not None else "")
        saved = outcome is not None and bool(outcome.card)
        self._entry.setVisible(not saved)
        self._result.setVisible(saved)
        self.entry.setEnabled(not self._without.isChecked())
        self._without_warning.setVisible(self._without.isChecked())
        if outcome is None or not outcome.card:
            self.title.setText(tr("Make the key card"))
            self.subtitle.setText(tr(_SUBTITLE))
            self.primary.setText(tr("Save key card"))
            self.primary.setEnabled(outcome is not None and self._complete())
            self._show_pending()
            return
        self.title.setText(tr("Key card saved"))
        self.subtitle.setText(tr(_SAVED))
        self.primary.setText(tr("Open the protected copy"))
        self.primary.setEnabled(True)
        self._print.setVisible(any(path.suffix == ".pdf" for path in outcome.card))
        names = all_of(path.name if i == 0 else path.suffix for i, path in enumerate(outcome.card))
        self._where.setText(tr("{names} in {folder}", names=names, folder=outcome.card[0].parent))
        self.result.show_text(
            Tone.GOOD,
            tr("Read back from the file and tried on the protected copy: it opens."),
            originals_sentence(outcome.originals),
        )

    def _show_pending(self) -> None:
        outcome = self._session.outcome
        if outcome is None:
            self.result.clear()
            return
        self.result.show_text(
            Tone.INFO,
            tr("Protected copy written"),
            f"{outcome.folder}\n{originals_sentence(outcome.originals)}",
        )

    def _complete(self) -> bool:
        secret = self._without.isChecked() or self.entry.passphrase is not None
        return secret and self.folder.folder is not None and bool(self.kinds)


def _kind_text(kind: str) -> str:
    return {"pdf": tr("PDF, A4 to print"), "png": tr("PNG picture")}.get(kind, kind.upper())


def card_files(folder: Path, words: str, kinds: tuple[str, ...]) -> tuple[Path, ...]:
    """Names that say which study a card is for without naming a patient: the fingerprint's first two words."""
    stem = "medcrypt-card-" + "-".join(words.replace("-", " ").split()[:2])
    return tuple(folder / f"{stem}.{kind}" for kind in kinds)
