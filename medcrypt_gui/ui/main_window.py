"""The window: series on the left, views in the middle, the step on the right. It assembles; flows do the work."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMainWindow,
    QMenu,
    QVBoxLayout,
    QWidget,
)

from medcrypt_gui.core.imaging.series import Series
from medcrypt_gui.core.language import tr
from medcrypt_gui.services.messages import explain
from medcrypt_gui.services.workbench import Workbench
from medcrypt_gui.ui.actions import Command, install
from medcrypt_gui.ui.choices import Choices
from medcrypt_gui.ui.commands import commands_of
from medcrypt_gui.ui.dialogs.about import AboutDialog
from medcrypt_gui.ui.dialogs.label_figures import LabelFigures
from medcrypt_gui.ui.dialogs.model_files import ModelFiles
from medcrypt_gui.ui.dialogs.picture_files import PictureFiles
from medcrypt_gui.ui.dialogs.slice_header import SliceHeader
from medcrypt_gui.ui.dialogs.view_choices import ViewChoices
from medcrypt_gui.ui.flows.desk import Desk
from medcrypt_gui.ui.flows_of import Flows
from medcrypt_gui.ui.jobs import JobRunner
from medcrypt_gui.ui.leaving import Leaving
from medcrypt_gui.ui.left_side import LeftSide
from medcrypt_gui.ui.measurement_keeping import MeasurementKeeping
from medcrypt_gui.ui.middle import Middle
from medcrypt_gui.ui.opening import Opening
from medcrypt_gui.ui.preferences import Preferences
from medcrypt_gui.ui.review_wiring import ReviewWiring
from medcrypt_gui.ui.session import Session, Step
from medcrypt_gui.ui.steps import Steps
from medcrypt_gui.ui.view_binding import ViewBinding
from medcrypt_gui.ui.viewer.measurement_menu import MeasurementMenu
from medcrypt_gui.ui.viewer.view_state import LeftDrag
from medcrypt_gui.ui.viewer.viewer_panel import ViewerPanel
from medcrypt_gui.ui.widgets.file_windows_menu import FileWindowsMenu
from medcrypt_gui.ui.widgets.recent_menu import RecentMenu
from medcrypt_gui.ui.widgets.status_strip import StatusStrip
from medcrypt_gui.ui.window_menu import WindowMenu
from medcrypt_gui.ui.wiring import Wiring
from medcrypt_gui.ui.work_keeping import WorkKeeping
from medcrypt_gui.ui.work_offers import WorkOffers
from medcrypt_gui.ui.work_recovery import WorkRecovery


class MainWindow(QMainWindow):
    """Everything visible, and who asks the user about it."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__()
        self.setObjectName("mainWindow")
        self.setWindowTitle("MedCrypt")
        self.setAcceptDrops(True)
        self.session = Session(self)
        self.jobs = JobRunner(self)
        self.desk = Desk(self.session, self.jobs, workbench)
        self.flows = Flows.on(self.desk, self)
        self.viewer = ViewerPanel(jobs=self.jobs)
        self.viewer.setObjectName("viewer")
        self.left = LeftSide(self.session)
        self.series_list = self.left.series_list
        self.steps = Steps(self.session)
        self.status = StatusStrip(self.session, self.jobs)
        self.middle = Middle(self.session, self.viewer)
        self.phases = self.middle.phases
        self._lay_out()
        self._leaving = Leaving(self.desk, self.flows.card, self.flows.review, self)
        self.opening = Opening(self.session, self.flows, self._leaving, self)
        self.work_keeping = WorkKeeping(self.desk, self._leaving, self)
        self.recovery = WorkRecovery(self.desk, self.flows.open, self.work_keeping, self)
        WorkOffers(self.recovery, self.opening, (self.middle.welcome.unsaved, self.middle.unsaved), self)
        self.header = SliceHeader(self.desk, self.viewer.state, self)
        self.figures = LabelFigures(self.desk, self)
        self.pictures = PictureFiles(self.viewer, self)
        self.choices = Choices(self.viewer, Preferences(workbench.settings, self), self)
        self._keeping = MeasurementKeeping(self.desk, self.viewer, self.choices.preferences, self)
        self.view_choices = ViewChoices(self.viewer, self)
        self.review = self._assembled_review()
        self._commands: tuple[Command, ...] = commands_of(self)
        self.named_actions = install(self, self._commands)
        self.choices.bind(self._commands, self.named_actions)
        self.review.show_keys(self.choices.bindings)
        self._menus = {menu.objectName(): menu for menu in self.menuBar().findChildren(QMenu)}
        self._fill_menus(workbench)
        self._binding = ViewBinding(self.session, self.viewer, self)
        self._wiring = Wiring(self.desk, self.flows, self.steps, self)
        self._connect()
        self.flows.models.find()
        self.flows.worklist.look_for_last()
        self.status.say(self.choices.preferences.warning)

    def _fill_menus(self, workbench: Workbench) -> None:
        """What comes and goes with what is open, between the commands."""
        recent = RecentMenu(workbench.recent, self.opening.open_paths, self)
        self._menus["menuFile"].insertMenu(self.named_actions["loadMaskAction"], recent)
        WindowMenu(self._menus["menuWindow"], self.viewer, self.choices)
        windows = FileWindowsMenu(self.viewer, self)
        self._menus["menuWindow"].insertMenu(self.named_actions["fileWindowAction"], windows)
        MeasurementMenu(self.viewer)

    def _assembled_review(self) -> ReviewWiring:
        parts = self.middle, self.viewer, self.steps, self.left.worklist
        return ReviewWiring(
            self.desk, self.flows, *parts, self._leaving, self.choices.preferences, self.status.say, self
        )

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.left)
        row.addWidget(self.middle, 1)
        row.addWidget(self.steps)
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row, 1)
        column.addWidget(self.status)
        central = QWidget()
        central.setLayout(column)
        self.setCentralWidget(central)
        self.resize(1440, 900)

    def _connect(self) -> None:
        for source in (self.middle.welcome, self.steps.open):
            source.folder_asked.connect(self.opening.ask_folder)
            source.files_asked.connect(self.opening.ask_files)
            source.sample_asked.connect(self.opening.open_sample)
        self.opening.card_dropped.connect(self._wiring.take_card_file)
        self.flows.review.mask_kept.connect(self.work_keeping.forget_of)
        self.flows.review.parted.connect(self.work_keeping.set_aside)
        self.opening.folders_dropped.connect(self.review.asking.ask_worklist)
        self.review.asking.together_asked.connect(self.opening.open_paths)
        self.steps.roi.mask_file_asked.connect(self.opening.ask_mask_to_load)
        models = ModelFiles(self.flows.models, self)
        self.steps.roi.add_model_asked.connect(models.ask_to_add)
        self.steps.roi.remove_model_asked.connect(models.ask_to_remove)
        self.series_list.series_asked.connect(self._on_series_asked)
        self.phases.phase_asked.connect(self.flows.open.show_phase)
        self.flows.open.phase_kept.connect(self.phases.stay)
        self.viewer.shared.left_drag_changed.connect(self._say_left_drag)
        self.viewer.phase_requested.connect(self.phases.step)
        self.viewer.series_requested.connect(self._on_next_series_asked)
        self.flows.open.thumbnail_ready.connect(self.series_list.show_thumbnail)
        for flow in (*self.flows.all(), self.choices, self._keeping, self.work_keeping, self.recovery):
            flow.said.connect(self.status.say)
        for asking in (self.pictures, self.view_choices, self.header, self.figures):
            asking.said.connect(self.status.say)
        self.flows.guests.serve(self.viewer.hanging.guests)
        self.viewer.hanging.main_asked.connect(self._on_series_asked)
        self.flows.worklist.last_found.connect(self.recovery.expect_worklist)
        self.recovery.awaited_changed.connect(self.middle.welcome.show_awaited)
        self.recovery.came_back.connect(self.steps.show_came_back)
        for failing in (self.pictures, self.recovery):
            failing.failed.connect(self.steps.show_message)
        self.work_keeping.trouble_changed.connect(self.status.show_trouble)
        self.header.failed.connect(self.steps.show_message)
        self.figures.failed.connect(self.steps.show_message)
        self.steps.correct.labels.figures_asked.connect(self.figures.show)
        self.viewer.hovered.connect(self.status.show_value)
        self.viewer.stroke_refused.connect(self.status.say)
        self.viewer.accept_requested.connect(self.flows.suggestion.accept)
        self.viewer.reject_requested.connect(self._wiring.reject_suggestion)
        self.steps.correct.undo_asked.connect(self.named_actions["undoAction"].trigger)
        self.viewer.drafts_changed.connect(self._on_drafts_changed)
        self.steps.correct.tools.paste_asked.connect(self.viewer.commands.paste_shape)
        self.viewer.menu_requested.connect(self._show_view_menu)
        self.session.series_selected.connect(self._on_step_changed)
        self.session.step_changed.connect(self._on_step_changed)

    def _on_drafts_changed(self) -> None:
        drafts = self.viewer.state.tool_drafts
        self.steps.correct.show_has_points(any(one.handles and not one.faint for one in drafts))

    def _on_series_asked(self, series: Series) -> None:
        if self._leaving.may_leave():
            self.flows.open.select(series)

    def _say_left_drag(self, action: LeftDrag) -> None:
        does = tr(action.value)
        if self.viewer.state.tool is None:
            self.status.say(tr("Left drag: {does}.", does=does))
        else:
            self.status.say(tr("Left drag: {does} while Space is held, since a tool is in hand.", does=does))

    def _on_next_series_asked(self, further: int) -> None:
        following = self.session.neighbour(further)
        if following is not None:
            self._on_series_asked(following)

    def _on_step_changed(self) -> None:
        """The keys of the views work at once, unless the step begins with typing."""
        if self.session.series is not None and self.session.step not in (Step.CARD, Step.UNLOCK):
            self.middle.focus_images()

    def _show_view_menu(self, place: QPoint) -> None:
        self._menus["menuView"].popup(place)

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._leaving.may_leave():
            event.ignore()
            return
        self._keeping.finish()
        self.review.finish()
        self.work_keeping.finish()
        self.jobs.shut_down()
        super().closeEvent(event)

    def tell_of_error(self, error: Exception) -> None:
        """Something failed that nobody expected: the stroke under way is taken back, all else is as it was."""
        self.viewer.cancel_stroke()
        kept = tr("The originals are untouched. The mask is kept as you see it; a stroke under way was taken back.")
        self.steps.show_message(replace(explain(error), untouched=kept))

    # Dropping

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.opening.take_dropped([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])

    # View and help

    def toggle_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def show_about(self) -> None:
        dialog = AboutDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
