"""Card: the one place that holds the identity of a protected copy until its card is written and tried.

Protect writes first and the card follows, because only then can the card be tried on the files themselves. Until it has
been, the originals are all there and ``pending`` is true: the window asks before anything would drop the key.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from medcrypt_gui.core.age import HybridIdentity
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.safe_write import os_errors_as_write_errors
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.issue_key_card import issue_key_card
from medcrypt_gui.services.messages import explain
from medcrypt_gui.services.print_key_card import check_card_paths
from medcrypt_gui.services.protect_study import ProtectedSet, discard
from medcrypt_gui.ui.flows.desk import Desk


class CardFlow(QObject):
    """``card_ready`` carries the PNG of the card that was written."""

    failed = Signal(object)
    said = Signal(str)
    card_ready = Signal(bytes)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._identity: HybridIdentity | None = None
        self._written: ProtectedSet | None = None

    @property
    def pending(self) -> bool:
        """Whether a protected copy exists whose key is nowhere but here."""
        return self._identity is not None

    def take(self, written: ProtectedSet, identity: HybridIdentity) -> None:
        """From Protect: what was written, and the key that opens it."""
        self._written, self._identity = written, identity

    def abandon(self) -> None:
        """Drop the key, and with it the protected copy that nobody could open any more."""
        if self._written is not None:
            discard(self._written)
        self._forget()

    def _forget(self) -> None:
        self._written = self._identity = None

    def save(self, passphrase: str | None, paths: tuple[Path, ...]) -> None:
        """Write the card, read it back, try it on the protected files; only then is the key dropped from memory."""
        if self._identity is None or self._written is None:
            return
        identity, written, workbench = self._identity, self._written, self._desk.workbench

        def work(task: TaskContext) -> bytes:
            check_card_paths(paths, writer=workbench.card_writer, protected_folder=written.folder)
            for path in paths:
                _make_folder(path.parent)
            content = issue_key_card(identity, written, paths, passphrase, workbench, task)
            return workbench.card_writer.render(content, ".png")

        self._desk.jobs.start(
            tr("Making the key card"),
            work,
            lambda picture: self._on_saved(paths, picture),
            lambda error: self.failed.emit(explain(error)),
            lambda: self.said.emit(tr("Cancelled. There is no key card yet.")),
        )

    def _on_saved(self, paths: tuple[Path, ...], picture: bytes) -> None:
        self._forget()
        self._desk.session.card_saved(paths)
        self.card_ready.emit(picture)


def _make_folder(folder: Path) -> None:
    """Make a folder that the user typed. Raises `WriteError`."""
    with os_errors_as_write_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
