"""What a proposal does to a region that is there already: takes its place, or is added to it."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QRadioButton, QWidget

from medcrypt_gui.core.language import tr
from medcrypt_gui.ui.session import Session, Step
from medcrypt_gui.ui.widgets.group import StackedGroup
from medcrypt_gui.ui.widgets.text import label


class AddOrReplace(StackedGroup):
    """Shown only while something is marked. Replacing is the default, as a second proposal mostly mends the first."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.box.setSpacing(4)
        self._replace = QRadioButton(tr("Replace it"))
        self._replace.setObjectName("roiReplace")
        self._replace.setToolTip(tr("The proposal takes the place of what is marked; undo brings that back"))
        self._replace.setChecked(True)
        self._add = QRadioButton(tr("Add to it"))
        self._add.setObjectName("roiAdd")
        self._add.setToolTip(tr("What is marked stays marked, and the proposal is marked as well"))
        row = QHBoxLayout()
        row.setSpacing(24)
        row.addWidget(self._replace)
        row.addWidget(self._add)
        row.addStretch(1)
        self.add(label(tr("A region is marked already. The proposal shall")))
        self.box.addLayout(row)
        session.mask_replaced.connect(self._on_mask_replaced)
        session.mask_edited.connect(self._refresh)
        session.step_changed.connect(self._refresh)
        self._refresh()

    @property
    def adds(self) -> bool:
        return not self.isHidden() and self._add.isChecked()

    def _on_mask_replaced(self) -> None:
        self._replace.setChecked(True)
        self._refresh()

    def _refresh(self) -> None:
        editor = self._session.editor
        if self._session.step is not Step.ROI:
            return  # every dab of a brush would have to look through the whole mask
        self.setVisible(editor is not None and bool(editor.mask.labels.any()))
