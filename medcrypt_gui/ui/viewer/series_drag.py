"""A series carried by the mouse from the list to a cell. Only its identifier travels, and only within the program."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from PySide6.QtCore import QEvent, QMimeData, QObject, QRect
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QRubberBand, QWidget

_TYPE = "application/x-medcrypt-series"
_THIS_PROGRAM = uuid.uuid4().hex  # another window's series are not of this study


def mime_of(uid: str) -> QMimeData:
    """What the list hands to the mouse."""
    data = QMimeData()
    data.setData(_TYPE, f"{_THIS_PROGRAM} {uid}".encode())
    return data


def uid_in(data: QMimeData) -> str | None:
    """The series that is carried; None when it is something else."""
    if not data.hasFormat(_TYPE):
        return None
    program, _, uid = bytes(data.data(_TYPE).data()).decode("utf-8", "replace").partition(" ")
    return uid if program == _THIS_PROGRAM else None


class DropTarget(QObject):
    """Lets series be dropped on the cells of a widget; marks the one they would land on.

    ``area_of`` gives the number and rectangle of the cell at a point, or None. What is no series is left to the window.
    """

    def __init__(
        self,
        widget: QWidget,
        area_of: Callable[[float, float], tuple[int, QRect] | None],
        dropped: Callable[[int, str], None],
    ) -> None:
        super().__init__(widget)
        self._area_of, self._dropped = area_of, dropped
        self._mark = QRubberBand(QRubberBand.Shape.Rectangle, widget)
        widget.setAcceptDrops(True)
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QDropEvent):  # entering and moving are that as well
            self._take(event)
            return True
        if event.type() is QEvent.Type.DragLeave:
            self._mark.hide()
        return False

    def _take(self, event: QDropEvent) -> None:
        uid, found = uid_in(event.mimeData()), self._area_of(event.position().x(), event.position().y())
        dropped = event.type() is QEvent.Type.Drop
        self._mark.setVisible(uid is not None and found is not None and not dropped)
        # Entering between two cells must be accepted as well, or no further event comes.
        event.setAccepted(uid is not None and (found is not None or event.type() is QEvent.Type.DragEnter))
        if uid is None or found is None:
            return
        self._mark.setGeometry(found[1])
        if dropped:
            self._dropped(found[0], uid)
