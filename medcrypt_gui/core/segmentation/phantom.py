"""An image to try a network on: it must run, whatever it finds."""

from __future__ import annotations

import numpy as np

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.segmentation.model_card import NetworkSpec, ValueWindow

_VOXELS = 40  # along each axis
_LEAST_SPACING_MM = 2.0


def phantom(network: NetworkSpec) -> Volume:
    """A bright ball with a brighter core and some noise, the same each time, as large as the network's input."""
    extent_mm = np.array(network.input_shape[::-1], dtype=np.float64) * network.spacing_mm
    spacing = np.maximum(extent_mm / _VOXELS, _LEAST_SPACING_MM)
    axis = np.linspace(-1.0, 1.0, _VOXELS)
    z, y, x = np.meshgrid(axis, axis, axis, indexing="ij")
    radius = np.sqrt(x**2 + y**2 + z**2)
    shares = np.where(radius < 0.4, 0.9, np.where(radius < 0.8, 0.6, 0.05))
    shares += np.random.default_rng(20260101).normal(0.0, 0.03, shares.shape)
    window = network.intensity if isinstance(network.intensity, ValueWindow) else ValueWindow(0.0, 1000.0)
    values = (window.low + shares * (window.high - window.low)).astype(np.float32)
    return Volume(values, Geometry((_VOXELS, _VOXELS, _VOXELS), np.diag([*spacing, 1.0])))
