"""What corrected slices show of the right border, and which of them to keep from a model so as to test it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.errors import NothingToLearnError
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.segmentation.corrected_slices import SlicePlace
from medcrypt_gui.core.segmentation.voxel_features import VoxelFeatures

Region = NDArray[np.bool_]

WIDEST_MM = 25.0  # the furthest from the proposal's border that voxels may change
_NARROWEST_MM = 6.0
_BEYOND_MM = 3.0  # further than the corrections reached
_REACHED = 97.0  # percentile of the corrections' distances that counts as their reach
_MOST_POINTS = 24_000
_MOST_POINTS_A_SLICE = 8_000
_FOLDS = 4  # parts of each slice's border
_ALIKE_MM = 10.0  # what holds in a slice holds so far from it, even when no other was corrected
_LEAST_CORRECTED = 20  # voxels


@dataclass(frozen=True, eq=False)
class Evidence:
    """Voxels near the border in corrected slices: ``(N, F)`` features, the right answer, the proposal's.

    ``fold`` says which voxels are kept from a model together. What was learnt may change voxels no further than
    ``band_mm`` from the proposal's border and ``reach_mm`` from a corrected slice.
    """

    features: NDArray[np.float32]
    answer: Region
    proposed: Region
    fold: NDArray[np.intp]
    band_mm: float
    reach_mm: float


def collect(
    features: VoxelFeatures, image: Geometry, region: Region, current: Region, slices: Sequence[SlicePlace]
) -> Evidence:
    """The evidence of ``slices`` of the mask ``current``, of which ``region`` was proposed (both on ``image``).

    Raises `NothingToLearnError` when hardly anything was corrected or no border is seen.
    """
    changed = np.argwhere(slabs(image, slices) & (region != current)).T.astype(np.float64)
    if changed.shape[1] < _LEAST_CORRECTED:
        raise NothingToLearnError(tr("nothing was corrected in these slices"))
    distances = np.abs(features.distance_at(changed, image))
    band = float(np.clip(np.percentile(distances, _REACHED) + _BEYOND_MM, _NARROWEST_MM, WIDEST_MM))
    random = np.random.default_rng(0)
    most = min(_MOST_POINTS_A_SLICE, _MOST_POINTS // len(slices))
    near = [_near_border(features, image, place, band, most, random) for place in slices]
    places = np.concatenate(near, axis=1)
    at = tuple(places.astype(np.intp))
    answer = current[at]
    if answer.all() or not answer.any():
        raise NothingToLearnError(tr("the corrected slices do not show both sides of a border"))
    fold = np.concatenate([_by_direction(part, number) for number, part in enumerate(near)])
    reach = _ALIKE_MM + _apart_mm(near, image, slices)
    return Evidence(features.at(places, image), answer, region[at], fold, band, reach)


def slabs(image: Geometry, slices: Sequence[SlicePlace], to_mm: float = 0.0) -> Region:
    """The voxels of all these slices and those within ``to_mm`` of one, ``(Z, Y, X)``."""
    found = np.zeros(image.shape, bool)
    for axis, index in slices:
        more = int(to_mm / image.spacing_mm[2 - axis])
        found[(slice(None),) * axis + (slice(max(0, index - more), index + more + 1),)] = True
    return found


def _near_border(
    features: VoxelFeatures,
    image: Geometry,
    place: SlicePlace,
    band_mm: float,
    most: int,
    random: np.random.Generator,
) -> NDArray[np.float64]:
    """At most so many voxels ``(3, N)`` of one slice, within the band."""
    axis, index = place
    shape = (*image.shape[:axis], 1, *image.shape[axis + 1 :])
    places = np.indices(shape).reshape(3, -1).astype(np.float64)
    places[axis] = index
    near = np.flatnonzero(np.abs(features.distance_at(places, image)) <= band_mm)
    return places[:, random.choice(near, most, replace=False) if near.size > most else near]


def _by_direction(places: NDArray[np.float64], number: int) -> NDArray[np.intp]:
    """The fold of each voxel ``(3, N)`` of a slice: by direction from its middle, turned from slice to slice."""
    if not places.size:
        return np.zeros(0, np.intp)
    rows, columns = (places - places.mean(axis=1, keepdims=True))[np.ptp(places, axis=1) > 0]
    turn = np.arctan2(rows, columns) / (2 * np.pi) + 0.5
    return (np.floor(turn * _FOLDS).astype(np.intp) + number) % _FOLDS


def _apart_mm(near: Sequence[NDArray[np.float64]], image: Geometry, slices: Sequence[SlicePlace]) -> float:
    """How far apart the slices lie: the distance to the next one, median over a slice's voxels, of the loneliest."""
    distances = [0.0]
    for places, one in zip(near, slices, strict=True):
        others = [np.abs(places[a] - index) * image.spacing_mm[2 - a] for a, index in slices if (a, index) != one]
        if others and places.size:
            distances.append(float(np.median(np.min(others, axis=0))))
    return max(distances)
