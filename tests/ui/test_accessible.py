"""Whoever cannot see the window, or has no mouse, finds a name on everything and a way to everything."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from builders.dicom import build_series
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QProgressBar,
    QScrollBar,
    QTextEdit,
    QWidget,
)
from ui.driver import Driver

from medcrypt_gui.adapters.paths import resources_dir
from medcrypt_gui.core.language import ENGLISH, use_language
from medcrypt_gui.ui.session import Step
from medcrypt_gui.ui.viewer.plane_canvas import PlaneCanvas
from medcrypt_gui.ui.widgets.step_bar import step_button_name

INTERACTIVE = (
    QAbstractButton,
    QLineEdit,
    QAbstractSpinBox,
    QComboBox,
    QAbstractSlider,
    QAbstractItemView,
    QPlainTextEdit,
    QTextEdit,
    QProgressBar,
    PlaneCanvas,
)
DIALOGS = (
    "keysAction",
    "namePresetAction",
    "editPresetsAction",
    "shortcutsAction",
    "aboutAction",
    "policyAction",
    "worklistAction",
)


def is_of_another(widget: QWidget) -> bool:
    """Parts of a spin box, a list or a combo box, which speak with their owner's name."""
    owner = widget.parentWidget()
    inside = isinstance(owner, (QAbstractSpinBox, QComboBox, QAbstractItemView, QLineEdit)) or (
        owner is not None and isinstance(owner.parentWidget(), QComboBox)
    )
    return inside or isinstance(widget, QScrollBar) or widget.objectName().startswith("qt_")


def unnamed(root: QWidget) -> list[str]:
    found = []
    for widget in root.findChildren(QWidget):
        if not isinstance(widget, INTERACTIVE) or is_of_another(widget) or not widget.isVisibleTo(root):
            continue
        spoken = QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)
        if not spoken.strip():
            found.append(f"{type(widget).__name__} {widget.objectName()!r} in {widget.parentWidget().objectName()!r}")
    return found


@pytest.fixture
def ct(window: Driver, tmp_path: Path) -> Driver:
    build_series(tmp_path / "study", slices=9, rows=48, columns=56)
    window.open(tmp_path / "study")
    return window


def test_the_empty_window_names_everything(window: Driver) -> None:
    assert unnamed(window.window) == []


def test_every_step_names_everything(ct: Driver) -> None:
    ct.click("stepRoi")
    ct.click("roiPrimary")
    ct.settle()
    ct.click("correctPrimary")
    ct.settle()
    seen = set()
    for step in (Step.OPEN, Step.ROI, Step.CORRECT, Step.PROTECT):
        ct.click(step_button_name(step))
        seen.add(ct.window.session.step)
        assert unnamed(ct.window) == [], step
    assert len(seen) == 4


def test_the_card_and_the_locked_study_name_everything(ct: Driver, tmp_path: Path) -> None:
    ct.click("stepRoi")
    ct.click("roiPrimary")
    ct.settle()
    ct.click("correctPrimary")
    ct.type("protectFolder", str(tmp_path / "protected"))
    ct.click("protectPrimary")
    ct.settle()
    ct.window.session.go_to(Step.CARD)
    assert ct.window.session.step is Step.CARD
    assert unnamed(ct.window) == []
    ct.answer_questions("questionLose")
    ct.window.flows.card.abandon()


@pytest.mark.parametrize("action", DIALOGS)
def test_every_dialog_names_everything_and_closes_with_escape(ct: Driver, action: str) -> None:
    ct.window.named_actions[action].trigger()
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, QDialog)
    assert unnamed(dialog) == []
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_every_menu_has_a_letter_of_its_own(window: Driver) -> None:
    titles = [action.text() for action in window.window.menuBar().actions()]
    letters = [title[title.index("&") + 1].lower() for title in titles]
    assert len(letters) == len(set(letters)), titles


@pytest.mark.parametrize("code", ["en", "de"])
def test_every_entry_of_a_menu_has_a_letter_of_its_own(request: pytest.FixtureRequest, code: str) -> None:
    use_language(code, resources_dir() / "translations")
    try:
        menus = [menu for menu in request.getfixturevalue("window").window.findChildren(QMenu) if menu.title()]
    finally:
        use_language(ENGLISH, resources_dir() / "translations")
    shared = [texts for menu in menus if not _differ(texts := _with_letters(menu))]
    assert len(menus) > 8
    assert shared == []


def _with_letters(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions() if "&" in action.text()]


def _differ(texts: list[str]) -> bool:
    letters = {text[text.index("&") + 1].lower() for text in texts}
    return len(letters) == len(texts)


def order(window: Driver) -> list[QWidget]:
    """Where Tab goes, from the series list on, once round."""
    start = window.find("seriesList")
    found, widget = [start], start.nextInFocusChain()
    while widget is not start:
        if widget.isVisible() and widget.isEnabled() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            found.append(widget)
        widget = widget.nextInFocusChain()
    return found


def test_tab_goes_from_the_series_to_the_views_to_the_panel(ct: Driver) -> None:
    inside = []
    for widget in order(ct):
        for name in ("seriesPanel", "viewer", "steps", "statusStrip"):
            if widget.objectName() == name or ct.find(name).isAncestorOf(widget):
                inside.append(name)
    assert list(dict.fromkeys(inside))[:3] == ["seriesPanel", "viewer", "steps"]
    changes = [two for one, two in pairwise(inside) if one != two]
    assert changes[:2] == ["viewer", "steps"], "no going back and forth"
    assert "viewer" not in changes[2:]
