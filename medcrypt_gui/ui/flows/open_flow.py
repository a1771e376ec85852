"""Opening: find the series, show one at once, read the rest of it while it can already be looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal

from medcrypt_gui.core.errors import ArchiveLockedError, MedcryptError, WrongArchivePasswordError
from medcrypt_gui.core.imaging.series import OpenResult, Series
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.ports import Filler
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services import open_study
from medcrypt_gui.services.messages import Message, explain
from medcrypt_gui.ui.flows.desk import Desk
from medcrypt_gui.ui.jobs import Job

# What is shown of a volume read from the disk: of an unlocked series, its decrypted voxels.
Disclose = Callable[[Series, Volume], Volume]
_SHOW_EVERY_MS = 50
_THUMBNAIL_PX = 64


@dataclass(frozen=True)
class _Asked:
    """What waits for the password of an archive."""

    sources: tuple[Path, ...]
    passwords: dict[Path, str] = field(repr=False)
    archive: Path


class OpenFlow(QObject):
    """Opens paths, selects series, makes thumbnails."""

    failed = Signal(object)
    said = Signal(str)
    thumbnail_ready = Signal(str, object)
    phase_kept = Signal()  # another volume was asked for, but the one before stays
    password_needed = Signal(object, bool)  # the path of an archive, and whether a password was wrong
    picture_found = Signal(object)  # the path of a picture that is no key card

    def __init__(self, desk: Desk, disclose: Disclose, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._disclose = disclose
        self._reading: Job | None = None
        self._thumbnails: Job | None = None
        self._asked: _Asked | None = None
        self._tick = QTimer(self, interval=_SHOW_EVERY_MS)
        self._tick.timeout.connect(desk.session.slices_loaded)

    def open_paths(self, paths: Sequence[Path], passwords: Mapping[Path, str] | None = None) -> None:
        """Look through files, folders and archives; the first series found is shown."""
        sources, bench, known = tuple(paths), self._desk.workbench, dict(passwords or {})
        self.stop_reading()
        self._desk.jobs.start(
            tr("Looking for images"),
            lambda task: open_study.find_series(sources, bench.readers, task, bench.archives, known),
            lambda found: self._on_found(sources, found),
            lambda error: self._on_not_found(sources, known, error),
            lambda: self.said.emit(tr("Opening was cancelled.")),
            harmless=True,
        )

    def enter_password(self, password: str | None) -> None:
        """The answer to `password_needed`; None gives up. Passwords are kept until the archive is open, no longer."""
        asked, self._asked = self._asked, None
        if asked is not None and password is not None:
            self.open_paths(asked.sources, {**asked.passwords, asked.archive: password})
        elif asked is not None:
            self.said.emit(tr("The archive was not opened."))

    def look_at_picture(self, path: Path) -> None:
        """Tell a key card that was dropped with nothing to unlock from a picture to be opened."""
        reader = self._desk.workbench.qr_reader

        def is_card(_task: TaskContext) -> bool:
            try:
                reader.read_card_text(path)
            except MedcryptError:
                return False
            return True

        def on_known(card: bool) -> None:
            if card:
                self.say_key_card()
            else:
                self.picture_found.emit(path)

        self._desk.jobs.start(tr("Looking at the picture"), is_card, on_known, self._on_failed, harmless=True)

    def say_key_card(self) -> None:
        self.said.emit(tr("That looks like a key card. Open the protected study first, then drop the card again."))

    def open_sample(self) -> None:
        samples = self._desk.workbench.samples_dir
        dicom = samples / "dicom"
        self.open_paths((dicom if dicom.is_dir() else samples,))

    def select(self, series: Series) -> None:
        """Show a series: its first slice at once, the others as they are read."""
        readers = self._desk.workbench.readers
        self.stop_reading()
        self._reading = self._desk.jobs.start(
            tr("Reading the first slice"),
            lambda _task: open_study.start_volume(series, readers),
            lambda started: self._on_started(series, *started),
            self._on_failed,
            lambda: self.said.emit(tr("Reading was cancelled.")),
            harmless=True,
        )

    def show_phase(self, phase: int) -> None:
        """Show another volume of the open series (4D); the mask stays."""
        session, readers = self._desk.session, self._desk.workbench.readers
        if session.series is None or not 0 <= phase < len(session.series.phases) or phase == session.series.phase:
            return
        series = session.series.at_phase(phase)
        self.stop_reading()
        self._reading = self._desk.jobs.start(
            tr("Reading the volume"),
            lambda task: open_study.load_volume(series, readers, task),
            lambda volume: session.show_phase(series, self._disclose(series, volume)),
            self._on_phase_failed,
            self._on_phase_cancelled,
            harmless=True,
        )

    def _on_phase_failed(self, error: MedcryptError) -> None:
        self.phase_kept.emit()
        self._on_failed(error)

    def _on_phase_cancelled(self) -> None:
        self.phase_kept.emit()
        self.said.emit(tr("Reading was cancelled; the volume before is shown."))

    def _on_found(self, sources: tuple[Path, ...], found: OpenResult) -> None:
        self._desk.session.show_study(sources, found)
        if found.series:
            self._desk.workbench.recent.add(sources[0])
            self.select(found.series[0])
            self._make_thumbnails(found.series)
        else:
            self.failed.emit(_nothing_readable(found))

    def _on_started(self, series: Series, volume: Volume, fill: Filler) -> None:
        session = self._desk.session
        session.show_series(series, volume)
        if volume.loaded is None or volume.loaded.all():
            session.set_complete()
            return
        self._tick.start()
        self._reading = self._desk.jobs.start(
            tr("Reading the series"),
            lambda task: fill(task),
            lambda _nothing: self._on_filled(),
            self._on_fill_failed,
            self._on_fill_cancelled,
            harmless=True,
        )

    def _on_filled(self) -> None:
        self._tick.stop()
        self._reading = None
        self._desk.session.set_complete()

    def _on_fill_failed(self, error: MedcryptError) -> None:
        self._tick.stop()
        self._desk.session.clear_series()
        self._on_failed(error)

    def _on_fill_cancelled(self) -> None:
        """Half a series must not be taken for a whole one, so nothing of it stays on screen."""
        self._tick.stop()
        self._desk.session.clear_series()
        self.said.emit(tr("Reading was cancelled. Choose the series again to read it."))

    def _on_not_found(self, sources: tuple[Path, ...], passwords: dict[Path, str], error: MedcryptError) -> None:
        if isinstance(error, ArchiveLockedError) and error.path is not None:
            self._asked = _Asked(sources, passwords, error.path)
            self.password_needed.emit(error.path, isinstance(error, WrongArchivePasswordError))
        else:
            self._on_failed(error)

    def _on_failed(self, error: MedcryptError) -> None:
        self.failed.emit(explain(error))

    def stop_reading(self) -> None:
        """Drop what is being read: something else takes its place."""
        for job in (self._reading, self._thumbnails):
            if job is not None:
                job.abandon()
        self._reading = self._thumbnails = None
        self._tick.stop()

    def _make_thumbnails(self, series: tuple[Series, ...]) -> None:
        readers = self._desk.workbench.readers
        remaining = list(series)

        def make_next(pixels: NDArray[np.uint8] | None = None, done: Series | None = None) -> None:
            if done is not None and pixels is not None:
                self.thumbnail_ready.emit(done.uid, pixels)
            if not remaining:
                return
            one = remaining.pop(0)

            def work(_task: TaskContext) -> NDArray[np.uint8] | None:
                return open_study.thumbnail(one, readers, _THUMBNAIL_PX)

            self._thumbnails = self._desk.jobs.start(
                tr("Making a thumbnail"),
                work,
                lambda made: make_next(made, one),
                lambda _error: make_next(),  # the series list shows an icon instead
                quiet=True,
            )

        make_next()


def _nothing_readable(found: OpenResult) -> Message:
    return explain(found.unreadable[0].reason)
