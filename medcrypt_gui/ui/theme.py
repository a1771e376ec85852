"""How the program looks: dark as reading rooms are, or light; one accent colour, an 8-pixel grid."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from string import Template

from PySide6.QtCore import QDir, QObject, Qt, Slot
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from medcrypt_gui.core.settings import Theme
from medcrypt_gui.ui import icons
from medcrypt_gui.ui.preferences import Preferences


@dataclass(frozen=True)
class Colours:
    """The named colours that palette and style sheet are made of."""

    canvas: str  # behind images
    on_canvas: str  # words beside images
    base: str  # lists and fields
    window: str
    raised: str  # buttons, cards
    hover: str
    line: str
    text: str
    muted: str
    disabled: str
    accent: str
    accent_hover: str
    on_accent: str
    warning: str
    danger: str
    success: str


DARK = Colours(
    canvas="#0a0c0e",
    on_canvas="#97a4b0",
    base="#12161a",
    window="#181d22",
    raised="#232a31",
    hover="#2c353e",
    line="#323c46",
    text="#e4e9ed",
    muted="#97a4b0",
    disabled="#5d6974",
    accent="#3cb4ac",
    accent_hover="#57c8c0",
    on_accent="#06201e",
    warning="#e3ab4a",
    danger="#ee8781",
    success="#69b981",
)
LIGHT = Colours(
    canvas="#0a0c0e",  # images stay on black in every scheme
    on_canvas="#97a4b0",
    base="#ffffff",
    window="#f2f4f6",
    raised="#ffffff",
    hover="#e6ebef",
    line="#cdd5dc",
    text="#1b2228",
    muted="#5a6772",
    disabled="#9aa5af",
    accent="#0c6e68",
    accent_hover="#095650",
    on_accent="#ffffff",
    warning="#7f5600",
    danger="#b3352f",
    success="#24733f",
)


_SHEETS = ("medcrypt.qss", "panels.qss")


def apply_theme(app: QApplication, resources: Path, theme: Theme = Theme.DARK) -> Colours:
    """Dress the application; returns the colours used. ``resources`` holds ``icons`` and ``style``.

    May be called again at any time. A system that has no preference is taken for dark, as reading rooms are.
    """
    colours = LIGHT if _theme(theme, app.styleHints().colorScheme()) is Theme.LIGHT else DARK
    folder, style = resources / "icons", resources / "style"
    # Drawings that a style sheet names cannot be tinted, so those of each theme lie in a folder of their own.
    QDir.setSearchPaths(icons.SEARCH_PREFIX, [str(folder / ("light" if colours is LIGHT else "dark")), str(folder)])
    app.setStyle("Fusion")
    app.setPalette(_palette(colours))
    sheets = "".join((style / name).read_text("utf-8") for name in _SHEETS)
    app.setStyleSheet(Template(sheets).substitute(asdict(colours)))
    return colours


def colours_now() -> Colours:
    """The named colours of the theme that is shown, for what is painted by hand."""
    return LIGHT if QGuiApplication.palette().color(QPalette.ColorRole.Window).lightness() > 127 else DARK


class ThemeSwitch(QObject):
    """Dresses the application anew when the user chooses another theme, or the system changes its own."""

    def __init__(self, app: QApplication, resources: Path, preferences: Preferences, parent: QObject) -> None:
        super().__init__(parent)
        self._app, self._resources, self._preferences = app, resources, preferences
        self._system = app.styleHints().colorScheme()
        self._shown = self._wanted
        preferences.changed.connect(self._refresh)
        app.styleHints().colorSchemeChanged.connect(self._on_system_changed)

    @property
    def _wanted(self) -> Theme:
        """Dark or light."""
        return _theme(self._preferences.settings.theme, self._system)

    @Slot(Qt.ColorScheme)
    def _on_system_changed(self, scheme: Qt.ColorScheme) -> None:
        self._system = scheme
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        if self._wanted is not self._shown:
            self._shown = self._wanted
            apply_theme(self._app, self._resources, self._shown)


def _theme(chosen: Theme, system: Qt.ColorScheme) -> Theme:
    if chosen is not Theme.SYSTEM:
        return chosen
    return Theme.LIGHT if system is Qt.ColorScheme.Light else Theme.DARK


def _palette(colours: Colours) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    for name, colour in {
        role.Window: colours.window,
        role.WindowText: colours.text,
        role.Base: colours.base,
        role.AlternateBase: colours.window,
        role.Text: colours.text,
        role.PlaceholderText: colours.muted,
        role.Button: colours.raised,
        role.ButtonText: colours.text,
        role.BrightText: colours.danger,
        role.Highlight: colours.accent,
        role.HighlightedText: colours.on_accent,
        role.Link: colours.accent,
        role.ToolTipBase: colours.raised,
        role.ToolTipText: colours.text,
        role.Mid: colours.line,
        role.Dark: colours.base,
        role.Light: colours.hover,
        role.Accent: colours.accent,
    }.items():
        palette.setColor(name, QColor(colour))
    for disabled in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, disabled, QColor(colours.disabled))
    return palette
