"""Pictures of what is shown, without names: the active view, all views, or a contact sheet of slices."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from medcrypt_gui.ui.viewer.slice_tile import slice_tile

if TYPE_CHECKING:
    from medcrypt_gui.ui.viewer.viewer_panel import ViewerPanel

NOT_IN_PICTURES = "notInPictures"  # a widget with this property is left out

_TILE = 240  # pixels
_COLUMNS = 6
_MOST_TILES = 36


class PictureOf(Enum):
    """The active view, all of them, or a contact sheet of slices."""

    VIEW = "view"
    VIEWS = "views"
    SHEET = "sheet"


def take_picture(panel: ViewerPanel, what: PictureOf) -> QImage | None:
    """As on the screen, but without what shows who it is: names in corners, the skin; None while nothing is open."""
    if panel.active_canvas.view is None:
        return None
    if what is PictureOf.SHEET:
        return _sheet(panel)
    widget = panel.focused_view if what is PictureOf.VIEW else panel
    with _names_hidden(panel), _controls_hidden(panel):
        return widget.grab().toImage()


def png_bytes(image: QImage) -> bytes:
    """The picture as a PNG file, which says nothing about where it comes from."""
    for key in image.textKeys():
        image.setText(key, "")
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # Qt takes a device; the stubs know only names
    return bytes(content.data())


@contextmanager
def _names_hidden(panel: ViewerPanel) -> Iterator[None]:
    before = panel.state.names_hidden
    panel.shared.set_names_hidden(True)
    try:
        yield
    finally:
        panel.shared.set_names_hidden(before)


@contextmanager
def _controls_hidden(panel: ViewerPanel) -> Iterator[None]:
    """Buttons that lie on a view are none of its picture."""
    hidden = [one for one in panel.findChildren(QWidget) if one.property(NOT_IN_PICTURES) and not one.isHidden()]
    focused = panel.window().focusWidget()
    for one in hidden:
        one.hide()
    try:
        yield
    finally:
        for one in hidden:
            one.show()
        if focused is not None:
            focused.setFocus()


def _sheet(panel: ViewerPanel) -> QImage:
    """Slices of the active plane, evenly spread, with the mask's outline and their numbers."""
    state, view = panel.active_state, panel.active_canvas.view
    assert state.volume is not None
    assert view is not None
    count = min(view.count, _MOST_TILES)
    columns = min(_COLUMNS, count)
    sheet = np.zeros((-(-count // columns) * _TILE, columns * _TILE, 3), np.uint8)
    for place, n in enumerate(np.linspace(0, view.count - 1, count).round().astype(int)):
        tile = slice_tile(state, view, int(n), _TILE)
        row, column = divmod(place, columns)
        sheet[row * _TILE : (row + 1) * _TILE, column * _TILE : (column + 1) * _TILE] = tile
    height, width = sheet.shape[:2]
    return QImage(sheet.data, width, height, width * 3, QImage.Format.Format_RGB888).copy()
