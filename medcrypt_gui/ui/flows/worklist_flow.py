"""Worklists as a whole: open, go on with the last one, save, report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from medcrypt_gui.core.errors import MedcryptError
from medcrypt_gui.core.language import tr, trn
from medcrypt_gui.core.review.mask_rule import MaskRule
from medcrypt_gui.core.review.path_list import LIST_SUFFIXES
from medcrypt_gui.core.review.worklist import Worklist
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.messages import explain
from medcrypt_gui.ui.flows.desk import Desk
from medcrypt_gui.ui.review_board import Passed

if TYPE_CHECKING:
    from medcrypt_gui.services.build_worklist import BuiltWorklist
    from medcrypt_gui.services.export_masks import ExportedMasks

_NO_MASKS = MaskRule()


class WorklistFlow(QObject):
    """What it opened is on the board; ``opened`` says that its studies can be gone through."""

    failed = Signal(object)
    said = Signal(str)
    opened = Signal()
    last_found = Signal(object)  # the Worklist of the last session, or None
    exported = Signal(str, bool)  # what became of the masks, in sentences, and whether all went well

    def __init__(self, desk: Desk, settled: Callable[[], None], parent: QObject | None = None) -> None:
        """``settled`` returns, on any thread, when decisions that were made are on the disk."""
        super().__init__(parent)
        self._desk, self._board, self._settled = desk, desk.session.review, settled

    def open_paths(self, paths: Sequence[Path], rule: MaskRule = _NO_MASKS) -> None:
        """Make a queue of folders, files and lists."""
        sources, bench = tuple(paths), self._desk.workbench
        name = sources[0].name if len(sources) == 1 else trn("{count} folder", "{count} folders", len(sources))

        def work(task: TaskContext) -> BuiltWorklist:
            from medcrypt_gui.services.build_worklist import build_worklist  # not needed to show the window

            return build_worklist(sources, bench.readers, bench.reviews, task, rule, name)

        self._start(tr("Looking for studies"), work, self._on_built)

    def open_saved(self, path: Path) -> None:
        """A worklist that was saved, or a list of paths."""
        if path.suffix.lower() in LIST_SUFFIXES:
            self.open_paths((path,))
            return
        store = self._desk.workbench.worklists
        self._start(tr("Reading the worklist"), self._refreshed(lambda: store.read(path)), self._on_worklist)

    def look_for_last(self) -> None:
        """Whether there is a worklist to go on with: for the welcome page, in the background."""
        store = self._desk.workbench.worklists
        self._desk.jobs.start(
            tr("Looking for the last worklist"),
            self._refreshed(store.last),
            self.last_found.emit,
            lambda _error: self.last_found.emit(None),
            quiet=True,
        )

    def open_last(self) -> None:
        """Go on where the last session ended."""
        self._start(tr("Reading the worklist"), self._refreshed(self._desk.workbench.worklists.last), self._on_worklist)

    def close(self) -> None:
        """No worklist any more; the open study stays open."""
        store = self._desk.workbench.worklists
        self._board.show_worklist(None)
        self._desk.jobs.start(tr("Closing the worklist"), lambda _task: store.keep_last(None), quiet=True)
        self.last_found.emit(None)

    def save(self, path: Path) -> None:
        """Save the queue; what was decided lies beside the studies already."""
        worklist, store = self._board.worklist, self._desk.workbench.worklists
        if worklist is not None:
            self._start(
                tr("Saving the worklist"),
                lambda _task: store.write(path, worklist, force=True),  # the dialog has asked
                lambda _nothing: self.said.emit(tr("Worklist saved to {path}", path=path)),
            )

    def write_report(self, path: Path, with_names: bool) -> None:
        """A table or a document of all studies, as the file's ending says."""
        worklist, bench = self._board.worklist, self._desk.workbench
        if worklist is None:
            return

        def work(task: TaskContext) -> None:
            from medcrypt_gui.services.review_report import write_report  # not needed to show the window

            self._settled()
            write_report(worklist, path, bench, task, with_names=with_names, force=True)  # the dialog has asked

        def on_written(_nothing: object) -> None:
            self.said.emit(tr("Report written to {path}", path=path))

        self._start(tr("Writing the report"), work, on_written, lambda: self.said.emit(tr("No report was written.")))

    def export_masks(self, folder: Path) -> None:
        """Every approved mask into this folder, as DICOM SEG or NIfTI; what became of them is told."""
        worklist, bench = self._board.worklist, self._desk.workbench
        if worklist is None:
            return

        def work(task: TaskContext) -> ExportedMasks:
            from medcrypt_gui.services.export_masks import export_masks  # not needed to show the window

            self._settled()
            return export_masks(worklist, folder, bench, task)

        cancelled = tr("The export was cancelled. Masks that were written already stay, each whole.")
        self._start(
            tr("Exporting the approved masks"),
            work,
            lambda done: self._on_exported(done, folder),
            lambda: self.said.emit(cancelled),
        )

    def _on_exported(self, done: ExportedMasks, folder: Path) -> None:
        written = trn(
            "{count} mask written to {folder}.", "{count} masks written to {folder}.", len(done.written), folder=folder
        )
        lines = [written] if done.written else []
        if done.present:
            lines.append(trn("{count} was there already.", "{count} were there already.", len(done.present)))
        if done.undecided:
            text = trn("{count} study has no approved mask.", "{count} studies have no approved mask.", done.undecided)
            lines.append(text)
        lines += [tr("{name} was not exported: {reason}.", name=one.name, reason=one.reason) for one in done.failed]
        lines += done.notes
        self.said.emit(lines[0])
        self.exported.emit("\n".join(lines), not done.failed and bool(done.written or done.present))

    def _start(
        self,
        title: str,
        work: Callable[[TaskContext], object],
        on_done: Callable[..., None],
        on_cancel: Callable[[], None] | None = None,
    ) -> None:
        cancelled = on_cancel or (lambda: self.said.emit(tr("Opening was cancelled.")))
        self._desk.jobs.start(title, work, on_done, self._on_failed, cancelled, harmless=True)

    def _refreshed(self, read: Callable[[], Worklist | None]) -> Callable[[TaskContext], Worklist | None]:
        store = self._desk.workbench.reviews

        def work(task: TaskContext) -> Worklist | None:
            from medcrypt_gui.services.build_worklist import refresh  # not needed to show the window

            worklist = read()
            return refresh(worklist, store, task) if worklist is not None and worklist.items else None

        return work

    def _on_built(self, built: BuiltWorklist) -> None:
        passed = tuple(Passed(one.path.name, one.reason.detail) for one in built.unreadable)
        self._show(built.worklist, passed)

    def _on_worklist(self, worklist: Worklist | None) -> None:
        if worklist is None:
            self.said.emit(tr("There is no worklist to go on with."))
        else:
            self._show(worklist, ())

    def _show(self, worklist: Worklist, passed: tuple[Passed, ...]) -> None:
        self._board.show_worklist(worklist, passed)
        self.said.emit(trn("A worklist of {count} study.", "A worklist of {count} studies.", len(worklist)))
        self.opened.emit()

    def _on_failed(self, error: MedcryptError) -> None:
        self.failed.emit(explain(error))
