"""Step Correct, the whole mask: one operation at a time, its options, and what it would change."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QStandardItemModel
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from medcrypt_gui.core.language import tr
from medcrypt_gui.core.operations.registry import all_operations
from medcrypt_gui.ui.flows.subject import subject_of, why_not_changed
from medcrypt_gui.ui.session import Session
from medcrypt_gui.ui.surroundings import surroundings_of
from medcrypt_gui.ui.widgets.change_key import ChangeKey
from medcrypt_gui.ui.widgets.group import StackedGroup
from medcrypt_gui.ui.widgets.option_editor import OptionForm
from medcrypt_gui.ui.widgets.text import button, label


class OperationsGroup(StackedGroup):
    """Built from the registry: a new operation appears here by itself."""

    chosen = Signal(str)  # an operation's id
    run_asked = Signal()
    accept_asked = Signal()
    reject_asked = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._combo = _grouped_combo()
        self._help = label(look="muted", name="operationHelp")
        self._form = OptionForm()
        self._why = label(look="warning", name="operationWhy")
        self._run = button("", "operationRun")
        self._key = ChangeKey("operation")
        self.answer = QWidget()
        self._accept = button(tr("Accept"), "operationAccept", tip=tr("Make this change (Enter)"))
        self._reject = button(tr("Discard"), "operationReject", tip=tr("Leave the mask as it is (Esc)"))
        row = QHBoxLayout(self.answer)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._accept, 1)
        row.addWidget(self._reject, 1)
        self._said = label(look="muted", name="operationSaid")
        self.add(self._combo, self._help, self._form, self._why, self._run, self._key, self.answer, self._said)
        self._combo.activated.connect(lambda _index: self.chosen.emit(self._combo.currentData()))
        self._form.chosen.connect(session.operations.set_options)
        self._run.clicked.connect(self.run_asked)
        self._accept.clicked.connect(self.accept_asked)
        self._reject.clicked.connect(self.reject_asked)
        self._connect()
        self._show_operation()

    def _connect(self) -> None:
        session, operations = self._session, self._session.operations
        operations.changed.connect(self._show_operation)
        for signal in (operations.suggested, operations.options_changed):
            signal.connect(self._show_options)
        for signal in (session.volume_completed, session.mask_replaced, session.labels_changed):
            signal.connect(self._show_options)
        for signal in (
            operations.working_changed,
            operations.said_changed,
            session.suggestion_changed,
            session.trial_changed,
            session.place_changed,
            session.overlay_changed,
        ):
            signal.connect(self.refresh)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What the controls leave over: Enter accepts what is shown, or begins; Esc rejects it."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.answer.isVisible():
                self.accept_asked.emit()
            else:
                self._run.click()
        elif event.key() == Qt.Key.Key_Escape:
            self.reject_asked.emit()
        else:
            super().keyPressEvent(event)

    def _show_operation(self) -> None:
        operation = self._session.operations.operation
        self._combo.setCurrentIndex(self._combo.findData(operation.id))
        self._help.setText(tr(operation.help))
        self._run.setText(tr("Preview") if operation.previews else tr("Apply"))
        self._show_options()

    def _show_options(self) -> None:
        operations = self._session.operations
        around = surroundings_of(self._session, operations.operation.options_type)
        self._form.show_options(operations.options, around)
        self.refresh()

    def refresh(self) -> None:
        """What can be done now, and what came of it."""
        session, operations = self._session, self._session.operations
        suggestion = session.suggestion
        own = suggestion if suggestion is not None and suggestion.operation == operations.operation.id else None
        why_not = self._why_not()
        self._why.setText(why_not)
        self._why.setVisible(bool(why_not))
        self._run.setVisible(own is None)
        self._run.setEnabled(not why_not and not operations.working)
        self._run.setToolTip(why_not)
        for widget in (self._key, self.answer):
            widget.setVisible(own is not None)
        self._accept.setEnabled(not operations.working)
        if own is not None:
            self._key.show_change(own)
        self._said.setText(operations.said)
        self._said.setVisible(bool(operations.said) and operations.said != why_not)

    def _why_not(self) -> str:
        session = self._session
        subject = subject_of(session)
        if subject is None:
            return tr("Open a series first.")
        if session.trial is not None:
            return tr("The mask is being cut at the new threshold")
        if session.suggestion is not None and not session.suggestion.operation:
            return tr("Accept or discard the suggested changes first")
        return why_not_changed(session) or session.operations.operation.why_not(subject)


class _Combo(QComboBox):
    """Letters look for an entry here, though most are keys of tools and views."""

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            commands = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
            if event.text().isalnum() and not event.modifiers() & commands:
                event.accept()
                return True
        return super().event(event)


def _grouped_combo() -> QComboBox:
    """All operations under the headings of their groups; typing finds one by its first letters."""
    combo = _Combo()
    combo.setObjectName("operationChoice")
    combo.setAccessibleName(tr("Operation"))
    combo.setMaxVisibleItems(30)
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    model = combo.model()
    assert isinstance(model, QStandardItemModel)
    group = None
    for operation in all_operations():
        if operation.group is not group:
            group = operation.group
            combo.addItem(tr(group.value))
            model.item(combo.count() - 1).setFlags(Qt.ItemFlag.NoItemFlags)
        combo.addItem(tr(operation.title), operation.id)
    return combo
