"""Masks in files: the kinds there are, what a file held, and who made the mask."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.label_look import Colour


@dataclass(frozen=True)
class MaskKind:
    """A way to keep a mask in a file.

    ``id`` names it in commands, ``title`` (marked) in dialogs; the first of ``suffixes`` is proposed.
    """

    id: str
    title: str
    suffixes: tuple[str, ...]


@dataclass(frozen=True)
class StoredLabel:
    """What a file says about one label; None where it says nothing."""

    number: int
    name: str | None = None
    colour: Colour | None = None
    in_roi: bool | None = None


@dataclass(frozen=True, eq=False)
class StoredMask:
    """What a file held, on the image's grid: ``labels`` ``(Z, Y, X)`` uint8.

    ``notices`` are whole sentences on what was done to bring it there. ``resampled`` says that voxels were not simply
    taken over; ``foreign`` that the file was drawn on images of another frame of reference.
    """

    labels: NDArray[np.uint8]
    described: tuple[StoredLabel, ...] = ()
    notices: tuple[str, ...] = ()
    resampled: bool = False
    foreign: bool = False


@dataclass(frozen=True)
class MaskMaker:
    """Who made a mask: the titles of the ``models`` that proposed its ROI, and whether a person could correct it."""

    models: tuple[str, ...] = ()
    corrected: bool = True
