"""The picture of a mask for a report: one slice, as it was acquired, with the outline of every label."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.compose import compose_view
from medcrypt_gui.core.imaging.planes import plane_across, plane_view
from medcrypt_gui.core.imaging.view_frame import ViewFrame
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.imaging.windowing import default_window
from medcrypt_gui.core.mask.roi_mask import RoiMask

_LONGER_SIDE = 420
_SLICES = 2  # the index axis across the stored slices


def largest_slice(mask: RoiMask) -> int:
    """The stored slice with most voxels of the mask, the first of equals."""
    return int(np.argmax([np.count_nonzero(plane) for plane in mask.labels]))


def picture_of(volume: Volume, mask: RoiMask, z: int) -> NDArray[np.uint8]:
    """Stored slice ``z``, ``(H, W, 3)`` RGB in true proportions, its longer side 420 pixels.

    Every label is outlined, whether or not it was shown when it was drawn.
    """
    view = plane_view(volume.geometry, plane_across(volume.geometry, _SLICES))
    across, upright = view.width * view.pixel_mm[0], view.height * view.pixel_mm[1]
    scale = _LONGER_SIDE / max(across, upright)
    size = max(1, round(across * scale)), max(1, round(upright * scale))
    return compose_view(
        view.slice_of(volume.shown, z),
        volume.slope,
        volume.intercept,
        default_window(volume),
        ViewFrame.fit(view, *size),
        inverted=volume.inverted,
        mask_plane=view.slice_of(mask.labels, z),
        look=mask.table.look,
        outline=True,
        padding=volume.padding if volume.rgb is None else None,
    )
