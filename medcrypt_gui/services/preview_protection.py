"""Preview: the picture that others will see, before anything is protected."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.series import Series
from medcrypt_gui.core.protect.samples import background_range, noise_preview


def preview_slice(series: Series, stored: NDArray[Any], mask: NDArray[np.bool_]) -> NDArray[Any]:
    """One slice ``(Y, X)`` of stored values with noise where ``mask`` is set; the arrays given are not changed.

    The noise has the bit width of the real one but comes from a throwaway key. Where samples are not encrypted in place
    (32 bits and more) it is drawn, as in the protected file, from the range of the background.
    """
    bits_stored = series.instances[0].pixels.bits_stored if series.instances else stored.dtype.itemsize * 8
    if stored.dtype.kind in "iu" and stored.dtype.itemsize <= 2:
        return noise_preview(stored, mask, min(bits_stored, stored.dtype.itemsize * 8))
    shown = stored.copy()
    low, high = background_range(stored, mask)
    noise = np.random.default_rng().uniform(low, high, int(mask.sum()))
    shown[mask] = noise.astype(stored.dtype)
    return shown
