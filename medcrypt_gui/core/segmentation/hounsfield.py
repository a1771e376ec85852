"""CT values in Hounsfield units, also where a file lost its offset."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.errors import UnsupportedInputError
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.segmentation.coarse_grid import Scaled
from medcrypt_gui.core.segmentation.domain import UNKNOWN_MODALITIES

AIR_HU = -1024.0
_HIGHEST_HU = 3071.0
_LOST_OFFSET = 1024.0  # scanners store HU + 1024; conversions sometimes drop the intercept that undoes it
_SAMPLES = 200_000


def is_ct(volume: Volume, modality: str) -> bool:
    """Whether the values are CT's: said by modality or unit, or seen from air at -1000."""
    if modality == "CT" or (modality in UNKNOWN_MODALITIES and volume.unit == "HU"):
        return True
    if modality not in UNKNOWN_MODALITIES:
        return False
    values = _some_values(volume)
    return bool(values.size and np.percentile(values, 5.0) < -500.0 and values.max() > -200.0)


def require_ct(volume: Volume, modality: str, purpose: str) -> None:
    """Return for a CT; raises `UnsupportedInputError` that begins with ``purpose`` for anything else."""
    if not is_ct(volume, modality):
        if modality in UNKNOWN_MODALITIES:
            raise UnsupportedInputError(
                tr("{purpose} works on CT images; the values do not look like CT", purpose=purpose)
            )
        raise UnsupportedInputError(
            tr("{purpose} works on CT images; this is {modality}", purpose=purpose, modality=modality)
        )


def to_hounsfield(volume: Volume) -> Scaled:
    """The function from stored values to HU: within -1024 (also for padding and NaN) and 3071."""
    slope, intercept = np.float32(volume.slope), np.float32(volume.intercept - _offset(volume))

    exact = np.issubdtype(volume.stored.dtype, np.integer)

    def scaled(stored: NDArray[np.generic]) -> NDArray[np.float32]:
        values = stored.astype(np.float32)
        values *= slope
        values += intercept
        if not exact:
            np.nan_to_num(values, copy=False, nan=AIR_HU, posinf=_HIGHEST_HU, neginf=AIR_HU)
        return np.clip(values, AIR_HU, _HIGHEST_HU, out=values)

    return scaled


def _offset(volume: Volume) -> float:
    """1024 where air stands near 0 and tissue near 1000, else 0."""
    values = _some_values(volume)
    if volume.unit == "HU" or not values.size:
        return 0.0
    low, high = np.percentile(values, (2.0, 98.0))
    return _LOST_OFFSET if -100.0 <= low <= 300.0 and high > 900.0 else 0.0


def _some_values(volume: Volume) -> NDArray[np.float64]:
    """A regular sample of the finite scaled values."""
    step = max(1, round((volume.stored.size / _SAMPLES) ** (1 / 3)))
    values = volume.stored[::step, ::step, ::step].astype(np.float64).ravel() * volume.slope + volume.intercept
    return values[np.isfinite(values)]
