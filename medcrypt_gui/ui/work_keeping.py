"""Keep what is done to the open mask from one second to the next, and say where that does not work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from medcrypt_gui.core.language import tr
from medcrypt_gui.core.mask.editor import MaskEditor
from medcrypt_gui.services.keep_work import BITE_EVERY_MS, TELL_EVERY_MS, WorkKeeper
from medcrypt_gui.ui.flows.desk import Desk
from medcrypt_gui.ui.leaving import Leaving
from medcrypt_gui.ui.session import Lock

if TYPE_CHECKING:
    from medcrypt_gui.core.journal.port import Journal, Keeping

_PATIENCE_S = 3.0  # for the disk, when the window closes


@dataclass(frozen=True, eq=False)
class _Aside:
    """The journal of a mask that is not open any more, nor known to be on the disk."""

    editor: MaskEditor
    keeper: WorkKeeper
    number: int


class WorkKeeping(QObject):
    """The journal goes when the series is left on purpose, or its protected copy and card are there.

    It stays when the series goes in any other way: then the next start offers what was done.
    """

    said = Signal(str)
    trouble_changed = Signal(str)  # why nothing is kept now, a sentence; empty when it works
    _reported = Signal(int, object)  # from the journal's thread: the number of the journal, and how it goes

    def __init__(self, desk: Desk, leaving: Leaving, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._leaving = desk, leaving
        self._shelf = desk.workbench.journals
        self._editor: MaskEditor | None = None
        self._keeper: WorkKeeper | None = None
        self._number = 0  # of the present journal, so that late news of others are known as such
        self._told = 0  # whole states of it that are on the disk
        self._once_kept: list[tuple[int, Callable[[], None]]] = []
        self._aside: list[_Aside] = []
        self._leaving_aside = False
        self._troubled = self._unsealed_said = False
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._tell)
        # Queued, because it is emitted from the journal's thread.
        self._reported.connect(self._on_reported, Qt.ConnectionType.QueuedConnection)
        if self._shelf is not None:
            desk.session.mask_replaced.connect(self._on_mask_replaced)
            desk.session.lock_changed.connect(self._on_lock_changed)

    def once_kept(self, call: Callable[[], None]) -> None:
        """Call it when all that was done until now is on the disk; never, if the series is left before."""
        if self._keeper is not None:
            self._once_kept.append((self._keeper.told + (0 if self._keeper.clean else 1), call))
            self._call_those_kept()

    def forget(self) -> None:
        """The mask as it is now is safe elsewhere: protected, or saved where it will be found. Its journal goes."""
        if self._keeper is not None:
            self._timer.stop()
            self._once_kept.clear()
            self._keeper.forget()
            self._number, self._told = self._number + 1, 0
            self._show_trouble("")

    def set_aside(self, editor: MaskEditor) -> None:
        """This mask is left before it is on the disk: its journal stays until `forget_of`, or it is open again."""
        if editor is self._editor:
            self._leaving_aside = True

    def forget_of(self, editor: MaskEditor) -> None:
        """The mask of this editor is safe elsewhere."""
        if editor is self._editor:
            self._leaving_aside = False
            self.forget()
            return
        for one in [aside for aside in self._aside if aside.editor is editor]:
            self._aside.remove(one)
            one.keeper.end(keep=False)

    def finish(self) -> None:
        """The window closes: what is to be kept is written, the rest goes."""
        self._end_keeping()
        for one in self._aside:
            one.keeper.end(keep=True)
        self._aside.clear()
        if self._shelf is not None and self._number:
            self._shelf.finish(_PATIENCE_S)

    @Slot()
    def _on_mask_replaced(self) -> None:
        editor = self._desk.session.editor
        if editor is self._editor:
            return
        self._end_keeping()
        self._editor = editor
        again = next((one for one in self._aside if one.editor is editor), None)
        if again is not None:
            self._aside.remove(again)
            self._keeper, self._number, self._told = again.keeper, again.number, 0
        elif editor is not None:
            self._keeper = WorkKeeper(editor, self._begin, self._awake)

    def _end_keeping(self) -> None:
        self._timer.stop()
        self._once_kept.clear()
        keeper, editor, self._keeper, self._editor = self._keeper, self._editor, None, None
        aside, self._leaving_aside = self._leaving_aside, False
        if keeper is not None and editor is not None and aside:
            keeper.tell_all()
            self._aside.append(_Aside(editor, keeper, self._number))
        elif keeper is not None and editor is not None:
            unasked = editor.undo_name is not None and self._leaving.given_up is not editor
            keeper.end(keep=unasked and not keeper.safe)
            self._show_trouble("")

    def _begin(self, had_mask: bool) -> Journal:
        from medcrypt_gui.core.journal.port import Work  # it speaks of much that the window need not wait for

        session = self._desk.session
        assert self._shelf is not None
        assert session.series is not None
        assert session.editor is not None
        self._number += 1
        self._told = 0
        number = self._number
        paths = tuple(str(path.resolve()) for path in session.sources)
        work = Work(session.series, session.editor.geometry, paths, had_mask)
        return self._shelf.begin(work, lambda keeping: self._reported.emit(number, keeping))

    def _awake(self) -> None:
        if not self._timer.isActive():
            self._timer.start(TELL_EVERY_MS)

    @Slot()
    def _tell(self) -> None:
        if self._keeper is not None and self._keeper.tell_some():
            self._timer.start(BITE_EVERY_MS)

    @Slot(int, object)
    def _on_reported(self, number: int, keeping: Keeping) -> None:
        if number != self._number or self._keeper is None:
            return
        self._told = keeping.told
        self._call_those_kept()
        if keeping.problem is not None:
            reason = keeping.problem.detail
            self._show_trouble(tr("Your work is not being kept: {reason}. Save the mask to a file.", reason=reason))
        elif self._troubled:
            self._show_trouble("")
            self.said.emit(tr("Your work is being kept again."))
        if keeping.unsealed and not self._unsealed_said:
            self._unsealed_said = True
            self.said.emit(
                tr(
                    "Unsaved work is kept without encryption, so the mask only, no pixels and no names: {reason}.",
                    reason=keeping.unsealed,
                )
            )

    def _show_trouble(self, text: str) -> None:
        if text and not self._troubled:
            self.said.emit(text)
        if text or self._troubled:
            self._troubled = bool(text)
            self.trouble_changed.emit(text)

    def _call_those_kept(self) -> None:
        due = [call for told, call in self._once_kept if told <= self._told]
        self._once_kept = [(told, call) for told, call in self._once_kept if told > self._told]
        for call in due:
            call()

    @Slot()
    def _on_lock_changed(self) -> None:
        if self._desk.session.lock is Lock.PROTECTED:
            self.forget()
