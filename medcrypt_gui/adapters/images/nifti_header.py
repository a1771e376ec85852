"""One NIfTI file's header, read with nibabel and checked before anything is believed or allocated."""

from __future__ import annotations

import gzip
import math
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

import nibabel
import numpy as np
from nibabel.spatialimages import HeaderDataError

from medcrypt_gui.adapters.images.inflated import inflated
from medcrypt_gui.adapters.images.nifti_geometry import geometry_of
from medcrypt_gui.core.errors import InputError, UnreadableFileError, UnsupportedInputError
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.header_entry import HeaderEntry
from medcrypt_gui.core.language import tr

RawHeader = Any  # a nibabel header; nibabel is not typed

PROTECTED_ECODE = 6
PROTECTED_START = b"medcrypt-1"

_GZIP = b"\x1f\x8b"
_DEFLATE_LIMIT = 1032  # no deflate stream expands further
_MAX_BYTES = 1 << 34
_HEADERS: dict[int, Any] = {348: nibabel.Nifti1Header, 540: nibabel.Nifti2Header}
_PAIRS = (b"ni1", b"ni2")
_READ_ERRORS = (EOFError, gzip.BadGzipFile, zlib.error)


@dataclass(frozen=True, eq=False)
class NiftiHeader:
    """What a NIfTI file holds and where."""

    path: Path
    geometry: Geometry
    dtype: np.dtype[np.generic]  # as stored, byte order included
    offset: int
    slope: float
    intercept: float
    description: str
    cal_range: tuple[float, float]
    notes: tuple[str, ...]
    protected: bool
    compressed: bool
    stamp: tuple[int, int]
    voxel_path: Path
    volumes: int = 1

    @property
    def byte_count(self) -> int:
        """Bytes of the voxels of all volumes."""
        return self.volume_bytes * self.volumes

    @property
    def volume_bytes(self) -> int:
        """Bytes of the voxels of one volume."""
        return math.prod(self.geometry.shape) * self.dtype.itemsize

    @property
    def colour(self) -> bool:
        """Whether a voxel is red, green and blue (and perhaps alpha, which is not shown)."""
        return self.dtype.fields is not None

    @property
    def value_dtype(self) -> np.dtype[np.generic]:
        """Of the values that are shown: grey of colours, magnitude of complex numbers."""
        if self.colour:
            return np.dtype(np.uint8)
        return np.dtype(f"f{self.dtype.itemsize // 2}") if self.dtype.kind == "c" else self.dtype.newbyteorder("=")


def open_inflated(path: Path) -> BinaryIO:
    """The file's bytes, inflated when it is gzipped (by content, whatever its name)."""
    return inflated(path) if _is_gzip(path) else path.open("rb")


def _is_gzip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == _GZIP


def _other_half(path: Path) -> Path:
    """The file of voxels beside a header: ``.img`` for ``.hdr``, or the same name with ``.gz``."""
    stem = path.name.lower().removesuffix(".gz").removesuffix(".hdr")
    for name in (f"{path.name[: len(stem)]}{ending}" for ending in (".img", ".img.gz", ".IMG")):
        if (other := path.with_name(name)).is_file():
            return other
    raise UnreadableFileError(tr("the file with its voxels (.img) is not beside it"), path=path)


def read_header(path: Path) -> NiftiHeader:
    """Raises `UnreadableFileError` and `UnsupportedInputError`."""
    with _header_errors(path):
        with open_inflated(path) as file:
            raw = _raw_header(file, path)
            shape, volumes, dtype = *_shape(raw, path), _dtype(raw, path)
            paired = bytes(raw["magic"])[:3] in _PAIRS
            voxel_path = _other_half(path) if paired else path
            offset = _offset(raw, path, paired)
            protected = not paired and _has_our_extension(file, raw, offset)
        status = voxel_path.stat()
        compressed = _is_gzip(voxel_path)
        _check_size((volumes, *shape), dtype, offset, status.st_size, compressed, voxel_path)
    with np.errstate(invalid="ignore", over="ignore"):  # damaged headers hold signalling NaNs
        geometry, notes = geometry_of(raw, shape)
        notes = (*notes, *_type_notes(raw, dtype))
    slope, intercept = _scaling(raw)
    return NiftiHeader(
        path=path,
        geometry=geometry,
        dtype=dtype,
        offset=offset,
        slope=slope,
        intercept=intercept,
        description=bytes(raw["descrip"]).split(b"\0")[0].decode("latin-1").strip(),
        cal_range=(float(raw["cal_min"]), float(raw["cal_max"])),
        notes=notes,
        protected=protected,
        compressed=compressed,
        stamp=(status.st_size, status.st_mtime_ns),
        voxel_path=voxel_path,
        volumes=volumes,
    )


def header_entries(path: Path) -> tuple[HeaderEntry, ...]:
    """Every field as it is stored. Raises `UnreadableFileError` and `UnsupportedInputError`."""
    with _header_errors(path), open_inflated(path) as file:
        raw = _raw_header(file, path)
    return tuple(HeaderEntry("", name, str(raw[name].dtype), _field_text(raw[name])) for name in raw)


@contextmanager
def _header_errors(path: Path) -> Iterator[None]:
    """What reading a header raises, in our words."""
    try:
        yield
    except _READ_ERRORS as exc:
        raise UnreadableFileError(tr("the file is cut off or damaged within its header"), path=path) from exc
    except OSError as exc:
        raise UnreadableFileError(tr("cannot be read: {reason}", reason=exc.strerror or exc), path=path) from exc


def _field_text(value: Any) -> str:
    found = np.asarray(value)
    if found.dtype.kind == "S":
        return bytes(found.item()).split(b"\0")[0].decode("latin-1")
    return " ".join(f"{part:g}" for part in np.atleast_1d(found).ravel())


def _raw_header(file: BinaryIO, path: Path) -> RawHeader:
    start = file.read(4)
    sizes = {int.from_bytes(start, "little"), int.from_bytes(start, "big")}
    kind = next((header for size, header in _HEADERS.items() if size in sizes), None)
    if len(start) < 4 or kind is None:
        raise UnreadableFileError(tr("is not a NIfTI file, whatever its name"), path=path)
    rest = file.read(kind.template_dtype.itemsize - 4)
    if len(rest) < kind.template_dtype.itemsize - 4:
        raise UnreadableFileError(tr("the file is cut off within its header"), path=path)
    try:
        raw = kind(start + rest, check=False)
    except (HeaderDataError, ValueError) as exc:
        raise UnreadableFileError(tr("the NIfTI header is damaged"), path=path) from exc
    magic = bytes(raw["magic"])[:3]
    if magic not in (b"n+1", b"n+2", *_PAIRS):
        raise UnsupportedInputError(tr("Analyze files are not supported"), path=path)
    return raw


def _shape(raw: RawHeader, path: Path) -> tuple[tuple[int, int, int], int]:
    """``(Z, Y, X)`` and how many volumes there are."""
    count = int(raw["dim"][0])
    sizes = [int(size) for size in raw["dim"][1 : count + 1]] if 1 <= count <= 7 else []
    if not sizes or min(sizes) < 1:
        raise UnreadableFileError(tr("the header contradicts itself about the image's size"), path=path)
    x, y, z = [*sizes, 1, 1][:3]
    return (z, y, x), math.prod(sizes[3:])


def _dtype(raw: RawHeader, path: Path) -> np.dtype[np.generic]:
    try:
        dtype = raw.get_data_dtype()
    except (HeaderDataError, KeyError) as exc:
        raise UnsupportedInputError(tr("the data type is unknown"), path=path) from exc
    plain = dtype.kind in "iuf" and dtype.itemsize <= 8
    if not (plain or dtype.fields or (dtype.kind == "c" and dtype.itemsize <= 16)):
        raise UnsupportedInputError(tr("images of {kind} numbers are not supported", kind=dtype.name), path=path)
    return cast("np.dtype[np.generic]", dtype)


def _type_notes(raw: RawHeader, dtype: np.dtype[np.generic]) -> tuple[str, ...]:
    if int(raw["bitpix"]) in (0, dtype.itemsize * 8):
        return ()
    return (tr("The header contradicts itself about the bits of a voxel; its data type is believed."),)


def _offset(raw: RawHeader, path: Path, paired: bool) -> int:
    offset, least = float(raw["vox_offset"]), raw.template_dtype.itemsize
    if not math.isfinite(offset) or offset < 0 or offset != int(offset):
        raise UnreadableFileError(tr("the header does not say where the voxels begin"), path=path)
    if paired:
        return int(offset)
    # Zero is written by some and means "right after the header and its extension flag".
    return int(offset) if offset >= least else least + 4


def _check_size(
    shape: tuple[int, ...], dtype: np.dtype[np.generic], offset: int, size: int, compressed: bool, path: Path
) -> None:
    """No header makes us allocate what the file cannot hold."""
    needed = math.prod(shape) * dtype.itemsize
    if compressed and offset + needed > (size + 1) * _DEFLATE_LIMIT:
        raise UnreadableFileError(tr("the header promises more voxels than the file can hold"), path=path)
    if not compressed and offset + needed > size:
        there = max(0, size - offset)
        raise UnreadableFileError(
            tr("the file is cut off: {there} of {needed} bytes of voxels", there=there, needed=needed), path=path
        )
    if compressed and needed > _MAX_BYTES:  # the voxels of the others are there, and are paged if need be
        raise UnsupportedInputError(tr("an image of {size} GiB is too large", size=needed >> 30), path=path)


def _has_our_extension(file: BinaryIO, raw: RawHeader, offset: int) -> bool:
    """Walk over the extensions between header and voxels; ``file`` stands right behind the header."""
    if not file.read(4)[:1].strip(b"\0"):
        return False
    order = "big" if raw.endianness == ">" else "little"
    at = raw.template_dtype.itemsize + 4
    while at + 8 <= offset:
        head = file.read(8)
        size, code = int.from_bytes(head[:4], order), int.from_bytes(head[4:], order)  # type: ignore[arg-type]
        if len(head) < 8 or size < 16 or at + size > offset:
            return False
        start = file.read(min(size - 8, len(PROTECTED_START)))
        if code == PROTECTED_ECODE and start == PROTECTED_START:
            return True
        file.seek(size - 8 - len(start), os.SEEK_CUR)
        at += size
    return False


def _scaling(raw: RawHeader) -> tuple[float, float]:
    """A slope of zero or none means that the values are as stored."""
    slope, intercept = float(raw["scl_slope"]), float(raw["scl_inter"])
    if not math.isfinite(slope) or slope == 0:
        return 1.0, 0.0
    return slope, intercept if math.isfinite(intercept) else 0.0


def as_input_error(exc: Exception, path: Path) -> InputError:
    """What reading the voxels raised, in our words."""
    if isinstance(exc, _READ_ERRORS):
        return UnreadableFileError(tr("the file is cut off or damaged: its compressed voxels end early"), path=path)
    if isinstance(exc, MemoryError):
        return UnsupportedInputError(tr("the image does not fit into memory"), path=path)
    return UnreadableFileError(tr("cannot be read: {reason}", reason=getattr(exc, "strerror", None) or exc), path=path)
