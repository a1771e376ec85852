"""The patient in a coarse MR, PET or scintigram, where air is noise and tissue may be dark."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.language import tr
from medcrypt_gui.core.segmentation.otsu import otsu_threshold
from medcrypt_gui.core.segmentation.shapes_mm import (
    Region,
    Spacing,
    closed,
    filled,
    grown,
    holes_in_slices,
    opened,
    pieces,
    shrunk,
)
from medcrypt_gui.core.task import TaskContext

_CLIP_PERCENTILE = 99.0  # hot organs and the skin beside a coil must not raise the threshold
_AIR_MARGIN_MM = 12.0  # farther than this from what is bright there is air alone
_AIR_PERCENTILE = 97.0  # a few hundredths of the air hold ghosts and markers
_ABOVE_AIR = 1.3
_LOWEST_SHARE = 0.45  # of Otsu's threshold: halfway up the blurred skin
_SPECK_MM = 2.0
_BRIDGE_MM = 8.0  # sinuses, nostrils, dark bone
_OTHER_PART_ML = 60.0  # another piece counts from this size: an arm, not a marker or a ghost
_OTHER_PART_DEPTH_MM = 8.0
_FEWEST_AIR_VOXELS = 200


def signal_threshold(signal: NDArray[np.float32], spacing_mm: Spacing, task: TaskContext) -> float:
    """The value between air and tissue; infinite where the image does not vary.

    Otsu's threshold of the square roots finds the bright tissue; air is then measured away from it, and the threshold
    lowered to just above its noise, so that dark tissue and the far end of a bias field stay.
    """
    low, high = np.percentile(signal, (0.5, _CLIP_PERCENTILE))
    if not high > low:
        return float("inf")
    roots = np.sqrt(np.clip((signal - low) / (high - low), 0.0, 1.0))
    otsu = low + otsu_threshold(roots) ** 2 * (high - low)
    air = signal[~grown(signal > otsu, _AIR_MARGIN_MM, spacing_mm, task)]
    if air.size < _FEWEST_AIR_VOXELS:
        return float(low + _LOWEST_SHARE * (otsu - low))
    noisy = low + _ABOVE_AIR * (float(np.percentile(air, _AIR_PERCENTILE)) - low)
    return float(np.clip(noisy, low + _LOWEST_SHARE * (otsu - low), otsu))


def body_in_signal(signal: NDArray[np.float32], spacing_mm: Spacing, threshold: float, task: TaskContext) -> Region:
    """The patient in ``signal`` (S, P, L, smoothed), holes closed; empty where nothing rises above ``threshold``."""
    bright = opened(signal > threshold, _SPECK_MM, spacing_mm, task)
    task.progress(0.35, tr("Parting the patient from noise and markers"))
    kept = _parts(bright, spacing_mm, task)
    task.progress(0.45, tr("Closing what is dark inside"))
    whole = closed(kept, _BRIDGE_MM, spacing_mm, task)
    whole |= holes_in_slices(whole, task)
    return filled(whole, task)


def _parts(bright: Region, spacing_mm: Spacing, task: TaskContext) -> Region:
    """The largest piece and others that are large and thick."""
    labels, sizes = pieces(bright)
    if not sizes.any():
        return bright
    thick = np.bincount(labels[shrunk(bright, _OTHER_PART_DEPTH_MM, spacing_mm, task)], minlength=sizes.size) > 0
    keep = thick & (sizes * float(np.prod(spacing_mm)) / 1000.0 >= _OTHER_PART_ML)
    keep[int(sizes.argmax())] = True
    keep[0] = False
    return np.asarray(keep[labels])
