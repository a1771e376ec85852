"""The series of the open study, with thumbnails. A protected series has a lock instead of a picture."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QMimeData, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from medcrypt_gui.core.imaging.series import Series
from medcrypt_gui.core.language import tr, trn
from medcrypt_gui.ui import icons
from medcrypt_gui.ui.session import Session
from medcrypt_gui.ui.theme import DARK
from medcrypt_gui.ui.viewer.series_drag import mime_of
from medcrypt_gui.ui.widgets.picture import pixmap_of
from medcrypt_gui.ui.widgets.text import label

_SIDE = 64


class SeriesList(QWidget):
    """Asks for a series when one is clicked; what is selected follows the session."""

    series_asked = Signal(object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("seriesPanel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._session = session
        self._list = _DraggedList()
        self._list.setObjectName("seriesList")
        self._list.setAccessibleName(tr("Series"))
        self._list.setIconSize(QSize(_SIDE, _SIDE))
        self._list.setSpacing(2)
        self._list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._empty = label(tr("Nothing open yet."), "muted", "seriesEmpty")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 24, 12, 16)
        layout.setSpacing(12)
        layout.addWidget(label(tr("Series"), "heading"))
        layout.addWidget(self._empty)
        layout.addWidget(self._list, 1)
        layout.addStretch(0)
        self.setFixedWidth(240)
        self._list.itemClicked.connect(self._on_clicked)
        self._list.itemActivated.connect(self._on_clicked)
        session.study_opened.connect(self._refresh)
        session.series_selected.connect(self._select)
        self._refresh()

    def show_thumbnail(self, uid: str, pixels: NDArray[np.uint8]) -> None:
        for item in self._items():
            if item.data(Qt.ItemDataRole.UserRole).uid == uid:
                item.setIcon(_icon(pixmap_of(pixels)))

    def _items(self) -> list[QListWidgetItem]:
        return [self._list.item(row) for row in range(self._list.count())]

    def _refresh(self) -> None:
        found = self._session.found
        self._list.clear()
        for series in found.series if found is not None else ():
            item = QListWidgetItem(_placeholder(series), _text(series))
            item.setData(Qt.ItemDataRole.UserRole, series)
            item.setToolTip("\n".join((_text(series), *series.notes)))
            item.setSizeHint(QSize(0, _SIDE + 16))
            self._list.addItem(item)
        some = self._list.count() > 0
        self._list.setVisible(some)
        self._empty.setVisible(not some)

    def _select(self) -> None:
        with QSignalBlocker(self._list):
            self._list.setCurrentRow(-1)
            for row, item in enumerate(self._items()):
                if self._is_shown(item.data(Qt.ItemDataRole.UserRole)):
                    self._list.setCurrentRow(row)

    def _on_clicked(self, item: QListWidgetItem) -> None:
        series: Series = item.data(Qt.ItemDataRole.UserRole)
        if not self._is_shown(series):
            self._select()
            self.series_asked.emit(series)

    def _is_shown(self, series: Series) -> bool:
        shown = self._session.series
        return shown is not None and shown.uid == series.uid


class _DraggedList(QListWidget):
    """Series can be dragged out of it, onto a cell of the views."""

    def __init__(self) -> None:
        super().__init__()
        self.setDragEnabled(True)
        self.setDragDropMode(QListWidget.DragDropMode.DragOnly)

    def mimeData(self, items: Sequence[QListWidgetItem]) -> QMimeData:
        return mime_of(items[0].data(Qt.ItemDataRole.UserRole).uid) if items else QMimeData()


def _text(series: Series) -> str:
    count = series.geometry.shape[0]
    extent = (
        trn("{count} image", "{count} images", count)
        if series.is_flat
        else trn("{count} slice", "{count} slices", count)
    )
    lines = [
        series.description or series.files[0].name,
        f"{series.modality or tr(series.format.value)} · {extent}",
    ]
    if series.phases:
        lines.append(trn("{count} volumes", "{count} volumes", len(series.phases)))
    if series.protected:
        lines.append(tr("Protected"))
    elif series.localizer:
        lines.append(tr("Localizer"))
    elif series.notes:
        lines.append(trn("{count} note", "{count} notes", len(series.notes)))
    elif series.number is not None:
        lines.append(tr("Series {number}", number=series.number))
    return "\n".join(lines)


def _placeholder(series: Series) -> QIcon:
    """Drawn for the black square, which is there in every theme."""
    return _icon(icons.pixmap("lock" if series.protected else "series", 32, DARK.text, _ratio()))


def _ratio() -> float:
    """Device pixels to a pixel, of the finest screen."""
    app = QGuiApplication.instance()
    return app.devicePixelRatio() if isinstance(app, QGuiApplication) else 1.0


def _icon(picture: QPixmap) -> QIcon:
    """The same picture selected or not: a tinted thumbnail misleads."""
    made, square = QIcon(), _square(picture)
    for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):
        made.addPixmap(square, mode)
    return made


def _square(picture: QPixmap) -> QPixmap:
    """The picture centred on a black square, so that the texts beside all of them line up."""
    ratio = _ratio()
    made = QPixmap(round(_SIDE * ratio), round(_SIDE * ratio))
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.black)
    size = picture.deviceIndependentSize()
    if max(size.width(), size.height()) > _SIDE:
        size.scale(_SIDE, _SIDE, Qt.AspectRatioMode.KeepAspectRatio)
    fine = (size * ratio).toSize()
    shown = picture.scaled(fine, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
    shown.setDevicePixelRatio(ratio)
    painter = QPainter(made)
    painter.drawPixmap(int(_SIDE - size.width()) // 2, int(_SIDE - size.height()) // 2, shown)
    painter.end()
    return made
