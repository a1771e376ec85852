"""Step Correct: tools, whole-mask operations, what became of the proposal, how the mask is shown, how large it is."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QLabel, QPushButton, QSlider, QVBoxLayout, QWidget

from medcrypt_gui.core.language import grouped, mark, tr
from medcrypt_gui.core.mask.amount import amount_text
from medcrypt_gui.ui.panels.doubt_group import DoubtGroup
from medcrypt_gui.ui.panels.label_group import LabelGroup
from medcrypt_gui.ui.panels.learn_group import LearnGroup
from medcrypt_gui.ui.panels.operations_group import OperationsGroup
from medcrypt_gui.ui.panels.step_panel import StepPanel
from medcrypt_gui.ui.panels.threshold_group import ThresholdGroup
from medcrypt_gui.ui.session import Session
from medcrypt_gui.ui.widgets.disclosure import Disclosure
from medcrypt_gui.ui.widgets.group import StackedGroup
from medcrypt_gui.ui.widgets.notice import Tone
from medcrypt_gui.ui.widgets.text import button, label
from medcrypt_gui.ui.widgets.tool_options import ToolOptions

_SUBTITLE = mark("Look at every slice. Paint what is missing, erase what does not belong.")


class CorrectPanel(StepPanel):
    """The painter's things come first and stay; what is needed now and then can be folded away. Measures the mask a
    moment after the last change."""

    clear_asked = Signal()
    undo_asked = Signal()
    redo_asked = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__("correct", tr("Correct the mask"), tr(_SUBTITLE), tr("Mask is right"), parent)
        self._session = session
        self._marked = self._some = self._had_origin = False
        self._has_points = False  # of a shape that is being drawn
        self._buttons: dict[str, QPushButton] = {}
        self.doubts = DoubtGroup(session)
        self.threshold = ThresholdGroup(session)
        self.learn = LearnGroup(session)
        self.labels = LabelGroup(session)
        self.tools = ToolOptions(session)
        self.operations = OperationsGroup(session)
        self.body.addWidget(self.labels)
        self.add_heading(tr("Paint and erase"))
        self.body.addWidget(self.tools)
        self._whole = self._section(tr("Whole mask"), "correctWhole", self.operations)
        self._proposal = self._section(tr("The proposal"), "correctProposal", self.doubts, self.threshold, self.learn)
        self._section(tr("Shown as"), "correctShown", self._display())
        self.body.addStretch(1)
        self._whole.set_open(True)
        self.above_primary(self._history_row())
        self.above_primary(self._size_line())
        session.sizes_changed.connect(self._refresh)
        session.labels_changed.connect(self._refresh)
        for signal in (session.mask_edited, session.mask_replaced):
            signal.connect(self._unfold_proposal)
        session.overlay_changed.connect(self._refresh_display)
        session.trial_changed.connect(self._refresh_primary)
        session.suggestion_changed.connect(self._on_suggestion_changed)
        session.operations.changed.connect(self._on_operation_changed)
        self._operation = session.operations.operation
        self._refresh()
        self._refresh_display()

    def _section(self, title: str, name: str, *widgets: QWidget) -> Disclosure:
        """Controls that can be folded away."""
        body = StackedGroup()
        body.add(*widgets)
        made = Disclosure(title, name, body, "section")
        self.body.addWidget(made)
        return made

    def _size_line(self) -> QWidget:
        """How large the mask is: always in sight, since every control above may change it."""
        self._size = label(look="number", name="correctSize")
        self._size_text = label(look="muted", name="correctSizeText")
        line = QWidget()
        lines = QVBoxLayout(line)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(0)
        lines.addWidget(self._size)
        lines.addWidget(self._size_text)
        return line

    def _history_row(self) -> QWidget:
        """At hand in whatever is unfolded above."""
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for text, name, signal, tip in (
            (tr("Undo"), "correctUndo", self.undo_asked, tr("Take back the last gesture (Ctrl+Z)")),
            (tr("Redo"), "correctRedo", self.redo_asked, tr("Do it again (Ctrl+Shift+Z)")),
            (tr("Clear"), "correctClear", self.clear_asked, tr("Empty the active label; undo brings it back")),
        ):
            made = button(text, name, tip=tip)
            made.clicked.connect(signal)
            self._buttons[name] = made
            layout.addWidget(made, 1)
        return row

    def _display(self) -> QWidget:
        shown = QWidget()
        grid = QGridLayout(shown)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        self._opacity = QSlider(Qt.Orientation.Horizontal)
        self._opacity.setObjectName("overlayOpacity")
        self._opacity.setAccessibleName(tr("Opacity of the mask"))
        self._opacity.setRange(0, 100)
        self._opacity.setToolTip(tr("Opacity of the mask ( ; and ' )"))
        self._outline = QCheckBox(tr("Outline only"))
        self._outline.setObjectName("overlayOutline")
        self._outline.setToolTip(tr("Outline or filled (O)"))
        self._visible = QCheckBox(tr("Show mask"))
        self._visible.setObjectName("overlayVisible")
        self._visible.setToolTip(tr("Show or hide the mask (S)"))
        ticks = QHBoxLayout()
        ticks.setSpacing(24)
        ticks.addWidget(self._visible)
        ticks.addWidget(self._outline)
        ticks.addStretch(1)
        grid.addWidget(QLabel(tr("Opacity")), 0, 0)
        grid.addWidget(self._opacity, 0, 1)
        grid.addLayout(ticks, 1, 0, 1, 2)
        self._opacity.valueChanged.connect(self._on_display_chosen)
        self._outline.toggled.connect(self._on_display_chosen)
        self._visible.toggled.connect(self._on_display_chosen)
        return shown

    def show_has_points(self, has_points: bool) -> None:
        """Whether a shape is being drawn: undoing takes its last point back, whatever the history holds."""
        if has_points != self._has_points:
            self._has_points = has_points
            self._refresh()

    def _on_display_chosen(self) -> None:
        opacity, outline, visible = self._opacity.value() / 100, self._outline.isChecked(), self._visible.isChecked()
        self._session.set_overlay(replace(self._session.overlay, opacity=opacity, outline=outline, visible=visible))

    def _refresh_display(self) -> None:
        overlay = self._session.overlay
        for widget in (self._opacity, self._outline, self._visible):
            widget.blockSignals(True)
        self._opacity.setValue(round(overlay.opacity * 100))
        self._outline.setChecked(overlay.outline)
        self._visible.setChecked(overlay.visible)
        for widget in (self._opacity, self._outline, self._visible):
            widget.blockSignals(False)

    def _on_suggestion_changed(self) -> None:
        """What is to be accepted or rejected is not folded away."""
        suggestion = self._session.suggestion
        if suggestion is not None:
            section, group = (self._whole, self.operations) if suggestion.operation else (self._proposal, self.learn)
            section.set_open(True)
            self.bring_into_sight(group.answer)
        self._refresh_primary()

    def _on_operation_changed(self) -> None:
        """One that was chosen in the menu is ready here; that its options are forgotten moves nothing."""
        chosen = self._session.operations.operation
        if chosen is self._operation:
            return
        self._operation = chosen
        self._whole.set_open(True)
        self.bring_into_sight(self.operations)

    def _unfold_proposal(self) -> None:
        """A proposal that has come is looked at first."""
        has_origin = self._session.origin is not None
        if has_origin is not self._had_origin:
            self._had_origin = has_origin
            self._proposal.set_open(has_origin)

    def _refresh_doubts(self) -> None:
        """What speaks against the proposal stays in sight for as long as the mask is made from it."""
        origin = self._session.origin
        if origin is not None and origin.doubts:
            self.result.show_text(Tone.WARNING, tr("Look closely at this proposal"), "\n".join(origin.doubts))
        else:
            self.result.clear()

    def _refresh_primary(self) -> None:
        session = self._session
        why_not = (
            tr("Mark a region first: an empty mask protects nothing")
            if not self._marked
            else tr("All that is marked is in labels that Protect leaves readable")
            if not self._some
            else tr("The mask is being cut at the new threshold")
            if session.trial is not None
            else tr("Accept or discard the suggested changes first")
            if session.suggestion is not None
            else ""
        )
        self.primary.setEnabled(not why_not)
        self.primary.setToolTip(why_not)

    def _refresh(self) -> None:
        editor = self._session.editor
        sizes = self._session.sizes
        size = sizes.roi(editor.table) if editor is not None and sizes is not None else None
        some = size is not None and size.voxels > 0
        self._marked = sizes is not None and bool(sizes.counts[1:].any())
        nothing = tr("Nothing to protect") if self._marked else tr("Nothing marked yet")
        amount = amount_text(size.voxels, editor.geometry) if size and some and editor is not None else nothing
        self._size.setText(amount)
        self._size_text.setText(
            tr("{voxels} voxels, {share:.1%} of the volume", voxels=grouped(size.voxels), share=size.share)
            if size and some
            else tr("What is marked is in labels that Protect leaves readable.")
            if self._marked
            else tr("Paint on a slice to begin.")
        )
        self._some = some
        self._refresh_doubts()
        self._refresh_primary()
        for name, possible in (
            ("correctUndo", self._has_points or (editor is not None and editor.undo_name is not None)),
            ("correctRedo", editor is not None and editor.redo_name is not None),
            ("correctClear", self._marked),
        ):
            self._buttons[name].setEnabled(possible)
