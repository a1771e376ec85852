"""The toolbar, the menu and the keys of the tools: all built from the registry, and each says why it cannot be used."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QToolButton, QWidget
from ui.driver import Driver

from medcrypt_gui.core.tools.base import SketchTool, Tool
from medcrypt_gui.core.tools.registry import all_tools, tool
from medcrypt_gui.core.tools.round_stroke import Paints
from medcrypt_gui.ui.session import Step

_ids = {"ids": lambda one: one.id}


def _button(window: Driver, one: Tool) -> QToolButton:
    return window.find(f"tool{one.id.title().replace('_', '')}", QToolButton)


@pytest.mark.parametrize("one", all_tools(), **_ids)
def test_a_tools_key_takes_it_from_any_step(opened: Driver, one: Tool) -> None:
    opened.window.session.go_to(Step.ROI)
    opened.window.session.choose_tool(tool("eraser" if one.id == "brush" else "brush"))
    chord = QKeySequence(one.shortcut)[0]
    QTest.keyClick(opened.window.viewer.active_canvas, chord.key(), chord.keyboardModifiers())
    assert opened.window.viewer.state.tool is one
    assert _button(opened, one).isChecked()


def test_every_tool_is_in_the_menu_and_in_the_toolbar_with_its_words(opened: Driver) -> None:
    opened.window.session.go_to(Step.CORRECT)
    for one in all_tools():
        opened.window.named_actions[f"{one.id}Action"].trigger()
        assert opened.window.session.tool is one
        assert opened.text("toolHelp") == one.help
        assert one.help in _button(opened, one).toolTip()
        pastes = isinstance(one, SketchTool) and one.pastes
        assert opened.shown("toolPaste") is pastes


def test_what_means_nothing_beside_the_other_options_is_not_shown(opened: Driver) -> None:
    opened.window.session.go_to(Step.CORRECT)
    opened.window.session.choose_tool(tool("brush"))
    assert not opened.shown("option_lower")
    assert not opened.shown("option_tolerance")
    choice = opened.find("option_paints_choice", QComboBox)
    choice.setCurrentIndex(list(Paints).index(Paints.IN_RANGE))
    assert opened.window.session.tool_options.paints is Paints.IN_RANGE
    assert opened.find("option_lower").isVisibleTo(opened.find("option_lower").parentWidget())
    assert opened.window.viewer.state.options.paints is Paints.IN_RANGE


def test_the_range_that_a_press_takes_is_shown_in_the_panel(opened: Driver) -> None:
    session = opened.window.session
    session.go_to(Step.CORRECT)
    session.choose_tool(tool("brush"))
    session.set_tool_options(replace(session.tool_options, paints=Paints.IN_RANGE, size_mm=8.0))
    opened.paint((0.5, 0.5), (0.52, 0.5))
    assert not session.tool_options.picks
    assert session.tool_options.lower < session.tool_options.upper
    assert session.editor is not None
    assert session.editor.labels.any()


def test_while_the_label_is_locked_every_tool_says_so(opened: Driver) -> None:
    session = opened.window.session
    session.go_to(Step.CORRECT)
    editor = session.editor
    assert editor is not None
    editor.set_table(editor.table.with_label(replace(editor.table.active, locked=True)))
    for one in all_tools():
        assert not _button(opened, one).isEnabled()
        assert "locked" in _button(opened, one).toolTip()
    opened.paint((0.4, 0.5), (0.6, 0.5))
    assert not editor.labels.any()
    assert "locked" in opened.text("statusSentence")
    editor.set_table(editor.table.with_label(replace(editor.table.active, locked=False)))
    assert all(_button(opened, one).isEnabled() for one in all_tools())


def test_the_toolbar_keeps_within_the_panel(opened: Driver) -> None:
    opened.window.session.go_to(Step.CORRECT)
    for one in all_tools():
        opened.window.session.choose_tool(one)
        tools: QWidget = opened.window.steps.correct.tools
        assert tools.minimumSizeHint().width() <= opened.window.steps.correct.width()
