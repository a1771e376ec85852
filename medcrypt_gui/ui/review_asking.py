"""What a review asks in dialogs: what to review, where lists and reports go, and what the site's policy says."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from medcrypt_gui.core.language import mark, tr
from medcrypt_gui.core.review.file_names import WORKLIST_SUFFIX
from medcrypt_gui.core.review.mask_rule import MaskRule
from medcrypt_gui.ui.dialogs.report_choices import ReportChoices
from medcrypt_gui.ui.dialogs.review_choices import ReviewChoices
from medcrypt_gui.ui.dialogs.site_policy import SitePolicy
from medcrypt_gui.ui.flows.desk import Desk
from medcrypt_gui.ui.flows.worklist_flow import WorklistFlow
from medcrypt_gui.ui.leaving import Leaving

_SAVED = mark("Worklists and lists of paths (*.json *.csv *.txt)")
_SAVE_AS = mark("Worklists (*.json)")


class ReviewAsking(QObject):
    """Nothing is opened before the open study is kept, or the user agreed to lose what cannot be kept."""

    together_asked = Signal(object)  # the folders that were dropped are one study

    def __init__(self, desk: Desk, flow: WorklistFlow, leaving: Leaving, window: QWidget) -> None:
        super().__init__(window)
        self._desk, self._flow, self._leaving, self._window = desk, flow, leaving, window

    def ask_worklist(self, paths: Sequence[Path] = ()) -> None:
        """Which folders and lists; those that were dropped are in it already."""
        dialog = ReviewChoices(paths, self._window)
        dialog.chosen.connect(self._open)
        dialog.together_asked.connect(self.together_asked)
        self._show(dialog)

    def ask_saved(self) -> None:
        chosen, _filter = QFileDialog.getOpenFileName(self._window, tr("Open a worklist"), str(Path.home()), tr(_SAVED))
        if chosen and self._leaving.may_leave():
            self._flow.open_saved(Path(chosen))

    def ask_where_to_save(self) -> None:
        proposed = str(Path.home() / f"worklist{WORKLIST_SUFFIX}")
        chosen, _filter = QFileDialog.getSaveFileName(self._window, tr("Save the worklist"), proposed, tr(_SAVE_AS))
        if chosen:
            self._flow.save(Path(chosen))

    def open_last(self) -> None:
        if self._leaving.may_leave():
            self._flow.open_last()

    def close_worklist(self) -> None:
        """The open study is kept first, since nobody looks after it then."""
        if self._leaving.may_leave():
            self._flow.close()

    def ask_report(self) -> None:
        worklist = self._desk.session.review.worklist
        if worklist is None:
            return
        dialog = ReportChoices(worklist.summary, self._window)
        dialog.chosen.connect(self._flow.write_report)
        self._show(dialog)

    def ask_where_to_export(self) -> None:
        if self._desk.session.review.worklist is None:
            return
        title = tr("A folder for the approved masks")
        chosen = QFileDialog.getExistingDirectory(self._window, title, str(Path.home()))
        if chosen:
            self._flow.export_masks(Path(chosen))

    def show_policy(self) -> None:
        self._show(SitePolicy(self._desk.workbench.policy.read(), self._window))

    def _open(self, paths: Sequence[Path], suffix: str, passed_over: tuple[str, ...]) -> None:
        if self._leaving.may_leave():
            self._flow.open_paths(paths, MaskRule(suffix, passed_over))

    @staticmethod
    def _show(dialog: ReviewChoices | ReportChoices | SitePolicy) -> None:
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
