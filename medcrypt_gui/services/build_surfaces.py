"""Find the surfaces of an open series: the patient's skin, and the labels of the mask."""

from __future__ import annotations

from medcrypt_gui.core.imaging.render_surface import load
from medcrypt_gui.core.imaging.surface import Surface
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.mask.mask_surface import mask_surfaces
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.segmentation.skin import skin
from medcrypt_gui.core.task import TaskContext


def build_skin(volume: Volume, modality: str, task: TaskContext) -> Surface | None:
    """The skin, None where none is found; the renderer is ready when this returns."""
    task.progress(0.0, "")
    found = skin(volume, modality, task.part(0.0, 0.9))
    load(task)
    return found


def build_mask_surfaces(mask: RoiMask, task: TaskContext) -> dict[int, Surface]:
    """The surface of every label that has voxels, by its number; the renderer is ready when this returns."""
    found = mask_surfaces(mask.labels, mask.geometry, task.part(0.0, 0.9))
    load(task)
    return found
