"""Labels come, go, and are changed: what the list, the menu and the keys ask for."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from medcrypt_gui.core.language import tr
from medcrypt_gui.core.mask.amount import amount_text
from medcrypt_gui.core.mask.editor import MaskEditor
from medcrypt_gui.core.mask.labels import MOST_LABELS, ROI, Label, LabelTable, Overwrite
from medcrypt_gui.ui.flows.desk import Desk

_MOST_LETTERS = 64  # as many as a DICOM segment's label may have


class LabelFlow(QObject):
    """What is decided (which labels there are, their names, what Protect encrypts) can be undone; looks need not be."""

    failed = Signal(object)
    said = Signal(str)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk

    @property
    def _editor(self) -> MaskEditor | None:
        return self._desk.session.editor

    def add(self) -> None:
        """A new label, which tools paint with from now on."""
        if self._editor is None:
            return
        table = self._editor.table
        if len(table) >= MOST_LABELS:
            self.said.emit(tr("A mask has at most {count} labels.", count=MOST_LABELS))
            return
        label = table.next_label()
        if self._decide(table.with_label(label).with_active(label.number), tr("Add label")):
            self.said.emit(
                tr("Tools paint into “{name}” now. Double-click its name to give it another.", name=label.name)
            )

    def remove(self, number: int) -> None:
        """The label and its voxels."""
        if self._editor is None or number == ROI or number not in self._editor.table:
            return
        label, sizes = self._editor.table[number], self._desk.session.sizes
        if label.locked:
            self.said.emit(tr("“{name}” is locked. Unlock it to remove it.", name=label.name))
            return
        if not self._decide(self._editor.table.without(number), tr("Remove label")):
            return
        extent = sizes.label(number) if sizes is not None else None
        if sizes is not None and extent is not None and extent.voxels:
            amount = amount_text(extent.voxels, sizes.geometry)
            self.said.emit(
                tr("“{name}” was removed with {amount}. Undo brings it back.", name=label.name, amount=amount)
            )
        else:
            self.said.emit(tr("“{name}” was removed. Undo brings it back.", name=label.name))

    def take(self, label: Label) -> None:
        """This label in place of the one of its number."""
        if self._editor is None or label.number not in self._editor.table:
            return
        before = self._editor.table[label.number]
        label = replace(label, name=" ".join(label.name.split())[:_MOST_LETTERS] or before.name)
        table = self._editor.table.with_label(label)
        if label.name != before.name:
            self._decide(table, tr("Rename label"))
        elif label.in_roi is not before.in_roi:
            if self._decide(table, tr("Encrypt label") if label.in_roi else tr("Leave label readable")):
                self.said.emit(_encryption(label))
        else:
            self._editor.set_table(table)

    def activate(self, number: int) -> None:
        """Tools paint into this label."""
        if self._editor is not None and number in self._editor.table:
            self._editor.set_table(self._editor.table.with_active(number))

    def next_label(self) -> None:
        self._step(1)

    def previous_label(self) -> None:
        self._step(-1)

    def set_overwrite(self, rule: Overwrite) -> None:
        if self._editor is not None:
            self._editor.set_table(replace(self._editor.table, overwrite=rule))

    def _step(self, places: int) -> None:
        if self._editor is None:
            return
        if len(self._editor.table) == 1:
            self.said.emit(tr("There is one label only. Add another one in step Correct."))
            return
        self.activate(self._editor.table.next_number(places))
        active = self._editor.table.active
        said = tr("Tools paint into label {number}: {name}.", number=active.number, name=active.name)
        self.said.emit(self._editor.table.why_not_paint or said)

    def _decide(self, table: LabelTable, name: str) -> bool:
        """Whether it was done; where it was refused the user is told."""
        assert self._editor is not None
        done = self._editor.change_labels(table, name) is not None
        if not done:
            self.said.emit(tr("The labels were not changed."))
            self._desk.session.labels_changed.emit()  # what shows them may show what was wished
        return done


def _encryption(label: Label) -> str:
    if label.in_roi:
        return tr("Protect encrypts “{name}”.", name=label.name)
    return tr("Protect leaves “{name}” readable for everybody.", name=label.name)
