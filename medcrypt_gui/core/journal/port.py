"""How services keep unsaved work: the ports of the journal's folder and of the keyring."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.errors import WriteError
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.series import Series
from medcrypt_gui.core.journal.kept_work import KeptWork
from medcrypt_gui.core.mask.box import Box
from medcrypt_gui.core.mask.labels import LabelTable


@dataclass(frozen=True, eq=False)
class Work:
    """What is worked on: the open series, the mask's grid, and what was opened.

    ``had_mask`` says that there was a mask already, which lies on the disk: one that is empty now was erased.
    """

    series: Series
    geometry: Geometry
    paths: tuple[str, ...]
    had_mask: bool = False


@dataclass(frozen=True, eq=False)
class Change:
    """What changed until ``when``: the labels that a box has now, and the label table where that changed.

    Changes up to one that is ``whole`` make a state of the mask together; none of them is one alone.
    """

    when: float
    box: Box
    labels: NDArray[np.uint8]
    table: LabelTable | None
    whole: bool


@dataclass(frozen=True)
class Keeping:
    """How keeping goes. ``told`` counts the whole states on the disk; ``problem`` is why nothing can be written now,
    ``unsealed`` why what is written is not encrypted (a sentence)."""

    told: int = 0
    problem: WriteError | None = None
    unsealed: str = ""


class Journal(Protocol):
    """Keeps the work on one series. No call waits for the disk."""

    @property
    def backlog_bytes(self) -> int:
        """What was told and is not written yet."""

    def tell(self, change: Change) -> None:
        """Write this after what was told before."""

    def close(self, keep: bool) -> None:
        """The work is over; ``keep`` leaves it for the next start, else it is removed."""


@dataclass(frozen=True)
class Leftover:
    """Work that a window left behind which did not end properly."""

    name: str
    changed: float


class JournalShelf(Protocol):
    """The folder of journals."""

    def begin(self, work: Work, report: Callable[[Keeping], None]) -> Journal:
        """A new journal. ``report`` is called from another thread whenever keeping goes differently."""

    def leftovers(self) -> tuple[Leftover, ...]:
        """What no running window works on, newest first, however old. Raises nothing."""

    def ask_key(self, known: Callable[[], None]) -> None:
        """Let the keyring be asked for its key, and call ``known`` from another thread once it is clear."""

    def read(self, name: str) -> KeptWork:
        """The work left behind, by the name of its leftover.

        Raises `UnreadableFileError`, `KeyringUnavailableError`, `WrongKeyError`.
        """

    def fitting(self, names: Sequence[str], series: Series) -> tuple[str, ...]:
        """Which of these were done on that series. Raises nothing; takes some 50 ms for each."""

    def discard(self, name: str) -> None:
        """Remove it. Raises `WriteError` and its kinds."""

    def finish(self, patience_s: float) -> None:
        """Wait until all journals that were closed are written or removed, but not longer than this."""


class KeySource(Protocol):
    """A secret that only this user of this computer has."""

    def ask(self, known: Callable[[], None]) -> None:
        """Look for the secret, or make it, in the background; ``known`` is called, from any thread, once that is done,
        or failed, or takes too long, and again if it succeeds late."""

    def secret(self) -> bytes:
        """32 bytes. Never waits. Raises `KeyringUnavailableError`, also while it is looked for."""
