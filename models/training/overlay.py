"""Contact sheets: slices of a scan in three directions with the outlines of the reference and of the proposal."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from scipy import ndimage

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.segmentation.preprocess import patient_grid, reduce_blocks, sample
from models.training.evaluate import Evaluated, Mask

_STEP_MM = 1.0
_COLUMNS = 7
_TILE = 240  # pixels
_REFERENCE = (60, 220, 90)
_FOUND = (255, 60, 60)
_BOTH = (255, 220, 60)
_CAPTION = 18  # pixels


def contact_sheet(evaluated: Evaluated) -> Image.Image:
    """Axial, coronal and sagittal slices from one end of the region to the other, seen as radiologists see them.

    Green is the reference's outline alone, red the proposal's, yellow both.
    """
    values, geometry = reduce_blocks(evaluated.volume, _STEP_MM)
    grid = patient_grid(geometry, _STEP_MM)
    grey = _grey(np.nan_to_num(sample(values, geometry, grid, outside=np.nan), nan=float(values.min())))
    regions = [_on(grid, mask, evaluated.volume.geometry) for mask in (evaluated.reference, evaluated.found)]
    either = regions[0] | regions[1]
    rows = [[_tile(grey, regions, axis, place) for place in _places(either, axis)] for axis in (0, 1, 2)]
    sheet = Image.new("RGB", (_COLUMNS * _TILE, 3 * _TILE + _CAPTION))
    for row, tiles in enumerate(rows):
        for column, tile in enumerate(tiles):
            sheet.paste(tile, (column * _TILE, _CAPTION + row * _TILE))
    ImageDraw.Draw(sheet).text((4, 3), _caption(evaluated), fill=(255, 255, 255))
    return sheet


def _caption(evaluated: Evaluated) -> str:
    result = evaluated.result
    distance = "-" if result.hd95_mm is None else f"{result.hd95_mm:.1f} mm"
    legend = "green: reference, red: proposal, yellow: both"
    return f"{result.scan}   Dice {result.dice:.3f}   HD95 {distance}   {result.protocol}   ({legend})"


def _grey(values: NDArray[np.float32]) -> NDArray[np.uint8]:
    low, high = np.percentile(values[values > values.min()], (1.0, 99.5)) if np.ptp(values) else (0.0, 1.0)
    return np.asarray(np.clip((values - low) / max(high - low, 1e-6), 0, 1) * 255, dtype=np.uint8)


def _on(grid: Geometry, mask: Mask, geometry: Geometry) -> Mask:
    return np.asarray(sample(mask.astype(np.float32), geometry, grid) > 0.5)


def _places(region: Mask, axis: int) -> list[int]:
    """Slice numbers spread evenly over the region, a little inside its ends; over the image when it is empty."""
    filled = np.flatnonzero(region.any(axis=tuple(other for other in range(3) if other != axis)))
    first, last = (int(filled[0]), int(filled[-1])) if filled.size else (0, region.shape[axis] - 1)
    return [round(first + (last - first) * part) for part in np.linspace(0.06, 0.94, _COLUMNS)]


def _tile(grey: NDArray[np.uint8], regions: list[Mask], axis: int, place: int) -> Image.Image:
    def upright(array: NDArray[np.generic]) -> NDArray[np.generic]:
        plane = np.take(array, place, axis=axis)
        return np.asarray(plane if axis == 0 else plane[::-1])  # rows of the other planes run from the feet up

    plane = np.asarray(upright(grey))
    scale = _TILE / max(plane.shape)
    size = (max(1, round(plane.shape[1] * scale)), max(1, round(plane.shape[0] * scale)))
    picture = np.array(Image.fromarray(plane).resize(size, Image.Resampling.BILINEAR).convert("RGB"))
    outlines = [_outline(np.asarray(upright(region)), size) for region in regions]
    picture[outlines[0]] = _REFERENCE
    picture[outlines[1]] = _FOUND
    picture[outlines[0] & outlines[1]] = _BOTH
    tile = Image.new("RGB", (_TILE, _TILE))
    tile.paste(Image.fromarray(picture), ((_TILE - size[0]) // 2, (_TILE - size[1]) // 2))
    return tile


def _outline(plane: NDArray[np.generic], size: tuple[int, int]) -> Mask:
    smooth = Image.fromarray(plane.astype(np.uint8) * 255).resize(size, Image.Resampling.BILINEAR)
    region = np.asarray(smooth) > 127
    return np.asarray(region & ~ndimage.binary_erosion(region))
