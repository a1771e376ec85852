"""The small interfaces through which services reach the outside world; adapters implement them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.header_entry import HeaderEntry
from medcrypt_gui.core.imaging.measurements import Measurement
from medcrypt_gui.core.imaging.series import ImageFormat, OpenResult, Series
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.keys.card_content import CardContent
from medcrypt_gui.core.mask.mask_file import MaskKind, MaskMaker, StoredMask
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.policy import Policy
from medcrypt_gui.core.protect.port import Protector as Protector
from medcrypt_gui.core.review.record import KeptMask, ReviewRecord
from medcrypt_gui.core.review.report import ReviewReport
from medcrypt_gui.core.review.series_ref import SeriesRef
from medcrypt_gui.core.review.worklist import Worklist
from medcrypt_gui.core.segmentation.model_card import ModelCard
from medcrypt_gui.core.segmentation.proposal import Proposal
from medcrypt_gui.core.settings import FoundSettings, Settings
from medcrypt_gui.core.task import TaskContext


class RecentStudies(Protocol):
    """Paths of studies opened lately, newest first."""

    def list(self) -> tuple[Path, ...]: ...

    def add(self, path: Path) -> None: ...

    def clear(self) -> None: ...


class SettingsStore(Protocol):
    """Keeps what the user chose."""

    def read(self) -> FoundSettings:
        """As kept, or as at first where nothing usable is there; raises nothing."""

    def write(self, settings: Settings) -> None:
        """Keep these. Raises `WriteError` and its kinds."""


class MeasurementStore(Protocol):
    """Keeps what was measured beside the study."""

    def read(self, series: Series) -> tuple[Measurement, ...]:
        """What was measured in this series before, none where nothing was.

        Raises `UnreadableFileError` for what is damaged or does not fit, `UnsupportedInputError`.
        """

    def write(self, series: Series, measurements: Sequence[Measurement]) -> None:
        """Keep these, and these only, for this series. Raises `WriteError` and its kinds."""


@dataclass(frozen=True)
class FoundReview:
    """The record of a series as it was found. ``notes`` are whole sentences to be told, such as of a damaged file.

    ``lost`` says that the mask which was kept last is not there any more.
    """

    record: ReviewRecord = field(default_factory=ReviewRecord)
    notes: tuple[str, ...] = ()
    lost: bool = False


class ReviewStore(Protocol):
    """Keeps the review of a series, and the masks it speaks of, beside the study. Calls may come from any thread."""

    def read(self, ref: SeriesRef) -> FoundReview:
        """What was decided about the series; an empty record where nothing was, or where the file is damaged.

        Raises `UnsupportedInputError` for a file of a newer version.
        """

    def writing(self, ref: SeriesRef, before: ReviewRecord) -> AbstractContextManager[None]:
        """Within it nobody else writes this review, and the record is ``before``.

        Raises `ReviewChangedError` when another one lies there meanwhile, `UnsupportedInputError`, `WriteError`.
        """

    def write(
        self, ref: SeriesRef, record: ReviewRecord, before: ReviewRecord, superseded: str | None = None
    ) -> FoundReview:
        """Keep this record, read back; ``before`` is the one it was made from. A damaged file is set aside first.

        ``superseded`` is the file of a mask that goes then. Raises what `writing` raises.
        """

    def read_mask(self, ref: SeriesRef, kept: KeptMask, geometry: Geometry) -> RoiMask:
        """A kept mask, on the image's grid.

        Raises `UnreadableFileError` where it is missing or damaged, `MaskMismatchError`, `UnsupportedInputError`.
        """

    def holds(self, ref: SeriesRef, kept: KeptMask, mask: RoiMask) -> bool:
        """Whether the file is there and holds this very mask. Reads all of it; raises nothing."""

    def write_working(self, ref: SeriesRef, mask: RoiMask, sha256: str) -> KeptMask:
        """Keep a mask that is being worked on, beside those before it. Raises `WriteError` and its kinds."""

    def write_version(self, ref: SeriesRef, mask: RoiMask, sha256: str, version: int) -> tuple[int, KeptMask]:
        """Keep an approved mask for good: read-only, read back, and never in place of another one.

        Returns the version too: the next free one where a file of another mask bears that number already.
        Raises `WriteError` and its kinds.
        """


class WorklistStore(Protocol):
    """Keeps worklists: the studies of the queue, not what was decided about them."""

    def read(self, path: Path) -> Worklist:
        """A worklist that was saved, every record still empty.

        Raises `UnreadableFileError`, `UnsupportedInputError`.
        """

    def write(self, path: Path, worklist: Worklist, force: bool = False) -> None:
        """Save it, with paths relative to the file where that is possible. Raises `WriteError` and its kinds."""

    def last(self) -> Worklist | None:
        """The worklist of the last session, every record still empty; None where there is none. Raises nothing."""

    def keep_last(self, worklist: Worklist | None) -> None:
        """Remember the worklist of this session, None to forget it. Raises `WriteError` and its kinds."""


class ReviewReportWriter(Protocol):
    """Sets the report of a review."""

    def render(self, report: ReviewReport) -> bytes:
        """The report as PDF."""


class PolicySource(Protocol):
    """Where the site's policy comes from."""

    def read(self) -> Policy:
        """The policy as it is now; one that cannot be used comes back with its ``fault``. Raises nothing."""


class Filler(Protocol):
    """Reads the slices that a volume does not hold yet."""

    def __call__(self, task: TaskContext, on_slice: Callable[[int], None] | None = None) -> None:
        """Fill the array, outward from the first slice; ``on_slice(z)`` after each one. Runs in any thread.

        Raises `UnreadableFileError` for a damaged file and `Cancelled`; slices filled so far stay.
        """


class SeriesReader(Protocol):
    """Reads one image format."""

    @property
    def format(self) -> ImageFormat: ...

    @property
    def only_alone(self) -> bool:
        """Whether its files are read only where they are named themselves, or where there is nothing else."""

    def recognises(self, path: Path) -> bool:
        """Whether this reader is the one to try on the file; looks at the name and the first bytes only."""

    def find(self, paths: Sequence[Path], task: TaskContext) -> OpenResult:
        """The series in these files (no folders), from the headers alone; lists what it cannot read.

        Raises only `Cancelled`.
        """

    def start(self, series: Series, first: int | None = None) -> tuple[Volume, Filler]:
        """A volume, slice ``first`` (by default the middle one) read where that is quick, and what reads the rest."""

    def header(self, series: Series, z: int, /) -> tuple[HeaderEntry, ...]:
        """The header of the file that slice ``z`` comes from, line by line. Raises `UnreadableFileError`."""

    def preview(self, series: Series) -> Volume:
        """A volume of one slice, the middle one, as cheaply as it can be had."""

    def load(
        self, series: Series, task: TaskContext, on_slice: Callable[[int], None] | None = None, first: int | None = None
    ) -> Volume:
        """The whole volume."""


@dataclass(frozen=True)
class ArchiveKind:
    """An archive: whether it can be looked into, and what it is in a few words for the list of files passed over."""

    opens: bool
    reason: str


class ArchiveOpener(Protocol):
    """Looks into archives."""

    def kind(self, path: Path) -> ArchiveKind | None:
        """What archive the file is, by its first bytes; None when it is none. Raises `OSError`."""

    def members(self, path: Path, password: str | None, task: TaskContext) -> tuple[Path, ...]:
        """The files in it, as paths that are read like others; nothing is written to the disk.

        Raises `ArchiveLockedError`, `WrongArchivePasswordError`, `UnreadableFileError`, `UnsupportedInputError`,
        `Cancelled`.
        """


class MaskFormat(Protocol):
    """Keeps masks in files of one format."""

    @property
    def kinds(self) -> tuple[MaskKind, ...]:
        """The ways to write it; none for a format that is only read."""

    def recognises(self, path: Path) -> bool:
        """Whether this format is the one to try on the file. Raises `OSError`."""

    def read(self, path: Path, series: Series, task: TaskContext, /) -> StoredMask:
        """The mask on the series' grid; one from another grid that overlaps it is resampled, and says so.

        Raises `MaskMismatchError`, `UnreadableFileError`, `UnsupportedInputError`, `Cancelled`.
        """

    def refusal(self, kind: MaskKind, series: Series, /) -> str:
        """Why masks of this series cannot be written so, as the rest of a sentence; empty when they can."""

    def encode(
        self, kind: MaskKind, name: str, mask: RoiMask, series: Series, maker: MaskMaker, task: TaskContext, /
    ) -> bytes:
        """The whole file, which will be called ``name``.

        Raises `UnreadableFileError` for images that changed, `UnsupportedInputError`, `Cancelled`.
        """


class QrReader(Protocol):
    """Reads the QR code of a key card."""

    def read_card_text(self, source: Path | bytes) -> str:
        """The text of the card in a picture or PDF, given as its file or its bytes.

        Raises `UnreadableFileError` (no picture), `NoQrCodeError`, or `InvalidCardError` (codes of something else).
        """


class CardWriter(Protocol):
    """Sets a key card for printing."""

    @property
    def suffixes(self) -> tuple[str, ...]:
        """The kinds of file it makes, such as ``.pdf``."""

    def render(self, content: CardContent, suffix: str) -> bytes:
        """The file of that kind."""


class Segmenter(Protocol):
    """Proposes a region of interest."""

    @property
    def card(self) -> ModelCard:
        """What the model is, needs and achieved."""

    def propose(self, volume: Volume, modality: str, task: TaskContext) -> Proposal:
        """A mask on the volume's own grid, empty when nothing was found; and what is known about its certainty.

        Raises `UnsupportedInputError` for a volume the model was not made for, `ModelUnavailableError`, `Cancelled`.
        """
