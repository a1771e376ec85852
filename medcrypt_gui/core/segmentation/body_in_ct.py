"""The patient in a coarse CT, without table, cushions, blankets and wires."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from medcrypt_gui.core.language import tr
from medcrypt_gui.core.segmentation.shapes_mm import (
    Region,
    Spacing,
    grown,
    holes_in_slices,
    opened,
    pieces,
    pieces_at,
    shrunk,
)
from medcrypt_gui.core.task import TaskContext

BODY_SPACING_MM = 3.0
SKIN_HU = -400.0  # at full resolution
_SOLID_HU = -300.0  # means of blocks: cushions lie below
_SHEET_MM = 4.0  # opening radius: table shells, blankets and wires are thinner than twice this, chest walls thicker
_LIMB_DEPTH_MM = 12.0  # another piece that is thinner than twice this is no arm or leg
_LIMB_ML = 40.0
_APPENDIX_MM = 10.0  # opening radius for what still hangs on the body
_REACH_MM = 25.0  # ears and fingers stick out by so much
_LONGEST_APPENDIX_MM = 110.0  # longer than an ear or a hand: a table's shell
_LUNG_HU = (-910.0, -300.0)  # median of the lung where a small field of view cuts it open


def body_in_ct(hu: NDArray[np.float32], spacing_mm: Spacing, task: TaskContext) -> Region:
    """The patient in ``hu`` (S, P, L), holes closed; empty when there is none."""
    tissue = hu > _SOLID_HU
    task.progress(0.3, tr("Parting the patient from the table"))
    solid = _patients(opened(tissue, _SHEET_MM, spacing_mm, task), spacing_mm, task)
    task.progress(0.4, tr("Closing lungs and bowel"))
    filled = _filled(solid, hu, task)
    task.progress(0.5, tr("Adding ears and fingers"))
    return _filled(_with_appendices(filled, tissue, spacing_mm, task), hu, task)


def solid_body(hu: NDArray[np.float32], spacing_mm: Spacing, task: TaskContext) -> Region:
    """The patient in ``hu`` without ears and fingers, holes closed: quick, for what looks inside only."""
    core = shrunk(hu > _SOLID_HU, _SHEET_MM, spacing_mm, task)
    task.checkpoint()
    solid = grown(core, _SHEET_MM, spacing_mm, task) & (hu > _SOLID_HU)
    task.checkpoint()
    patient = _patients(solid, spacing_mm, task)
    task.checkpoint()
    return _filled(patient, hu, task)


def _patients(solid: Region, spacing_mm: Spacing, task: TaskContext) -> Region:
    """The largest piece, and others as thick as a limb."""
    labels, sizes = pieces(solid)
    task.checkpoint()
    if not sizes.any():
        return solid
    keep = np.bincount(labels[shrunk(solid, _LIMB_DEPTH_MM, spacing_mm, task)], minlength=sizes.size) > 0
    keep &= sizes * float(np.prod(spacing_mm)) / 1000.0 >= _LIMB_ML
    keep[int(sizes.argmax())] = True
    keep[0] = False
    return np.asarray(keep[labels])


def _filled(region: Region, hu: NDArray[np.float32], task: TaskContext) -> Region:
    """``region`` with what each slice encloses, and with lung that the image's edge cuts open."""
    solid = region | holes_in_slices(region, task)
    for plane, values in zip(solid, hu, strict=True):
        task.checkpoint()
        count, labels = cv2.connectedComponents((~plane).view(np.uint8), connectivity=4)
        if count > 1 and plane.any():
            medians = ndimage.median(values, labels, np.arange(1, count))
            for index in np.flatnonzero((medians > _LUNG_HU[0]) & (medians < _LUNG_HU[1])) + 1:
                plane |= labels == index
    return solid


def _with_appendices(filled: Region, tissue: Region, spacing_mm: Spacing, task: TaskContext) -> Region:
    """``filled`` without the sheets that hang on it, with the small thin parts of a body that opening took away."""
    trunk = opened(filled, _APPENDIX_MM, spacing_mm, task)
    trunk = trunk if trunk.any() else filled
    skin = (tissue | filled) & grown(trunk, 1.01 * max(spacing_mm), spacing_mm, task)
    base = trunk | skin
    labels, sizes = pieces(tissue & ~base)
    lengths = np.zeros(sizes.size)
    for index, box in enumerate(ndimage.find_objects(labels), 1):
        lengths[index] = max((s.stop - s.start) * mm for s, mm in zip(box, spacing_mm, strict=True))
    small = (lengths <= _LONGEST_APPENDIX_MM)[labels] & (labels > 0)
    return base | (pieces_at(base | (small & grown(base, _REACH_MM, spacing_mm, task)), base))
