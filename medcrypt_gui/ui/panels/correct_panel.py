"""Step Correct: brush and eraser, whole-mask operations, how the mask is shown, and how large it is."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QLabel, QPushButton, QSlider, QVBoxLayout, QWidget

from medcrypt_gui.core.language import grouped, mark, tr
from medcrypt_gui.ui.panels.doubt_group import DoubtGroup
from medcrypt_gui.ui.panels.label_group import LabelGroup
from medcrypt_gui.ui.panels.learn_group import LearnGroup
from medcrypt_gui.ui.panels.step_panel import StepPanel
from medcrypt_gui.ui.panels.threshold_group import ThresholdGroup
from medcrypt_gui.ui.session import Session
from medcrypt_gui.ui.widgets.notice import Tone
from medcrypt_gui.ui.widgets.text import button, label
from medcrypt_gui.ui.widgets.tool_options import ToolOptions

_SUBTITLE = mark("Look at every slice. Paint what is missing, erase what does not belong.")


class CorrectPanel(StepPanel):
    """Asks for operations by name; measures the mask a moment after the last change."""

    fill_asked = Signal()
    largest_asked = Signal()
    clear_asked = Signal()
    undo_asked = Signal()
    redo_asked = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__("correct", tr("Correct the mask"), tr(_SUBTITLE), tr("Mask is right"), parent)
        self._session = session
        self._marked = self._some = False
        self._buttons: dict[str, QPushButton] = {}
        self.doubts = DoubtGroup(session)
        self.threshold = ThresholdGroup(session)
        self.learn = LearnGroup(session)
        self.labels = LabelGroup(session)
        self.tools = ToolOptions(session)
        self.body.addWidget(self.doubts)
        self.body.addWidget(self.threshold)
        self.body.addWidget(self.labels)
        self.add_heading(tr("Paint and erase"))
        self.body.addWidget(self.tools)
        self.body.addWidget(self.learn)
        self.add_heading(tr("Whole mask"))
        self.body.addLayout(self._operations())
        self.add_heading(tr("Shown as"))
        self.body.addLayout(self._display())
        self.body.addStretch(1)
        self.above_primary(self._size_line())
        session.sizes_changed.connect(self._refresh)
        session.labels_changed.connect(self._refresh)
        session.overlay_changed.connect(self._refresh_display)
        session.trial_changed.connect(self._refresh_primary)
        session.suggestion_changed.connect(self._refresh_primary)
        self._refresh()
        self._refresh_display()

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

    def _operations(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(8)
        operations = (
            (tr("Fill holes"), "correctFill", self.fill_asked, tr("Fill what the mask encloses on all sides")),
            (tr("Keep largest part"), "correctLargest", self.largest_asked, tr("Remove all parts but the largest")),
            (tr("Undo"), "correctUndo", self.undo_asked, tr("Take back the last gesture (Ctrl+Z)")),
            (tr("Redo"), "correctRedo", self.redo_asked, tr("Do it again (Ctrl+Shift+Z)")),
            (tr("Clear"), "correctClear", self.clear_asked, tr("Empty the mask; undo brings it back")),
        )
        for index, (text, name, signal, tip) in enumerate(operations):
            made = button(text, name, tip=tip)
            made.clicked.connect(signal)
            self._buttons[name] = made
            grid.addWidget(made, index // 2, index % 2)
        return grid

    def _display(self) -> QGridLayout:
        grid = QGridLayout()
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
        return grid

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
            else tr("Accept or reject the suggested changes first")
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
        self._size.setText(f"{grouped(size.volume_ml, 1)} ml" if size and some else nothing)
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
            ("correctUndo", editor is not None and editor.undo_name is not None),
            ("correctRedo", editor is not None and editor.redo_name is not None),
            ("correctFill", some),
            ("correctLargest", some),
            ("correctClear", some),
        ):
            self._buttons[name].setEnabled(possible)
