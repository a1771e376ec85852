"""Which image a decision was made on: another one under the same name and on the same grid is told from it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from medcrypt_gui.core.imaging.series import ImageFormat, Series

_LETTERS = 32
_MOST_FILES = 8
_SAMPLES, _SAMPLE_BYTES = 16, 1 << 14
_HEADERS = (".mhd", ".nhdr", ".hdr")
_VOXELS_APART = (".raw", ".zraw", ".raw.gz", ".img", ".img.gz")  # beside a header of the same name


def image_mark(series: Series) -> str:
    """A short hash, empty where the files cannot be read.

    Of DICOM over the identifiers of the images, which stay when they are sent or stored anew; of other files over
    their sizes and samples of their bytes: some milliseconds whatever the size, so a change of few voxels may be
    missed.
    """
    digest = hashlib.sha256(b"medcrypt-image-1\n")
    if series.format is ImageFormat.DICOM and series.instances:
        for uid in sorted(f"{one.sop_instance_uid} {one.frame}" for one in series.instances):
            digest.update(f"{uid}\n".encode())
        return digest.hexdigest()[:_LETTERS]
    try:
        files = (*series.files, *_voxels_apart(series.files[0]))
        for path in files[:: max(1, len(files) // _MOST_FILES)]:
            for sample in _samples(path):
                digest.update(sample)
    except OSError:
        return ""
    return digest.hexdigest()[:_LETTERS]


def _voxels_apart(header: Path) -> list[Path]:
    if header.suffix.lower() not in _HEADERS:
        return []
    beside = (header.with_name(header.stem + ending) for ending in _VOXELS_APART)
    return [path for path in beside if path.is_file()]


def _samples(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        size = stream.seek(0, 2)
        yield f"{size}\n".encode()
        for n in range(_SAMPLES):
            stream.seek(max(0, size - _SAMPLE_BYTES) * n // (_SAMPLES - 1))
            yield stream.read(_SAMPLE_BYTES)
