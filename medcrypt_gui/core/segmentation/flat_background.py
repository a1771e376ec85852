"""Where an image shows nothing: direct exposure, collimator, shutter, the black around an ultrasound sector.

Background is flat, as dark or as bright as the image gets, and reaches the image's edge or a collimator. A bright belly
at the edge is flat too; a collimator is told from it by its shape: what it leaves open is convex.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Frame = NDArray[np.float32]
Plane = NDArray[np.bool_]

_LOW_PERCENTILE, _HIGH_PERCENTILE = 0.5, 99.5
_SMOOTHING = 1.2  # pixels
_FLAT = 0.05  # largest difference within 5 x 5 pixels, of the image's range
_NOISES = 6.0  # between the extremes of 25 smoothed pixels
_FLAT_LIMIT = 0.15
_BRIGHT = 0.8  # of the image's range
_SMALLEST = 0.002  # of the image
_MOST_OF_EDGE = 0.45  # bright along so much of the edge: a negative, or a field collimated to any shape
_COLLIMATOR_EDGE = 16  # pixels over which a collimator's edge is blurred
_CONVEX = 0.95  # share of its convex hull that a collimated field fills


def scaled_to_unit(frame: Frame) -> Frame | None:
    """``frame`` with its darkest half per cent at 0 and its brightest at 1; None where it does not vary."""
    low, high = np.percentile(frame, (_LOW_PERCENTILE, _HIGH_PERCENTILE))
    if not high > low:
        low, high = frame.min(), frame.max()
    if not high > low:
        return None
    return np.asarray(np.clip((frame - low) / (high - low), 0.0, 1.0), dtype=np.float32)


def flat_background(unit: Frame, dark_below: float) -> Plane:
    """The background of an image scaled to 0..1 as it is displayed: a collimator is bright, direct exposure not.

    ``dark_below`` is the level under which flat regions are exposure, shutter or nothing at all.
    """
    smooth = cv2.GaussianBlur(unit, (0, 0), _SMOOTHING)
    kernel = np.ones((5, 5), np.uint8)
    spread = cv2.dilate(smooth, kernel) - cv2.erode(smooth, kernel)
    flat = spread < float(np.clip(_NOISES * _noise(unit), _FLAT, _FLAT_LIMIT))
    dark, bright = flat & (smooth < dark_below), flat & (smooth > _BRIGHT)
    edge = _edge(unit.shape)
    found = np.zeros(unit.shape, bool)
    for piece in _pieces_at(bright, edge):
        if (_at_corner(piece) and _leaves_convex(piece)) or np.count_nonzero(
            piece & edge
        ) > _MOST_OF_EDGE * np.count_nonzero(edge):
            found |= piece
    beside = _widened(found, _COLLIMATOR_EDGE)
    for piece in _pieces_at(dark, edge | beside):
        found |= piece
    return _widened(found, 3) if found.any() else found


def _noise(unit: Frame) -> float:
    """The standard deviation of smoothed noise, from differences of neighbours that cancel what is smooth."""
    rough = cv2.Laplacian(unit, cv2.CV_32F)
    return 1.4826 * float(np.median(np.abs(rough))) / np.sqrt(20.0) / (2.0 * np.sqrt(np.pi) * _SMOOTHING)


def _pieces_at(region: Plane, seeds: Plane) -> list[Plane]:
    """The pieces of ``region`` that touch ``seeds`` and are larger than specks."""
    _, labels = cv2.connectedComponents(region.view(np.uint8), connectivity=4)
    sizes = np.bincount(labels.ravel())
    touched = np.unique(labels[seeds & region])
    return [labels == i for i in touched if i and sizes[i] >= _SMALLEST * region.size]


def _at_corner(piece: Plane) -> bool:
    """Whether a corner of the image lies in ``piece``, as with every collimator but seldom with a belly."""
    return bool(piece[:4, :4].any() or piece[:4, -4:].any() or piece[-4:, :4].any() or piece[-4:, -4:].any())


def _leaves_convex(piece: Plane) -> bool:
    """Whether the rest of the image is a convex field, as a collimator leaves it."""
    rest = cv2.morphologyEx((~_widened(piece, 2)).view(np.uint8), cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    outlines, _ = cv2.findContours(rest, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not outlines:
        return False
    field = max(outlines, key=cv2.contourArea)
    return cv2.contourArea(field) >= _CONVEX * cv2.contourArea(cv2.convexHull(field))


def _edge(shape: tuple[int, ...]) -> Plane:
    edge = np.ones(shape, bool)
    edge[2:-2, 2:-2] = False
    return edge


def _widened(region: Plane, pixels: int) -> Plane:
    kernel = np.ones((2 * pixels + 1, 2 * pixels + 1), np.uint8)
    return cv2.dilate(region.view(np.uint8), kernel).view(bool)
