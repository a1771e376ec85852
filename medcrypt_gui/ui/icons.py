"""Icons by name: one family of line drawings, coloured to fit the theme."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QFile, QIODevice, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer

SEARCH_PREFIX = "icons"  # ``theme.apply_theme`` says where the drawings lie
_SIZES = (16, 20, 24, 32, 48)


def icon(name: str, colour: str | None = None) -> QIcon:
    """The icon of that name in the theme's text colour, or in ``colour``; disabled ones are dimmed.

    Raises KeyError for a name without a drawing.
    """
    palette = QGuiApplication.palette()
    normal = colour or palette.color(QPalette.ColorRole.ButtonText).name()
    disabled = palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.ButtonText).name()
    return _icon(name, normal, disabled)


def pixmap(name: str, size: int, colour: str, ratio: float = 1.0) -> QPixmap:
    """The drawing at ``size`` logical pixels on a screen of that device pixel ratio."""
    result = QPixmap(QSize(size, size) * ratio)
    result.fill(Qt.GlobalColor.transparent)
    painter = QPainter(result)
    QSvgRenderer(QByteArray(_drawing(name).replace(b"currentColor", colour.encode()))).render(
        painter, QRectF(0, 0, size * ratio, size * ratio)
    )
    painter.end()
    result.setDevicePixelRatio(ratio)
    return result


@lru_cache(maxsize=256)
def _icon(name: str, normal: str, disabled: str) -> QIcon:
    result = QIcon()
    for size in _SIZES:
        result.addPixmap(pixmap(name, size, normal), QIcon.Mode.Normal)
        result.addPixmap(pixmap(name, size, disabled), QIcon.Mode.Disabled)
    return result


@lru_cache(maxsize=128)
def _drawing(name: str) -> bytes:
    file = QFile(f"{SEARCH_PREFIX}:{name}.svg")
    if not file.open(QIODevice.OpenModeFlag.ReadOnly):
        raise KeyError(f"there is no icon {name!r}")
    return bytes(file.readAll().data())
