"""What to review: folders, lists, and which files are masks that came with the studies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from medcrypt_gui.core.language import mark, tr
from medcrypt_gui.ui.widgets.text import button, label

_TEXT = mark(
    "Each series becomes one study of the worklist. What you decide is kept in a small file beside it, and a worklist "
    "can be gone on with after a restart."
)
_LISTS = mark("Lists of paths (*.csv *.txt)")
# As datasets name them; the first one that is found is proposed.
_KNOWN_MASKS = ("_brainmask", "_mask", "_seg", "_segmentation", "_roi", "_labels", "_label", "-mask", "-seg")
_ENDINGS = (".nii.gz", ".nii", ".nrrd", ".mha", ".mgz")
_MOST_NAMES = 5000


class ReviewChoices(QDialog):
    """Emits what was chosen: paths, the ending of masks, and the endings of files that are no studies."""

    chosen = Signal(object, str, object)
    together_asked = Signal(object)  # the paths are one study, as one opens it otherwise

    def __init__(self, paths: Sequence[Path] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("reviewChoices")
        self.setWindowTitle(tr("Review a worklist"))
        self.setMinimumWidth(560)
        self._paths = QListWidget()
        self._paths.setObjectName("reviewPaths")
        self._paths.setAccessibleName(tr("Folders and lists"))
        self._paths.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self._suffix, self._passed_over = QLineEdit(), QLineEdit()
        self._suffix.setObjectName("reviewSuffix")
        self._suffix.setPlaceholderText(tr("none; such as _mask"))
        self._passed_over.setObjectName("reviewPassedOver")
        self._passed_over.setPlaceholderText(tr("none; several with a space between"))
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.addRow(tr("Masks that came along end with"), self._suffix)
        form.addRow(tr("Passed over: files that end with"), self._passed_over)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self._open = button(tr("Open the worklist"), "reviewOpen", "primary")
        self._buttons.addButton(self._open, QDialogButtonBox.ButtonRole.AcceptRole)
        if len(paths) > 1:
            together = button(tr("Open them as one study"), "reviewTogether")
            self._buttons.addButton(together, QDialogButtonBox.ButtonRole.ActionRole)
            together.clicked.connect(self._on_together)
        self._buttons.accepted.connect(self._on_accepted)
        self._buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(16)
        column.addWidget(label(tr(_TEXT), "subtitle"))
        column.addWidget(self._paths, 1)
        column.addLayout(self._adding())
        column.addLayout(form)
        column.addWidget(self._buttons)
        for path in paths:
            self.add(path)
        self._refresh()
        first = self._open if paths else self.findChild(QPushButton, "reviewAddFolder")
        if first is not None:
            first.setFocus()

    def add(self, path: Path) -> None:
        """One folder, file or list more; what its names tell about masks is proposed."""
        if str(path) in self._texts():
            return
        self._paths.addItem(str(path))
        if path.is_dir() and not self._suffix.text():
            masks = known_masks(one.name for one in _some_files(path))
            self._suffix.setText(masks[0] if masks else "")
            self._passed_over.setText(" ".join(masks[1:]))
        self._refresh()

    def _adding(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self._add_folder = button(tr("Add a folder…"), "reviewAddFolder")
        for made, call in (
            (self._add_folder, self._ask_folder),
            (button(tr("Add a list…"), "reviewAddList"), self._ask_list),
            (button(tr("Remove"), "reviewRemove"), self._remove),
        ):
            made.clicked.connect(call)
            row.addWidget(made)
        row.addStretch(1)
        return row

    def _texts(self) -> list[str]:
        return [self._paths.item(row).text() for row in range(self._paths.count())]

    def _ask_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, tr("A folder of studies"), str(Path.home()))
        if chosen:
            self.add(Path(chosen))
            self._open.setFocus()  # most often it is one folder: Enter goes on

    def _ask_list(self) -> None:
        chosen, _filter = QFileDialog.getOpenFileNames(self, tr("Lists of studies"), str(Path.home()), tr(_LISTS))
        for path in chosen:
            self.add(Path(path))

    def _remove(self) -> None:
        for item in self._paths.selectedItems():
            self._paths.takeItem(self._paths.row(item))
        self._refresh()

    def _refresh(self) -> None:
        some = self._paths.count() > 0
        self._open.setEnabled(some)
        self._open.setToolTip("" if some else tr("Add a folder or a list first"))

    def _on_together(self) -> None:
        self.together_asked.emit(tuple(map(Path, self._texts())))
        self.reject()

    def _on_accepted(self) -> None:
        self.chosen.emit(
            tuple(map(Path, self._texts())), self._suffix.text().strip(), tuple(self._passed_over.text().split())
        )
        self.accept()


def known_masks(names: Iterable[str]) -> list[str]:
    """Endings, as datasets give them to masks, of files whose study is among the names too."""
    stems = {stem for name in names if (stem := _stem(name))}
    return [
        ending
        for ending in _KNOWN_MASKS
        if any(stem.endswith(ending) and stem.removesuffix(ending) in stems for stem in stems)
    ]


def _stem(name: str) -> str:
    return next((name[: -len(ending)] for ending in _ENDINGS if name.lower().endswith(ending)), "")


def _some_files(folder: Path) -> list[Path]:
    """Enough to tell how the files are named; a folder that cannot be read tells nothing."""
    found: list[Path] = []
    try:
        for path in folder.rglob("*"):
            found.append(path)
            if len(found) >= _MOST_NAMES:
                break
    except OSError:
        return found
    return found
