"""FreeSurfer's MGH files, plain (``.mgh``) or gzipped (``.mgz``), their header read with nibabel."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np

from medcrypt_gui.adapters.images.geometry_notes import not_oriented, shape_notes
from medcrypt_gui.adapters.images.inflated import inflated
from medcrypt_gui.adapters.images.raw_image import Packing, RawImage, VoxelFile, checked
from medcrypt_gui.core.errors import UnreadableFileError, UnsupportedInputError
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.header_entry import HeaderEntry
from medcrypt_gui.core.language import tr

_NAMES = (".mgh", ".mgz", ".mgh.gz")
_HEADER_BYTES = 284
_TYPES = {0: ">u1", 1: ">i4", 3: ">f4", 4: ">i2"}


def recognises(path: Path) -> bool:
    """By the name."""
    return path.name.lower().endswith(_NAMES)


def read_header(path: Path) -> RawImage:
    """Raises `UnreadableFileError`, `UnsupportedInputError`, `OSError`, `EOFError`, `zlib.error`."""
    from nibabel.freesurfer.mghformat import MGHHeader

    with path.open("rb") as file:
        zipped = file.read(2) == b"\x1f\x8b"
    with inflated(path) if zipped else path.open("rb") as stream:
        head = stream.read(_HEADER_BYTES)
    if len(head) < _HEADER_BYTES:
        raise UnreadableFileError(tr("the file is cut off or damaged within its header"), path=path)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        raw: Any = MGHHeader(head, check=False)  # type: ignore[no-untyped-call]
        if int(raw["version"]) != 1:
            raise UnreadableFileError(tr("is not an MGH file, whatever its name"), path=path)
        affine = np.asarray(raw.get_affine(), np.float64)
    sizes = [int(size) for size in raw["dims"]]
    if min(sizes) < 1 or sizes[3] > 65536:
        raise UnreadableFileError(tr("the header contradicts itself about the image's size"), path=path)
    if int(raw["type"]) not in _TYPES:
        raise UnsupportedInputError(tr("the data type is unknown"), path=path)
    geometry, notes = _geometry(affine, (sizes[2], sizes[1], sizes[0]), _says_how_it_lies(head))
    image = RawImage(
        path=path,
        geometry=geometry,
        dtype=np.dtype(_TYPES[int(raw["type"])]),
        files=(VoxelFile(path, 0 if zipped else _HEADER_BYTES),),
        packing=Packing.GZIP if zipped else Packing.RAW,
        lead=_HEADER_BYTES if zipped else 0,
        volumes=sizes[3],
        notes=notes,
        entries=tuple(HeaderEntry("", name, str(raw[name].dtype), _text(raw[name])) for name in raw),
    )
    return checked(image)


def _says_how_it_lies(head: bytes) -> bool:
    """The flag ``goodRASFlag``; without it nibabel fills in FreeSurfer's default, which may be anything but right."""
    return int.from_bytes(head[28:30], "big", signed=True) > 0


def _geometry(affine_ras: np.ndarray, shape: tuple[int, int, int], oriented: bool) -> tuple[Geometry, tuple[str, ...]]:
    if np.isfinite(affine_ras).all() and abs(np.linalg.det(affine_ras[:3, :3])) > 1e-9:
        geometry = Geometry.from_ras(shape, affine_ras, oriented)
        return geometry, shape_notes(geometry) if oriented else (not_oriented(),)
    return Geometry(shape, np.eye(4), oriented=False), (not_oriented(),)


def _text(value: object) -> str:
    return " ".join(f"{part:g}" for part in np.atleast_1d(np.asarray(value)).ravel())
