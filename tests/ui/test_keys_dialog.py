"""Every key can be found, changed, taken from another command, and given back."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QLineEdit, QPushButton, QTreeWidget, QTreeWidgetItem
from ui.driver import Driver

from medcrypt_gui.ui.viewer.commands import ViewerCommands
from medcrypt_gui.ui.viewer.keys import VIEW_KEYS

K = Qt.Key


class Keys:
    """The dialog as a user meets it."""

    def __init__(self, window: Driver) -> None:
        self.window = window
        window.window.named_actions["keysAction"].trigger()
        self.dialog = window.find("keysDialog", QDialog)
        window.wait_until(self.dialog.isVisible)
        self.tree = self.dialog.findChild(QTreeWidget, "keysTree")

    def choose(self, title: str) -> QTreeWidgetItem:
        search = self.dialog.findChild(QLineEdit, "keysSearch")
        search.setText(title)
        (found,) = [item for item in self.shown() if item.text(0) == title]
        self.tree.setCurrentItem(found)
        return found

    def shown(self) -> list[QTreeWidgetItem]:
        items = [self.tree.topLevelItem(row) for row in range(self.tree.topLevelItemCount())]
        return [item for item in items if not item.isHidden()]

    def press(self, button: str) -> None:
        made = self.dialog.findChild(QPushButton, button)
        assert made.isVisible()
        assert made.isEnabled()
        QTest.mouseClick(made, Qt.MouseButton.LeftButton)

    def type(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        field = self.dialog.findChild(QLineEdit, "keysField")
        assert field.isVisible()
        QTest.keyClick(field, key, modifiers)

    @property
    def sentence(self) -> str:
        shown = self.dialog.findChild(QLabel, "keysSentence")
        return shown.text() if shown.isVisible() else ""


def test_every_command_of_the_views_can_be_carried_out(window: Driver) -> None:
    commands = window.window.viewer.commands
    for one in VIEW_KEYS:
        assert one.name.startswith("preset_") or callable(getattr(ViewerCommands, one.name))
        commands.run(one.name)


def test_every_command_of_menus_and_views_is_listed_once(window: Driver) -> None:
    dialog = Keys(window)
    names = [item.data(0, Qt.ItemDataRole.UserRole) for item in dialog.shown()]
    assert len(names) == len(set(names))
    assert {"toggle_cine", "preset_3", "brushAction", "angleAction"} - set(names) == {"angleAction"}, (
        "an entry of a menu that stands for a key of the views is not listed a second time"
    )
    dialog.dialog.close()


def test_a_new_key_works_at_once_and_is_kept(opened: Driver) -> None:
    dialog = Keys(opened)
    item = dialog.choose("Invert")
    dialog.press("keysChange")
    dialog.type(K.Key_J)
    assert item.text(2) == "J"
    dialog.dialog.close()
    window = opened.window
    QTest.keyClick(window.viewer.active_canvas, K.Key_I)
    assert not window.viewer.state.inverted
    QTest.keyClick(window.viewer.active_canvas, K.Key_J)
    assert window.viewer.state.inverted
    assert window.choices.preferences.settings.keys == {"toggle_inverted": ("J",)}
    assert window.named_actions["invertAction"].text().endswith("\tJ")


def test_a_key_of_a_menu_can_be_changed_too(opened: Driver) -> None:
    dialog = Keys(opened)
    dialog.choose("Series list")
    dialog.press("keysChange")
    dialog.type(K.Key_F4, Qt.KeyboardModifier.ControlModifier)
    dialog.dialog.close()
    assert opened.window.named_actions["seriesListAction"].shortcut().toString() == "Ctrl+F4"


def test_a_conflict_says_who_has_the_key_and_leaving_it_changes_nothing(opened: Driver) -> None:
    dialog = Keys(opened)
    dialog.choose("Invert")
    dialog.press("keysChange")
    dialog.type(K.Key_B)
    assert dialog.sentence == "B is the key of “Brush”."
    dialog.press("keysLeave")
    assert not dialog.sentence
    assert opened.window.choices.bindings.own == {}
    dialog.dialog.close()


def test_a_conflict_can_be_decided_for_the_new_command(opened: Driver) -> None:
    dialog = Keys(opened)
    dialog.choose("Invert")
    dialog.press("keysChange")
    dialog.type(K.Key_B)
    dialog.press("keysReplace")
    assert dialog.choose("Brush").text(2) == ""
    dialog.dialog.close()
    assert opened.window.named_actions["brushAction"].shortcut().isEmpty()
    QTest.keyClick(opened.window.viewer.active_canvas, K.Key_B)
    assert opened.window.viewer.state.inverted


def test_a_second_key_is_added_and_all_are_removed_and_given_back(opened: Driver) -> None:
    dialog = Keys(opened)
    item = dialog.choose("Invert")
    dialog.press("keysAdd")
    dialog.type(K.Key_F3)
    assert item.text(2).split() == ["I", "F3"]
    dialog.press("keysRemove")
    assert item.text(2) == ""
    assert opened.window.named_actions["invertAction"].text() == "&Invert"
    dialog.press("keysReset")
    assert item.text(2) == "I"
    dialog.press("keysAdd")
    dialog.type(K.Key_F3)
    dialog.press("keysResetAll")
    assert item.text(2) == "I"
    dialog.dialog.close()


def test_keys_that_move_through_the_window_are_refused_in_words(opened: Driver) -> None:
    dialog = Keys(opened)
    dialog.choose("Invert")
    for key in (K.Key_Tab, K.Key_Space, K.Key_Return):
        dialog.press("keysChange")
        dialog.type(key)
        assert "cannot be given away" in dialog.sentence
    dialog.type(K.Key_Shift)
    dialog.type(K.Key_Escape)
    assert dialog.dialog.isVisible(), "Esc leaves the key as it is"
    assert not dialog.sentence
    QTest.keyClick(dialog.dialog, K.Key_Escape)
    assert not dialog.dialog.isVisible(), "and then closes the dialog"
    assert opened.window.choices.bindings.own == {}


def test_the_search_finds_commands_by_their_key(opened: Driver) -> None:
    dialog = Keys(opened)
    search = dialog.dialog.findChild(QLineEdit, "keysSearch")
    QTest.keyClicks(search, "ctrl+shift+c")
    assert [item.text(0) for item in dialog.shown()] == ["Copy a picture of all views"]
    search.setText("no such command")
    assert dialog.shown() == []
    assert not dialog.dialog.findChild(QPushButton, "keysChange").isEnabled()
    dialog.dialog.close()


def test_the_sheet_shows_the_keys_as_they_are(opened: Driver) -> None:
    opened.window.choices.bindings.give("toggle_cine", "Ctrl+J")
    opened.window.findChild(QAction, "shortcutsAction").trigger()
    sheet = opened.find("shortcutSheet", QDialog)
    shown = {made.text() for made in sheet.findChildren(QLabel)}
    assert "Ctrl+J" in shown
    assert "C" not in shown
    sheet.close()


def test_shift_does_not_keep_a_key_of_the_views_from_working(opened: Driver) -> None:
    QTest.keyClick(opened.window.viewer.active_canvas, K.Key_I, Qt.KeyboardModifier.ShiftModifier)
    assert opened.window.viewer.state.inverted
    QTest.keyClick(opened.window.viewer.active_canvas, K.Key_W, Qt.KeyboardModifier.ShiftModifier)
    assert opened.window.viewer.state.left_drag.name == "WINDOW_BOX"
    QTest.keyClick(opened.window.viewer.active_canvas, K.Key_W)
    assert opened.window.viewer.state.left_drag.name == "WINDOW"


def test_no_dialog_is_left_behind(opened: Driver) -> None:
    Keys(opened).dialog.close()
    QApplication.sendPostedEvents(None, 52)  # QEvent.DeferredDelete
    assert opened.window.findChild(QDialog, "keysDialog") is None
