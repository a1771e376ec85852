"""What the header of a NRRD, MetaImage or MGH file says: which samples lie where, checked before it is believed."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path, PurePosixPath, PureWindowsPath

import numpy as np

from medcrypt_gui.adapters.archives.zip_member import beside
from medcrypt_gui.core.errors import UnreadableFileError, UnsupportedInputError
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.header_entry import HeaderEntry
from medcrypt_gui.core.language import tr

MOST_HEADER_BYTES = 1 << 20
MOST_TEXT_BYTES = 64 << 20  # of samples written as decimal numbers
_MOST_BYTES = 1 << 34
_DEFLATE_LIMIT = 1032  # no deflate stream expands further
_BZIP2_LIMIT = 1 << 20
_MOST_FILES = 100_000


class Packing(Enum):
    """How the samples are written."""

    RAW = "raw"
    GZIP = "gzip"
    ZLIB = "zlib"
    BZIP2 = "bzip2"
    TEXT = "text"


@dataclass(frozen=True)
class VoxelFile:
    """A file with samples, which begin at ``offset``. In the header's own file ``path`` is that."""

    path: Path
    offset: int = 0


@dataclass(frozen=True, eq=False)
class RawImage:
    """What is stored, and where.

    The samples lie in ``files`` one after the other, each with the same share of them; the order is, from slowest to
    fastest, ``(volume, z, y, x, component)``. ``components`` are the samples of one voxel: colours when ``colour``,
    else numbers of which one is shown at a time. ``lead`` bytes come before the first sample within a compressed
    stream. ``stamps`` tell size and time of each file.
    """

    path: Path
    geometry: Geometry
    dtype: np.dtype[np.generic]  # of one sample as stored, byte order included
    files: tuple[VoxelFile, ...]
    packing: Packing = Packing.RAW
    lead: int = 0
    volumes: int = 1
    components: int = 1
    colour: bool = False
    slope: float = 1.0
    intercept: float = 0.0
    notes: tuple[str, ...] = ()
    details: tuple[str, ...] = ()
    entries: tuple[HeaderEntry, ...] = ()
    stamps: tuple[tuple[int, int], ...] = ()

    @property
    def slice_bytes(self) -> int:
        """Bytes of one slice, all components."""
        return math.prod(self.geometry.shape[1:]) * self.components * self.dtype.itemsize

    @property
    def byte_count(self) -> int:
        """Bytes of all samples."""
        return self.slice_bytes * self.geometry.shape[0] * self.volumes

    @property
    def phases(self) -> int:
        """How many numbers there are at one place, of which one is shown."""
        return self.volumes * (1 if self.colour else self.components)

    @property
    def value_dtype(self) -> np.dtype[np.generic]:
        """Of the values that are shown."""
        return np.dtype(np.uint8) if self.colour else self.dtype.newbyteorder("=")


def checked(image: RawImage) -> RawImage:
    """The image with its files' stamps, if they can hold what the header promises: nothing absurd is ever allocated.

    Raises `UnreadableFileError` and `UnsupportedInputError`.
    """
    path, needed = image.path, image.byte_count
    if needed > _MOST_BYTES:
        raise UnsupportedInputError(tr("an image of {size} GiB is too large", size=needed >> 30), path=path)
    if not image.files or len(image.files) > _MOST_FILES or needed % len(image.files):
        raise UnreadableFileError(tr("the header contradicts itself about its files of voxels"), path=path)
    each = needed // len(image.files)
    if len(image.files) > 1 and (each % image.slice_bytes or image.packing is Packing.TEXT):
        raise UnsupportedInputError(tr("slices that are spread over several files are not supported"), path=path)
    stamps = []
    for file in image.files:
        try:
            status = file.path.stat()
        except OSError as exc:
            raise UnreadableFileError(
                tr("the file with its voxels ({name}) cannot be read", name=file.path.name), path=path
            ) from exc
        _check_room(image, each, max(0, status.st_size - file.offset))
        stamps.append((status.st_size, status.st_mtime_ns))
    return replace(image, stamps=tuple(stamps))


def _check_room(image: RawImage, needed: int, there: int) -> None:
    limits = {Packing.GZIP: _DEFLATE_LIMIT, Packing.ZLIB: _DEFLATE_LIMIT, Packing.BZIP2: _BZIP2_LIMIT}
    if image.packing in limits:
        if needed > (there + 1) * limits[image.packing]:
            raise UnreadableFileError(tr("the header promises more voxels than the file can hold"), path=image.path)
    elif image.packing is Packing.TEXT:
        if there > MOST_TEXT_BYTES:
            raise UnsupportedInputError(tr("so many voxels written as text are not supported"), path=image.path)
        if needed // image.dtype.itemsize > (there + 1) // 2:
            raise UnreadableFileError(tr("the header promises more voxels than the file can hold"), path=image.path)
    elif needed > there:
        reason = tr("the file is cut off: {there} of {needed} bytes of voxels", there=there, needed=needed)
        raise UnreadableFileError(reason, path=image.path)


def voxel_file(header: Path, name: str) -> Path:
    """The file that a header names, which must lie beside or below it. Raises `UnreadableFileError`."""
    plain = name.strip().replace("\\", "/")
    parts = PurePosixPath(plain).parts
    outside = PureWindowsPath(name.strip()).drive or plain.startswith("/") or ".." in parts
    if not parts or outside or "\0" in plain:
        reason = tr("the header names a file of voxels outside its own folder; it is not opened")
        raise UnreadableFileError(reason, path=header)
    path = beside(header, str(PurePosixPath(*parts)))
    try:
        there = path.is_file()
    except OSError:
        there = False
    if not there:
        reason = tr("the file with its voxels ({name}) is not beside it", name=path.name)
        raise UnreadableFileError(reason, path=header)
    return path


def numbered_files(header: Path, pattern: str, numbers: range) -> tuple[Path, ...]:
    """The files of a pattern such as ``slice%03d.raw``. Raises `UnreadableFileError`."""
    if len(numbers) > _MOST_FILES or not re.fullmatch(r"[^%]*%0?\d?d[^%]*", pattern):
        raise UnreadableFileError(tr("the header names its files of voxels in an unknown way"), path=header)
    return tuple(voxel_file(header, pattern % number) for number in numbers)


def sizes_of(header: Path, words: list[str]) -> list[int]:
    """Sizes of axes. Raises `UnreadableFileError` for what are none."""
    if not words or any(not re.fullmatch(r"\d{1,9}", word) or int(word) < 1 for word in words):
        raise UnreadableFileError(tr("the header contradicts itself about the image's size"), path=header)
    return [int(word) for word in words]


def numbers_of(words: list[str]) -> list[float] | None:
    """Finite numbers; None when one is none."""
    try:
        numbers = [float(word) for word in words]
    except ValueError:
        return None
    return numbers if all(map(math.isfinite, numbers)) else None
