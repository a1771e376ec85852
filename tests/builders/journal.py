"""Journals of a small mask that is edited step by step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from builders.grids import grid
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.journal.kept_work import snapshot
from medcrypt_gui.core.journal.record import Record, Subject, Voxels, encode
from medcrypt_gui.core.journal.seal import Header, Sealer
from medcrypt_gui.core.mask.labels import Label, LabelTable
from medcrypt_gui.core.mask.packed_labels import PackedLabels
from medcrypt_gui.core.mask.roi_mask import RoiMask

SHAPE = (6, 10, 12)
SALT = bytes(32)
NAMES = LabelTable().with_label(Label(2, "Tumour of Mrs Example", (1, 2, 3), locked=True))


@dataclass(frozen=True, eq=False)
class Written:
    """A journal, where each of its records begins, and the labels after each of them."""

    content: bytes
    starts: tuple[int, ...]
    states: tuple[NDArray[np.uint8], ...]
    geometry: Geometry


def written(secret: bytes | None, edits: int = 12, seed: int = 1, salt: bytes = SALT) -> Written:
    """A snapshot and then edits of random boxes with random labels."""
    random = np.random.default_rng(seed)
    geometry = grid("anisotropic", shape=SHAPE)
    labels = np.zeros(SHAPE, np.uint8)
    sealer = Sealer(header := Header.of(secret, salt), secret)
    subject = Subject(geometry, b"i" * 32, ("/home/example/Mrs Example",))
    content = header.to_bytes()
    starts, states = [], []
    first = snapshot(RoiMask(labels, geometry), subject, 100.0)
    for number in range(edits + 1):
        record = first
        if number:
            ends = np.sort(random.integers(0, SHAPE, (2, 3)), axis=0)
            box = tuple(slice(int(a), int(b) + 1) for a, b in ends.T)
            labels[box] = random.integers(0, 2 + number % 2, labels[box].shape)
            voxels = Voxels((box[0], box[1], box[2]), PackedLabels.of(labels[box]))
            record = Record(100.0 + number, voxels, NAMES if number == 3 else None)
        starts.append(len(content))
        content += sealer.seal(encode(record, names=secret is not None))
        states.append(labels.copy())
    return Written(content, tuple(starts), tuple(states), geometry)
