"""Where unsaved work is offered: on the empty window, and above the views of the series it was done on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from medcrypt_gui.core.language import mark, tr
from medcrypt_gui.ui.dialogs.questions import ask_to_lose
from medcrypt_gui.ui.opening import Opening
from medcrypt_gui.ui.widgets.work_card import WorkCards, time_text
from medcrypt_gui.ui.work_recovery import WorkRecovery

if TYPE_CHECKING:
    from medcrypt_gui.services.recover_work import Offer

_MASK_FILES = mark("NIfTI masks (*.nii *.nii.gz)")


class WorkOffers(QObject):
    """Asks what the user has to be asked; `WorkRecovery` does the rest."""

    def __init__(
        self, recovery: WorkRecovery, opening: Opening, lists: tuple[WorkCards, WorkCards], window: QWidget
    ) -> None:
        super().__init__(window)
        self._recovery, self._opening, self._window = recovery, opening, window
        everywhere, here = lists
        recovery.offers_changed.connect(everywhere.show_offers)
        recovery.fitting_changed.connect(here.show_offers)
        recovery.opening_asked.connect(opening.open_paths)
        recovery.study_asked.connect(self._ask_study)
        for cards in lists:
            cards.continue_asked.connect(recovery.take_up)
            cards.save_asked.connect(self._ask_file)
            cards.discard_asked.connect(self._ask_to_discard)

    def _ask_study(self, offer: Offer) -> None:
        title = tr("Where is the study that the work was done on?")
        chosen = QFileDialog.getExistingDirectory(self._window, title, str(Path.home()))
        if chosen:
            self._recovery.open_study(offer, (Path(chosen),))

    def _ask_file(self, offer: Offer) -> None:
        proposed = str(Path.home() / "mask.nii.gz")
        chosen, _filter = QFileDialog.getSaveFileName(self._window, tr("Save the mask"), proposed, tr(_MASK_FILES))
        if chosen:
            self._recovery.save(offer, Path(chosen))

    def _ask_to_discard(self, offer: Offer) -> None:
        text = tr("The work from {time} would be gone for good.", time=time_text(offer.changed))
        if ask_to_lose(self._window, tr("Discard this work?"), text, tr("Discard it"), tr("Keep it")):
            self._recovery.discard(offer)
