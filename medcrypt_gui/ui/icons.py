"""Icons by name: one family of line drawings, drawn anew for every size, screen and theme."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QFile, QIODevice, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QIconEngine, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer

SEARCH_PREFIX = "icons"  # ``theme.apply_theme`` says where the drawings lie


def icon(name: str, colour: str | None = None) -> QIcon:
    """The icon of that name in the theme's text colour, or in ``colour``; disabled ones are dimmed.

    It follows the theme, and is crisp at every device pixel ratio. Raises KeyError for a name without a drawing.
    """
    _drawing(name)
    return QIcon(_Engine(name, colour))


def faint_icon(name: str) -> QIcon:
    """The icon as if disabled: what is off, on a button that can be pressed. Raises KeyError as `icon` does."""
    _drawing(name)
    return QIcon(_Engine(name, None, faint=True))


def pixmap(name: str, size: int, colour: str, ratio: float = 1.0) -> QPixmap:
    """The drawing at ``size`` logical pixels on a screen of that device pixel ratio."""
    result = _drawn(name, round(size * ratio), round(size * ratio), colour)
    result.setDevicePixelRatio(ratio)
    return result


class _Engine(QIconEngine):
    """Looks the colour up when it draws, so that a button need not be told of another theme."""

    def __init__(self, name: str, colour: str | None, faint: bool = False) -> None:
        super().__init__()
        self._name, self._colour, self._faint = name, colour, faint

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, _state: QIcon.State) -> None:
        ratio = painter.device().devicePixelRatioF() if painter.device() is not None else 1.0
        painter.drawPixmap(rect, _drawn(self._name, *_pixels(rect.size() * ratio), self._colour_in(mode)))

    def pixmap(self, size: QSize, mode: QIcon.Mode, _state: QIcon.State) -> QPixmap:
        return QPixmap(_drawn(self._name, *_pixels(size), self._colour_in(mode)))

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        """``size`` is in device-independent pixels, from Qt 6.8 on."""
        result = self.pixmap(size * scale, mode, state)
        result.setDevicePixelRatio(scale)
        return result

    def clone(self) -> QIconEngine:
        return _Engine(self._name, self._colour, self._faint)

    def key(self) -> str:
        return "medcrypt"

    def isNull(self) -> bool:
        return False

    def _colour_in(self, mode: QIcon.Mode) -> str:
        palette, role = QGuiApplication.palette(), QPalette.ColorRole.ButtonText
        if self._faint or mode is QIcon.Mode.Disabled:
            return palette.color(QPalette.ColorGroup.Disabled, role).name()
        return self._colour or palette.color(role).name()


def _pixels(size: QSize) -> tuple[int, int]:
    return max(size.width(), 1), max(size.height(), 1)


def _drawn(name: str, width: int, height: int, colour: str) -> QPixmap:
    result = QPixmap(width, height)
    result.fill(Qt.GlobalColor.transparent)
    side = min(width, height)
    painter = QPainter(result)
    QSvgRenderer(QByteArray(_drawing(name).replace(b"currentColor", colour.encode()))).render(
        painter, QRectF((width - side) / 2, (height - side) / 2, side, side)
    )
    painter.end()
    return result


@lru_cache(maxsize=128)
def _drawing(name: str) -> bytes:
    file = QFile(f"{SEARCH_PREFIX}:{name}.svg")
    if not file.open(QIODevice.OpenModeFlag.ReadOnly):
        raise KeyError(f"there is no icon {name!r}")
    return bytes(file.readAll().data())
