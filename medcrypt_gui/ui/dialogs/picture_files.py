"""Pictures of the views to the clipboard and to files."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from medcrypt_gui.core.errors import WriteError
from medcrypt_gui.core.language import mark, tr
from medcrypt_gui.core.safe_write import write_atomically
from medcrypt_gui.services.messages import explain
from medcrypt_gui.ui.viewer.pictures import PictureOf, png_bytes, take_picture
from medcrypt_gui.ui.viewer.viewer_panel import ViewerPanel

_COPIED = {
    PictureOf.VIEW: mark("A picture of the view is on the clipboard."),
    PictureOf.VIEWS: mark("A picture of all views is on the clipboard."),
    PictureOf.SHEET: mark("A picture of a contact sheet is on the clipboard."),
}
_SAVE = {
    PictureOf.VIEW: mark("Save a picture of the view"),
    PictureOf.VIEWS: mark("Save a picture of all views"),
    PictureOf.SHEET: mark("Save a picture of a contact sheet"),
}
_NO_NAMES = mark("The names in its corners are left out; text inside the image is not.")


class PictureFiles(QObject):
    """Asks where a picture goes."""

    said = Signal(str)
    failed = Signal(object)

    def __init__(self, viewer: ViewerPanel, window: QWidget) -> None:
        super().__init__(window)
        self._viewer, self._window = viewer, window

    def copy(self, what: PictureOf) -> None:
        """Put the picture on the clipboard."""
        image = take_picture(self._viewer, what)
        if image is None:
            self.said.emit(tr("Nothing is open to take a picture of."))
            return
        QGuiApplication.clipboard().setImage(image)
        self.said.emit(f"{tr(_COPIED[what])} {tr(_NO_NAMES)}")

    def ask_to_save(self, what: PictureOf) -> None:
        """Save the picture as PNG; the system's dialog asks before a file is replaced."""
        image = take_picture(self._viewer, what)
        if image is None:
            self.said.emit(tr("Nothing is open to take a picture of."))
            return
        chosen, _filter = QFileDialog.getSaveFileName(
            self._window,
            tr(_SAVE[what]),
            str(Path.home() / "picture.png"),
            tr("PNG pictures (*.png)"),
        )
        if not chosen:
            return
        path = Path(chosen) if Path(chosen).suffix.lower() == ".png" else Path(chosen + ".png")
        try:
            write_atomically(path, png_bytes(image), force=True)
        except WriteError as error:
            self.failed.emit(explain(error))
            return
        self.said.emit(f"{tr('Saved {name}.', name=path.name)} {tr(_NO_NAMES)}")
