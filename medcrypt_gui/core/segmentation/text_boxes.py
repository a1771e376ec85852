"""From a picture to a text detector's input, and from its probabilities to boxes.

The detector is a differentiable-binarisation network (Liao et al., AAAI 2020, 11474-11481): it marks the shrunken core
of each line of text, and a box is that core grown again in proportion to its area / perimeter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

TILE = 1024  # pixels fed to the network at a time along each axis: bounds its memory
_OVERLAP = 128  # of two tiles: a letter cut by one border lies whole in the other tile
_MULTIPLE = 32  # the network's sizes
_RIM = 16  # pixels put around a tile, so that letters at the picture's border have ground on all sides
# What PaddleOCR's detectors were trained with (NormalizeImage in its configs/det). The package rapidocr gives its copy
# 0.5 and 0.5 instead, which halves the contrast: thin letters are lost and speckle becomes text.
_MEAN = np.array([0.485, 0.456, 0.406], np.float32)
_DEVIATION = np.array([0.229, 0.224, 0.225], np.float32)
_LEGIBLE_SIDE = 480  # smaller pictures are enlarged, at most four times: letters of 8 pixels become ones of 16
_LARGEST_ZOOM = 4.0
_CORE = 0.3  # probability above which a pixel belongs to a core
_SURE = 0.5  # mean probability that a line of small print must reach
_SURER = 0.6  # and any other box: folds of the brain and signs on their own look like letters
_CERTAIN = 0.75  # mean probability of a core that must be text, whatever its form
_PARTED = 0.7  # probability that parts lines which touch
_GROWTH = 1.6  # of area / perimeter
_SMALLEST_SIDE = 3.0  # of a core, in the network's pixels
# The largest letters, as a part of the picture's shorter side: a head that fills the picture looks like one letter "O".
_TALLEST_LINE = 0.3
_TALLEST_SIGN = 0.15  # a letter or two alone
_LINE = 2.0  # length over height from which a box is a line
_ALWAYS_PX = 32.0


_Rectangle = tuple[tuple[float, float], tuple[float, float], float]  # centre, sides, angle: OpenCV's RotatedRect


@dataclass(frozen=True)
class TextBox:
    """A line of text. ``corners`` are four points ``(x, y)`` in pixels of the picture; ``score`` is 0..1."""

    corners: tuple[tuple[float, float], ...]
    score: float


@dataclass(frozen=True)
class Tile:
    """A part of a picture that is shown to the network at once, enlarged ``zoom`` times."""

    top: int
    left: int
    height: int
    width: int
    zoom: float


def tiles_of(shape: tuple[int, int]) -> tuple[Tile, ...]:
    """Overlapping tiles that cover a picture of ``(Y, X)`` pixels; one where it is not larger than a tile."""
    zoom = max(1.0, min(_LARGEST_ZOOM, _LEGIBLE_SIDE / min(shape), TILE / max(shape)))
    side = int(TILE / zoom)
    return tuple(
        Tile(top, left, min(side, shape[0]), min(side, shape[1]), zoom)
        for top in _starts(shape[0], side)
        for left in _starts(shape[1], side)
    )


def network_input(picture: NDArray[np.uint8], tile: Tile) -> NDArray[np.float32]:
    """``(1, 3, Y, X)``, about -2..3, for a tile of a picture, ``(Y, X)`` grey or ``(Y, X, 3)`` RGB, with a rim."""
    whole = picture[tile.top : tile.top + tile.height, tile.left : tile.left + tile.width]
    height, width = (max(1, round(n * tile.zoom / _MULTIPLE)) * _MULTIPLE for n in whole.shape[:2])
    enlarged = height > whole.shape[0] or width > whole.shape[1]
    way = (cv2.INTER_AREA, cv2.INTER_CUBIC)[enlarged]
    part = np.asarray(cv2.resize(whole, (width, height), interpolation=way), np.uint8)
    bgr = np.repeat(part[..., None], 3, axis=2) if part.ndim == 2 else part[..., ::-1]
    values = (_with_rim(bgr).astype(np.float32) / 255.0 - _MEAN) / _DEVIATION
    return np.ascontiguousarray(values.transpose(2, 0, 1)[None])


def boxes_in(probability: NDArray[np.float32], tile: Tile) -> list[TextBox]:
    """The boxes of one tile, in the picture's pixels, from the network's probabilities ``(Y, X)`` of it."""
    probability = np.ascontiguousarray(probability[_RIM:-_RIM, _RIM:-_RIM])
    scale = np.array([tile.width / probability.shape[1], tile.height / probability.shape[0]])
    found = []
    for (centre, (length, height), angle), score in _cores(probability, _CORE):
        growth = _GROWTH * length * height / (length + height)
        corners = cv2.boxPoints((centre, (length + growth, height + growth), angle)) * scale
        corners += (tile.left, tile.top)
        found.append(TextBox(tuple((float(x), float(y)) for x, y in corners), score))
    return found


def _cores(probability: NDArray[np.float32], level: float) -> Iterator[tuple[_Rectangle, float]]:
    """The cores above ``level`` with the mean probability in each.

    Lines that touch make one core that fills its rectangle badly, however sure the network is: they are parted at a
    higher level.
    """
    outlines, _ = cv2.findContours((probability > level).astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    for outline in outlines:
        centre, (length, height), angle = cv2.minAreaRect(outline)
        if min(length, height) < _SMALLEST_SIDE:
            continue
        rectangle = ((centre[0], centre[1]), (length, height), angle)
        score = _mean_inside(probability, np.asarray(cv2.boxPoints(rectangle), np.float32))
        if level == _CORE and score < _SURER and _mean_inside(probability, outline[:, 0]) >= _CERTAIN:
            yield from _cores(_only(probability, outline), _PARTED)
        elif score >= _SURE:
            yield rectangle, score


def _only(probability: NDArray[np.float32], outline: NDArray[np.number]) -> NDArray[np.float32]:
    """``probability`` inside the outline, 0 elsewhere."""
    inside = np.zeros(probability.shape, np.uint8)
    cv2.fillPoly(inside, [outline.astype(np.int32)], 1)
    return np.asarray(probability * inside, np.float32)


def is_plausible(box: TextBox, shape: tuple[int, int]) -> bool:
    """Whether the letters of the box are not too large for text in a picture of ``(Y, X)`` pixels, and whether the
    network is sure enough of a box of that form.
    """
    _, sides, _ = cv2.minAreaRect(np.array(box.corners, np.float32))
    height, length = sorted(sides)
    is_line = length >= _LINE * height
    tallest = max(_ALWAYS_PX, (_TALLEST_LINE if is_line else _TALLEST_SIGN) * min(shape))
    least = _SURE if is_line and height <= _ALWAYS_PX else _SURER
    return bool(height <= tallest and box.score >= least)


def paint(boxes: Iterable[TextBox], shape: tuple[int, int], margin: float) -> NDArray[np.bool_]:
    """``(Y, X)`` bool: the boxes, each grown by ``margin`` times its height (and at least two pixels) on all sides."""
    region = np.zeros(shape, np.uint8)
    for box in boxes:
        centre, (length, height), angle = cv2.minAreaRect(np.array(box.corners, np.float32))
        grown = 2 * max(2.0, margin * min(length, height))
        corners = cv2.boxPoints((centre, (length + grown, height + grown), angle))
        cv2.fillPoly(region, [np.round(corners).astype(np.int32)], 1)
    return region.astype(bool)


def _with_rim(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """``(Y, X, 3)`` with `_RIM` pixels around it in the median colour of its border."""
    border = np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])
    colour = tuple(float(part) for part in np.median(border, axis=0))
    rims = (_RIM, _RIM, _RIM, _RIM)
    return np.asarray(cv2.copyMakeBorder(np.ascontiguousarray(picture), *rims, cv2.BORDER_CONSTANT, value=colour))


def _starts(length: int, side: int) -> list[int]:
    """Where tiles of ``side`` begin, so that neighbours overlap and the last one ends at the border."""
    if length <= side:
        return [0]
    count = -(-(length - _OVERLAP) // (side - _OVERLAP))
    return [round(i * (length - side) / (count - 1)) for i in range(count)]


def _mean_inside(probability: NDArray[np.float32], corners: NDArray[np.number]) -> float:
    """The mean in the polygon ``corners`` ``(N, 2)`` of ``(x, y)``."""
    left, top, width, height = cv2.boundingRect(corners.astype(np.int32))
    rows = slice(max(0, top), max(0, top + height))
    columns = slice(max(0, left), max(0, left + width))
    patch = np.ascontiguousarray(probability[rows, columns])
    if patch.size == 0:
        return 0.0
    inside = np.zeros(patch.shape, np.uint8)
    cv2.fillPoly(inside, [(corners - (columns.start, rows.start)).astype(np.int32)], 1)
    return float(cv2.mean(patch, inside)[0])
