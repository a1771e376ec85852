"""NRRD headers (Teem's "nearly raw raster data", versions 1 to 5), attached or detached.

They are read here and not by SimpleITK; why, tells ``docs/decisions/0009-plain-formats-read-here.md``.
Source: https://teem.sourceforge.net/nrrd/format.html
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

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

_MAGIC = re.compile(rb"NRRD000[1-5]")
_TYPES = {
    "i1": ("signed char", "int8", "int8_t"),
    "u1": ("uchar", "unsigned char", "uint8", "uint8_t"),
    "i2": ("short", "short int", "signed short", "signed short int", "int16", "int16_t"),
    "u2": ("ushort", "unsigned short", "unsigned short int", "uint16", "uint16_t"),
    "i4": ("int", "signed int", "int32", "int32_t"),
    "u4": ("uint", "unsigned int", "uint32", "uint32_t"),
    "i8": ("longlong", "long long", "long long int", "signed long long", "signed long long int", "int64", "int64_t"),
    "u8": ("ulonglong", "unsigned long long", "unsigned long long int", "uint64", "uint64_t"),
    "f4": ("float",),
    "f8": ("double",),
}
_PACKINGS = {
    "raw": Packing.RAW,
    "txt": Packing.TEXT,
    "text": Packing.TEXT,
    "ascii": Packing.TEXT,
    "gz": Packing.GZIP,
    "gzip": Packing.GZIP,
    "bz2": Packing.BZIP2,
    "bzip2": Packing.BZIP2,
}
# Signs that make LPS of the first two axes.
_SPACES = {
    "left-posterior-superior": (1.0, 1.0), "lps": (1.0, 1.0),
    "right-anterior-superior": (-1.0, -1.0), "ras": (-1.0, -1.0),
    "left-anterior-superior": (1.0, -1.0), "las": (1.0, -1.0),
}  # fmt: skip
_SPATIAL_KINDS = {"domain", "space", "", "???", "none"}
_MILLIMETRES = {"mm": 1.0, "cm": 10.0, "m": 1000.0, "um": 0.001, "µm": 0.001}
_FIELD = re.compile(r"^([^:]+): ?(.*)$")
_VECTOR = re.compile(r"\(([^()]*)\)|none", re.IGNORECASE)


def recognises(path: Path) -> bool:
    """By the first bytes, or by the name, so that a damaged file is named as such."""
    with path.open("rb") as file:
        return _MAGIC.match(file.read(8)) is not None or path.suffix.lower() in (".nrrd", ".nhdr")


def read_header(path: Path) -> RawImage:
    """Raises `UnreadableFileError`, `UnsupportedInputError`, `OSError`."""
    fields, entries, end = _fields(path)
    sizes = sizes_of(path, _needed(fields, "sizes", path).split())
    if fields.get("dimension", "").strip() != str(len(sizes)):
        raise UnreadableFileError(tr("the header contradicts itself about the image's size"), path=path)
    dtype, packing = _dtype(fields, path), _packing(fields, path)
    axes = _spatial_axes(fields, sizes, path)
    components, volumes = _others(sizes, axes, path)
    shape = tuple(sizes[axis] for axis in axes) + (1,) * (3 - len(axes))
    geometry, notes = _geometry(fields, axes, (shape[2], shape[1], shape[0]))
    files = _files(fields, path, end)
    image = RawImage(
        path=path,
        geometry=geometry,
        dtype=dtype,
        files=files,
        packing=packing,
        volumes=volumes,
        components=components,
        colour=components in (3, 4) and dtype == np.uint8,
        notes=notes,
        details=(fields["content"],) if fields.get("content") else (),
        entries=entries,
    )
    return checked(_with_skips(image, fields))


def _fields(path: Path) -> tuple[dict[str, str], tuple[HeaderEntry, ...], int]:
    """The fields, the lines to show, and where the header ends."""
    with path.open("rb") as file:
        head = file.read(MOST_HEADER_BYTES)
    if not _MAGIC.match(head):
        raise UnreadableFileError(tr("is not a NRRD file, whatever its name"), path=path)
    stop = re.search(rb"\r?\n\r?\n", head)
    if stop is None and len(head) == MOST_HEADER_BYTES:
        raise UnreadableFileError(tr("the file is cut off or damaged within its header"), path=path)
    end = stop.end() if stop else len(head)
    lines = head[: stop.start() if stop else end].decode("utf-8", "replace").splitlines()
    fields: dict[str, str] = {}
    entries = [HeaderEntry("", "magic", "", lines[0].strip())]
    name = ""
    for line in lines[1:]:
        match = _FIELD.match(line)
        if line.startswith("#"):
            continue
        if ":=" in line:
            key, value = line.split(":=", 1)
            entries.append(HeaderEntry("", key.strip(), "", value.strip()))
        elif match and name != "datafile list":
            name = match[1].strip().lower().replace(" ", "")
            fields[name] = match[2].strip()
            entries.append(HeaderEntry("", match[1].strip(), "", match[2].strip()))
            if name == "datafile" and fields[name].upper().startswith("LIST"):
                name = "datafile list"
        elif name == "datafile list" and line.strip():
            fields[name] = fields.get(name, "") + line.strip() + "\n"
    return fields, tuple(entries), end


def _needed(fields: dict[str, str], name: str, path: Path) -> str:
    if not fields.get(name):
        raise UnreadableFileError(tr("the header lacks {field}", field=name), path=path)
    return fields[name]


def _dtype(fields: dict[str, str], path: Path) -> np.dtype[np.generic]:
    name = " ".join(_needed(fields, "type", path).lower().split())
    code = next((code for code, names in _TYPES.items() if name in names), None)
    if code is None:
        raise UnsupportedInputError(tr("images of {kind} numbers are not supported", kind=name[:40]), path=path)
    endian = fields.get("endian", "").lower()
    if code[1] != "1" and endian not in ("little", "big") and _packing(fields, path) is not Packing.TEXT:
        raise UnreadableFileError(tr("the header lacks {field}", field="endian"), path=path)
    return np.dtype((">" if endian == "big" else "<") + code)


def _packing(fields: dict[str, str], path: Path) -> Packing:
    name = _needed(fields, "encoding", path).lower()
    if name not in _PACKINGS:
        raise UnsupportedInputError(tr("the encoding {name} is not supported", name=name[:40]), path=path)
    return _PACKINGS[name]


def _spatial_axes(fields: dict[str, str], sizes: list[int], path: Path) -> list[int]:
    """The axes that lie in space, by their directions, else by their kinds, else all."""
    directions = _vectors(fields.get("spacedirections", ""))
    kinds = fields.get("kinds", "").lower().split()
    axes = list(range(len(sizes)))
    if len(directions) == len(sizes):
        axes = [axis for axis in axes if directions[axis] is not None]
    elif len(kinds) == len(sizes):
        axes = [axis for axis in axes if kinds[axis] in _SPATIAL_KINDS]
    if len(axes) == 4:  # a fourth axis without a word about what it is
        axes = axes[:3]
    if not 1 <= len(axes) <= 3 or axes != list(range(axes[0], axes[0] + len(axes))):
        raise UnsupportedInputError(tr("axes in this order are not supported"), path=path)
    return axes


def _others(sizes: list[int], axes: list[int], path: Path) -> tuple[int, int]:
    """Samples a voxel (the axes before those in space), and volumes (those after them)."""
    components = int(np.prod(sizes[: axes[0]], dtype=object)) if axes[0] else 1
    volumes = int(np.prod(sizes[axes[-1] + 1 :], dtype=object)) if axes[-1] + 1 < len(sizes) else 1
    if components * volumes > 65536:
        raise UnsupportedInputError(tr("axes in this order are not supported"), path=path)
    return components, volumes


def _vectors(text: str) -> list[list[float] | None]:
    """``(1,0,0) none (0,1,0)`` as numbers; what cannot be read is empty."""
    return [
        None if match[1] is None else numbers_of(match[1].replace(",", " ").split()) or []
        for match in _VECTOR.finditer(text)
    ]


def _geometry(
    fields: dict[str, str], axes: Sequence[int], shape: tuple[int, int, int]
) -> tuple[Geometry, tuple[str, ...]]:
    signs = _SPACES.get(fields.get("space", "").lower())
    all_directions = _vectors(fields.get("spacedirections", ""))
    given = [all_directions[axis] or [] for axis in axes] if len(all_directions) > axes[-1] else []
    if signs is not None and len(given) >= 2 and all(len(vector) == 3 for vector in given):
        matrix = np.array(given, np.float64).T
        if matrix.shape[1] == 2:
            matrix = np.column_stack([matrix, _normal(matrix)])
        affine = np.eye(4)
        affine[:3, :3] = matrix
        origin = (_vectors(fields.get("spaceorigin", "")) or [None])[0]
        affine[:3, 3] = origin if origin and len(origin) == 3 else 0.0
        affine[:3] *= _unit(fields)
        affine[0] *= signs[0]
        affine[1] *= signs[1]
        if abs(np.linalg.det(affine[:3, :3])) > 1e-9:
            geometry = Geometry(shape, affine)
            return geometry, shape_notes(geometry)
    lengths = [float(np.linalg.norm(vector)) for vector in given if vector]
    if len(lengths) != len(axes):
        words = fields.get("spacings", "").split()
        lengths = [(numbers_of([words[axis]]) or [0.0])[0] for axis in axes] if len(words) > axes[-1] else []
    sizes = [abs(length) * _unit(fields) or 1.0 for length in lengths] + [1.0] * 3
    return Geometry(shape, np.diag([*sizes[:3], 1.0]), oriented=False), (not_oriented(),)


def _normal(plane: NDArray[np.float64]) -> NDArray[np.float64]:
    normal = np.cross(plane[:, 0], plane[:, 1])
    length = float(np.linalg.norm(normal))
    return normal / length if length else normal


def _unit(fields: dict[str, str]) -> float:
    """How many millimetres the file's unit of length is."""
    units = set(re.findall(r'"([^"]*)"', fields.get("spaceunits", "")))
    return _MILLIMETRES.get(units.pop().strip().lower(), 1.0) if len(units) == 1 else 1.0


def _files(fields: dict[str, str], path: Path, end: int) -> tuple[VoxelFile, ...]:
    named = fields.get("datafile", "")
    if not named:
        return (VoxelFile(path, end),)
    words = named.split()
    if words[0].upper() == "LIST":
        names = fields.get("datafile list", "").splitlines()
        return tuple(VoxelFile(voxel_file(path, name)) for name in names)
    if "%" in named and len(words) >= 4 and all(re.fullmatch(r"-?\d{1,6}", word) for word in words[1:4]):
        first, last, step = (int(word) for word in words[1:4])
        if step == 0:
            raise UnreadableFileError(tr("the header contradicts itself about its files of voxels"), path=path)
        numbers = range(first, last + (1 if step > 0 else -1), step)
        return tuple(VoxelFile(one) for one in numbered_files(path, words[0], numbers))
    return (VoxelFile(voxel_file(path, named)),)


def _with_skips(image: RawImage, fields: dict[str, str]) -> RawImage:
    """Lines and bytes before the voxels; -1 bytes mean that the voxels end the file."""
    skip, lines = (int(_whole(fields.get(name, "0"), image.path)) for name in ("byteskip", "lineskip"))
    if not skip and not lines:
        return image
    if image.packing is not Packing.RAW or lines < 0 or skip < -1 or lines > 100_000:
        raise UnsupportedInputError(tr("skipped bytes before compressed voxels are not supported"), path=image.path)
    each = image.byte_count // max(1, len(image.files))
    files = []
    for file in image.files:
        if skip == -1:
            files.append(VoxelFile(file.path, max(file.offset, file.path.stat().st_size - each)))
            continue
        with file.path.open("rb") as stream:
            stream.seek(file.offset)
            for _ in range(lines):
                stream.readline(MOST_HEADER_BYTES)
            files.append(VoxelFile(file.path, stream.tell() + skip))
    return replace(image, files=tuple(files))


def _whole(word: str, path: Path) -> int:
    if not re.fullmatch(r"-?\d{1,12}", word.strip()):
        raise UnreadableFileError(tr("the header does not say where the voxels begin"), path=path)
    return int(word)
