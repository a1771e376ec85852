"""What a proposed face region must do, in numbers: cover the features, lie deep under the skin, stay off the brain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.segmentation.brain_pose import BrainPose, brain_pose
from medcrypt_gui.core.segmentation.face import without_cavities
from medcrypt_gui.core.segmentation.face_shape import face_sector
from medcrypt_gui.core.segmentation.preprocess import foreground, patient_grid, reduce_blocks, sample
from medcrypt_gui.core.task import TaskContext

_GRID_MM = 2.0
_WITHIN_CUT_MM = 8.0  # skin nearer to the region's own cut is no measure of depth
_LARGEST_MM = 10.0  # distances beyond it are not told apart
_BALL_MM = 20.0  # air that a ball of this radius reaches lies outside the head
_HOLLOW_MM = 10.0  # surface farther from that air is the wall of a cavity: mouth, nostril, where metal wiped the signal

Region = NDArray[np.bool_]


@dataclass(frozen=True)
class FaceMeasures:
    """``covered``: parts of the skin of brow, eyes, nose and mouth, and of the ears, that lie in the region.

    ``depth_mm``: the least way from skin well within the region's cut to the next head voxel outside the region.
    ``brain_mm``: the least distance of the region's voxels from the brain's. Both end at 10.
    """

    scan: str
    covered_face: float
    covered_ears: float
    depth_mm: float
    brain_mm: float
    seconds: float


def measure(scan: str, volume: Volume, region: Region, brain: Region, seconds: float) -> FaceMeasures:
    """Measured with the head's pose from ``brain``: the reference where there is one."""
    geometry = volume.geometry
    part, coarse = reduce_blocks(Volume(brain.view(np.uint8), geometry), _GRID_MM)
    pose = brain_pose(part > 0.5, coarse, TaskContext())
    values, own = reduce_blocks(volume, _GRID_MM)
    grid = patient_grid(geometry, _GRID_MM)
    head = without_cavities(foreground(sample(values, own, grid, outside=float(values.min()))), _GRID_MM)
    inside = sample(*reduce_blocks(Volume(region.view(np.uint8), geometry), _GRID_MM), grid, outside=1.0) > 0.5
    face, ears, deep = _skin(head, grid, pose)
    far = ndimage.distance_transform_edt(~(head & ~inside), grid.spacing_mm[::-1])
    depth = float(np.minimum(far[deep], _LARGEST_MM).min()) if deep.any() else float("nan")
    return FaceMeasures(
        scan, _part(inside, face), _part(inside, ears), depth, distance_mm(region, brain, geometry), seconds
    )


def distance_mm(region: Region, brain: Region, geometry: Geometry) -> float:
    """The least distance between voxels of the two, up to `_LARGEST_MM`; both on the image's own grid."""
    spacing = geometry.spacing_mm[::-1]
    margins = [int(np.ceil(_LARGEST_MM / s)) + 1 for s in spacing]
    found = ndimage.find_objects(brain.view(np.uint8))[0]
    box = tuple(slice(max(0, s.start - m), s.stop + m) for s, m in zip(found, margins, strict=True))
    near = ndimage.distance_transform_edt(~brain[box], spacing)[region[box]]
    return float(min(near.min(initial=_LARGEST_MM), _LARGEST_MM))


def _skin(head: Region, grid: Geometry, pose: BrainPose) -> tuple[Region, Region, Region]:
    """Skin of brow, eyes, nose and mouth; of the ears; and all that lies well within the cut."""
    skin = head & ndimage.binary_dilation(~head) & _within(_open_air(head), _HOLLOW_MM)
    places = np.argwhere(skin)
    x, y, z = pose.to_head(grid.to_mm(places[:, ::-1].astype(np.float64))).T.astype(np.float32)
    front = (y < -60) & (z > -115) & (z < 3) & (np.abs(x) < 60)
    side = (np.abs(x) > 62) & (y > -18) & (y < 38) & (z > -85) & (z < -10)
    within = (face_sector(y, z) > _WITHIN_CUT_MM) & (z > -120)
    parts = []
    for chosen in (front, side, within):
        part = np.zeros_like(head)
        part[tuple(places[chosen].T)] = True
        parts.append(part)
    return parts[0], parts[1], parts[2]


def _open_air(head: Region) -> Region:
    """The air ``(Z, Y, X)`` at `_GRID_MM` that a ball coming from outside reaches."""
    width = int(_BALL_MM / _GRID_MM) + 2
    free = np.pad(~_within(head, _BALL_MM), width, constant_values=True)
    pieces, _ = ndimage.label(free)
    reached = _within(pieces == pieces[0, 0, 0], _BALL_MM)
    return reached[width:-width, width:-width, width:-width]


def _within(region: Region, reach_mm: float) -> Region:
    return np.asarray(ndimage.distance_transform_edt(~region, (_GRID_MM,) * 3) <= reach_mm)


def _part(inside: Region, of: Region) -> float:
    return float((inside & of).sum() / of.sum()) if of.any() else float("nan")
