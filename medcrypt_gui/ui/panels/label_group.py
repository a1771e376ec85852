"""Step Correct, the labels: which there are, which one tools paint into, and what they may paint over."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QWidget

from medcrypt_gui.core.language import mark, tr
from medcrypt_gui.core.mask.labels import ROI, Label, Overwrite
from medcrypt_gui.ui.session import Session
from medcrypt_gui.ui.widgets.group import StackedGroup
from medcrypt_gui.ui.widgets.label_list import LabelList
from medcrypt_gui.ui.widgets.text import button, label

_OVERWRITE_TIP = mark("What a tool that adds to a label may paint over. Locked labels are never painted over.")


class LabelGroup(StackedGroup):
    """With one label it is a row and two buttons."""

    add_asked = Signal()
    remove_asked = Signal(int)
    overwrite_chosen = Signal(object)  # an Overwrite
    figures_asked = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.box.setSpacing(8)
        self.heading(tr("Labels"))
        self.list = LabelList()
        self._why_not = label(look="warning", name="labelWhyNot")
        self.add(self.list, self._why_not)
        self.box.addLayout(self._buttons())
        self._rule = self._overwrite_row()
        self.add(self._rule)
        for signal in (session.labels_changed, session.mask_replaced, session.sizes_changed):
            signal.connect(self._refresh)
        session.volume_completed.connect(self._refresh)
        self._refresh()

    def _buttons(self) -> QHBoxLayout:
        self._add = button(tr("Add label"), "labelAdd", "small", tr("A further label, which tools paint into then"))
        self._remove = button(tr("Remove"), "labelRemove", "small")
        self._figures = button(tr("Statistics…"), "labelFigures", "small")
        row = QHBoxLayout()
        row.setSpacing(8)
        for made in (self._add, self._remove, self._figures):
            row.addWidget(made)
        row.addStretch(1)
        self._add.clicked.connect(self.add_asked)
        self._remove.clicked.connect(self._on_remove_clicked)
        self._figures.clicked.connect(self.figures_asked)
        return row

    def _overwrite_row(self) -> QWidget:
        self._overwrite = QComboBox()
        self._overwrite.setObjectName("labelOverwrite")
        self._overwrite.setAccessibleName(tr("Paint over"))
        self._overwrite.setToolTip(tr(_OVERWRITE_TIP))
        self._overwrite.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._overwrite.addItems([tr(rule.value) for rule in Overwrite])
        self._overwrite.currentIndexChanged.connect(lambda place: self.overwrite_chosen.emit(list(Overwrite)[place]))
        made = QWidget()
        grid = QGridLayout(made)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setColumnStretch(1, 1)
        grid.addWidget(QLabel(tr("Paint over")), 0, 0)
        grid.addWidget(self._overwrite, 0, 1)
        return made

    def _on_remove_clicked(self) -> None:
        if self._session.editor is not None:
            self.remove_asked.emit(self._session.editor.table.active_number)

    def _refresh(self) -> None:
        editor, sizes = self._session.editor, self._session.sizes
        self.setEnabled(editor is not None)
        if editor is None:
            return
        table = editor.table
        self.list.show_labels(table, sizes)
        several = len(table) > 1
        self._remove.setVisible(several)
        self._rule.setVisible(several)
        why_not_remove = _why_not_remove(table.active)
        self._remove.setEnabled(not why_not_remove)
        self._remove.setToolTip(
            why_not_remove or tr("Remove “{name}” and its voxels; undo brings it back", name=table.active.name)
        )
        self._why_not.setText(table.why_not_paint)
        self._why_not.setVisible(bool(table.why_not_paint))
        with QSignalBlocker(self._overwrite):
            self._overwrite.setCurrentIndex(list(Overwrite).index(table.overwrite))
        self._figures.setEnabled(self._session.complete)
        self._figures.setToolTip(
            tr("Volume, voxels, mean and SD of every label")
            if self._session.complete
            else tr("The slices are still being read")
        )


def _why_not_remove(one: Label) -> str:
    if one.number == ROI:
        return tr("The ROI is always there: models propose into it. Choose another label to remove that.")
    return tr("“{name}” is locked. Unlock it to remove it.", name=one.name) if one.locked else ""
