"""What the viewers are measured on: 512x512x600 int16, half of it masked. NumPy alone: peers make it too."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SHAPE = (600, 512, 512)


def volume_and_labels() -> tuple[NDArray[np.int16], NDArray[np.uint8]]:
    """Smooth shapes with noise, so that neither windowing nor scaling has it easy; a half-full, ragged mask."""
    rng = np.random.default_rng(7)
    z, y, x = (np.linspace(-1, 1, n, dtype=np.float32) for n in SHAPE)
    plane = 600 * np.cos(4 * x)[None, :] * np.cos(3 * y)[:, None]
    noise = rng.normal(0, 60, SHAPE[1:]).astype(np.float32)
    stored = np.empty(SHAPE, np.int16)
    labels = np.zeros(SHAPE, np.uint8)
    inside = (x * x)[None, :] + (y * y)[:, None]
    for n in range(SHAPE[0]):
        stored[n] = plane * (1 - 0.5 * z[n] ** 2) + np.roll(noise, 7 * n, axis=1)
        labels[n] = inside + np.roll(noise, 3 * n, axis=0) / 4000 < 0.78 - 0.2 * z[n] ** 2
    return stored, labels
