"""Everything of a review that the window has: the worklist, who asks, who guards, and which intent calls which flow."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from medcrypt_gui.core.language import tr
from medcrypt_gui.ui.bindings import Bindings
from medcrypt_gui.ui.dialogs.questions import ask_to_lose, ask_which
from medcrypt_gui.ui.flows.desk import Desk
from medcrypt_gui.ui.flows_of import Flows
from medcrypt_gui.ui.leaving import Leaving
from medcrypt_gui.ui.middle import Middle
from medcrypt_gui.ui.preferences import Preferences
from medcrypt_gui.ui.review_asking import ReviewAsking
from medcrypt_gui.ui.review_gate import ReviewGate
from medcrypt_gui.ui.session import Step
from medcrypt_gui.ui.steps import Steps
from medcrypt_gui.ui.viewer.viewer_panel import ViewerPanel
from medcrypt_gui.ui.widgets.notice import Tone
from medcrypt_gui.ui.widgets.worklist_panel import WorklistPanel

_NAME_SETTLES_MS = 800


class ReviewWiring(QObject):
    """Made once the window stands; ``asking`` is what menus call."""

    def __init__(
        self,
        desk: Desk,
        flows: Flows,
        middle: Middle,
        viewer: ViewerPanel,
        steps: Steps,
        panel: WorklistPanel,
        leaving: Leaving,
        preferences: Preferences,
        say: Callable[[str], None],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._desk, self._flows, self._middle, self._viewer = desk, flows, middle, viewer
        self._steps, self._panel, self._preferences = steps, panel, preferences
        self.asking = ReviewAsking(desk, flows.worklist, leaving, window)
        self._gate = ReviewGate(desk.session, viewer, flows.review, say, window)
        self._name_settles = QTimer(self, singleShot=True, interval=_NAME_SETTLES_MS)
        self._name_settles.timeout.connect(self._keep_name)
        self._connect_panel()
        self._connect_group()
        board = desk.session.review
        board.set_reviewer(preferences.settings.reviewer)
        board.reviewer_changed.connect(self._name_settles.start)
        board.worklist_changed.connect(self._on_worklist_changed)
        flows.review.conflict.arose.connect(self._ask_whose)
        flows.protect.approval_missing.connect(self._ask_to_protect)
        flows.worklist.opened.connect(flows.review.go_on)
        viewer.redrawn.connect(lambda: panel.hide_names(viewer.state.names_hidden))
        middle.welcome.worklist_asked.connect(self.asking.ask_worklist)
        middle.welcome.last_worklist_asked.connect(self.asking.open_last)
        flows.worklist.last_found.connect(middle.welcome.show_last_worklist)

    def show_keys(self, bindings: Bindings) -> None:
        """Tell in the tips which keys decide, now and whenever they change."""

        def show() -> None:
            keys = (bindings.shown(name) for name in ("primaryAction", "rejectAction", "flagAction"))
            self._steps.review.show_keys(*keys)

        bindings.changed.connect(show)
        show()

    def press_primary(self) -> None:
        """Ctrl+Enter: with a study of a worklist open it approves, else it does what the step's one button does."""
        if self._desk.session.review.current is not None:
            self._flows.decide.approve_and_next()
        else:
            self._steps.current.primary.click()

    def propose_all(self) -> None:
        """By the model that is chosen in the step Find ROI."""
        model_id = self._steps.roi.model_id
        if model_id is None:
            self._desk.session.go_to(Step.ROI)
            self._flows.propose_all.say_no_model()
        else:
            self._flows.propose_all.propose(model_id)

    def finish(self) -> None:
        """The window closes."""
        if self._name_settles.isActive():
            self._name_settles.stop()
            self._keep_name()

    def _connect_panel(self) -> None:
        self._panel.study_asked.connect(self._flows.review.go_to)
        self._panel.report_asked.connect(self.asking.ask_report)
        self._panel.export_asked.connect(self.asking.ask_where_to_export)
        self._flows.worklist.exported.connect(self._on_exported)
        self._panel.close_asked.connect(self.asking.close_worklist)

    def _connect_group(self) -> None:
        group, decide = self._steps.review, self._flows.decide
        group.approve_asked.connect(decide.approve_and_next)
        group.reject_asked.connect(decide.reject_and_next)
        group.flag_asked.connect(decide.flag)
        group.glance_asked.connect(self._middle.toggle_glance)
        group.typing_ended.connect(self._middle.focus_images)
        decide.name_needed.connect(group.ask_name)

    def _keep_name(self) -> None:
        self._preferences.change(reviewer=self._desk.session.review.reviewer.strip())

    def _ask_to_protect(self) -> None:
        text = tr("Nobody approved this mask as it is now. What it misses stays readable in the protected copy.")
        if ask_to_lose(self._window, tr("Not approved. Protect anyway?"), text, tr("Protect anyway"), tr("Go back")):
            self._flows.protect.protect(unapproved=True)

    def _ask_whose(self) -> None:
        chosen = ask_which(
            self._window,
            tr("Somebody else changed this review"),
            tr(
                "What they did is on the disk and was not replaced. Your mask can be kept as a copy beside it before "
                "the study is opened again; opening theirs without a copy loses your changes."
            ),
            (tr("Keep mine as a copy, open theirs"), tr("Open theirs")),
            tr("Stay here"),
        )
        if chosen == 0:
            self._flows.review.conflict.keep_mine_and_take_theirs()
        elif chosen == 1:
            self._flows.review.conflict.take_theirs()

    def _on_exported(self, told: str, well: bool) -> None:
        title = tr("The approved masks are exported") if well else tr("Not all approved masks are exported")
        self._steps.current.notice.show_text(Tone.GOOD if well else Tone.WARNING, title, told)

    def _on_worklist_changed(self) -> None:
        if self._desk.session.review.worklist is None:
            self._middle.focus_images()
