"""What can be said of a voxel without knowing the answer: brightness, neighbourhood, the network's view, its place.

Features live on a grid of blocks about 2 mm wide around the region: the scale at which a border is learned, and few
enough voxels for seconds. They are smooth, so they may be read between the blocks as well.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.mask.box import Box, bounding_box
from medcrypt_gui.core.segmentation.fusion import log_odds
from medcrypt_gui.core.segmentation.preprocess import reduce_blocks, sample
from medcrypt_gui.core.segmentation.proposal import ProbabilityMap
from medcrypt_gui.core.task import TaskContext

_SPACING_MM = 2.0
_EXTREME = 6.0  # brightness is clipped that many spreads of the region away from its median
_LOCAL_MM = 8.0  # the surroundings whose brightness within the region a voxel is compared with
_POSITION_MM = 50.0
_BEYOND_GRID_MM = 1e3

Array = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class VoxelFeatures:
    """``values`` is ``(F, Z, Y, X)`` float32 on ``geometry``.

    The first feature is the signed distance (mm) to the proposal's border, negative inside.
    """

    values: Array
    geometry: Geometry

    @property
    def distance_mm(self) -> Array:
        return self.values[0]

    def at(self, index_zyx: NDArray[np.float64], image: Geometry) -> Array:
        """``(N, F)``: the features at voxels ``(3, N)`` of ``image``, between the blocks linearly."""
        place = self._place(index_zyx, image)
        return np.stack([ndimage.map_coordinates(v, place, order=1, mode="nearest") for v in self.values], axis=1)

    def distance_at(self, index_zyx: NDArray[np.float64], image: Geometry) -> Array:
        """``(N,)``: `distance_mm` at voxels ``(3, N)`` of ``image``; very far beyond the grid."""
        place = self._place(index_zyx, image)
        return np.asarray(ndimage.map_coordinates(self.distance_mm, place, order=1, cval=_BEYOND_GRID_MM), np.float32)

    def _place(self, index_zyx: NDArray[np.float64], image: Geometry) -> NDArray[np.float64]:
        """Voxels of ``image`` as fractional indices ``(3, N)`` of the grid."""
        return np.asarray(self.geometry.to_index(image.to_mm(index_zyx[::-1].T))[:, ::-1].T)


def describe(
    volume: Volume, region: NDArray[np.bool_], probability: ProbabilityMap | None, box: Box, task: TaskContext
) -> VoxelFeatures:
    """The features of the voxels in ``box``; ``region`` (Z, Y, X) is the proposal's, which touches the box's inside.

    Raises ValueError when the box has an axis with fewer than two blocks.
    """
    part = crop(volume, box)
    values, geometry = reduce_blocks(part, _SPACING_MM, task)
    if min(geometry.shape) < 2:
        raise ValueError("too thin to have neighbours on every side")
    share, _ = reduce_blocks(Volume(region[box].view(np.uint8), part.geometry), _SPACING_MM, task)
    inside = share > 0.5
    spacing = geometry.spacing_mm[::-1]
    distance = signed_distance_mm(inside, spacing)
    smooth_distance = _blurred(distance, 3.0, spacing)
    normal = _unit_gradient(smooth_distance, spacing)
    task.checkpoint()
    found = [distance, share, smooth_distance]
    found += _brightness(_standardised(values, inside), inside, normal, spacing, task)
    found += _network_view(probability, geometry, spacing)
    found += [*normal, *_position(inside, spacing)]
    return VoxelFeatures(np.stack(found).astype(np.float32, copy=False), geometry)


def crop(volume: Volume, box: Box) -> Volume:
    """The voxels of a box, where they lie; no copy."""
    affine = volume.geometry.affine_lps.copy()
    affine[:3, 3] = volume.geometry.to_mm((float(box[2].start), float(box[1].start), float(box[0].start)))
    stored = volume.stored[box]
    z, y, x = stored.shape
    return replace(volume, stored=stored, geometry=Geometry((z, y, x), affine), loaded=None)


def signed_distance_mm(inside: NDArray[np.bool_], spacing_zyx: tuple[float, ...]) -> Array:
    """Distance to the border between voxels, negative inside; the far side of the array where there is no border."""
    if inside.all() or not inside.any():
        return np.full(inside.shape, -1e3 if inside.all() else 1e3, np.float32)
    outer = ndimage.distance_transform_edt(~inside, spacing_zyx)
    found = bounding_box(inside)
    assert found is not None
    around = tuple(slice(max(0, one.start - 1), one.stop + 1) for one in found)  # holds the nearest voxel outside
    inner = np.zeros(inside.shape, np.float32)
    inner[around] = ndimage.distance_transform_edt(inside[around], spacing_zyx)
    half = min(spacing_zyx) / 2
    return np.asarray(np.where(inside, half - inner, outer - half), np.float32)


def _brightness(
    bright: Array, inside: NDArray[np.bool_], normal: Array, spacing: tuple[float, ...], task: TaskContext
) -> list[Array]:
    """At four scales; spread, edge strength and slope across the border; difference to the region nearby."""
    scales = []
    for mm in (1.5, 3.0, 6.0):
        scales.append(_blurred(bright, mm, spacing))
        task.checkpoint()
    spread = np.sqrt(np.maximum(_blurred(bright * bright, 3.0, spacing) - scales[1] ** 2, 0.0))
    gradient = _gradient(scales[0], spacing)
    strength = np.sqrt((gradient**2).sum(axis=0))
    task.checkpoint()
    weight = _blurred(inside.astype(np.float32), _LOCAL_MM, spacing)
    nearby = _blurred(bright * inside, _LOCAL_MM, spacing) / np.maximum(weight, 1e-3)
    return [bright, *scales, spread, strength, (gradient * normal).sum(axis=0), bright - nearby]


def _standardised(values: Array, inside: NDArray[np.bool_]) -> Array:
    """Brightness in spreads of the region, from its median."""
    own = values[inside] if inside.any() else values.ravel()
    median = float(np.median(own))
    spread = 1.5 * float(np.percentile(np.abs(own - median), 75.0)) or float(values.std()) or 1.0
    return np.asarray(np.clip((values - median) / spread, -_EXTREME, _EXTREME), np.float32)


def _network_view(probability: ProbabilityMap | None, geometry: Geometry, spacing: tuple[float, ...]) -> list[Array]:
    """Log-odds at three scales; nothing for a proposal without probabilities."""
    if probability is None:
        return []
    lowest = float(log_odds(np.zeros(1, np.float32))[0])
    odds = sample(log_odds(probability.values), probability.geometry, geometry, outside=lowest)
    return [odds, _blurred(odds, 3.0, spacing), _blurred(odds, 6.0, spacing)]


def _position(inside: NDArray[np.bool_], spacing: tuple[float, ...]) -> list[Array]:
    """Along each axis from the region's centre, in units of 50 mm."""
    centre = ndimage.center_of_mass(inside) if inside.any() else [(n - 1) / 2 for n in inside.shape]
    places = []
    for axis, (n, middle, step) in enumerate(zip(inside.shape, centre, spacing, strict=True)):
        line = ((np.arange(n) - middle) * step / _POSITION_MM).astype(np.float32)
        shape = [1, 1, 1]
        shape[axis] = n
        places.append(np.broadcast_to(line.reshape(shape), inside.shape))
    return places


def _unit_gradient(values: Array, spacing: tuple[float, ...]) -> Array:
    gradient = _gradient(values, spacing)
    return np.asarray(gradient / (np.sqrt((gradient**2).sum(axis=0)) + 1e-6), np.float32)


def _gradient(values: Array, spacing: tuple[float, ...]) -> Array:
    """``(3, Z, Y, X)``, per mm."""
    return np.stack([np.gradient(values, step, axis=axis) for axis, step in enumerate(spacing)]).astype(np.float32)


def _blurred(values: Array, sigma_mm: float, spacing: tuple[float, ...]) -> Array:
    return np.asarray(ndimage.gaussian_filter(values, [sigma_mm / s for s in spacing], truncate=2.5), np.float32)
