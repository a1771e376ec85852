"""Reading the series that are looked at beside the open one, one after the other, out of sight of the work itself."""

from __future__ import annotations

from functools import partial

import numpy as np
from PySide6.QtCore import QObject, Signal

from medcrypt_gui.core.errors import MedcryptError
from medcrypt_gui.core.imaging.series import Series
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.language import tr
from medcrypt_gui.services import open_study
from medcrypt_gui.services.messages import explain
from medcrypt_gui.ui.flows.desk import Desk
from medcrypt_gui.ui.jobs import Job
from medcrypt_gui.ui.viewer.guest import Guest
from medcrypt_gui.ui.viewer.guests import Guests

MOST_BYTES = 3 * 2**30  # of all guests together
_UNKNOWN_BYTES = 2  # of a voxel, where the header is read with the voxels


class GuestFlow(QObject):
    """Gives `Guests` their voxels. What fails is told in the cell; the series that is worked on is not touched."""

    failed = Signal(object)
    said = Signal(str)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._guests: Guests | None = None
        self._wanted: tuple[Series, ...] = ()
        self._settled: dict[str, int] = {}  # those read, refused or stopped, and how many bytes they take
        self._job: Job | None = None
        self._reading = ""
        desk.jobs.job_ended.connect(self._on_job_ended)

    def serve(self, guests: Guests) -> None:
        """From now on read what these want."""
        self._guests = guests
        guests.wanted.connect(self._on_wanted)
        guests.again_asked.connect(self._on_again_asked)
        guests.stop_asked.connect(self._on_stop_asked)

    def _on_wanted(self, wanted: tuple[Series, ...]) -> None:
        self._wanted = wanted
        uids = {series.uid for series in wanted}
        self._settled = {uid: size for uid, size in self._settled.items() if uid in uids}
        if self._job is not None and self._reading not in uids:
            self._job.abandon()
            self._job = None
        self._read_next()

    def _on_again_asked(self, uid: str) -> None:
        self._settled.pop(uid, None)
        guest = self._guest(uid)
        if guest is not None:
            guest.told_progress(0.0)
        self._read_next()

    def _on_stop_asked(self, uid: str) -> None:
        if self._job is not None and self._reading == uid:
            self._job.cancel()
        else:  # it still waits for its turn
            self._on_stopped(uid)

    def _read_next(self) -> None:
        if self._job is not None:
            return
        series = next((one for one in self._wanted if one.uid not in self._settled), None)
        if series is None:
            return
        if bytes_of(series) + sum(self._settled.values()) > MOST_BYTES:
            self._refuse(series.uid, tr("There is no room in memory for another series. Show fewer at once."))
            self._read_next()
            return
        self._reading = series.uid
        readers = self._desk.workbench.readers
        self._job = self._desk.jobs.start(
            tr("Reading a series to look at beside the open one"),
            lambda task: open_study.load_volume(series, readers, task),
            partial(self._on_read, series.uid),
            partial(self._on_failed, series.uid),
            partial(self._on_stopped, series.uid),
            quiet=True,  # its cell shows how far it is
        )
        self._job.progressed.connect(partial(self._on_progressed, series.uid))

    def _on_job_ended(self, job: Job) -> None:
        """Also of a job that somebody else abandoned, of which nothing more is heard."""
        if job is self._job:
            self._job = None
            if job.abandoned:
                self._read_next()

    def _on_read(self, uid: str, volume: Volume) -> None:
        self._settled[uid] = volume.stored.nbytes + (volume.rgb.nbytes if volume.rgb is not None else 0)
        if self._guests is not None and self._guest(uid) is not None:
            self._guests.read.emit(uid, volume)
        self._read_next()

    def _on_failed(self, uid: str, error: MedcryptError) -> None:
        message = explain(error)
        # Folders may be named after patients, and the cell is part of pictures that leave without names.
        reason = message.what_happened.removeprefix(f"{error.path}: ")
        self._refuse(uid, f"{message.title}\n{reason}")
        self._read_next()

    def _refuse(self, uid: str, problem: str) -> None:
        self._settled[uid] = 0
        guest = self._guest(uid)
        if guest is not None:
            guest.failed(problem)

    def _on_stopped(self, uid: str) -> None:
        self._settled[uid] = 0
        guest = self._guest(uid)
        if guest is not None:
            guest.stopped()
        self._read_next()

    def _on_progressed(self, uid: str, fraction: float, _text: str) -> None:
        guest = self._guest(uid)
        if guest is not None and uid not in self._settled:
            guest.told_progress(fraction)

    def _guest(self, uid: str) -> Guest | None:
        return self._guests.get(uid) if self._guests is not None else None


def bytes_of(series: Series) -> int:
    """About what the voxels of a series take in memory."""
    first = series.instances[0].pixels if series.instances else None
    each = _UNKNOWN_BYTES if first is None else first.dtype.itemsize + (3 if first.colour else 0)
    return int(np.prod(series.geometry.shape, dtype=np.int64)) * each
