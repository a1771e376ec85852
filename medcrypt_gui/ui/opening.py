"""What to open, load or save: asked in the system's dialogs, or dropped on the window."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from medcrypt_gui.core.language import mark, tr
from medcrypt_gui.core.mask.mask_file import MaskKind
from medcrypt_gui.ui.dialogs.archive_password import ArchivePassword
from medcrypt_gui.ui.flows_of import Flows
from medcrypt_gui.ui.leaving import Leaving
from medcrypt_gui.ui.session import Lock, Session

_CARD_SUFFIXES = {".png", ".jpg", ".jpeg", ".pdf", ".bmp", ".tif", ".tiff", ".txt"}
_NO_PICTURES = {".pdf", ".txt"}
_MASK_FILES = mark("Masks (*.nii *.nii.gz *.dcm *.nrrd *.nhdr *.mha *.mhd *.mgh *.mgz *.png *.tif *.bmp)")
_ALL_FILES = mark("All files (*)")


class Opening(QObject):
    """Nothing is opened before the user has agreed to what that would lose."""

    folders_dropped = Signal(object)  # the paths of several: studies of a worklist, or parts of one study
    card_dropped = Signal(object)  # the path of a file that may be the key card of the locked series

    def __init__(self, session: Session, flows: Flows, leaving: Leaving, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._flows, self._leaving, self._window = session, flows, leaving, window
        flows.open.password_needed.connect(self._ask_archive_password)
        flows.open.picture_found.connect(lambda path: self.open_paths((path,)))

    # Studies

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Open files and folders, after asking if that would lose something."""
        if paths and self._leaving.may_leave():
            self._flows.open.open_paths(paths)

    def open_sample(self) -> None:
        """Open the study that comes with the program, after asking likewise."""
        if self._leaving.may_leave():
            self._flows.open.open_sample()

    def ask_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self._window, tr("Open a folder"), str(Path.home()))
        if chosen:
            self.open_paths((Path(chosen),))

    def ask_files(self) -> None:
        chosen, _filter = QFileDialog.getOpenFileNames(self._window, tr("Open files"), str(Path.home()))
        self.open_paths(tuple(map(Path, chosen)))

    def take_dropped(self, paths: Sequence[Path]) -> None:
        """Studies are opened; while a series is locked, a picture is taken for its key card, else looked at first."""
        suffix = paths[0].suffix.lower() if len(paths) == 1 else ""
        if len(paths) > 1 and all(path.is_dir() for path in paths):
            self.folders_dropped.emit(tuple(paths))
        elif suffix not in _CARD_SUFFIXES:
            self.open_paths(paths)
        elif self._session.lock is Lock.LOCKED:
            self.card_dropped.emit(paths[0])
        elif suffix in _NO_PICTURES:
            self._flows.open.say_key_card()
        else:
            self._flows.open.look_at_picture(paths[0])

    def _ask_archive_password(self, archive: Path, wrong: bool) -> None:
        dialog = ArchivePassword(archive, wrong, self._window)
        dialog.answered.connect(self._flows.open.enter_password)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    # Masks

    def ask_mask_to_load(self) -> None:
        filters = ";;".join((tr(_MASK_FILES), tr(_ALL_FILES)))
        chosen, _filter = QFileDialog.getOpenFileName(self._window, tr("Load a mask"), str(Path.home()), filters)
        if chosen:
            self._flows.roi.load_mask(Path(chosen))

    def ask_mask_to_save(self) -> None:
        """Offer what can keep masks of the open series; the chosen filter decides where several share a suffix."""
        kinds = self._flows.roi.mask_kinds()
        offers = {_filter_of(one.kind): one.kind for one in kinds if not one.refusal}
        if not offers:
            return
        why_not = next((one.refusal for one in kinds if ".dcm" in one.kind.suffixes and one.refusal), "")
        title = (
            tr("Save the mask (as DICOM it cannot be: {reason})", reason=why_not) if why_not else tr("Save the mask")
        )
        proposed = str(Path.home() / "mask")
        chosen, filtered = QFileDialog.getSaveFileName(
            self._window, title, proposed, ";;".join(offers), next(iter(offers))
        )
        if chosen:
            kind = offers.get(filtered, next(iter(offers.values())))
            suffixes = tuple(suffix for one in kinds for suffix in one.kind.suffixes)
            named = chosen.lower().endswith(suffixes)
            # Of the name without its suffix the dialog has asked, of the one with it not.
            self._flows.roi.save_mask(Path(chosen if named else chosen + kind.suffixes[0]), kind, force=named)


def _filter_of(kind: MaskKind) -> str:
    return f"{tr(kind.title)} ({' '.join('*' + suffix for suffix in kind.suffixes)})"
