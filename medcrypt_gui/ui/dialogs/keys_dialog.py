"""Every command with its keys, and how to change them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from medcrypt_gui.core.language import tr
from medcrypt_gui.ui.bindings import Bindable, Bindings, native
from medcrypt_gui.ui.viewer.keys import key_text
from medcrypt_gui.ui.widgets.text import button, label

_K = Qt.Key
_MODIFIERS = {_K.Key_Shift, _K.Key_Control, _K.Key_Alt, _K.Key_Meta, _K.Key_AltGr, _K.Key_CapsLock, _K.Key_NumLock}
# Esc gives up, the others move through the window and press its buttons, and Space lets a tool rest.
_NOT_FREE = {_K.Key_Escape, _K.Key_Tab, _K.Key_Backtab, _K.Key_Return, _K.Key_Enter, _K.Key_Space}


class KeyField(QLineEdit):
    """Takes the next key that is pressed; Esc gives up."""

    pressed = Signal(str)  # a portable key text
    refused = Signal(str)  # the text of a key that cannot be given away
    given_up = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("keysField")
        self.setReadOnly(True)
        self.setAccessibleName(tr("Press the new key"))
        self.setPlaceholderText(tr("Press the new key; Esc leaves it as it is"))

    def event(self, event: QEvent) -> bool:
        # Tab would move the focus, and a shortcut of the window would be carried out, before either came here.
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            self._take(event)
            return True
        return super().event(event)

    def _take(self, event: QKeyEvent) -> None:
        key, modifiers = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if key in _MODIFIERS or key in (0, _K.Key_unknown):
            return
        alone = modifiers & ~Qt.KeyboardModifier.ShiftModifier == Qt.KeyboardModifier.NoModifier
        if alone and key == _K.Key_Escape:
            self.given_up.emit()
        elif alone and key in _NOT_FREE:
            self.refused.emit(key_text(key, modifiers))
        else:
            # A character such as "?" needs Shift on some keyboards and none on others.
            if alone and 0x20 < key < 0x7F and not chr(key).isalnum():
                modifiers = Qt.KeyboardModifier.NoModifier
            self.pressed.emit(key_text(key, modifiers))


class KeysDialog(QDialog):
    """What is changed here holds at once."""

    def __init__(self, bindings: Bindings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("keysDialog")
        self.setWindowTitle(tr("Keys"))
        self.resize(720, 640)
        self._bindings = bindings
        self._further = False
        self._asked = ""  # the key that another command has, while it is asked whether to take it
        self._search = QLineEdit()
        self._search.setObjectName("keysSearch")
        self._search.setAccessibleName(tr("Search commands and keys"))
        self._search.setPlaceholderText(tr("Search commands and keys"))
        self._search.setClearButtonEnabled(True)
        self._tree = self._make_tree()
        self._field = KeyField()
        self._sentence = label("", "body", "keysSentence")
        self._replace = button(tr("Use it here instead"), "keysReplace")
        self._leave = button(tr("Leave it there"), "keysLeave")
        self._change = button(tr("Change…"), "keysChange")
        self._add = button(tr("Add another…"), "keysAdd")
        self._remove = button(tr("Remove"), "keysRemove")
        self._reset = button(tr("Reset"), "keysReset")
        self._reset_all = button(tr("Reset all"), "keysResetAll")
        self._close = button(tr("Close"), "keysClose")
        self._lay_out()
        self._connect()
        self._fill()
        self._end_asking()
        self._search.setFocus()

    def _make_tree(self) -> QTreeWidget:
        tree = QTreeWidget()
        tree.setObjectName("keysTree")
        tree.setAccessibleName(tr("Commands and their keys"))
        tree.setHeaderLabels([tr("Command"), tr("Where"), tr("Keys")])
        tree.setRootIsDecorated(False)
        tree.setUniformRowHeights(True)
        tree.setColumnWidth(0, 320)
        tree.setColumnWidth(1, 160)
        return tree

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.setSpacing(12)
        layout.addWidget(self._search)
        layout.addWidget(self._tree, 1)
        layout.addWidget(self._field)
        layout.addWidget(self._sentence)
        question = QHBoxLayout()
        question.setSpacing(8)
        question.addStretch(1)
        question.addWidget(self._leave)
        question.addWidget(self._replace)
        layout.addLayout(question)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for made in (self._change, self._add, self._remove, self._reset):
            buttons.addWidget(made)
        buttons.addStretch(1)
        buttons.addWidget(self._reset_all)
        buttons.addWidget(self._close)
        layout.addLayout(buttons)

    def _connect(self) -> None:
        self._search.textChanged.connect(self._filter)
        self._tree.currentItemChanged.connect(self._end_asking)
        self._tree.itemActivated.connect(lambda _item, _column: self._listen(False))
        self._change.clicked.connect(lambda: self._listen(False))
        self._add.clicked.connect(lambda: self._listen(True))
        self._remove.clicked.connect(lambda: self._bindings.remove_keys(self._chosen))
        self._reset.clicked.connect(lambda: self._bindings.reset(self._chosen))
        self._reset_all.clicked.connect(self._bindings.reset_all)
        self._close.clicked.connect(self.accept)
        self._field.pressed.connect(self._on_pressed)
        self._field.refused.connect(self._on_refused)
        self._field.given_up.connect(self._on_given_up)
        self._replace.clicked.connect(lambda: self._give(self._asked))
        self._leave.clicked.connect(self._on_given_up)
        self._bindings.changed.connect(self._show_keys)
        for made in self.findChildren(type(self._close)):
            made.setAutoDefault(False)  # Enter in the search must not press any of them

    def _fill(self) -> None:
        for one in self._bindings.table:
            item = QTreeWidgetItem([one.title, tr(one.group).replace("&", ""), ""])
            item.setData(0, Qt.ItemDataRole.UserRole, one.name)
            self._tree.addTopLevelItem(item)
        self._show_keys()
        self._filter("")

    @property
    def _items(self) -> list[QTreeWidgetItem]:
        found = (self._tree.topLevelItem(row) for row in range(self._tree.topLevelItemCount()))
        return [item for item in found if item is not None]

    @property
    def _chosen(self) -> str:
        item = self._tree.currentItem()
        return str(item.data(0, Qt.ItemDataRole.UserRole)) if item is not None else ""

    @Slot()
    def _show_keys(self) -> None:
        for item in self._items:
            keys = self._bindings.keys_of(item.data(0, Qt.ItemDataRole.UserRole))
            item.setText(2, "   ".join(map(native, keys)))
        self._end_asking()

    @Slot(str)
    def _filter(self, words: str) -> None:
        wanted = words.casefold().split()
        for item in self._items:
            text = " ".join(item.text(column) for column in range(3)).casefold()
            item.setHidden(not all(word in text for word in wanted))
        shown = [item for item in self._items if not item.isHidden()]
        if self._tree.currentItem() not in shown:
            self._tree.setCurrentIndex(self._tree.indexFromItem(shown[0]) if shown else QModelIndex())

    def _listen(self, further: bool) -> None:
        self._end_asking()
        self._further = further
        self._field.setVisible(True)
        self._field.setFocus()

    @Slot(str)
    def _on_pressed(self, key: str) -> None:
        holder: Bindable | None = self._bindings.holder(key)
        if holder is None or holder.name == self._chosen:
            self._give(key)
            return
        self._asked = key
        self._field.setVisible(False)
        self._ask(tr("{key} is the key of “{command}”.", key=native(key), command=holder.title))
        self._leave.setFocus()

    @Slot(str)
    def _on_refused(self, key: str) -> None:
        self._sentence.setText(
            tr("{key} moves through the window or lets a tool rest, and cannot be given away.", key=native(key))
        )
        self._sentence.setVisible(True)

    @Slot()
    def _on_given_up(self) -> None:
        self._end_asking()
        self._tree.setFocus()

    def _give(self, key: str) -> None:
        self._bindings.give(self._chosen, key, self._further)
        self._tree.setFocus()

    def _ask(self, sentence: str) -> None:
        self._sentence.setText(sentence)
        for widget in (self._sentence, self._replace, self._leave):
            widget.setVisible(True)

    @Slot()
    def _end_asking(self) -> None:
        self._asked = ""
        for widget in (self._field, self._sentence, self._replace, self._leave):
            widget.setVisible(False)
        for made in (self._change, self._add, self._remove, self._reset):
            made.setEnabled(bool(self._chosen))
