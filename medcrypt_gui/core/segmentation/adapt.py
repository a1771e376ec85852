"""Learn from the slices that a person corrected what to change in the others.

Two light models see the voxels near the proposal's border in the corrected slices: a logistic regression, which finds
what holds all along the border (it lies 2 mm too far out; fluid belongs to the region), and boosted trees, which find
what holds in places. Their mean is asked about the rest. Before that it must prove itself where the answer is known: on
stretches of the corrected borders that were kept from it. If it does not clearly beat the proposal there, nothing is
suggested.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from medcrypt_gui.core.errors import NothingToLearnError
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.mask.edit import Box, bounding_box, grown_mm
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.segmentation.between_blocks import planes
from medcrypt_gui.core.segmentation.border_models import cross_validated, fitted
from medcrypt_gui.core.segmentation.corrected_slices import SlicePlace
from medcrypt_gui.core.segmentation.proposal import Proposal
from medcrypt_gui.core.segmentation.voxel_features import VoxelFeatures, crop, describe
from medcrypt_gui.core.task import TaskContext

Region = NDArray[np.bool_]

_NARROWEST_MM, _WIDEST_MM = 6.0, 25.0  # how far from the proposal's border voxels may change
_BEYOND_MM = 3.0  # further than the corrections reached
_REACHED = 97.0  # percentile of the corrections' distances that counts as their reach
_MOST_POINTS = 12_000
_MOST_POINTS_A_SLICE = 4_000
_FOLDS = 4  # parts of each slice's border, by direction from its middle
_LEAST_GAIN = 0.15  # share of the known errors that the models must mend
_LEAST_CORRECTED = 20  # voxels
_SURE = 0.05  # beyond one half, before a voxel changes sides
_SMALLEST_PIECE_MM3 = 40.0


@dataclass(frozen=True, eq=False)
class MaskChange:
    """Voxels of ``box`` that should join (``add``) and leave (``remove``) the mask; none in a corrected slice.

    ``gain`` is the share of the errors that the same models mended on corrected borders they had not seen.
    """

    box: Box
    add: Region
    remove: Region
    gain: float

    def after(self, region: Region) -> Region:
        """A copy of ``region`` (Z, Y, X) with the change made."""
        result = region.copy()
        result[self.box] = (result[self.box] | self.add) & ~self.remove
        return result


@dataclass(frozen=True, eq=False)
class _Evidence:
    """Voxels near the border in corrected slices: ``(N, F)`` features, the right answer, the proposal's, the fold."""

    features: NDArray[np.float32]
    answer: Region
    proposed: Region
    fold: NDArray[np.intp]


def learn(
    volume: Volume, proposal: Proposal, corrected: RoiMask, slices: Sequence[SlicePlace], task: TaskContext
) -> MaskChange:
    """What the corrected ``slices`` of the mask ``corrected`` suggest for the rest of it.

    ``proposal.mask`` is what was there before any correction. Slices that were looked at and found right count as
    well. Raises `NothingToLearnError` when they hold no correction or no rule that stands the test, and `Cancelled`.
    """
    region, current = proposal.mask.roi(), corrected.roi()
    box = bounding_box(region | current)
    if not slices or box is None or not region.any():
        raise NothingToLearnError("no slice of a proposal was corrected")
    box = grown_mm(box, _WIDEST_MM + 5.0, volume.geometry)
    task.progress(0.0, "Looking at the corrected slices")
    try:
        features = describe(volume, region, proposal.probability, box, task)
    except ValueError as exc:
        raise NothingToLearnError("the image has too few slices to learn for others") from exc
    task.progress(0.35, "Learning from the corrections")
    evidence, band_mm = _collect(features, volume.geometry, region, current, slices)
    gain = _proven_gain(evidence, task)
    task.progress(0.7, "Looking for the same elsewhere")
    probability = _ask(features, evidence, band_mm, task)
    task.progress(0.85, "Fitting the changes to the image")
    return _change(probability, features.geometry, volume, current, slices, box, gain, task)


def _collect(
    features: VoxelFeatures, image: Geometry, region: Region, current: Region, slices: Sequence[SlicePlace]
) -> tuple[_Evidence, float]:
    """The evidence, and how far from the border (mm) it reaches."""
    reviewed = _union(image.shape, slices)
    changed = np.argwhere(reviewed & (region != current)).T.astype(np.float64)
    if changed.shape[1] < _LEAST_CORRECTED:
        raise NothingToLearnError("nothing was corrected in these slices")
    distances = np.abs(
        ndimage.map_coordinates(features.distance_mm, _place(changed, image, features.geometry), order=1)
    )
    band = float(np.clip(np.percentile(distances, _REACHED) + _BEYOND_MM, _NARROWEST_MM, _WIDEST_MM))
    random = np.random.default_rng(0)
    most = min(_MOST_POINTS_A_SLICE, _MOST_POINTS // len(slices))
    parts = [_of_slice(features, image, region, current, s, band, most, n, random) for n, s in enumerate(slices)]
    joined = _Evidence(
        np.concatenate([part.features for part in parts]),
        np.concatenate([part.answer for part in parts]),
        np.concatenate([part.proposed for part in parts]),
        np.concatenate([part.fold for part in parts]),
    )
    if joined.answer.all() or not joined.answer.any():
        raise NothingToLearnError("the corrected slices do not show both sides of a border")
    return joined, band


def _of_slice(
    features: VoxelFeatures,
    image: Geometry,
    region: Region,
    current: Region,
    place: SlicePlace,
    band_mm: float,
    most: int,
    number: int,
    random: np.random.Generator,
) -> _Evidence:
    axis, index = place
    inside, proposed = np.take(current, index, axis), np.take(region, index, axis)
    rows, columns = (grid.ravel() for grid in np.indices(inside.shape))
    places = np.insert(np.stack([rows, columns]).astype(np.float64), axis, float(index), axis=0)
    distance = ndimage.map_coordinates(
        features.distance_mm, _place(places, image, features.geometry), order=1, mode="constant", cval=1e3
    )
    near = np.flatnonzero(np.abs(distance) <= band_mm)
    near = random.choice(near, most, replace=False) if near.size > most else near
    middle = np.argwhere(proposed | inside).mean(axis=0) if (proposed | inside).any() else np.zeros(2)
    turn = np.arctan2(rows[near] - middle[0], columns[near] - middle[1]) / (2 * np.pi) + 0.5
    fold = (np.floor(turn * _FOLDS).astype(np.intp) + number) % _FOLDS
    return _Evidence(features.at(places[:, near], image), inside.ravel()[near], proposed.ravel()[near], fold)


def _proven_gain(evidence: _Evidence, task: TaskContext) -> float:
    """The share of known errors mended on parts of the borders that the models had not seen."""
    found = cross_validated(evidence.features, evidence.answer, evidence.proposed, evidence.fold, task) > 0.5
    wrong_before = int((evidence.proposed != evidence.answer).sum())
    wrong_after = int((found != evidence.answer).sum())
    gain = 1.0 - wrong_after / max(wrong_before, 1)
    if gain < _LEAST_GAIN:
        raise NothingToLearnError("what was corrected there follows no rule that would help elsewhere")
    return gain


def _ask(features: VoxelFeatures, evidence: _Evidence, band_mm: float, task: TaskContext) -> NDArray[np.float32]:
    """Probabilities on the features' grid; one half, which changes nothing, away from the border."""
    band = np.abs(features.distance_mm) <= band_mm
    predict = fitted(evidence.features, evidence.answer, task)
    probability = np.full(band.shape, 0.5, np.float32)
    probability[band] = predict(features.values[:, band].T, task)
    return probability


def _change(
    probability: NDArray[np.float32],
    grid: Geometry,
    volume: Volume,
    current: Region,
    slices: Sequence[SlicePlace],
    box: Box,
    gain: float,
    task: TaskContext,
) -> MaskChange:
    """The change on the image's own grid, free of specks and outside the corrected slices."""
    part = crop(volume, box).geometry
    mine, reviewed = current[box], _union(volume.geometry.shape, slices)[box]
    add, remove = np.zeros(part.shape, bool), np.zeros(part.shape, bool)
    for z, found in enumerate(planes(probability, grid, part)):
        task.checkpoint()
        free = ~reviewed[z]
        add[z] = (found > 0.5 + _SURE) & ~mine[z] & free
        remove[z] = (found < 0.5 - _SURE) & mine[z] & free
    task.checkpoint()
    large = _without_specks(add | remove, _SMALLEST_PIECE_MM3 / (part.voxel_volume_ml * 1000))
    return MaskChange(box, add & large, remove & large, gain)


def _without_specks(region: Region, fewest_voxels: float) -> Region:
    """The pieces (faces touch) of at least so many voxels."""
    pieces, _ = ndimage.label(region)
    sizes = np.bincount(pieces.ravel())
    sizes[0] = 0
    return np.asarray((sizes >= fewest_voxels)[pieces])


def _union(shape: tuple[int, int, int], slices: Sequence[SlicePlace]) -> Region:
    """The voxels of all these slices."""
    reviewed = np.zeros(shape, bool)
    for axis, index in slices:
        reviewed[(slice(None),) * axis + (index,)] = True
    return reviewed


def _place(index_zyx: NDArray[np.float64], image: Geometry, grid: Geometry) -> NDArray[np.float64]:
    """Voxels ``(3, N)`` of ``image`` as fractional indices of ``grid``."""
    return np.asarray(grid.to_index(image.to_mm(index_zyx[::-1].T))[:, ::-1].T)
