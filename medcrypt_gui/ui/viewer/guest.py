"""A series of the study beside the main one: its voxels, how they are shown, and how it follows the main series."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QObject, Signal

from medcrypt_gui.core.imaging.linking import LinkBasis, Place, basis_of, windows_mean_the_same
from medcrypt_gui.core.imaging.measurements import Measurement
from medcrypt_gui.core.imaging.series import Series
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.imaging.windowing import default_window
from medcrypt_gui.core.language import mark, tr
from medcrypt_gui.ui.viewer.view_state import ViewState

_NO_OFFSET = (0.0, 0.0, 0.0)
_SHARED = (
    "smooth", "colour_maps", "names_hidden", "crosshair_visible", "graphics_visible", "neurological",
    "tilted_as_stored", "left_drag",
)  # fmt: skip


class Reading(Enum):
    """How far a guest's voxels are."""

    UNDER_WAY = "under_way"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


class Link(Enum):
    """How a guest follows the main series; the value is what users read."""

    BY_FRAME = mark("Linked")
    BY_COORDINATES = mark("Linked by coordinates")
    FROM_HERE = mark("Linked from here")
    OFF = mark("Not linked")
    OTHER_FRAME = mark("Not linked: other frame of reference")


class Guest(QObject):
    """One series that is looked at beside the main one. Its `ViewState` has no editor and no tool: nothing edits it."""

    changed = Signal()

    def __init__(self, series: Series, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.series = series
        self.state = ViewState(series=series)
        self.reading = Reading.UNDER_WAY
        self.fraction = 0.0
        self.problem = ""
        self.place: Place = _NO_OFFSET  # in this series' own millimetres
        self.offset: Place = _NO_OFFSET  # this place minus the main series' place, while linked
        self.link = Link.OFF
        self.basis = LinkBasis.NONE
        self.window_linked = False

    @property
    def linked(self) -> bool:
        """Whether it follows the main series, and leads it when it is scrolled itself."""
        return self.state.volume is not None and self.link not in (Link.OFF, Link.OTHER_FRAME)

    def begin_link(self, main: Series) -> None:
        """As the files say: linked where their coordinates mean the same."""
        self.basis = basis_of(main, self.series)
        self.offset = _NO_OFFSET
        self.set_link(
            {
                LinkBasis.FRAME: Link.BY_FRAME,
                LinkBasis.COORDINATES: Link.BY_COORDINATES,
                LinkBasis.NONE: Link.OTHER_FRAME,
            }[self.basis]
        )

    def set_link(self, link: Link) -> None:
        self.link = link
        badges = (tr("locked, not verified"),) if self.series.protected else ()
        if link is Link.OTHER_FRAME:
            badges = (*badges, tr("not linked: other frame of reference"))
        self.state.badges = badges
        self.changed.emit()

    def take(self, volume: Volume, main: ViewState) -> None:
        """The voxels have come: shown from their middle, with their own window."""
        state = self.state
        z, y, x = volume.geometry.shape
        state.volume, state.crosshair = volume, (x // 2, y // 2, z // 2)
        state.loaded_revision += 1
        state.window = default_window(volume)
        px, py, pz = volume.geometry.to_mm((float(x // 2), float(y // 2), float(z // 2)))
        self.place = (float(px), float(py), float(pz))
        self.begin_window(main)
        self._set_reading(Reading.DONE)

    def begin_window(self, main: ViewState) -> None:
        """Share the main series' window where it means the same."""
        volume = self.state.volume
        if volume is not None and main.volume is not None and main.series is not None:
            self.window_linked = windows_mean_the_same(main.series, main.volume, self.series, volume)
            if self.window_linked:
                self.state.window = main.window

    def share(self, main: ViewState) -> None:
        """Take over what holds for all views."""
        for name in _SHARED:
            setattr(self.state, name, getattr(main, name))

    def told_progress(self, fraction: float) -> None:
        self.fraction = fraction
        self._set_reading(Reading.UNDER_WAY)

    def stopped(self) -> None:
        """The user cancelled the reading."""
        self._set_reading(Reading.STOPPED)

    def failed(self, problem: str) -> None:
        """It cannot be read; ``problem`` is what the user reads."""
        self.problem = problem
        self._set_reading(Reading.FAILED)

    def add_measurement(self, measurement: Measurement) -> None:
        """Keep a measurement for as long as the guest is shown."""
        self.state.measurements = (*self.state.measurements, measurement)
        self.changed.emit()

    def _set_reading(self, reading: Reading) -> None:
        self.reading = reading
        self.changed.emit()


def title_of(series: Series, names_hidden: bool = False) -> str:
    """What a series is called above its view. Descriptions may carry names, so they are hidden with the names."""
    number = tr("Series {number}", number=series.number) if series.number is not None else ""
    private = "" if names_hidden else series.description or series.files[0].name
    return "  ".join(part for part in (private, series.modality if names_hidden else "", number) if part) or tr(
        "Series"
    )
