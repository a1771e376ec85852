"""What one record of the journal holds: voxels of one box, the label table, or of what study all of it is."""

from __future__ import annotations

import json
import struct
import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np

from medcrypt_gui.core.errors import UnreadableFileError
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.mask.box import Box, box_shape
from medcrypt_gui.core.mask.labels import Label, LabelTable, Overwrite
from medcrypt_gui.core.mask.packed_labels import PackedLabels

NOTHING_TOLD = 0.0  # when a journal was begun, and no state of the mask is in it yet
_LENGTH = struct.Struct("<I")
_DEFLATE_LEVEL = 1  # masks shrink twenty- to sixtyfold at any level; this one takes a third of the default's time
_MOST_VOXELS = 1 << 34
_DAMAGED = (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError, struct.error, zlib.error)


@dataclass(frozen=True, eq=False)
class Subject:
    """What is being worked on. ``identity`` recognises the series (`core.journal.recognition`).

    ``paths`` are what was opened, empty where the journal must not say so. ``had_mask`` says that there was a mask
    before, which is in the first state that is told.
    """

    geometry: Geometry
    identity: bytes
    paths: tuple[str, ...] = ()
    had_mask: bool = False


@dataclass(frozen=True, eq=False)
class Voxels:
    """The labels that a box has now."""

    box: Box
    labels: PackedLabels


@dataclass(frozen=True, eq=False)
class Record:
    """One step of the journal, told at ``when`` (seconds since 1970; `NOTHING_TOLD` before the first).

    Records up to one that is ``whole`` are taken together: only then do they make a state that the mask had.
    """

    when: float
    voxels: Voxels | None = None
    table: LabelTable | None = None
    subject: Subject | None = None
    whole: bool = True

    @property
    def size_bytes(self) -> int:
        return self.voxels.labels.payload.nbytes if self.voxels is not None else 0


def encode(record: Record, names: bool) -> bytes:
    """As bytes; without ``names`` neither what labels are called nor where the study lies is in them."""
    head: dict[str, Any] = {"when": record.when, "whole": record.whole}
    payload = b""
    if record.voxels is not None:
        head["box"] = [int(end) for one in record.voxels.box for end in (one.start, one.stop)]
        head["values"] = record.voxels.labels.values
        payload = zlib.compress(record.voxels.labels.payload.data, _DEFLATE_LEVEL)
    if record.table is not None:
        head["table"] = _table_as_json(record.table, names)
    if record.subject is not None:
        head["subject"] = _subject_as_json(record.subject, names)
    text = json.dumps(head).encode()
    return _LENGTH.pack(len(text)) + text + payload


def decode(content: bytes) -> Record:
    """Raises `UnreadableFileError` for what no version of `encode` has written."""
    try:
        (length,) = _LENGTH.unpack_from(content)
        head = json.loads(content[_LENGTH.size : _LENGTH.size + length].decode("utf-8"))
        return Record(
            float(head["when"]),
            _voxels(head, content[_LENGTH.size + length :]) if "box" in head else None,
            _table(head["table"]) if "table" in head else None,
            _subject(head["subject"]) if "subject" in head else None,
            bool(head["whole"]),
        )
    except _DAMAGED as error:
        raise UnreadableFileError(tr("the journal of unsaved work is damaged")) from error


def _voxels(head: dict[str, Any], payload: bytes) -> Voxels:
    z0, z1, y0, y1, x0, x1 = (int(end) for end in head["box"])
    if not (0 <= z0 <= z1 and 0 <= y0 <= y1 and 0 <= x0 <= x1):
        raise ValueError("no box")
    box = (slice(z0, z1), slice(y0, y1), slice(x0, x1))
    voxels = int(np.prod(box_shape(box), dtype=np.int64))
    if voxels > _MOST_VOXELS:
        raise ValueError("far too large")
    values = head["values"]
    if values is not None:
        values = (int(np.uint8(values[0])), int(np.uint8(values[1])))
    expected = voxels if values is None else (voxels + 7) // 8
    inflater = zlib.decompressobj()
    inflated = inflater.decompress(payload, expected + 1)
    if len(inflated) != expected:
        raise ValueError("the voxels do not fill the box")
    return Voxels(box, PackedLabels(np.frombuffer(inflated, np.uint8), values))


def _table_as_json(table: LabelTable, names: bool) -> dict[str, Any]:
    return {
        "active": table.active_number,
        "overwrite": table.overwrite.name,
        "labels": [
            {
                "number": one.number,
                **({"name": one.name} if names else {}),
                "colour": one.colour,
                "visible": one.visible,
                "locked": one.locked,
                "in_roi": one.in_roi,
            }
            for one in table
        ],
    }


def _table(kept: dict[str, Any]) -> LabelTable:
    return LabelTable(tuple(map(_label, kept["labels"])), int(kept["active"]), Overwrite[kept["overwrite"]])


def _label(kept: dict[str, Any]) -> Label:
    number = int(kept["number"])
    red, green, blue = (int(np.uint8(part)) for part in kept["colour"])
    name = str(kept["name"]) if "name" in kept else LabelTable().naming(frozenset({number})).name_of(number)
    looks = {look: bool(kept[look]) for look in ("visible", "locked", "in_roi")}
    return Label(number, name, (red, green, blue), **looks)


def _subject_as_json(subject: Subject, names: bool) -> dict[str, Any]:
    return {
        "shape": subject.geometry.shape,
        "affine_lps": subject.geometry.affine_lps.tolist(),
        "oriented": subject.geometry.oriented,
        "calibrated": subject.geometry.calibrated,
        "identity": subject.identity.hex(),
        "paths": subject.paths if names else (),
        "had_mask": subject.had_mask,
    }


def _subject(kept: dict[str, Any]) -> Subject:
    z, y, x = (int(n) for n in kept["shape"])
    if z * y * x > _MOST_VOXELS:
        raise ValueError("far too large")
    affine = np.array(kept["affine_lps"], np.float64)
    geometry = Geometry((z, y, x), affine, bool(kept["oriented"]), bool(kept["calibrated"]))
    return Subject(
        geometry, bytes.fromhex(kept["identity"]), tuple(map(str, kept["paths"])), bool(kept.get("had_mask"))
    )
