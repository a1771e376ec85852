"""Which series is meant, without its headers: enough to find what was decided about it."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from medcrypt_gui.core.imaging.kept_measurements import key_of
from medcrypt_gui.core.imaging.series import ImageFormat, Series

_NIFTI = ".nii.gz"
_MOST_BYTES = 210  # of a stem: file systems take names of 255, and the endings need the rest


@dataclass(frozen=True)
class SeriesRef:
    """A series by its first file and its key.

    ``path`` is absolute. ``key`` is the series' hash: of its identifier, or of the file's name, so that it stays when
    the folder moves. ``id`` also tells copies of a series from each other.
    """

    path: Path
    format: ImageFormat
    key: str

    def __post_init__(self) -> None:
        if not self.path.is_absolute():
            raise ValueError("the path of a series is absolute here")

    @classmethod
    def of(cls, series: Series) -> SeriesRef:
        return cls(series.files[0].absolute(), series.format, key_of(series))

    @property
    def id(self) -> str:
        """What tells it from every other series of a worklist."""
        return hashlib.sha256(f"{self.key} {self.path}".encode("utf-8", "surrogateescape")).hexdigest()[:32]

    @property
    def stem(self) -> str:
        """How the files of its review begin; of DICOM no name of a file or folder, which is often a patient's."""
        if self.format is ImageFormat.DICOM:
            return f"series-{self.key[:12]}"
        name = self.path.name
        stem = name[: -len(_NIFTI)] if name.lower().endswith(_NIFTI) else name
        return stem if len(os.fsencode(stem)) <= _MOST_BYTES else f"{_cut(stem)}-{self.key[:12]}"

    @property
    def key_elsewhere(self) -> str:
        """The key where files of all folders come together: names of files are not told apart by themselves there."""
        return self.key if self.format is ImageFormat.DICOM else self.id


def _cut(stem: str) -> str:
    """The beginning of a name that is too long."""
    while len(os.fsencode(stem)) > _MOST_BYTES - 13:
        stem = stem[:-1]
    return stem
