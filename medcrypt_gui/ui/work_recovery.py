"""Work that was left unsaved: found when the window stands, offered, and taken up again on its series."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Qt, Signal, Slot

from medcrypt_gui.core.errors import KeyringUnavailableError, MaskMismatchError, MedcryptError
from medcrypt_gui.core.imaging.series import ImageFormat, Series
from medcrypt_gui.core.language import mark, tr
from medcrypt_gui.core.mask.editor import MaskEditor
from medcrypt_gui.core.mask.labels import ROI
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.review.worklist import Worklist
from medcrypt_gui.core.segmentation.mask_origin import unproposed
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.messages import explain
from medcrypt_gui.ui.flows.desk import Desk
from medcrypt_gui.ui.flows.open_flow import OpenFlow
from medcrypt_gui.ui.session import Step
from medcrypt_gui.ui.work_keeping import WorkKeeping

if TYPE_CHECKING:
    from medcrypt_gui.core.journal.port import JournalShelf
    from medcrypt_gui.services.recover_work import Offer

_WHY_FIXED = mark("The mask was taken up again from unsaved work, which holds no probabilities.")


class WorkRecovery(QObject):
    """What is taken up stays in its old journal until it is in the new one."""

    failed = Signal(object)  # a Message
    said = Signal(str)
    offers_changed = Signal(object)  # all but those that come back with the last worklist, newest first
    fitting_changed = Signal(object)  # those done on the open series
    awaited_changed = Signal(object)  # the newest that comes back with the last worklist, or None
    came_back = Signal()  # unsaved work is in the open mask again
    study_asked = Signal(object)  # an offer whose study must be found first
    opening_asked = Signal(object)  # paths that hold the study of an offer
    _key_known = Signal()

    def __init__(self, desk: Desk, opening: OpenFlow, keeping: WorkKeeping, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._opening, self._keeping = desk, opening, keeping
        self._shelf = desk.workbench.journals
        self._offers: tuple[Offer, ...] = ()
        self._fitting: tuple[Offer, ...] = ()
        self._key_asked = False
        self._retried = ""  # the offer for which the keyring was asked again
        self._taken_up: set[str] = set()
        self._last_worklist: Worklist | None = None  # what the empty window offers to go on with
        self._awaited: dict[str, str] = {}  # offers that come back with it, with the ids of their studies
        self._wanted: Offer | None = None  # to be taken up on a series of the study that is being opened
        self._wanted_paths: tuple[Path, ...] = ()
        # Queued, because it is emitted from the keyring's thread.
        self._key_known.connect(self.look, Qt.ConnectionType.QueuedConnection)
        desk.session.study_opened.connect(self._on_study_opened)
        desk.session.series_selected.connect(self._on_series_selected)

    @Slot()
    def look(self) -> None:
        """See what was left; what is encrypted is looked at again once the keyring has answered."""
        shelf = self._shelf
        if shelf is None:
            return

        def work(_task: TaskContext) -> tuple[Offer, ...]:
            from medcrypt_gui.services.recover_work import find_offers  # not needed to show the window

            return find_offers(shelf)

        self._desk.jobs.start(tr("Looking for unsaved work"), work, self._on_found, quiet=True)

    def take_up(self, offer: Offer) -> None:
        """Continue: on the open series if it is the one, else after its study was opened."""
        if offer.locked:
            self._retried = offer.name
            self._ask_key()
        elif offer in self._fitting:
            self._restore(offer)
        elif offer.paths and all(path.exists() for path in offer.paths):
            self.open_study(offer, offer.paths)
        else:
            self.study_asked.emit(offer)

    def open_study(self, offer: Offer, paths: tuple[Path, ...]) -> None:
        """Open these and take up the work on the series it was done on."""
        self._wanted, self._wanted_paths = offer, paths
        self.opening_asked.emit(paths)

    def discard(self, offer: Offer) -> None:
        """Remove the work for good; whoever calls has asked."""
        self._run(
            tr("Discarding unsaved work"), lambda shelf: shelf.discard(offer.name), lambda _nothing: self._drop(offer)
        )

    def save(self, offer: Offer, path: Path) -> None:
        """Write the mask to a file; the offer stays."""
        formats = self._desk.workbench.masks

        def write(shelf: JournalShelf) -> None:
            from medcrypt_gui.services.save_mask import save_mask

            mask = shelf.read(offer.name).mask
            nothing_open = Series("", ImageFormat.NIFTI, "", "", None, (), mask.geometry)
            save_mask(path, mask, nothing_open, formats, force=True)  # the dialog has asked

        self._run(
            tr("Saving the mask"),
            write,
            lambda _nothing: self.said.emit(tr("Mask saved to {path}", path=path)),
        )

    def _run(self, title: str, work: Callable[..., object], done: Callable[..., None]) -> None:
        shelf = self._shelf
        self._desk.jobs.start(title, lambda _task: work(shelf), done, lambda error: self.failed.emit(explain(error)))

    # Offers

    def _on_found(self, offers: tuple[Offer, ...]) -> None:
        self._offers = offers = tuple(one for one in offers if one.name not in self._taken_up)
        self._look_for_awaited()
        retried, self._retried = self._retried, ""
        still_locked = [one for one in offers if one.locked and one.name == retried]
        if still_locked:
            self.failed.emit(explain(KeyringUnavailableError(still_locked[0].remark)))
        elif any(offer.locked for offer in offers) and not self._key_asked:
            self._ask_key()
        self._look_for_fitting()

    def _ask_key(self) -> None:
        self._key_asked = True
        if self._shelf is not None:
            self._shelf.ask_key(self._key_known.emit)

    def _drop(self, offer: Offer) -> None:
        self._offers = tuple(one for one in self._offers if one is not offer)
        self._fitting = tuple(one for one in self._fitting if one is not offer)
        self._tell_offers()
        self.fitting_changed.emit(self._fitting)

    # The worklist that is offered beside

    @Slot(object)
    def expect_worklist(self, worklist: Worklist | None) -> None:
        """Work on its studies is not offered by itself: it comes back when they are opened."""
        self._last_worklist = worklist
        if self._offers:
            self._look_for_awaited()

    def _look_for_awaited(self) -> None:
        worklist, offers, shelf, bench = self._last_worklist, self._offers, self._shelf, self._desk.workbench
        if worklist is None or not offers or shelf is None:
            self._on_awaited({})
            return

        def work(task: TaskContext) -> dict[str, str]:
            from medcrypt_gui.services.recover_work import works_of  # not needed to show the window

            return works_of(worklist, offers, shelf, bench.readers, bench.reviews, task)

        def on_failed(_error: MedcryptError) -> None:
            self._on_awaited({})

        self._desk.jobs.start(tr("Looking for unsaved work"), work, self._on_awaited, on_failed, quiet=True)

    def _on_awaited(self, awaited: dict[str, str]) -> None:
        self._offers = tuple(one for one in self._offers if awaited.get(one.name) != "")
        self._awaited = {name: item_id for name, item_id in awaited.items() if item_id}
        self._tell_offers()

    def _tell_offers(self) -> None:
        awaited = [one for one in self._offers if one.name in self._awaited]
        ids = dict.fromkeys(self._awaited[one.name] for one in awaited)
        self._desk.session.review.set_unsaved(tuple(ids))
        self.offers_changed.emit(tuple(one for one in self._offers if one not in awaited))
        self.awaited_changed.emit(awaited[0] if awaited else None)

    # The series that is open

    @Slot()
    def _on_series_selected(self) -> None:
        self._fitting = ()
        self.fitting_changed.emit(())
        self._look_for_fitting()

    def _look_for_fitting(self) -> None:
        series, editor, offers, shelf = (
            self._desk.session.series,
            self._desk.session.editor,
            tuple(one for one in self._offers if one.usable),
            self._shelf,
        )
        if series is None or editor is None or not offers or shelf is None:
            return
        names = [one.name for one in offers]

        def on_known(fitting: tuple[str, ...]) -> None:
            if self._desk.session.editor is not editor:
                return
            self._fitting = tuple(one for one in self._offers if one.name in fitting)
            wanted, self._wanted = self._wanted, None
            if wanted is not None and wanted in self._fitting:
                self._restore(wanted)
            elif self._fitting and self._comes_unasked():
                self._restore(self._fitting[0], asked=False)
            else:
                self._wanted = wanted
                self.fitting_changed.emit(self._fitting)

        self._desk.jobs.start(
            tr("Looking for unsaved work"), lambda _task: shelf.fitting(names, series), on_known, quiet=True
        )

    def _comes_unasked(self) -> bool:
        """In a worklist going on means going on with that, but never under a decision that was made meanwhile."""
        review = self._desk.session.review
        return review.current is not None and not review.busy

    @Slot()
    def _on_study_opened(self) -> None:
        """Choose the series that the wanted work was done on, if it is not the first one, which is shown by itself."""
        wanted, found, shelf = self._wanted, self._desk.session.found, self._shelf
        if wanted is None or found is None or not found.series or shelf is None:
            return
        if self._desk.session.sources != self._wanted_paths:
            self._wanted = None  # something else was opened instead
            return
        candidates = tuple(one for one in found.series if not one.protected)

        def work(task: TaskContext) -> Series | None:
            for one in candidates:
                task.checkpoint()
                if shelf.fitting([wanted.name], one):
                    return one
            return None

        self._desk.jobs.start(
            tr("Looking for the series"), work, lambda series: self._on_series_known(wanted, series), quiet=True
        )

    def _on_series_known(self, wanted: Offer, series: Series | None) -> None:
        if self._wanted is not wanted:
            return
        if series is None:
            self._wanted = None
            error = MaskMismatchError(tr("the series that the unsaved work was done on is not among these files"))
            self.failed.emit(explain(error))
        elif self._desk.session.found is not None and series is not self._desk.session.found.series[0]:
            self._opening.select(series)

    def _restore(self, offer: Offer, asked: bool = True) -> None:
        """Put the labels into the open mask, as one undo step.

        In a worklist it is done unasked; but an approved mask is left alone until the user says so.
        """
        editor, shelf, review = self._desk.session.editor, self._shelf, self._desk.session.review
        if editor is None or shelf is None:
            return
        geometry = editor.geometry

        def work(_task: TaskContext) -> RoiMask:
            from medcrypt_gui.services.recover_work import take_up

            return take_up(shelf, offer.name, geometry)

        def release() -> None:
            if not asked:
                review.set_busy(False)

        def on_read(mask: RoiMask) -> None:
            if self._desk.session.editor is editor:
                release()
                self._put_into(editor, mask, offer, asked)

        def on_failed(error: MedcryptError) -> None:
            release()
            self.failed.emit(explain(error))

        if not asked:
            review.set_busy(True)  # nothing is painted or decided that it would replace
        self._desk.jobs.start(tr("Taking up unsaved work"), work, on_read, on_failed, release)

    def _put_into(self, editor: MaskEditor, mask: RoiMask, offer: Offer, asked: bool) -> None:
        """Write it; the work stays where it is unless the open mask holds all of it then."""
        session = self._desk.session
        was_there = _holds(editor, mask)
        if not was_there and not asked and session.review.locks:
            self.fitting_changed.emit(self._fitting)
            return
        origin = unproposed(mask.region(ROI), tr(_WHY_FIXED))
        edit = editor.replace_labels(mask, tr("Continue unsaved work"), origin)
        if not was_there and not _holds(editor, mask):
            if edit is not None or any(label.locked for label in editor.table):
                self.said.emit(tr("A locked label kept out some of your unsaved work, which stays here."))
            self.fitting_changed.emit(self._fitting)
            return
        self._taken_up.add(offer.name)
        self._drop(offer)
        self._keeping.once_kept(lambda: self._discard_taken_up(offer))
        session.mark_done(Step.ROI)
        session.go_to(Step.CORRECT)
        if not was_there:  # else it had been kept before the program ended
            self.said.emit(tr("Your unsaved work is here again. Ctrl+Z takes it back."))
            self.came_back.emit()

    def _discard_taken_up(self, offer: Offer) -> None:
        def work(_task: TaskContext) -> None:
            if self._shelf is not None:
                self._shelf.discard(offer.name)

        def on_failure(_error: MedcryptError) -> None:
            """It will be offered once more: better than lost."""

        self._desk.jobs.start(tr("Discarding unsaved work"), work, on_failure=on_failure, quiet=True)


def _holds(editor: MaskEditor, mask: RoiMask) -> bool:
    """Whether the open mask has these labels, called and counted alike."""
    return editor.table.differs_in_looks_only(mask.table) and np.array_equal(editor.labels, mask.labels)
