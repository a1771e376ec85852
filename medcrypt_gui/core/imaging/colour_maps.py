"""Grey levels shown as colours."""

from __future__ import annotations

from enum import Enum
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.language import mark


class ColourMap(Enum):
    """The value is what users read. Viridis is the one whose steps look equal; the rainbow's do not."""

    GREY = mark("Grey")
    INVERTED_GREY = mark("Inverted grey (PET)")
    HOT_IRON = mark("Hot iron (PET)")
    HOT = mark("Hot")
    BONE = mark("Bone")
    RAINBOW = mark("Rainbow")
    VIRIDIS = mark("Viridis (even steps)")


_OF_OPENCV = {
    ColourMap.HOT: cv2.COLORMAP_HOT,
    ColourMap.BONE: cv2.COLORMAP_BONE,
    ColourMap.RAINBOW: cv2.COLORMAP_JET,
    ColourMap.VIRIDIS: cv2.COLORMAP_VIRIDIS,
}


@cache
def colours_of(colour_map: ColourMap) -> NDArray[np.uint8]:
    """``(256, 1, 3)``: red, green and blue of every grey level; read-only.

    Hot iron is DICOM's palette of that name (PS3.6 B.1.1): red, then green, then blue rise one after the other.
    """
    levels = np.arange(256)
    if colour_map in _OF_OPENCV:
        table = cv2.applyColorMap(levels.astype(np.uint8)[:, None], _OF_OPENCV[colour_map])[:, :, ::-1]
    elif colour_map is ColourMap.HOT_IRON:
        table = np.stack([2 * levels, 2 * (levels - 128), 4 * (levels - 192)], axis=-1)[:, None]
    else:
        grey = levels[::-1] if colour_map is ColourMap.INVERTED_GREY else levels
        table = np.stack([grey] * 3, axis=-1)[:, None]
    made = np.ascontiguousarray(np.clip(table, 0, 255), dtype=np.uint8)
    made.setflags(write=False)
    return made
