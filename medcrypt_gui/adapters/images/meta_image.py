"""MetaImage headers (ITK's ``.mha`` and ``.mhd``), in one file with the voxels or beside them.

They are read here and not by SimpleITK; why, tells ``docs/decisions/0009-plain-formats-read-here.md``. Coordinates are
LPS, as ITK writes them. Source: https://docs.itk.org/projects/wikiarchive/en/latest/wikiexporter/ITK/MetaIO/Documentation.html
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np

from medcrypt_gui.adapters.images.geometry_notes import not_oriented, shape_notes
from medcrypt_gui.adapters.images.raw_image import (
    MOST_HEADER_BYTES,
    Packing,
    RawImage,
    VoxelFile,
    checked,
    numbered_files,
    numbers_of,
    sizes_of,
    voxel_file,
)
from medcrypt_gui.core.errors import UnreadableFileError, UnsupportedInputError
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.header_entry import HeaderEntry
from medcrypt_gui.core.language import tr

_TYPES = {
    "MET_CHAR": "i1", "MET_UCHAR": "u1", "MET_SHORT": "i2", "MET_USHORT": "u2", "MET_INT": "i4", "MET_UINT": "u4",
    "MET_LONG": "i4", "MET_ULONG": "u4", "MET_LONG_LONG": "i8", "MET_ULONG_LONG": "u8",
    "MET_FLOAT": "f4", "MET_DOUBLE": "f8",
}  # fmt: skip
_DATA = "elementdatafile"


def recognises(path: Path) -> bool:
    """By the name."""
    return path.suffix.lower() in (".mha", ".mhd")


def read_header(path: Path) -> RawImage:
    """Raises `UnreadableFileError`, `UnsupportedInputError`, `OSError`."""
    fields, entries, end = _fields(path)
    count = fields.get("ndims", "")
    sizes = sizes_of(path, fields.get("dimsize", "").split())
    if count != str(len(sizes)) or not 1 <= len(sizes) <= 5:
        raise UnreadableFileError(tr("the header contradicts itself about the image's size"), path=path)
    channels = sizes_of(path, [fields.get("elementnumberofchannels", "1")])[0]
    name = fields.get("elementtype", "").upper()
    dtype = np.dtype(
        (">" if _true(fields, "binarydatabyteordermsb", "elementbyteordermsb") else "<") + _type(name, path)
    )
    packing = _packing(fields, path)
    x, y, z = [*sizes, 1, 1][:3]
    volumes = int(np.prod(sizes[3:], dtype=object)) if len(sizes) > 3 else 1
    if channels * volumes > 65536:
        raise UnsupportedInputError(tr("axes in this order are not supported"), path=path)
    geometry, notes = _geometry(fields, len(sizes), (z, y, x))
    image = RawImage(
        path=path,
        geometry=geometry,
        dtype=dtype,
        files=_files(fields, path, end, sizes),
        packing=packing,
        volumes=volumes,
        components=channels,
        colour=channels in (3, 4) and dtype == np.uint8,
        notes=notes,
        entries=entries,
    )
    return checked(_with_skip(image, fields))


def _fields(path: Path) -> tuple[dict[str, str], tuple[HeaderEntry, ...], int]:
    """The fields, the lines to show, and where the header ends."""
    with path.open("rb") as file:
        head = file.read(MOST_HEADER_BYTES)
    fields: dict[str, str] = {}
    entries: list[HeaderEntry] = []
    at = 0
    while at < len(head) and _DATA not in fields:
        stop = head.find(b"\n", at)
        line = head[at : stop if stop >= 0 else len(head)].decode("utf-8", "replace").strip()
        at = stop + 1 if stop >= 0 else len(head)
        name, equals, value = line.partition("=")
        if not equals:
            if line:
                break
            continue
        fields[name.strip().lower()] = value.strip()
        entries.append(HeaderEntry("", name.strip(), "", value.strip()))
    if "ndims" not in fields:
        raise UnreadableFileError(tr("is not a MetaImage file, whatever its name"), path=path)
    if _DATA not in fields:
        raise UnreadableFileError(tr("the file is cut off or damaged within its header"), path=path)
    if fields[_DATA].upper().startswith("LIST"):
        fields["list"] = head[at:].decode("utf-8", "replace")
    return fields, tuple(entries), at


def _true(fields: dict[str, str], *names: str) -> bool:
    return any(fields.get(name, "").lower() in ("true", "1", "t", "yes") for name in names)


def _type(name: str, path: Path) -> str:
    code = _TYPES.get(name.removesuffix("_ARRAY"))
    if code is None:
        kind = name.removeprefix("MET_").lower()[:40] or "?"
        raise UnsupportedInputError(tr("images of {kind} numbers are not supported", kind=kind), path=path)
    return code


def _packing(fields: dict[str, str], path: Path) -> Packing:
    text = "binarydata" in fields and not _true(fields, "binarydata")
    if not _true(fields, "compresseddata"):
        return Packing.TEXT if text else Packing.RAW
    if text:
        raise UnsupportedInputError(tr("the encoding {name} is not supported", name="text"), path=path)
    return Packing.ZLIB


def _numbers(fields: dict[str, str], count: int, *names: str) -> list[float] | None:
    """The first of the fields that there is, if it holds so many numbers."""
    words = next((fields[name].split() for name in names if name in fields), [])
    return numbers_of(words) if len(words) == count else None


def _geometry(fields: dict[str, str], dimensions: int, shape: tuple[int, int, int]) -> tuple[Geometry, tuple[str, ...]]:
    sizes = _numbers(fields, dimensions, "elementspacing", "elementsize") or []
    spacing = [*(abs(size) or 1.0 for size in sizes[:3]), 1.0, 1.0, 1.0][:3]
    matrix = _numbers(fields, dimensions**2, "transformmatrix", "rotation", "orientation")
    if matrix is not None and dimensions >= 3:
        affine = np.eye(4)
        # Each line of the file's matrix is the direction of one axis.
        affine[:3, :3] = np.reshape(matrix, (dimensions, dimensions))[:3, :3].T * spacing
        origin = _numbers(fields, dimensions, "offset", "position", "origin")
        affine[:3, 3] = origin[:3] if origin else 0.0
        if abs(np.linalg.det(affine[:3, :3])) > 1e-9:
            geometry = Geometry(shape, affine)
            return geometry, shape_notes(geometry)
    return Geometry(shape, np.diag([*spacing, 1.0]), oriented=False), (not_oriented(),)


def _files(fields: dict[str, str], path: Path, end: int, sizes: list[int]) -> tuple[VoxelFile, ...]:
    named = fields[_DATA]
    words = named.split()
    if not words:
        raise UnreadableFileError(tr("the header lacks {field}", field="ElementDataFile"), path=path)
    if words[0].upper() == "LOCAL":
        return (VoxelFile(path, end),)
    if words[0].upper() == "LIST":
        names = [line for line in fields["list"].splitlines() if line.strip()][: sizes[-1] + 1]
        return tuple(VoxelFile(voxel_file(path, name)) for name in names[: sizes[-1]])
    if "%" in named:
        bounds = [int(word) for word in words[1:4] if re.fullmatch(r"\d{1,6}", word)]
        first, last, step = [*bounds, *(1, sizes[-1], 1)[len(bounds) :]]
        return tuple(VoxelFile(one) for one in numbered_files(path, words[0], range(first, last + 1, max(step, 1))))
    return (VoxelFile(voxel_file(path, named)),)


def _with_skip(image: RawImage, fields: dict[str, str]) -> RawImage:
    """``HeaderSize`` bytes before the voxels of other files; -1 means that the voxels end the file."""
    word = fields.get("headersize", "0")
    if not re.fullmatch(r"-?\d{1,12}", word) or int(word) < -1:
        raise UnreadableFileError(tr("the header does not say where the voxels begin"), path=image.path)
    skip = int(word)
    if not skip:
        return image
    if image.packing is not Packing.RAW:
        raise UnsupportedInputError(tr("skipped bytes before compressed voxels are not supported"), path=image.path)
    each = image.byte_count // max(1, len(image.files))
    files = tuple(
        VoxelFile(file.path, max(0, file.path.stat().st_size - each) if skip == -1 else file.offset + skip)
        for file in image.files
    )
    return replace(image, files=files)
