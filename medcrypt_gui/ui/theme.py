"""How the program looks: dark as reading rooms are, or light; one accent colour, an 8-pixel grid."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from string import Template

from PySide6.QtCore import QDir, Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from medcrypt_gui.ui import icons


@dataclass(frozen=True)
class Colours:
    """The named colours that palette and style sheet are made of."""

    canvas: str  # behind images
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
    danger="#e4706a",
    success="#69b981",
)
LIGHT = Colours(
    canvas="#0a0c0e",  # images stay on black in every scheme
    base="#ffffff",
    window="#f2f4f6",
    raised="#ffffff",
    hover="#e6ebef",
    line="#cdd5dc",
    text="#1b2228",
    muted="#5a6772",
    disabled="#9aa5af",
    accent="#11807a",
    accent_hover="#0d6b66",
    on_accent="#ffffff",
    warning="#9a6700",
    danger="#b3352f",
    success="#24733f",
)


def apply_theme(app: QApplication, resources: Path, scheme: Qt.ColorScheme = Qt.ColorScheme.Dark) -> Colours:
    """Dress the application; returns the colours used. ``resources`` holds ``icons`` and ``style``."""
    colours = LIGHT if scheme is Qt.ColorScheme.Light else DARK
    QDir.setSearchPaths(icons.SEARCH_PREFIX, [str(resources / "icons")])
    app.setStyle("Fusion")
    app.setPalette(_palette(colours))
    sheet = Template((resources / "style" / "medcrypt.qss").read_text("utf-8"))
    app.setStyleSheet(sheet.substitute(asdict(colours)))
    return colours


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
