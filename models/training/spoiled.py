"""Proposals made worse on purpose, in ways that proposals go wrong, to have enough that are worth correcting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.segmentation.postprocess import to_mask
from medcrypt_gui.core.segmentation.proposal import Proposal
from medcrypt_gui.core.segmentation.voxel_features import signed_distance_mm
from medcrypt_gui.core.task import TaskContext

Spoil = Callable[[Proposal, np.random.Generator], Proposal]


def moved_border(by_mm: float) -> Spoil:
    """The border further out (or in, below 0) everywhere; the probabilities are lost with it."""

    def spoil(proposal: Proposal, _random: np.random.Generator) -> Proposal:
        distance = signed_distance_mm(proposal.mask.roi(), proposal.mask.geometry.spacing_mm[::-1])
        return Proposal(RoiMask.from_bool(distance < by_mm, proposal.mask.geometry))

    return spoil


def wavy_border(amplitude_mm: float, wavelength_mm: float = 40.0) -> Spoil:
    """The border out here and in there, at random but smoothly; the probabilities are lost with it."""

    def spoil(proposal: Proposal, random: np.random.Generator) -> Proposal:
        geometry = proposal.mask.geometry
        spacing = geometry.spacing_mm[::-1]
        wave = _smooth_noise(geometry.shape, spacing, wavelength_mm, random)
        distance = signed_distance_mm(proposal.mask.roi(), spacing)
        return Proposal(RoiMask.from_bool(distance < amplitude_mm * wave, geometry))

    return spoil


def other_threshold(threshold: float) -> Spoil:
    """Cut where it should not be; the probabilities stay."""

    def spoil(proposal: Proposal, _random: np.random.Generator) -> Proposal:
        known = proposal.probability
        assert known is not None
        mask = to_mask(known.values, known.geometry, proposal.mask.geometry, threshold, TaskContext())
        return replace(proposal, mask=mask)

    return spoil


def noisy_and_blurred(volume: Volume, random: np.random.Generator) -> Volume:
    """The image as a network may be fed it, to propose badly: blurred by 3 mm, with noise of a fifth of its range."""
    spacing = volume.geometry.spacing_mm[::-1]
    values = volume.stored.astype(np.float32)
    scale = float(np.percentile(values, 99.0) - np.percentile(values, 1.0))
    blurred = ndimage.gaussian_filter(values, [3.0 / s for s in spacing])
    return replace(volume, stored=blurred + random.normal(0.0, 0.2 * scale, values.shape).astype(np.float32))


def _smooth_noise(
    shape: tuple[int, int, int], spacing: tuple[float, ...], wavelength_mm: float, random: np.random.Generator
) -> NDArray[np.float32]:
    """Smooth noise of unit spread, made coarsely and enlarged."""
    counts = [max(2, int(np.ceil(n * s / (wavelength_mm / 2))) + 1) for n, s in zip(shape, spacing, strict=True)]
    coarse = random.normal(size=counts).astype(np.float32)
    place = [np.linspace(0, c - 1, n) for c, n in zip(counts, shape, strict=True)]
    fine = coarse
    for axis, points in enumerate(place):
        low = np.minimum(points.astype(int), counts[axis] - 2)
        weight = (points - low).astype(np.float32).reshape([-1 if a == axis else 1 for a in range(3)])
        fine = np.take(fine, low, axis) * (1 - weight) + np.take(fine, low + 1, axis) * weight
    return np.asarray(fine / (fine.std() + 1e-6), np.float32)
