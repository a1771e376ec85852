"""What the window and the command line work with: everything that bootstrap built, behind ports."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # The window starts without loading what the ports speak of.
    from medcrypt_gui.core.catalog import ModelLibrary
    from medcrypt_gui.core.journal.port import JournalShelf
    from medcrypt_gui.core.ports import (
        ArchiveOpener,
        CardWriter,
        MaskFormat,
        MeasurementStore,
        PolicySource,
        QrReader,
        RecentStudies,
        ReviewReportWriter,
        ReviewStore,
        Segmenter,
        SeriesReader,
        SettingsStore,
        WorklistStore,
    )
    from medcrypt_gui.core.protect.port import Protector


@dataclass(frozen=True)
class Workbench:
    """The adapters, built once by bootstrap. Nothing in it changes while the program runs.

    ``segmenters`` is called when first needed, since it loads the inference runtime; it returns the models by id and
    raises `ModelUnavailableError` when there is none. ``models`` is where they come from and others are
    added. ``masks`` are asked in this order whether a file is theirs. ``policy`` is read anew for whatever it governs.
    ``archives`` looks into ZIP files. ``wordlist`` gives the EFF long list for fingerprints. ``journals`` keep unsaved
    work; without them nothing is kept.
    """

    readers: tuple[SeriesReader, ...]
    masks: tuple[MaskFormat, ...]
    segmenters: Callable[[], Mapping[str, Segmenter]]
    models: ModelLibrary
    protectors: tuple[Protector, ...]
    card_writer: CardWriter
    qr_reader: QrReader
    wordlist: Callable[[], tuple[str, ...]]
    recent: RecentStudies
    settings: SettingsStore
    measurements: MeasurementStore
    reviews: ReviewStore
    worklists: WorklistStore
    report_writer: ReviewReportWriter
    policy: PolicySource
    samples_dir: Path
    archives: ArchiveOpener | None = None
    journals: JournalShelf | None = None
