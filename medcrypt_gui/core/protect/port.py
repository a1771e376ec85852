"""What Protect needs from the adapters of the image formats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.series import ImageFormat
from medcrypt_gui.core.protect.envelope import Source
from medcrypt_gui.core.protect.samples import SampleLayout
from medcrypt_gui.core.protect.set_keys import KeyedSet, RandomBytes
from medcrypt_gui.core.task import TaskContext


@dataclass(frozen=True)
class Survey:
    """The files of a series, looked through and found fit to be protected.

    ``layouts`` is one per file; ``readable`` names what a reader of the protected files still learns, in words;
    ``file_names`` are the neutral names of the protected files.
    """

    files: tuple[Path, ...]
    layouts: tuple[SampleLayout, ...]
    file_names: tuple[str, ...]
    bytes_expected: int
    readable: tuple[str, ...]


class ProtectionJob(Protocol):
    """One protection of one series."""

    def source(self, index: int) -> Source:
        """File ``index`` of the survey, taken apart. May be called from several threads."""
        ...


class Protector(Protocol):
    """Protect's view of one image format."""

    @property
    def format(self) -> ImageFormat: ...

    def survey(self, files: Sequence[Path], task: TaskContext) -> Survey:
        """Look through every file.

        Raises `UnsupportedInputError` for what this version does not protect, `UnreadableFileError` for damage.
        """
        ...

    def begin(
        self, survey: Survey, masks: Sequence[NDArray[np.bool_]], protected_set: KeyedSet, random_bytes: RandomBytes
    ) -> ProtectionJob:
        """Choose what all files have in common. ``masks`` are flat, one per file."""
        ...
