"""The body part in a projection X-ray, or what is shown in any single image, against background and collimator."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.errors import UnsupportedInputError
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.segmentation.algorithm import FindRegion
from medcrypt_gui.core.segmentation.flat_background import flat_background, scaled_to_unit
from medcrypt_gui.core.segmentation.proposal import Proposal
from medcrypt_gui.core.task import TaskContext

_STACKS = frozenset({"CT", "MR", "PT"})  # slices through a patient
_LONGEST_SIDE = 512  # pixels at which the decision is made
_DARK_IN = (0.1, 0.03)  # of the image's range: direct exposure scatters, around an ultrasound sector there is nothing
_MARKER_SHARE = 0.02  # of the shorter side: half the width of what is too thin to be a body part
_SMALLEST_PART = 0.01  # of the image
_GAPS_SHARE = 0.03  # of the shorter side: dark gaps inside an ultrasound sector
_FULL = 0.995

Frame = NDArray[np.float32]
Plane = NDArray[np.bool_]


def foreground_2d(volume: Volume, modality: str, task: TaskContext, _find: FindRegion) -> Proposal:
    """The foreground of every frame on its own; empty where an image does not vary.

    Raises `UnsupportedInputError` for CT, MR and PET, whose air is told by `body`.
    """
    sizes = volume.geometry.shape
    axis = sizes.index(1) if 1 in sizes else 0
    if modality in _STACKS:
        raise UnsupportedInputError(
            tr("this works on projections and single pictures; this is {modality}: use the body", modality=modality)
        )
    labels = np.zeros(sizes, np.uint8)
    frames, targets = np.moveaxis(volume.stored, axis, 0), np.moveaxis(labels, axis, 0)
    for index, frame in enumerate(frames):
        task.progress(index / len(frames), tr("Telling the body part from the background"))
        targets[index] = frame_foreground(frame, modality, volume.inverted != (volume.slope < 0))
    return Proposal(RoiMask(labels, volume.geometry), doubts=_doubts(labels))


def frame_foreground(frame: NDArray[np.generic], modality: str, inverted: bool) -> Plane:
    """The foreground of one image (rows, columns); ``inverted``: high stored values are displayed dark."""
    small = scaled_to_unit(_reduced(frame))
    if small is None:
        return np.zeros(frame.shape, bool)
    region = _parts(~flat_background(1.0 - small if inverted else small, _DARK_IN[modality == "US"]))
    if modality == "US":
        region = _hull(region)
    full = cv2.resize(cv2.dilate(region.view(np.uint8), np.ones((3, 3), np.uint8)), frame.shape[::-1])
    return np.asarray(full > 0)


def _reduced(frame: NDArray[np.generic]) -> Frame:
    """The image as finite float32, its longer side at most `_LONGEST_SIDE`."""
    values = np.nan_to_num(frame.astype(np.float32), posinf=0.0, neginf=0.0)
    scale = min(1.0, _LONGEST_SIDE / max(values.shape))
    size = (max(1, round(values.shape[1] * scale)), max(1, round(values.shape[0] * scale)))
    return np.asarray(cv2.resize(values, size, interpolation=cv2.INTER_AREA), dtype=np.float32)


def _parts(region: Plane) -> Plane:
    """``region`` without letters, markers and specks, its holes filled."""
    radius = max(1, round(_MARKER_SHARE * min(region.shape)))
    solid = cv2.morphologyEx(region.view(np.uint8), cv2.MORPH_OPEN, _disc(radius))  # also cuts a collimator's edge
    solid = _filled(solid.view(bool)).view(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(solid, connectivity=4)
    kept = [i for i in range(1, count) if stats[i, cv2.CC_STAT_AREA] >= _SMALLEST_PART * region.size]
    return np.asarray(np.isin(labels, kept))


def _filled(region: Plane) -> Plane:
    padded = np.pad(region.view(np.uint8), 1)
    cv2.floodFill(padded, None, (0, 0), 2)
    return np.asarray(padded[1:-1, 1:-1] != 2)


def _hull(region: Plane) -> Plane:
    """The convex hull of the largest part: the sector of an ultrasound image, its dark gaps included."""
    radius = max(1, round(_GAPS_SHARE * min(region.shape)))
    joined = cv2.morphologyEx(region.view(np.uint8), cv2.MORPH_CLOSE, _disc(radius))
    outlines, _ = cv2.findContours(joined, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    result = np.zeros(region.shape, np.uint8)
    if outlines:
        cv2.fillConvexPoly(result, cv2.convexHull(max(outlines, key=cv2.contourArea)), 1)
    return result.view(bool)


def _disc(radius: int) -> NDArray[np.uint8]:
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1)), dtype=np.uint8)


def _doubts(labels: NDArray[np.uint8]) -> tuple[str, ...]:
    if labels.size and np.count_nonzero(labels) > _FULL * labels.size:
        return (tr("No background was found; the region is the whole image."),)
    return ()
