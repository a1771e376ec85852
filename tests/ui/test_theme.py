"""Both themes can be read, switch while the program runs, and their icons are crisp at every screen scale."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, fields

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPalette
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot
from ui.driver import Driver

from medcrypt_gui.adapters import paths
from medcrypt_gui.core.settings import Theme
from medcrypt_gui.ui import icons
from medcrypt_gui.ui.theme import DARK, LIGHT, Colours, apply_theme

AA = 4.5  # WCAG 2.2, 1.4.3: the contrast of text of usual size
THEMES = pytest.mark.parametrize("colours", [DARK, LIGHT], ids=["dark", "light"])


def luminance(colour: str) -> float:
    """WCAG's relative luminance."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.fixture
def app(qapp: QApplication) -> Iterator[QApplication]:
    yield qapp
    apply_theme(qapp, paths.resources_dir())


def test_the_measure_of_contrast_agrees_with_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@THEMES
@pytest.mark.parametrize("text", ["text", "muted", "accent", "warning", "danger", "success"])
@pytest.mark.parametrize("ground", ["base", "window", "raised", "hover"])
def test_every_text_can_be_read_on_every_ground(colours: Colours, text: str, ground: str) -> None:
    assert contrast(getattr(colours, text), getattr(colours, ground)) >= AA


@THEMES
def test_what_stands_on_the_accent_can_be_read(colours: Colours) -> None:
    assert contrast(colours.on_accent, colours.accent) >= AA
    assert contrast(colours.on_accent, colours.accent_hover) >= AA


@THEMES
def test_the_focus_is_told_from_what_surrounds_it(colours: Colours) -> None:
    for ground in (colours.base, colours.window, colours.raised):
        assert contrast(colours.accent, ground) >= 3  # 1.4.11: parts of widgets


def test_images_stay_on_black_in_both() -> None:
    assert DARK.canvas == LIGHT.canvas
    assert luminance(LIGHT.canvas) < 0.01


@pytest.mark.parametrize(("folder", "colours"), [("dark", DARK), ("light", LIGHT)])
def test_drawings_of_the_style_sheets_have_the_colours_of_their_theme(folder: str, colours: Colours) -> None:
    named = set(asdict(colours).values())
    drawings = list((paths.resources_dir() / "icons" / folder).glob("*.svg"))
    assert drawings
    for drawing in drawings:
        assert set(re.findall(r"#[0-9a-f]{6}", drawing.read_text())) <= named, drawing.name


def test_both_themes_have_every_drawing_that_the_style_sheets_name() -> None:
    resources = paths.resources_dir()
    sheets = "".join(sheet.read_text("utf-8") for sheet in (resources / "style").glob("*.qss"))
    for name in re.findall(r"url\(icons:([^)]+)\)", sheets):
        assert (resources / "icons" / "dark" / name).is_file()
        assert (resources / "icons" / "light" / name).is_file()


def test_no_colour_is_written_into_a_style_sheet_itself() -> None:
    for sheet in (paths.resources_dir() / "style").glob("*.qss"):
        assert not re.findall(r":[^;{}]*#[0-9a-fA-F]{3,8}\b[^;{}]*[;}]", sheet.read_text("utf-8")), sheet.name


def test_every_colour_is_one() -> None:
    for colours in (DARK, LIGHT):
        assert all(QColor(getattr(colours, field.name)).isValid() for field in fields(colours))


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 2.0, 3.0])
def test_an_icon_is_drawn_anew_for_every_screen_scale(app: QApplication, ratio: float) -> None:
    apply_theme(app, paths.resources_dir())
    drawn = icons.icon("brush").pixmap(QSize(20, 20), ratio)
    assert drawn.size() == QSize(20, 20) * ratio
    assert drawn.devicePixelRatio() == ratio
    exact = icons.pixmap("brush", 20, DARK.text, ratio)
    assert drawn.toImage() == exact.toImage(), "not a smaller drawing that was enlarged"


def test_an_icon_follows_the_theme_on_buttons_that_have_it_already(app: QApplication, qtbot: QtBot) -> None:
    apply_theme(app, paths.resources_dir(), Theme.DARK)
    made = QPushButton()
    qtbot.addWidget(made)
    made.setIcon(icons.icon("brush"))

    def ink(mode: QIcon.Mode = QIcon.Mode.Normal) -> str:
        image = made.icon().pixmap(QSize(32, 32), 1.0, mode).toImage()
        solid = [image.pixelColor(x, y) for x in range(32) for y in range(32) if image.pixelColor(x, y).alpha() == 255]
        return solid[0].name()

    assert (ink(), ink(QIcon.Mode.Disabled)) == (DARK.text, DARK.disabled)
    apply_theme(app, paths.resources_dir(), Theme.LIGHT)
    assert (ink(), ink(QIcon.Mode.Disabled)) == (LIGHT.text, LIGHT.disabled)


def test_an_icon_without_a_drawing_is_refused(app: QApplication) -> None:
    with pytest.raises(KeyError):
        icons.icon("no-such-icon")


def background(window: Driver) -> str:
    return window.window.palette().color(QPalette.ColorRole.Window).name()


def test_the_theme_is_chosen_in_the_menu_and_kept(window: Driver) -> None:
    actions = window.window.named_actions
    actions["themeLightAction"].trigger()
    assert background(window) == LIGHT.window
    assert window.window.choices.preferences.settings.theme is Theme.LIGHT
    assert actions["themeLightAction"].isChecked()
    actions["themeDarkAction"].trigger()
    assert background(window) == DARK.window


def test_the_system_is_followed_while_the_program_runs(window: Driver) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    # A test has no desktop whose scheme could be changed; this is what Qt says when one is.
    say = app.styleHints().colorSchemeChanged.emit
    window.window.named_actions["themeSystemAction"].trigger()
    say(Qt.ColorScheme.Light)
    assert background(window) == LIGHT.window
    say(Qt.ColorScheme.Dark)
    assert background(window) == DARK.window
    say(Qt.ColorScheme.Unknown)
    assert background(window) == DARK.window
    window.window.named_actions["themeLightAction"].trigger()
    say(Qt.ColorScheme.Dark)
    assert background(window) == LIGHT.window, "what was chosen wins over the system"
