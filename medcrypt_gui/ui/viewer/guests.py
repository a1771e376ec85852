"""The guests that cells show: made when a cell asks for one, dropped with all their voxels when none does any more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QObject, Signal

from medcrypt_gui.core.imaging.series import Series
from medcrypt_gui.ui.viewer.guest import Guest
from medcrypt_gui.ui.viewer.view_state import ViewState


class Guests(QObject):
    """By their series' uid. Whoever reads files listens to the signals and tells the guests what came of it."""

    wanted = Signal(object)  # the tuple of Series that are shown beside the main one, in the order of their cells
    again_asked = Signal(str)  # read it once more
    stop_asked = Signal(str)  # stop reading it
    read = Signal(str, object)  # the voxels of a series have come: its uid and Volume
    changed = Signal()  # how a guest is linked, or how far it is read

    def __init__(self, main: ViewState, parent: QObject) -> None:
        super().__init__(parent)
        self._main = main
        self._guests: dict[str, Guest] = {}

    def __iter__(self) -> Iterator[Guest]:
        return iter(self._guests.values())

    def __len__(self) -> int:
        return len(self._guests)

    def get(self, uid: str) -> Guest | None:
        """None when no cell shows it any more."""
        return self._guests.get(uid)

    def sort(self, uids: Sequence[str], study: Sequence[Series]) -> None:
        """Have these and no others."""
        for uid in [uid for uid in self._guests if uid not in uids]:
            self._guests.pop(uid).deleteLater()
        series = {one.uid: one for one in study}
        for uid in uids:
            if uid not in self._guests:
                self._guests[uid] = self._made(series[uid])
        self.wanted.emit(tuple(series[uid] for uid in uids))

    def share(self) -> None:
        """What holds for all views changed in the main series' state."""
        for guest in self:
            guest.share(self._main)

    def begin_links(self) -> None:
        """The main series is another one."""
        for guest in self:
            self._begin_link(guest)

    def _made(self, series: Series) -> Guest:
        guest = Guest(series, self)
        guest.share(self._main)
        self._begin_link(guest)
        guest.changed.connect(self.changed)
        return guest

    def _begin_link(self, guest: Guest) -> None:
        if self._main.series is not None:
            guest.begin_link(self._main.series)
            guest.begin_window(self._main)
