"""What is chosen in the menus holds, is kept, and is found again at the next start."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from builders.dicom import build_series
from fakes.memory_settings import MemorySettings
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QDialog, QLabel, QLineEdit, QMenu, QPushButton, QTreeWidget
from pytestqt.qtbot import QtBot
from ui.driver import Driver

from medcrypt_gui.core.imaging.colour_maps import ColourMap
from medcrypt_gui.core.imaging.volume import Window
from medcrypt_gui.core.imaging.windowing import UserPreset
from medcrypt_gui.core.settings import FoundSettings, Settings
from medcrypt_gui.services.workbench import Workbench
from medcrypt_gui.ui.application import build_window, prepare_application


def entries(window: Driver, menu: str) -> dict[str, QAction]:
    """The texts without keys and mnemonics."""
    found = window.find(menu, QMenu)
    found.aboutToShow.emit()
    return {action.text().split("\t")[0].replace("&", ""): action for action in found.actions() if action.text()}


def ct(window: Driver, tmp_path: Path) -> None:
    build_series(tmp_path / "ct", slices=5, rows=48, columns=56, modality="CT")
    window.open(tmp_path / "ct")


def test_the_presets_of_the_modality_stand_in_the_menu_with_their_keys(window: Driver, tmp_path: Path) -> None:
    assert not any("Lung" in text for text in entries(window, "menuWindow"))
    ct(window, tmp_path)
    found = entries(window, "menuWindow")
    lung = next(action for text, action in found.items() if text.startswith("Lung"))
    assert lung.text().endswith("\t2")
    lung.trigger()
    assert window.window.viewer.state.window == Window(-600, 1500)
    lung = next(action for text, action in entries(window, "menuWindow").items() if text.startswith("Lung"))
    assert lung.isChecked()


def test_a_window_with_a_name_is_offered_for_its_modality_only(window: Driver, tmp_path: Path) -> None:
    ct(window, tmp_path)
    window.window.viewer.set_window(Window(33, 44))
    window.window.named_actions["namePresetAction"].trigger()
    dialog = window.find("presetName", QDialog)
    assert dialog.findChild(QLabel, "presetWindow").text() == "W 44 L 33, for CT"
    keep = dialog.findChild(QPushButton, "presetKeep")
    assert not keep.isEnabled()
    QTest.keyClicks(dialog.findChild(QLineEdit, "presetNameField"), "A & B")
    dialog.findChild(QCheckBox, "presetUnderNine").setChecked(True)
    keep.click()
    assert "A & B" in window.text("statusSentence")
    window.window.viewer.set_window(Window(1, 2))
    QTest.keyClick(window.window.viewer.active_canvas, Qt.Key.Key_9)
    assert window.window.viewer.state.window == Window(33, 44)
    window.find("menuWindow", QMenu).aboutToShow.emit()
    assert any(a.text().startswith("A && B") for a in window.find("menuWindow", QMenu).actions())
    build_series(tmp_path / "mr", slices=5, rows=48, columns=56)
    window.open(tmp_path / "mr")
    window.find("menuWindow", QMenu).aboutToShow.emit()
    assert not any(a.text().startswith("A && B") for a in window.find("menuWindow", QMenu).actions())


def test_nothing_can_be_named_before_something_is_open(window: Driver) -> None:
    window.window.named_actions["namePresetAction"].trigger()
    assert "Open an image first" in window.text("statusSentence")


def test_ctrl_9_keeps_the_window_for_the_next_start(opened: Driver) -> None:
    opened.window.viewer.set_window(Window(5, 6))
    QTest.keyClick(opened.window.viewer.active_canvas, Qt.Key.Key_9, Qt.KeyboardModifier.ControlModifier)
    (kept,) = opened.window.choices.preferences.settings.presets
    assert (kept.modality, kept.window, kept.key) == ("MR", Window(5, 6), "9")
    opened.window.viewer.set_window(Window(7, 8))
    QTest.keyClick(opened.window.viewer.active_canvas, Qt.Key.Key_9, Qt.KeyboardModifier.ControlModifier)
    assert [one.window for one in opened.window.choices.preferences.settings.presets] == [Window(7, 8)]


def test_named_windows_are_edited_and_deleted(window: Driver) -> None:
    preferences = window.window.choices.preferences
    preferences.change(
        presets=(
            UserPreset("CT", "one", Window(1, 2), "9"),
            UserPreset("CT", "two", Window(3, 4)),
            UserPreset("MR", "one", Window(5, 6), "9"),
        )
    )
    window.window.named_actions["editPresetsAction"].trigger()
    dialog = window.find("presetsDialog", QDialog)
    tree, said = dialog.findChild(QTreeWidget, "presetsTree"), dialog.findChild(QLabel, "presetsSaid")
    tree.topLevelItem(0).setText(2, "10,5")
    assert preferences.settings.presets[0].window == Window(10.5, 2)
    tree.topLevelItem(0).setText(1, "first")
    assert preferences.settings.presets[0].name == "first"
    for column, wrong in ((1, " "), (2, "much"), (3, "0"), (3, "-5"), (3, "nan"), (1, "two")):
        tree.topLevelItem(0).setText(column, wrong)
        assert said.isVisible()
        assert tree.topLevelItem(0).text(column) != wrong
        assert preferences.settings.presets[0] == UserPreset("CT", "first", Window(10.5, 2), "9")
    tree.setCurrentItem(tree.topLevelItem(1))
    dialog.findChild(QPushButton, "presetsNine").click()
    assert [one.key for one in preferences.settings.presets] == ["", "9", "9"], "one of each modality has the key"
    for left in (2, 1, 0):
        dialog.findChild(QPushButton, "presetsDelete").click()
        assert len(preferences.settings.presets) == left
    assert dialog.findChild(QLabel, "presetsEmpty").isVisible()
    assert not dialog.findChild(QPushButton, "presetsDelete").isEnabled()
    dialog.close()


def test_a_box_sets_the_window_to_its_values(opened: Driver) -> None:
    viewer = opened.window.viewer
    opened.window.named_actions["boxWindowAction"].trigger()
    before, canvas = viewer.state.window, viewer.active_canvas
    middle = canvas.rect().center()
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=middle - QPoint(40, 40))
    QTest.mouseMove(canvas, middle)
    assert viewer.state.window == before, "not before the button is let go"
    QTest.mouseMove(canvas, middle + QPoint(40, 40))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=middle + QPoint(40, 40))
    assert viewer.state.window != before
    assert viewer.state.measurements == ()
    assert viewer.state.draft is None


def test_colours_are_remembered_by_modality(opened: Driver, tmp_path: Path) -> None:
    viewer, actions = opened.window.viewer, opened.window.named_actions
    grey = viewer.active_canvas.grab().toImage()
    actions["coloursHotIronAction"].trigger()
    assert viewer.active_canvas.grab().toImage() != grey
    ct(opened, tmp_path)
    assert viewer.state.colour_map is ColourMap.GREY
    opened.open(tmp_path / "study")
    assert viewer.state.colour_map is ColourMap.HOT_IRON
    checked = [text for text, action in entries(opened, "menuColours").items() if action.isChecked()]
    assert checked == ["Hot iron (PET)"]
    actions["coloursGreyAction"].trigger()
    assert viewer.state.colour_map is ColourMap.GREY


def test_voxels_and_sides_are_shown_as_chosen(opened: Driver) -> None:
    viewer, actions = opened.window.viewer, opened.window.named_actions
    smooth = viewer.active_canvas.grab().toImage()
    actions["smoothAction"].trigger()
    assert viewer.active_canvas.grab().toImage() != smooth
    actions["smoothAction"].trigger()
    assert viewer.active_canvas.grab().toImage() == smooth
    actions["neurologicalAction"].trigger()
    assert viewer.canvases[0].view.letters[0] == "L"
    assert actions["neurologicalAction"].isChecked()


def test_the_language_is_kept_and_holds_from_the_next_start(window: Driver) -> None:
    window.window.named_actions["languageDeAction"].trigger()
    assert window.window.choices.preferences.settings.language == "de"
    assert "started again" in window.text("statusSentence")
    checked = [text for text, action in entries(window, "menuLanguage").items() if action.isChecked()]
    assert checked == ["Deutsch"]


@pytest.fixture
def settings() -> Settings:
    return Settings(smooth=False, neurological=True, keys={"toggle_inverted": ("J",)})


def test_the_next_start_finds_what_was_kept(qtbot: QtBot, workbench: Workbench, settings: Settings) -> None:
    kept = replace(workbench, settings=MemorySettings(FoundSettings(settings)))
    prepare_application(kept)
    window = build_window(kept)
    qtbot.addWidget(window)
    assert not window.viewer.state.smooth
    assert window.viewer.state.neurological
    assert window.named_actions["invertAction"].text().endswith("\tJ")
    window.close()


def test_damaged_settings_are_said_at_the_start(qtbot: QtBot, workbench: Workbench, tmp_path: Path) -> None:
    found = FoundSettings(unusable=True, set_aside=tmp_path / "settings.json.unusable")
    kept = replace(workbench, settings=MemorySettings(found))
    prepare_application(kept)
    window = build_window(kept)
    qtbot.addWidget(window)
    assert "settings.json.unusable" in window.findChild(QLabel, "statusSentence").text()
    window.close()


def test_settings_that_cannot_be_written_hold_and_are_said(window: Driver, workbench: Workbench) -> None:
    assert isinstance(workbench.settings, MemorySettings)
    workbench.settings.writable = False
    window.window.named_actions["smoothAction"].trigger()
    assert "could not be saved" in window.text("statusSentence")
    assert not window.window.viewer.state.smooth
