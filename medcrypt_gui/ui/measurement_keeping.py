"""Brings measurements back that were kept beside the study, and keeps those that are made."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from medcrypt_gui.core.errors import MedcryptError, UnreadableFileError, UnsupportedInputError, WriteError
from medcrypt_gui.core.imaging.measurements import Measurement
from medcrypt_gui.core.imaging.series import Series
from medcrypt_gui.core.language import tr
from medcrypt_gui.ui.flows.desk import Desk
from medcrypt_gui.ui.preferences import Preferences
from medcrypt_gui.ui.viewer.viewer_panel import ViewerPanel

_QUIET_MS = 800  # a drag changes a measurement many times

Kept = tuple[Series, tuple[Measurement, ...]]


class MeasurementKeeping(QObject):
    """Nothing is written before something was measured; nothing of protected series, of those in archives, and of the
    sample. What is measured before the kept ones were read joins them: nothing is written over them until then.
    """

    said = Signal(str)

    def __init__(self, desk: Desk, viewer: ViewerPanel, preferences: Preferences, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._viewer, self._preferences = desk, viewer, preferences
        self._store = desk.workbench.measurements
        self._shown: str | None = None
        self._unwritten: dict[str, Kept] = {}
        self._asked = 0  # reads that were begun
        self._awaited: dict[str, int] = {}  # the number of the read under way, by series
        self._refused: set[str] = set()
        self._delay = QTimer(self, singleShot=True, interval=_QUIET_MS)
        self._delay.timeout.connect(self._write)
        viewer.volume_shown.connect(self._on_volume_shown)
        viewer.measurements.changed.connect(self._on_measurements_changed)

    def finish(self) -> None:
        """Write what is not written yet, at once: the window closes."""
        self._delay.stop()
        for kept in self._unwritten.values():
            try:
                self._store.write(kept[0], self._with_unread(kept))
            except WriteError:
                continue  # there is nobody left to tell
        self._unwritten.clear()
        self._awaited.clear()

    @Slot()
    def _on_volume_shown(self) -> None:
        series = self._viewer.state.series
        uid = series.uid if series is not None else None
        if uid == self._shown:
            return  # the same series with other voxels
        self._shown = uid
        for one, _measured in self._unwritten.values():
            if one.uid in self._awaited:  # leaving a series abandons what is under way, and nobody is told
                self._start_reading(one)
        self._write()
        if series is None or not self._is_kept(series):
            return
        if uid in self._unwritten:
            self._viewer.measurements.show(self._unwritten[series.uid][1])
            return
        self._start_reading(series)

    def _start_reading(self, series: Series) -> None:
        self._asked += 1
        number = self._awaited[series.uid] = self._asked
        self._desk.jobs.start(
            tr("Looking for measurements"),
            lambda _task: self._store.read(series),
            lambda found: self._on_read(series, number, found),
            lambda error: self._on_not_read(series, number, error),
            quiet=True,
        )

    def _ends_waiting(self, series: Series, number: int) -> bool:
        """Whether this read was still waited for; what could not be written meanwhile is written soon."""
        if self._awaited.get(series.uid) != number:
            return False  # the series was chosen again since
        del self._awaited[series.uid]
        if series.uid in self._unwritten:
            self._delay.start()
        return True

    def _on_read(self, series: Series, number: int, found: tuple[Measurement, ...]) -> None:
        if not self._ends_waiting(series, number) or not found:
            return
        if series.uid in self._unwritten:
            self._unwritten[series.uid] = (series, _joined(found, self._unwritten[series.uid][1]))
        if self._shown == series.uid:
            self._viewer.measurements.show(_joined(found, self._viewer.state.measurements))

    def _on_not_read(self, series: Series, number: int, error: MedcryptError) -> None:
        if not self._ends_waiting(series, number):
            return
        self.said.emit(tr("The measurements kept beside this study were not used: {reason}.", reason=error.detail))

    @Slot()
    def _on_measurements_changed(self) -> None:
        series = self._viewer.state.series
        if series is not None and self._preferences.settings.keep_measurements and self._is_kept(series):
            self._unwritten[series.uid] = (series, self._viewer.state.measurements)
            self._delay.start()

    @Slot()
    def _write(self) -> None:
        self._delay.stop()
        for uid, kept in tuple(self._unwritten.items()):
            if uid not in self._awaited:
                self._start_writing(kept)

    def _start_writing(self, kept: Kept) -> None:
        self._desk.jobs.start(
            tr("Keeping the measurements"),
            lambda _task: self._store.write(*kept),
            lambda _nothing: self._forget(kept),
            lambda error: self._on_not_written(kept, error),
            quiet=True,
        )

    def _forget(self, kept: Kept) -> None:
        """It is written, unless more was measured meanwhile."""
        if self._unwritten.get(kept[0].uid) == kept:
            del self._unwritten[kept[0].uid]

    def _on_not_written(self, kept: Kept, error: MedcryptError) -> None:
        self._forget(kept)
        if kept[0].uid not in self._refused:
            self._refused.add(kept[0].uid)
            self.said.emit(
                tr("The measurements cannot be kept beside this study: {reason}. They stay while it is shown.",
                   reason=error.detail)
            )  # fmt: skip

    def _is_kept(self, series: Series) -> bool:
        of_sample = self._desk.workbench.samples_dir in series.files[0].parents
        return not series.protected and not of_sample and series.archive is None

    def _with_unread(self, kept: Kept) -> tuple[Measurement, ...]:
        """What is to be written at once of a series, with what is kept of it where that was not read yet."""
        series, measured = kept
        if series.uid not in self._awaited:
            return measured
        try:
            return _joined(self._store.read(series), measured)
        except (UnreadableFileError, UnsupportedInputError):
            return measured  # as after a read that failed


def _joined(found: Sequence[Measurement], present: Sequence[Measurement]) -> tuple[Measurement, ...]:
    """Those that were kept before those that were made, none of them twice."""
    return (*found, *(one for one in present if one not in found))
