"""Step Open: what was found, what is unusual about it, and what could not be read."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QTreeWidget, QTreeWidgetItem, QWidget

from medcrypt_gui.core.imaging.series import OpenResult, Series
from medcrypt_gui.core.language import mark, tr, trn
from medcrypt_gui.ui.panels.step_panel import StepPanel
from medcrypt_gui.ui.session import Session
from medcrypt_gui.ui.widgets.text import button, label

_NOTHING_OPEN = mark("A folder, single files, or a ZIP archive. Drop them anywhere in the window, or choose below.")


class OpenPanel(StepPanel):
    """The primary button opens a folder while nothing is open, and leads on once a series is shown."""

    folder_asked = Signal()
    files_asked = Signal()
    sample_asked = Signal()
    next_asked = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__("open", tr("Open a study"), tr(_NOTHING_OPEN), tr("Open folder…"), parent)
        self._session = session
        self._files = button(tr("Open files…"), "openFiles")
        self._sample = button(tr("Open sample"), "openSample")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._files)
        row.addWidget(self._sample)
        self.body.addLayout(row)
        self._facts = label(look="body", name="openFacts")
        self._notes = label(look="warning", name="openNotes")
        self._unreadable_title = label(look="heading", name="openUnreadableTitle")
        self._unreadable = _reason_list()
        for widget in (self._facts, self._notes, self._unreadable_title, self._unreadable):
            self.body.addWidget(widget)
        self.body.addStretch(1)
        self._files.clicked.connect(self.files_asked)
        self._sample.clicked.connect(self.sample_asked)
        self.primary_asked.connect(self._on_primary)
        session.study_opened.connect(self._refresh)
        session.series_selected.connect(self._refresh)
        self._refresh()

    def _on_primary(self) -> None:
        (self.folder_asked if self._session.series is None else self.next_asked).emit()

    def _refresh(self) -> None:
        found, series = self._session.found, self._session.series
        self.title.setText(tr("Open a study") if found is None else _found_title(found))
        self.subtitle.setText(tr(_NOTHING_OPEN) if found is None else _found_text(found))
        self.primary.setText(_primary_text(series))
        self._facts.setText("" if series is None else _facts(series))
        self._facts.setVisible(series is not None)
        notes = series.notes if series is not None else ()
        self._notes.setText("\n".join(f"• {note}" for note in notes))
        self._notes.setVisible(bool(notes))
        unreadable = found.unreadable if found is not None else ()
        self._unreadable_title.setText(
            trn("{count} file could not be read", "{count} files could not be read", len(unreadable))
        )
        self._unreadable_title.setVisible(bool(unreadable))
        self._unreadable.setVisible(bool(unreadable))
        self._unreadable.clear()
        for entry in unreadable:
            item = QTreeWidgetItem([entry.path.name, entry.reason.detail])
            item.setToolTip(0, str(entry.path))
            item.setToolTip(1, entry.reason.detail)
            self._unreadable.addTopLevelItem(item)


def _reason_list() -> QTreeWidget:
    tree = QTreeWidget()
    tree.setObjectName("openUnreadable")
    tree.setAccessibleName(tr("Files that cannot be read"))
    tree.setHeaderLabels([tr("File"), tr("Reason")])
    tree.setRootIsDecorated(False)
    tree.setColumnWidth(0, 136)
    tree.setMinimumHeight(144)
    return tree


def _primary_text(series: Series | None) -> str:
    if series is None:
        return tr("Open folder…")
    return tr("Unlock it") if series.protected else tr("Find the ROI")


def _found_title(found: OpenResult) -> str:
    return trn("{count} series found", "{count} series found", len(found.series))


def _found_text(found: OpenResult) -> str:
    images = sum(len(series.files) for series in found.series)
    parts = [trn("{count} image file read.", "{count} image files read.", images)]
    if found.skipped:
        parts.append(
            trn(
                "{count} other file passed over: not images.",
                "{count} other files passed over: not images.",
                len(found.skipped),
            )
        )
    if len(found.series) > 1:
        parts.append(tr("Choose a series on the left."))
    return " ".join(parts)


def _facts(series: Series) -> str:
    kind = series.modality or tr(series.format.value)
    lines = [f"{kind} · {series.description or tr('no description')}", _size(series)]
    if series.protected:
        lines.append(tr("Protected by MedCrypt: the region of interest is encrypted in these files."))
    else:
        lines.append(tr("Not protected: everybody who has these files sees all of it."))
    return "\n".join(lines)


def _size(series: Series) -> str:
    slices, rows, columns = series.geometry.shape
    x, y, z = (f"{size:.2f}" for size in series.geometry.spacing_mm)
    if not series.is_flat:
        return tr(
            "{columns} × {rows} × {slices} voxels of {x} × {y} × {z} mm",
            columns=columns, rows=rows, slices=slices, x=x, y=y, z=z,
        )  # fmt: skip
    if not series.geometry.calibrated:
        return tr("{columns} × {rows} pixels", columns=columns, rows=rows)
    return tr("{columns} × {rows} pixels of {x} × {y} mm", columns=columns, rows=rows, x=x, y=y)
