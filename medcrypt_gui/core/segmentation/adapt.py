"""Learn from the slices that a person corrected what to change in the others.

Boosted trees see the voxels near the proposal's border in the corrected slices, and are asked about the rest. Before
that they must prove themselves where the answer is known: on stretches of the corrected borders that were kept from
them. If they do not clearly beat the proposal there, nothing is suggested. What was learnt is used no further from the
corrected slices than these lie apart: two low slices say nothing about the top of the head.
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
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.mask.box import Box, bounding_box, grown_mm
from medcrypt_gui.core.mask.labels import ROI
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.segmentation.between_blocks import planes
from medcrypt_gui.core.segmentation.border_evidence import WIDEST_MM, Evidence, collect, slabs
from medcrypt_gui.core.segmentation.border_models import cross_validated, fitted
from medcrypt_gui.core.segmentation.corrected_slices import SlicePlace
from medcrypt_gui.core.segmentation.proposal import Proposal
from medcrypt_gui.core.segmentation.voxel_features import VoxelFeatures, crop, describe
from medcrypt_gui.core.task import TaskContext

Region = NDArray[np.bool_]

_LEAST_GAIN = 0.15  # share of the known errors that the models must mend
_LEAST_WRONG = 0.005  # share of the region in the corrected slices that the corrections must concern
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


def learn(
    volume: Volume, proposal: Proposal, corrected: RoiMask, slices: Sequence[SlicePlace], task: TaskContext
) -> MaskChange:
    """What the corrected ``slices`` of the mask ``corrected`` suggest for the rest of it.

    ``proposal.mask`` is what was there before any correction. Slices that were looked at and found right count as
    well. Raises `NothingToLearnError` when they hold no correction or no rule that stands the test, and `Cancelled`.
    """
    region, current = proposal.mask.region(ROI), corrected.region(ROI)
    box = bounding_box(region | current)
    if not slices or box is None or not region.any():
        raise NothingToLearnError(tr("no slice of a proposal was corrected"))
    _refuse_trifles(region, current, slabs(volume.geometry, slices))
    box = grown_mm(box, WIDEST_MM + 5.0, volume.geometry)
    task.progress(0.0, tr("Looking at the corrected slices"))
    try:
        features = describe(volume, region, proposal.probability, box, task)
    except ValueError as exc:
        raise NothingToLearnError(tr("the image has too few slices to learn for others")) from exc
    task.progress(0.35, tr("Learning from the corrections"))
    evidence = collect(features, volume.geometry, region, current, slices)
    gain = _proven_gain(evidence, task)
    task.progress(0.7, tr("Looking for the same elsewhere"))
    probability = _ask(features, evidence, task)
    task.progress(0.85, tr("Fitting the changes to the image"))
    return _change(probability, features.geometry, volume, current, slices, box, evidence.reach_mm, gain, task)


def _refuse_trifles(region: Region, current: Region, corrected: Region) -> None:
    """Where a mask is right but for a speck, a rule drawn from the speck spoils more than it mends."""
    wrong = int(((region != current) & corrected).sum())
    if 0 < wrong < _LEAST_WRONG * int((current & corrected).sum()):
        raise NothingToLearnError(tr("the corrections are too small for a rule: the proposal is right there"))


def _proven_gain(evidence: Evidence, task: TaskContext) -> float:
    """The share of known errors mended on parts of the borders that the models had not seen."""
    found = cross_validated(evidence.features, evidence.answer, evidence.proposed, evidence.fold, task) > 0.5
    wrong_before = int((evidence.proposed != evidence.answer).sum())
    wrong_after = int((found != evidence.answer).sum())
    gain = 1.0 - wrong_after / max(wrong_before, 1)
    if gain < _LEAST_GAIN:
        raise NothingToLearnError(tr("what was corrected there follows no rule that would help elsewhere"))
    return gain


def _ask(features: VoxelFeatures, evidence: Evidence, task: TaskContext) -> NDArray[np.float32]:
    """Probabilities on the features' grid; one half, which changes nothing, away from the border."""
    band = np.abs(features.distance_mm) <= evidence.band_mm
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
    reach_mm: float,
    gain: float,
    task: TaskContext,
) -> MaskChange:
    """The change on the image's own grid, free of specks, near corrected slices but not in them."""
    part = crop(volume, box).geometry
    mine = current[box]
    free = (slabs(volume.geometry, slices, reach_mm) & ~slabs(volume.geometry, slices))[box]
    add, remove = np.zeros(part.shape, bool), np.zeros(part.shape, bool)
    for z, found in enumerate(planes(probability, grid, part)):
        task.checkpoint()
        add[z] = (found > 0.5 + _SURE) & ~mine[z] & free[z]
        remove[z] = (found < 0.5 - _SURE) & mine[z] & free[z]
    task.checkpoint()
    large = _without_specks(add | remove, _SMALLEST_PIECE_MM3 / (part.voxel_volume_ml * 1000))
    return MaskChange(box, add & large, remove & large, gain)


def _without_specks(region: Region, fewest_voxels: float) -> Region:
    """The pieces (faces touch) of at least so many voxels."""
    pieces, _ = ndimage.label(region)
    sizes = np.bincount(pieces.ravel())
    sizes[0] = 0
    return np.asarray((sizes >= fewest_voxels)[pieces])
