"""Keeps track of which mask the open one is, so that a change voids an approval at once and undo makes it valid."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from medcrypt_gui.core.language import tr
from medcrypt_gui.core.mask.box import Box
from medcrypt_gui.core.mask.editor import MaskEditor
from medcrypt_gui.core.mask.labels import LabelTable
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.ui.flows.desk import Desk

_SETTLE_MS = 250


class MaskStanding(QObject):
    """Hashes the mask in the background, a moment after the last change; only where a decision speaks of some mask."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._stop_listening: tuple[Callable[[], None], ...] = ()
        self._table = LabelTable()
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settle.timeout.connect(self._look)
        desk.session.mask_replaced.connect(self._listen)

    def _listen(self) -> None:
        self._settle.stop()
        for stop in self._stop_listening:
            stop()
        editor = self._desk.session.editor
        self._stop_listening = ()
        if editor is not None:
            self._table = editor.table
            self._stop_listening = (
                editor.on_changed(self._on_changed),
                editor.on_table_changed(lambda: self._on_table_changed(editor)),
            )

    def _on_table_changed(self, editor: MaskEditor) -> None:
        """What labels look like is no matter of the mask."""
        before, self._table = self._table, editor.table
        if not editor.table.differs_in_looks_only(before):
            self._on_changed()

    def _on_changed(self, _box: Box | None = None) -> None:
        board = self._desk.session.review
        if board.review is not None:
            board.doubt_mask()
            if board.record.decisions:
                self._settle.start()

    def _look(self) -> None:
        editor = self._desk.session.editor
        if editor is None or self._desk.session.review.review is None:
            return
        if editor.in_gesture:
            self._settle.start()
            return
        revision, mask = editor.revision, editor.mask

        def work(_task: TaskContext) -> str:
            from medcrypt_gui.core.review.mask_hash import mask_hash  # not needed to show the window

            return mask_hash(mask)

        self._desk.jobs.start(
            tr("Looking whether the mask is the approved one"),
            work,
            lambda sha256: self._on_looked(editor, revision, sha256),
            quiet=True,
        )

    def _on_looked(self, editor: MaskEditor, revision: int, sha256: str) -> None:
        """A mask that changed meanwhile is looked at again by itself, and this hash is of no mask."""
        if self._desk.session.editor is editor and editor.revision == revision:
            self._desk.session.review.set_mask(sha256)
