"""The face: what a surface rendering would show of eyes, nose, mouth and ears, for reversible de-identification.

The brain is found first. Its shape says how the head lies (`brain_pose`), and in the head's own frame smooth surfaces
say what is face (`face_shape`): a border that followed the skin, inside or outside, would be a portrait itself. The
skin adds two things, so that unusual heads are covered as well: at least `_DEPTH_MM` under it belong to the region, and
so do `_CLEARANCE_MM` of air in front of it. The brain with a margin is taken away last, so nothing can reach it; the
margin is narrower at the skin and at the eyes, where bone lies between.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.language import mark, tr
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.segmentation.algorithm import FindRegion
from medcrypt_gui.core.segmentation.brain_pose import BrainPose, brain_pose
from medcrypt_gui.core.segmentation.face_shape import REACH_MM, Field, around_head, at_eyes, before_core, face_sector
from medcrypt_gui.core.segmentation.preprocess import foreground, patient_grid, reduce_blocks, sample
from medcrypt_gui.core.segmentation.proposal import Proposal
from medcrypt_gui.core.task import TaskContext

_GRID_MM = 2.0
_SKIN_GRID_MM = 2.0
_BRAIN_SHARE = 0.1  # of a grid voxel that the brain must fill to be kept clear of: finer images lose no border
_MARGIN_MM = 10.0  # 2 from the brain are wanted; the rest is what networks were seen to miss at the brain's base
_EYE_MARGIN_MM = 5.0  # around the eyeballs, over which the orbit's roof lies
_SKIN_MARGIN_MM = 6.0  # at the skin, between which and the brain there is bone
_SHELL_MM = 5.0  # how deep under the skin, which smoothing finds some 1 mm too far out, its own margin holds
_BEYOND_MARGIN_MM = 4.0  # how much farther from the brain distances are still measured
_DEPTH_MM = 8.0  # 3 are wanted; the rest is what the coarse grid may be wrong by
_CLEARANCE_MM = 10.0
_BRIDGED_MM = 16.0  # gaps of the head narrower than it (nostrils, mouth, ear canals) are no outside
_SLAB_VOXELS = 1_000_000  # sampled at a time: bounds the memory and the time between two checkpoints
_BRAIN_LITRES = (0.5, 2.4)
_POOR_FIT_MM = 7.0
_NO_BRAIN = mark("No brain was found, so the face could not be placed.")
_UNLIKE = mark("The brain has an unusual shape: look whether the face is where it should be.")


def face(volume: Volume, modality: str, task: TaskContext, find: FindRegion) -> Proposal:
    """The region to protect, on the volume's own grid; empty where no brain is found.

    Raises what finding the brain raises: `UnsupportedInputError`, `ModelUnavailableError`, `Cancelled`.
    """
    brain = find("brain-ct" if modality == "CT" else "brain-mr", volume, modality, task.part(0.0, 0.6))
    if not brain.any():
        return Proposal(RoiMask.empty(volume.geometry), doubts=(tr(_NO_BRAIN),))
    task.progress(0.6, tr("Finding how the head lies"))
    part, coarse = reduce_blocks(Volume(brain.view(np.uint8), volume.geometry), _GRID_MM, task)
    pose = brain_pose(part > 0.5, replace(coarse, oriented=volume.geometry.oriented), task)
    grid = _grid_around_face(volume.geometry, pose)
    task.progress(0.7, tr("Finding the skin"))
    from_brain = _distance_mm(sample(part, coarse, grid) > _BRAIN_SHARE, grid, _MARGIN_MM + _BEYOND_MARGIN_MM)
    field = _face_field(from_brain, _outside_mm(volume, grid, task), grid, pose, task)
    task.progress(0.85, tr("Fitting the region to the image"))
    region = _cut(field, grid, volume.geometry, task)
    task.progress(1.0, tr("Region proposed"))
    return Proposal(RoiMask.from_bool(region, volume.geometry), doubts=_doubts(brain, volume.geometry, pose))


def _grid_around_face(image: Geometry, pose: BrainPose) -> Geometry:
    """The upright grid over what of the image lies where a face can be: bounds the memory for long images."""
    corners = pose.to_mm(np.array(list(product(*REACH_MM))))
    whole = patient_grid(image, _GRID_MM)
    most = np.array(whole.shape[::-1]) - 1
    first = np.clip(np.floor(whole.to_index(corners.min(axis=0))), 0, most).astype(int)
    last = np.clip(np.ceil(whole.to_index(corners.max(axis=0))), first, most).astype(int)
    affine = whole.affine_lps.copy()
    affine[:3, 3] = whole.to_mm(first.astype(np.float64))
    shape = last - first + 1
    return Geometry((int(shape[2]), int(shape[1]), int(shape[0])), affine)


def _distance_mm(region: NDArray[np.bool_], grid: Geometry, largest_mm: float) -> Field:
    """From each voxel to the nearest one of ``region``, up to ``largest_mm``."""
    distance = np.full(region.shape, np.float32(largest_mm))
    boxes = ndimage.find_objects(region.view(np.uint8))
    if boxes:
        margin = int(np.ceil(largest_mm / min(grid.spacing_mm)))
        box = tuple(slice(max(0, s.start - margin), s.stop + margin) for s in boxes[0])
        near = ndimage.distance_transform_edt(~region[box], grid.spacing_mm[::-1])
        distance[box] = np.minimum(near, largest_mm)
    return distance


def _outside_mm(volume: Volume, grid: Geometry, task: TaskContext) -> Field:
    """Distance from the skin at ``grid``: positive in the air around the head, negative within it."""
    values, geometry = reduce_blocks(volume, _SKIN_GRID_MM, task)
    upright = patient_grid(grid, _SKIN_GRID_MM)
    head = foreground(sample(values, geometry, upright, outside=None))  # where the image ends there is no skin
    head = without_cavities(head, _SKIN_GRID_MM)
    task.checkpoint()
    if head.all():
        return np.full(grid.shape, np.float32(-_SKIN_GRID_MM * max(head.shape)))
    spacing = upright.spacing_mm[::-1]
    outside = ndimage.distance_transform_edt(~head, spacing) - ndimage.distance_transform_edt(head, spacing)
    outside += np.where(head, _SKIN_GRID_MM / 2, -_SKIN_GRID_MM / 2)  # the skin lies between two voxels
    task.checkpoint()
    return sample(outside.astype(np.float32), upright, grid, outside=float(outside.max()))


def without_cavities(head: NDArray[np.bool_], spacing_mm: float) -> NDArray[np.bool_]:
    """The head ``(S, P, L)`` with what is enclosed within an axial slice, or nearly so, filled."""
    size = round(_BRIDGED_MM / spacing_mm) | 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    filled = np.empty_like(head)
    for z, plane in enumerate(head):
        closed = cv2.morphologyEx(np.pad(plane.astype(np.uint8), size), cv2.MORPH_CLOSE, disc)
        filled[z] = ndimage.binary_fill_holes(closed[size:-size, size:-size])
    return filled


def _face_field(from_brain: Field, outside_mm: Field, grid: Geometry, pose: BrainPose, task: TaskContext) -> Field:
    """Millimetres, about; positive where a voxel of ``grid`` belongs to the region."""
    x, y, z = _head_coordinates(grid, pose)
    deep = np.maximum(before_core(x, y, z), outside_mm + np.float32(_DEPTH_MM))
    task.checkpoint()
    wide = np.maximum(around_head(x, y, z), np.float32(_CLEARANCE_MM) - outside_mm)
    task.checkpoint()
    at_skin = np.minimum(outside_mm + np.float32(_SHELL_MM), from_brain - np.float32(_SKIN_MARGIN_MM))
    at_eye = np.minimum(at_eyes(x, y, z), from_brain - np.float32(_EYE_MARGIN_MM))
    spared = np.maximum.reduce([from_brain - np.float32(_MARGIN_MM), at_skin, at_eye])
    return np.minimum.reduce([face_sector(y, z), deep, wide, spared])


def _head_coordinates(grid: Geometry, pose: BrainPose) -> tuple[Field, Field, Field]:
    """x, y and z of the head frame at every voxel of an upright grid, each ``(Z, Y, X)`` float32."""
    start = pose.to_head(grid.to_mm((0.0, 0.0, 0.0)))
    steps = grid.affine_lps[:3, :3].T @ pose.axes / pose.scale  # row i: one voxel along index axis i
    z, y, x = np.ogrid[tuple(slice(n) for n in grid.shape)]
    fields = [(start[i] + x * steps[0, i] + y * steps[1, i] + z * steps[2, i]).astype(np.float32) for i in range(3)]
    return fields[0], fields[1], fields[2]


def _cut(field: Field, grid: Geometry, image: Geometry, task: TaskContext) -> NDArray[np.bool_]:
    """Where the field, sampled at the image's voxels, is positive."""
    region = np.zeros(image.shape, bool)
    box = _box_in(image, field > 0.0, grid)
    lowest = float(field.min())
    plane = max(1, (box[1].stop - box[1].start) * (box[2].stop - box[2].start))
    slices = max(1, _SLAB_VOXELS // plane)
    for first in range(box[0].start, box[0].stop, slices):
        task.checkpoint()
        part = (slice(first, min(first + slices, box[0].stop)), box[1], box[2])
        affine = image.affine_lps.copy()
        affine[:3, 3] = image.to_mm((part[2].start, part[1].start, part[0].start))
        sizes = tuple(s.stop - s.start for s in part)
        slab = Geometry((sizes[0], sizes[1], sizes[2]), affine)
        region[part] = sample(field, grid, slab, outside=lowest) > 0.0
    return region


def _box_in(image: Geometry, region: NDArray[np.bool_], grid: Geometry) -> tuple[slice, slice, slice]:
    """The box of the image's voxels ``(Z, Y, X)`` that holds ``region``, which lies on ``grid``."""
    found = ndimage.find_objects(region.view(np.uint8))
    if not found:
        return slice(0, 0), slice(0, 0), slice(0, 0)
    ends = np.array(list(product(*((s.start - 1.0, float(s.stop)) for s in found[0][::-1]))))
    index = image.to_index(grid.to_mm(ends))[:, ::-1]
    first = np.clip(np.floor(index.min(axis=0)), 0, image.shape).astype(int)
    last = np.clip(np.ceil(index.max(axis=0)) + 1, first, image.shape).astype(int)
    z, y, x = (slice(int(a), int(b)) for a, b in zip(first, last, strict=True))
    return z, y, x


def _doubts(brain: NDArray[np.bool_], geometry: Geometry, pose: BrainPose) -> tuple[str, ...]:
    litres = float(np.count_nonzero(brain)) * geometry.voxel_volume_ml / 1000.0
    unlike = not _BRAIN_LITRES[0] <= litres <= _BRAIN_LITRES[1] or pose.misfit_mm > _POOR_FIT_MM
    return (tr(_UNLIKE),) if unlike else ()
