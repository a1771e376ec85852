"""How large every label is and which values lie in it: reckoned in the background, shown beside the window."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMainWindow

from medcrypt_gui.core.errors import MedcryptError, WriteError
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.mask.statistics import LabelStatistics, statistics
from medcrypt_gui.core.safe_write import write_atomically
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.messages import explain
from medcrypt_gui.ui.dialogs.label_figures_dialog import LabelFiguresDialog
from medcrypt_gui.ui.flows.desk import Desk
from medcrypt_gui.ui.jobs import Job

_REST_MS = 500  # after the last change


class LabelFigures(QObject):
    """While its table is open it follows the mask."""

    said = Signal(str)
    failed = Signal(object)  # a Message

    def __init__(self, desk: Desk, window: QMainWindow) -> None:
        super().__init__(window)
        self._desk, self._window = desk, window
        self._dialog: LabelFiguresDialog | None = None
        self._reckoning: Job | None = None
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(lambda: self._reckon(quiet=True))
        session = desk.session
        for signal in (session.mask_edited, session.labels_changed, session.volume_changed):
            signal.connect(self._on_changed)
        session.series_selected.connect(self._close)

    def show(self) -> None:
        """Of the mask as it is now."""
        if self._desk.session.editor is None or self._desk.session.volume is None:
            self.said.emit(tr("Nothing is open that has labels."))
        elif not self._desk.session.complete:
            self.said.emit(tr("The slices are still being read. Ask for the statistics again then."))
        elif self._dialog is not None:
            self._dialog.raise_()
            self._dialog.activateWindow()
        else:
            self._reckon(quiet=False)

    def _on_changed(self) -> None:
        if self._dialog is not None:
            self._rest.start()

    def _reckon(self, quiet: bool) -> None:
        editor, volume = self._desk.session.editor, self._desk.session.volume
        if editor is None or volume is None:
            return
        if self._reckoning is not None:
            self._reckoning.abandon()
        mask = editor.mask  # what is drawn meanwhile is reckoned again after the next pause

        def work(task: TaskContext) -> tuple[LabelStatistics, ...]:
            return statistics(mask, volume, task)

        self._reckoning = self._desk.jobs.start(
            tr("Reckoning the statistics of the labels"),
            work,
            lambda found: self._on_reckoned(found, volume.unit, volume.rgb is None),
            self._on_failed,
            self._on_cancelled,
            quiet=quiet,
            harmless=True,
        )

    def _on_reckoned(self, found: tuple[LabelStatistics, ...], unit: str, valued: bool) -> None:
        self._reckoning = None
        if self._dialog is None:
            self._dialog = LabelFiguresDialog(self._window)
            self._dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            self._dialog.finished.connect(self._on_closed)
            self._dialog.copy_asked.connect(self._copy)
            self._dialog.save_asked.connect(self._ask_to_save)
        self._dialog.show_figures(found, unit, valued)
        self._dialog.show()

    def _on_failed(self, error: MedcryptError) -> None:
        self._reckoning = None
        self.failed.emit(explain(error))

    def _on_cancelled(self) -> None:
        self._reckoning = None
        self.said.emit(tr("The statistics were cancelled."))

    def _on_closed(self) -> None:
        self._dialog = None
        self._rest.stop()

    def _close(self) -> None:
        self._rest.stop()
        if self._reckoning is not None:
            self._reckoning.abandon()
            self._reckoning = None
        if self._dialog is not None:
            self._dialog.close()

    def _copy(self, table: str) -> None:
        QGuiApplication.clipboard().setText(table)
        self.said.emit(tr("The statistics of the labels are on the clipboard."))

    def _ask_to_save(self, table: str) -> None:
        chosen, _filter = QFileDialog.getSaveFileName(
            self._window, tr("Save the statistics"), str(Path.home() / "labels.csv"), tr("Tables (*.csv)")
        )
        if not chosen:
            return
        path = Path(chosen) if Path(chosen).suffix.lower() == ".csv" else Path(chosen + ".csv")
        try:
            # With a byte order mark, by which spreadsheets know that letters beyond English are UTF-8.
            write_atomically(path, table.encode("utf-8-sig"), force=True)
        except WriteError as error:
            self.failed.emit(explain(error))
            return
        self.said.emit(tr("Saved {name}.", name=path.name))
