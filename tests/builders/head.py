"""A head made of ellipsoids: skull bright, brain grey, a nose to one side and a neck, so that no axis is symmetric."""

from __future__ import annotations

from itertools import permutations, product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.segmentation.model_card import ModelCard, NetworkSpec, Percentiles

CENTRE_MM = np.array([4.0, -6.0, 20.0])  # of the brain, LPS
BRAIN_RADII_MM = np.array([62.0, 78.0, 58.0])


def small_card(spacing_mm: float = 4.0, shape: tuple[int, int, int] = (48, 56, 48)) -> ModelCard:
    """A card of a model with a small input. Its weights do not exist."""
    return ModelCard(
        id="small",
        title="Small model",
        summary="Finds what is small.",
        intended_use="Tests. Not a medical device.",
        limits="Does not exist.",
        licence="none",
        kind="network",
        modality=("MR",),
        labels=("brain",),
        network=small_network(spacing_mm, shape),
    )


def small_network(spacing_mm: float = 4.0, shape: tuple[int, int, int] = (48, 56, 48)) -> NetworkSpec:
    """What the small model expects."""
    return NetworkSpec(Path("small.onnx"), "0" * 64, shape, spacing_mm, "head", Percentiles(0.5, 99.5), 0.5)


def head(spacing_mm: float = 2.0, shape: tuple[int, int, int] = (96, 116, 100)) -> tuple[Volume, NDArray[np.bool_]]:
    """The head on an axial grid, axes along L, P and S, and where its brain is."""
    affine = np.diag([spacing_mm, spacing_mm, spacing_mm, 1.0])
    affine[:3, 3] = CENTRE_MM - np.array([shape[2], shape[1], shape[0] * 1.2]) * spacing_mm / 2
    geometry = Geometry(shape, affine)
    z, y, x = np.meshgrid(*(np.arange(n) for n in shape), indexing="ij")
    mm = geometry.to_mm(np.stack([x, y, z], axis=-1).astype(np.float64)) - CENTRE_MM
    brain = ((mm / BRAIN_RADII_MM) ** 2).sum(axis=-1) < 1
    skull = ((mm / (BRAIN_RADII_MM + 9)) ** 2).sum(axis=-1) < 1
    neck = (np.hypot(mm[..., 0], mm[..., 1] - 15) < 45) & (mm[..., 2] < -30)
    nose = ((mm - (5.0, -95.0, -40.0)) ** 2).sum(axis=-1) < 18**2
    stored = np.where(brain, 600, np.where(skull, 1000, np.where(neck | nose, 800, 10))).astype(np.int16)
    return Volume(stored, geometry), brain


def reoriented(volume: Volume, axes: tuple[int, int, int], flips: tuple[bool, bool, bool]) -> Volume:
    """The same image stored with its array axes in another order and direction; every voxel stays where it lies."""
    to_old = np.zeros((4, 4))
    to_old[3, 3] = 1.0
    old_shape = volume.stored.shape
    for new_axis, (old_axis, flip) in enumerate(zip(axes, flips, strict=True)):
        to_old[2 - old_axis, 2 - new_axis] = -1.0 if flip else 1.0
        to_old[2 - old_axis, 3] = old_shape[old_axis] - 1 if flip else 0.0
    stored = reorient_array(volume.stored, axes, flips)
    return Volume(stored, Geometry(stored.shape, volume.geometry.affine_lps @ to_old))


def reorient_array(
    array: NDArray[np.generic], axes: tuple[int, int, int], flips: tuple[bool, bool, bool]
) -> NDArray[np.generic]:
    moved = array.transpose(axes)
    return np.ascontiguousarray(moved[tuple(slice(None, None, -1 if flip else 1) for flip in flips)])


def all_orientations() -> list[tuple[tuple[int, int, int], tuple[bool, bool, bool]]]:
    """The 48 ways to store one image."""
    return [(axes, flips) for axes in permutations((0, 1, 2)) for flips in product((False, True), repeat=3)]
