"""Each key of the tables, pressed in the real window on a CT: the command behind it is carried out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from builders.dicom import build_series
from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from ui.driver import Driver

from medcrypt_gui.ui.viewer.keys import VIEW_KEYS
from medcrypt_gui.ui.viewer.view_state import LeftDrag
from medcrypt_gui.ui.viewer.viewer_panel import ViewerPanel

_SLICES = 30
_START = (10, 20, 15)


def _z(panel: ViewerPanel) -> Any:
    return panel.state.crosshair[2]


def _window(panel: ViewerPanel) -> Any:
    return panel.state.window.width, panel.state.window.level


# What is looked at, and what it is after the key was pressed once.
_EFFECTS: dict[str, tuple[Callable[[ViewerPanel], Any], Any]] = {
    "previous_slice": (_z, 14),
    "next_slice": (_z, 16),
    "back_ten": (_z, 5),
    "on_ten": (_z, 25),
    "first_slice": (_z, 0),
    "last_slice": (_z, _SLICES - 1),
    "toggle_cine": (lambda panel: panel.state.playing is not None, True),
    "next_view": (lambda panel: panel.active_canvas is panel.canvases[0], False),
    "toggle_names": (lambda panel: panel.state.names_hidden, True),
    "toggle_crosshair": (lambda panel: panel.state.crosshair_visible, False),
    "preset_1": (_window, (400, 40)),
    "preset_2": (_window, (1500, -600)),
    "preset_3": (_window, (150, 90)),
    "preset_4": (_window, (2500, 480)),
    "preset_5": (_window, (80, 40)),
    "preset_6": (_window, (350, 25)),
    "preset_7": (_window, (40, 40)),
    "preset_8": (_window, (650, 160)),
    "toggle_inverted": (lambda panel: panel.state.inverted, True),
    "drag_windows": (lambda panel: panel.state.left_drag, LeftDrag.WINDOW),
    "drag_windows_box": (lambda panel: panel.state.left_drag, LeftDrag.WINDOW_BOX),
    "drag_pans": (lambda panel: panel.state.left_drag, LeftDrag.PAN),
    "drag_zooms": (lambda panel: panel.state.left_drag, LeftDrag.ZOOM),
    "drag_crosshair": (lambda panel: panel.state.left_drag, LeftDrag.CROSSHAIR),
    "drag_measures_distance": (lambda panel: panel.state.left_drag, LeftDrag.DISTANCE),
    "drag_measures_angle": (lambda panel: panel.state.left_drag, LeftDrag.ANGLE),
    "toggle_mask": (lambda panel: panel.state.mask_visible, False),
    "toggle_outline": (lambda panel: panel.state.outline, True),
    "less_opaque": (lambda panel: panel.state.opacity, 0.3),
    "more_opaque": (lambda panel: panel.state.opacity, 0.5),
}
# Those that need more than an open series are pressed in tests of their own.
_ELSEWHERE = {
    "previous_series": "test_clips", "next_series": "test_clips", "toggle_link": "test_compare",
    "link_from_here": "test_compare", "reset_view": "test_viewer", "fit": "test_viewer", "stop": "test_viewer",
    "preset_9": "test_choices", "keep_user_window": "test_choices", "show_full_range": "below",
    "show_file_window": "below", "remove_measurement": "test_measuring", "smaller_tip": "test_viewer",
    "larger_tip": "test_viewer", "complete": "test_sketches", "drop_point": "test_sketches",
    "paste_shape": "test_sketches",
}  # fmt: skip


@pytest.fixture
def ct(window: Driver, tmp_path: Path) -> Driver:
    build_series(tmp_path / "ct", slices=_SLICES, rows=48, columns=56, modality="CT")
    window.open(tmp_path / "ct")
    window.window.viewer.set_crosshair(_START)
    return window


def press(driver: Driver, key: str) -> None:
    chord: QKeyCombination = QKeySequence(key)[0]
    QTest.keyClick(driver.window.viewer.active_canvas, chord.key(), chord.keyboardModifiers())


def test_every_key_of_the_views_is_pressed_here_or_where_it_is_said() -> None:
    assert {one.name for one in VIEW_KEYS if one.keys} == set(_EFFECTS) | set(_ELSEWHERE)


@pytest.mark.parametrize("name", _EFFECTS)
def test_the_key_does_what_the_table_says(ct: Driver, name: str) -> None:
    look, wanted = _EFFECTS[name]
    panel = ct.window.viewer
    for key in ("T" if name == "drag_windows" else "", "5" if name == "preset_1" else ""):
        if key:  # what the key stands for is so already
            press(ct, key)
    before = look(panel)
    press(ct, next(one for one in VIEW_KEYS if one.name == name).keys[0])
    assert before != look(panel)
    assert look(panel) == pytest.approx(wanted) if isinstance(wanted, float) else look(panel) == wanted
    panel.cine.stop()


def test_the_keys_of_the_whole_range_and_of_the_files_window(ct: Driver) -> None:
    panel = ct.window.viewer
    of_file = _window(panel)
    press(ct, "5")
    press(ct, "0")
    stored = panel.state.volume.stored  # type: ignore[union-attr]
    assert panel.state.window.width == pytest.approx(float(stored.max()) - float(stored.min()))
    press(ct, "`")
    assert _window(panel) == of_file


def test_a_key_of_the_window_that_is_disabled_means_nothing_in_the_views(window: Driver, tmp_path: Path) -> None:
    build_series(tmp_path / "study")
    window.open(tmp_path / "study")
    for name in ("saveMaskAction", "primaryAction"):
        window.window.named_actions[name].setEnabled(False)
    for key in (Qt.Key.Key_S, Qt.Key.Key_Return):
        window.qtbot.keyClick(window.window.viewer.active_canvas, key, Qt.KeyboardModifier.ControlModifier)
