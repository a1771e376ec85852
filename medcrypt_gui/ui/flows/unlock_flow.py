"""Unlock: a card, its passphrase, the region in memory; then, if asked, the originals on disk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from medcrypt_gui.core.errors import MedcryptError, UnsupportedInputError, WrongPassphraseError
from medcrypt_gui.core.imaging.series import ImageFormat, Series
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.keys.key_card import CardIdentity, PlainCard, ProtectedCard
from medcrypt_gui.core.language import tr, trn
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.messages import explain
from medcrypt_gui.services.read_key_card import enter_key_card, read_key_card
from medcrypt_gui.services.restore_study import RestoreReport, UnlockedStudy, check_card, restore, unlock
from medcrypt_gui.ui.flows.desk import Desk
from medcrypt_gui.ui.session import Lock, Step

Card = PlainCard | ProtectedCard


class UnlockFlow(QObject):
    """Holds card and identity for as long as the series is open, no longer."""

    failed = Signal(object)
    said = Signal(str)
    card_accepted = Signal(bool)
    card_refused = Signal(object)
    passphrase_wrong = Signal(object)
    unlocked = Signal(str)
    restored = Signal(str)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._card: Card | None = None
        self._identity: CardIdentity | None = None
        self._locked: Volume | None = None
        self._opened: UnlockedStudy | None = None
        desk.session.series_selected.connect(self.forget)

    def forget(self) -> None:
        self._card = self._identity = self._locked = self._opened = None

    def disclose(self, series: Series, locked: Volume) -> Volume:
        """What is shown of another volume of the open series (4D): decrypted while the series is unlocked."""
        if self._opened is None:
            return locked
        self._locked = locked
        return self._opened.reveal(locked, series.shown_files, series)

    def take_file(self, path: Path) -> None:
        """A picture, PDF or text file of a card."""
        reader = self._desk.workbench.qr_reader

        def read() -> Card:
            if path.suffix.lower() == ".txt":
                return enter_key_card(path.read_text(encoding="utf-8", errors="replace"))
            return read_key_card(path, reader)

        self._take(read)

    def take_text(self, text: str) -> None:
        """The typed form, pasted or typed; judged once it could be whole."""
        if len("".join(text.split())) >= 80:
            self._take(lambda: enter_key_card(text))

    def unlock(self, passphrase: str) -> None:
        """Decrypt in memory and show the result; nothing is written."""
        session, card = self._desk.session, self._card
        series, volume = session.series, session.volume
        if card is None or series is None or volume is None:
            return

        def work(task: TaskContext) -> tuple[CardIdentity, UnlockedStudy, Volume]:
            task.progress(0.05, tr("Opening the key card"))
            identity = card.open(passphrase or None)
            opened = unlock(series.files, (identity,), task.part(0.3, 1.0))
            return identity, opened, opened.reveal(volume, series.shown_files, series)

        self._desk.jobs.start(
            tr("Unlocking"),
            work,
            lambda result: self._on_unlocked(series, volume, *result),
            self._on_unlock_failed,
            lambda: self.said.emit(tr("Unlocking was cancelled. The series is still locked.")),
        )

    def relock(self) -> None:
        """Show the series as it lies on the disk again and drop the key."""
        session, locked = self._desk.session, self._locked
        self.forget()
        if locked is not None:
            session.replace_volume(locked)
            session.set_lock(Lock.LOCKED)
            session.mark_undone(Step.UNLOCK)
            session.mark_done(Step.OPEN)

    def restore(self, out: Path) -> None:
        """Write the originals back, byte for byte."""
        series, identity = self._desk.session.series, self._identity
        if series is None or identity is None:
            return
        if series.archive is not None:
            reason = tr("the study lies in an archive; unpack it, open the folder and restore that")
            self.failed.emit(explain(UnsupportedInputError(reason, path=series.archive)))
            return
        self._desk.jobs.start(
            tr("Restoring"),
            lambda task: restore(_where(series), (identity,), out, task),
            lambda report: self.restored.emit(_restored_text(report, out)),
            lambda error: self.failed.emit(explain(error)),
            lambda: self.said.emit(tr("Restoring was cancelled. Nothing was written.")),
        )

    def _take(self, read: Callable[[], Card]) -> None:
        series = self._desk.session.series
        if series is None or not series.protected:
            return

        def work(_task: TaskContext) -> Card:
            card = read()
            check_card(series.files, card.fingerprint)
            return card

        self._desk.jobs.start(tr("Reading the key card"), work, self._on_card, self._on_card_failed)

    def _on_card(self, card: Card) -> None:
        self._card = card
        self.card_accepted.emit(card.protected)

    def _on_card_failed(self, error: MedcryptError) -> None:
        self._card = None
        self.card_refused.emit(explain(error))

    def _on_unlock_failed(self, error: MedcryptError) -> None:
        wrong = isinstance(error, WrongPassphraseError)
        (self.passphrase_wrong if wrong else self.failed).emit(explain(error))

    def _on_unlocked(
        self, series: Series, locked: Volume, identity: CardIdentity, opened: UnlockedStudy, shown: Volume
    ) -> None:
        session = self._desk.session
        now, volume = session.series, session.volume
        if now is None or volume is None or now.uid != series.uid:
            return
        self._identity, self._locked, self._opened = identity, locked, opened
        # Another volume of the series may have been chosen meanwhile.
        session.replace_volume(shown if now is series else self.disclose(now, volume))
        session.set_lock(Lock.UNLOCKED)
        session.mark_done(Step.UNLOCK)
        self.unlocked.emit(_unlocked_text(opened))


def _where(series: Series) -> tuple[Path, ...]:
    """The folders of a DICOM series, so that strays among its files are named; a NIfTI file by itself."""
    if series.format is ImageFormat.NIFTI:
        return series.files
    return tuple(dict.fromkeys(path.parent for path in series.files))


def _unlocked_text(opened: UnlockedStudy) -> str:
    text = tr("Every file was verified: none was changed since it was protected. Nothing was written.")
    if opened.missing:
        text += "\n" + tr("Missing from the set: {names}.", names=", ".join(opened.missing))
    return text


def _restored_text(report: RestoreReport, out: Path) -> str:
    lines = [
        trn(
            "{count} files in {folder}, byte for byte as they were before (SHA-256 checked).",
            "{count} files in {folder}, byte for byte as they were before (SHA-256 checked).",
            len(report.restored),
            folder=out,
        )
    ]
    if report.missing:
        names = ", ".join(report.missing)
        lines.append(tr("Could not be restored, because their protected files are missing: {names}.", names=names))
    if report.strays:
        lines.append(tr("Not of this set: {names}.", names=", ".join(path.name for path in report.strays)))
    lines.append(tr("They are unprotected now."))
    return "\n".join(lines)
