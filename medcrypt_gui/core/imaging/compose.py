"""One image per view: a slice and its mask made into the RGB pixels that are painted.

Composing, not painting, decides how fast slices change, so a slice is windowed to 8 bits first, scaled by OpenCV, and
the mask is blended only inside its bounding box.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.colour_maps import ColourMap, colours_of
from medcrypt_gui.core.imaging.label_look import Colour, LabelLook
from medcrypt_gui.core.imaging.view_frame import ViewFrame, area_of
from medcrypt_gui.core.imaging.volume import Padding, Window
from medcrypt_gui.core.imaging.windowing import is_padding, window_to_grey

Rgb = NDArray[np.uint8]

_OUTLINE_PIXELS = 2
_AROUND = 2  # voxels beyond the edge of a view that interpolation sees
_TILE_STEP = 512
_STRIPE_STEP, _STRIPE_WIDTH = 9, 3  # pixels of a view
_DEFAULT_LOOK = LabelLook()
_GRAPHICS_COLOUR: Colour = (200, 240, 255)


@dataclass(frozen=True, eq=False)
class PlaneLayer:
    """A further region over the slice, beside the mask: ``plane`` is ``(H, W)``, nonzero = inside.

    A hatched layer is drawn as diagonal stripes, so that it is told from a filled one without its colour. The lines of
    a thin one, of one pixel, stay visible where the plane is made smaller.
    """

    plane: NDArray[np.uint8] | NDArray[np.bool_]
    colour: Colour
    hatched: bool = False
    opacity: float = 0.55
    thin: bool = False


def graphics_layer(plane: NDArray[np.uint8]) -> PlaneLayer:
    """What a file draws over its image: bright, so that it is not taken for the mask."""
    return PlaneLayer(plane, _GRAPHICS_COLOUR, opacity=1.0, thin=True)


def compose_view(
    plane: NDArray[np.generic],
    slope: float,
    intercept: float,
    window: Window,
    frame: ViewFrame,
    inverted: bool = False,
    mask_plane: NDArray[np.uint8] | None = None,
    look: LabelLook = _DEFAULT_LOOK,
    opacity: float = 0.4,
    outline: bool = False,
    smooth: bool = True,
    out: Rgb | None = None,
    layers: Sequence[PlaneLayer] = (),
    colour_map: ColourMap = ColourMap.GREY,
    padding: Padding | None = None,
) -> Rgb:
    """``(frame.height, frame.width, 3)`` RGB: the picture of a view, pixel for pixel.

    ``plane`` is a slice ``(H, W)`` of stored values, or ``(H, W, 3)`` of colours. It is interpolated linearly (nearest
    neighbour unless ``smooth``). ``mask_plane`` has the numbers of labels, which ``look`` colours; filled ones show
    whole voxels, outlines are drawn at the view's resolution, smooth and antialiased. ``layers`` come over the mask,
    each over those before it. What lies outside the slice, and stored values within ``padding``, are black.
    ``colour_map`` colours grey levels; colours stay as they are.
    """
    grey = window_to_grey(plane, slope, intercept, window, inverted, padding if plane.ndim == 2 else None)
    matrix = frame.matrix()
    size = (frame.width, frame.height)
    interpolation = cv2.INTER_LINEAR if smooth else cv2.INTER_NEAREST
    if colour_map is ColourMap.GREY or plane.ndim == 3:
        rgb = _as_rgb(_warp(grey, matrix, size, interpolation), out)
    else:
        scaled = _warp(*_widened(grey, matrix), size, interpolation)
        # Colours are looked up after scaling: one channel is interpolated, not three.
        rgb = np.asarray(cv2.applyColorMap(scaled, colours_of(colour_map), dst=out), np.uint8)
        _blacken_empty(rgb, plane, padding, matrix)
    lay_over(rgb, frame, mask_plane, look, opacity, outline, layers)
    return rgb


def lay_over(
    rgb: Rgb,
    frame: ViewFrame,
    mask_plane: NDArray[np.uint8] | None,
    look: LabelLook,
    opacity: float,
    outline: bool,
    layers: Sequence[PlaneLayer] = (),
) -> None:
    """Draw mask and layers into the picture of a slice, as `compose_view` means them."""
    matrix = frame.matrix()
    if mask_plane is not None:
        draw = _draw_outlines if outline else _fill_labels
        rows, columns = frame.seen(mask_plane.shape, _AROUND)
        seen = np.ascontiguousarray(mask_plane[rows, columns])
        if seen.size:
            draw(rgb, seen, look, _shifted(matrix, (columns.start, rows.start)), opacity)
    for layer in layers:
        mask = _as_binary(layer.plane.view(np.uint8))
        laid = _laid(rgb, _thickened(mask, matrix) if layer.thin else mask, matrix, cv2.INTER_NEAREST)
        _blend(laid.part, _striped(laid) if layer.hatched else laid.mask, layer.colour, layer.opacity)


def _shifted(matrix: NDArray[np.float64], origin: tuple[int, int]) -> NDArray[np.float64]:
    """The matrix of the part of a plane that begins at this column and row."""
    return np.column_stack([matrix[:, :2], matrix[:, 2] + matrix[:, :2] @ np.array(origin)])


def fit_grey(grey: NDArray[np.uint8], pixel_mm: tuple[float, float], size: int) -> NDArray[np.uint8]:
    """``grey`` in true proportions with a longer side of ``size`` pixels, for thumbnails."""
    width, height = grey.shape[1] * pixel_mm[0], grey.shape[0] * pixel_mm[1]
    scale = size / max(width, height)
    target = max(1, round(width * scale)), max(1, round(height * scale))
    return np.asarray(cv2.resize(grey, target, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _warp(
    grey: NDArray[np.uint8],
    matrix: NDArray[np.float64],
    size: tuple[int, int],
    interpolation: int,
) -> NDArray[np.uint8]:
    """Scale, slant and shift; when made smaller than half, average first, so that fine detail does not flicker."""
    shrink_x, shrink_y = (max(1, int(1.0 / np.hypot(*matrix[:, i]))) for i in (0, 1))
    if interpolation == cv2.INTER_LINEAR and max(shrink_x, shrink_y) >= 2:
        height, width = grey.shape[:2]
        small = max(1, width // shrink_x), max(1, height // shrink_y)
        grey = np.asarray(cv2.resize(grey, small, interpolation=cv2.INTER_AREA), np.uint8)
        # A shrunk pixel's centre lies in the middle of the pixels it averages.
        factors = np.array([width / small[0], height / small[1]])
        matrix = np.column_stack([matrix[:, :2] * factors, matrix[:, 2] + matrix[:, :2] @ ((factors - 1) / 2)])
    return np.asarray(cv2.warpAffine(grey, matrix, size, flags=interpolation), np.uint8)


def _widened(grey: NDArray[np.uint8], matrix: NDArray[np.float64]) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """The slice with its edge repeated, and the matrix of that: at its edge a slice fades into black, which in other
    colours would be a fringe. (OpenCV can repeat the edge while it scales, but takes three times as long then.)
    """
    # Wide enough that it is still there when the slice is shrunk.
    edge = math.ceil(1.0 / min(matrix[0, 0], matrix[1, 1])) + 1
    wide = np.asarray(cv2.copyMakeBorder(grey, edge, edge, edge, edge, cv2.BORDER_REPLICATE), np.uint8)
    return wide, _shifted(matrix, (-edge, -edge))


def _blacken_empty(rgb: Rgb, plane: NDArray[np.generic], padding: Padding | None, matrix: NDArray[np.float64]) -> None:
    """Black where there is no voxel, or one that holds no image: the lowest level's colour need not be."""
    upright = matrix[0, 1] == 0 and matrix[1, 0] == 0
    if upright and padding is None and plane.dtype.kind != "f":
        _blacken_outside(rgb, plane.shape, matrix)
        return
    filled = ~is_padding(plane, padding) if padding is not None else np.isfinite(plane)
    cover = filled.astype(np.uint8)
    rgb[cv2.warpAffine(cover, matrix, rgb.shape[1::-1], flags=cv2.INTER_NEAREST) == 0] = 0


def _blacken_outside(rgb: Rgb, shape: tuple[int, ...], matrix: NDArray[np.float64]) -> None:
    ends = matrix[:, :2] @ np.array([[-0.5, shape[1] - 0.5], [-0.5, shape[0] - 0.5]]) + matrix[:, 2:]
    x0, y0 = np.maximum(np.ceil(ends[:, 0]), 0).astype(int)
    x1, y1 = np.maximum(np.floor(ends[:, 1]) + 1, 0).astype(int)
    rgb[:y0] = rgb[y1:] = 0
    rgb[:, :x0] = rgb[:, x1:] = 0


class _Laid(NamedTuple):
    """The part of a view around a mask, as a view into its pixels, and the mask at its resolution; both may be empty.

    ``left`` and ``top`` are where the part begins.
    """

    part: Rgb
    mask: NDArray[np.uint8]
    left: int
    top: int


def _laid(rgb: Rgb, mask: NDArray[np.uint8], matrix: NDArray[np.float64], interpolation: int) -> _Laid:
    left, top, width, height = cv2.boundingRect(mask)
    size = (rgb.shape[1], rgb.shape[0])
    # A border for interpolation and line width.
    area = area_of(matrix, size, slice(top, top + height), slice(left, left + width), _OUTLINE_PIXELS)
    if width == 0 or area.is_empty:
        return _Laid(rgb[:0, :0], np.zeros((0, 0), np.uint8), 0, 0)
    shifted = matrix - np.array([[0, 0, area.left], [0, 0, area.top]])
    warped = _warp(mask, shifted, (area.right - area.left, area.bottom - area.top), interpolation)
    return _Laid(rgb[area.pixels], warped, area.left, area.top)


def _thickened(mask: NDArray[np.uint8], matrix: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Lines as wide as the step from one view pixel to the next, none of which then passes over them."""
    wide, high = (int(np.ceil(1.0 / matrix[i, i])) for i in (0, 1))
    if max(wide, high) <= 1:
        return mask
    return np.asarray(cv2.dilate(mask, np.ones((high, wide), np.uint8)), np.uint8)


def _striped(laid: _Laid) -> NDArray[np.uint8]:
    """The mask cut into diagonal stripes that stand still while its box moves, and its border whole."""
    mask = laid.mask
    if mask.size == 0:
        return mask
    (height, width), x, y = mask.shape, laid.left % _STRIPE_STEP, laid.top % _STRIPE_STEP
    stripes = _stripes(-(-(height + _STRIPE_STEP) // _TILE_STEP), -(-(width + _STRIPE_STEP) // _TILE_STEP))
    striped = cv2.bitwise_and(mask, np.ascontiguousarray(stripes[y : y + height, x : x + width]))
    border = mask ^ cv2.erode(mask, np.ones((3, 3), np.uint8), borderValue=0).astype(np.uint8, copy=False)
    return np.asarray(cv2.bitwise_or(striped, border), np.uint8)


@lru_cache(maxsize=16)
def _stripes(rows: int, columns: int) -> NDArray[np.uint8]:
    y, x = np.ogrid[: rows * _TILE_STEP, : columns * _TILE_STEP]
    stripes = np.where((x + y) % _STRIPE_STEP < _STRIPE_WIDTH, np.uint8(255), np.uint8(0))
    stripes.setflags(write=False)
    return stripes


def _draw_outlines(
    rgb: Rgb, labels: NDArray[np.uint8], look: LabelLook, matrix: NDArray[np.float64], _opacity: float
) -> None:
    for number in _shown_numbers(labels, look):
        laid = _laid(rgb, _only(labels, number), matrix, cv2.INTER_LINEAR)
        _draw_outline(laid.part, laid.mask, _colour(look, number))


def _fill_labels(
    rgb: Rgb, labels: NDArray[np.uint8], look: LabelLook, matrix: NDArray[np.float64], opacity: float
) -> None:
    numbers = _shown_numbers(labels, look)
    if len(numbers) == 1:
        laid = _laid(rgb, _only(labels, numbers[0]), matrix, cv2.INTER_NEAREST)
        _blend(laid.part, laid.mask, _colour(look, numbers[0]), opacity)
    elif numbers:
        shown = np.asarray(cv2.bitwise_and(labels, cv2.LUT(labels, look.shown)), np.uint8)
        laid = _laid(rgb, shown, matrix, cv2.INTER_NEAREST)
        if laid.mask.size:
            colours = cv2.LUT(cv2.cvtColor(laid.mask, cv2.COLOR_GRAY2RGB), look.table[None])
            cv2.copyTo(cv2.addWeighted(laid.part, 1.0 - opacity, colours, opacity, 0.0), laid.mask, laid.part)


def _shown_numbers(labels: NDArray[np.uint8], look: LabelLook) -> list[int]:
    """The labels that occur in the plane and are shown."""
    counts = cv2.calcHist([labels], [0], None, [256], [0, 256])
    return [int(number) for number in np.flatnonzero(counts) if look.shown[number]]


def _only(labels: NDArray[np.uint8], number: int) -> NDArray[np.uint8]:
    return np.asarray(cv2.inRange(labels, number, number), np.uint8)


def _colour(look: LabelLook, number: int) -> Colour:
    red, green, blue = (int(part) for part in look.table[number])
    return red, green, blue


def _draw_outline(part: Rgb, mask: NDArray[np.uint8], colour: Colour) -> None:
    if mask.size == 0:
        return
    half = cv2.threshold(mask, 127, 255, cv2.THRESH_BINARY)[1]
    contours, _ = cv2.findContours(half, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    cv2.drawContours(part, contours, -1, colour, _OUTLINE_PIXELS, cv2.LINE_AA)


def _blend(part: Rgb, mask: NDArray[np.uint8], colour: Colour, opacity: float) -> None:
    height, width = mask.shape
    if mask.size == 0:
        return
    # One tile serves masks of all sizes near it: making one takes longer than blending.
    tile = _tile(-(-height // _TILE_STEP), -(-width // _TILE_STEP), colour)[:height, :width]
    cv2.copyTo(cv2.addWeighted(part, 1.0 - opacity, tile, opacity, 0.0), mask, part)


@lru_cache(maxsize=16)
def _tile(rows: int, columns: int, colour: Colour) -> Rgb:
    tile = np.empty((rows * _TILE_STEP, columns * _TILE_STEP, 3), np.uint8)
    tile[:] = colour
    tile.setflags(write=False)
    return tile


def _as_binary(mask_plane: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """0 and 255, contiguous."""
    return np.asarray(cv2.threshold(np.ascontiguousarray(mask_plane), 0, 255, cv2.THRESH_BINARY)[1], np.uint8)


def _as_rgb(grey: NDArray[np.uint8], out: Rgb | None) -> Rgb:
    """Three channels, in ``out`` where it is given."""
    if grey.ndim == 3:
        if out is None:
            return grey
        np.copyto(out, grey)
        return out
    return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB, dst=out), np.uint8)
