"""Heads that the training data does not hold: tilted, cropped, of other contrasts, with thick slices and shading."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation
from torch import Tensor
from torch.nn import functional

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.segmentation.model_card import Percentiles
from medcrypt_gui.core.segmentation.preprocess import grid_around_head, standardise
from models.training.dataset import Upright

Random = np.random.Generator
_GENTLE_SHARE = 0.4
_STILL_SHARE = 0.4  # of the gentle ones: not even turned
_HEAD_CLASSES = 6


@dataclass(frozen=True)
class Parts:
    """How many of the examples are cut to a part of the head, and how large (Z, Y, X) that is."""

    share: float = 0.6
    shape: tuple[int, int, int] = (80, 96, 80)


def make_example(
    scan: Upright,
    shape: tuple[int, int, int],
    spacing_mm: float,
    intensity: Percentiles,
    random: Random,
    parts: Parts = Parts(),
) -> tuple[Tensor, Tensor]:
    """One training pair ``(1, 1, Z, Y, X)``: standardised image and soft target.

    Two in five are only turned and resized a little, or not at all: fine detail is learnt from images as they are.
    Most are cut to a part of the head, which is quicker and teaches what to do with a partial field of view.
    """
    image, target = _whole_example(scan, shape, spacing_mm, intensity, random)
    if random.random() < parts.share:
        starts = [int(random.integers(0, n - part + 1)) for n, part in zip(shape, parts.shape, strict=True)]
        part = tuple(slice(start, start + n) for start, n in zip(starts, parts.shape, strict=True))
        image, target = image[(..., *part)].contiguous(), target[(..., *part)].contiguous()
    return image, target


def _whole_example(
    scan: Upright, shape: tuple[int, int, int], spacing_mm: float, intensity: Percentiles, random: Random
) -> tuple[Tensor, Tensor]:
    gentle = random.random() < _GENTLE_SHARE
    scan = _crop_field_of_view(scan, random) if not gentle and random.random() < 0.35 else scan
    grid = grid_around_head(scan.values, scan.geometry, shape, spacing_mm)
    still = gentle and random.random() < _STILL_SHARE
    image, target, labels = _move(scan, grid, None if still else 8.0 if gentle else 20.0, random)
    if gentle:
        return torch.from_numpy(standardise(image[0, 0].numpy(), intensity))[None, None], target
    image = image / (torch.quantile(image[image > 0][::50], 0.99) + 1e-6) if bool((image > 0).any()) else image
    image = _recolour(image, target, labels, random)
    image = _degrade(image, random)
    if random.random() < 0.15:  # somebody stripped the skull before
        image = image * (target > 0.3)
    values = standardise(image[0, 0].numpy(), intensity)
    return torch.from_numpy(values)[None, None], target


def _crop_field_of_view(scan: Upright, random: Random) -> Upright:
    """Cut away some of the image: mostly the neck, sometimes the vertex, seldom the sides."""
    z, y, x = scan.values.shape
    inside = np.flatnonzero(scan.target.max(axis=(1, 2)) > 0.5)
    first, last = int(inside[0]), int(inside[-1])
    bottom = int(random.integers(0, first + (last - first) // 3)) if random.random() < 0.7 else 0
    top = int(random.integers(last - (last - first) // 6, z)) if random.random() < 0.4 else z
    sides = [int(random.integers(0, n // 10)) if random.random() < 0.2 else 0 for n in (y, y, x, x)]
    part = (slice(bottom, top), slice(sides[0], y - sides[1]), slice(sides[2], x - sides[3]))
    affine = scan.geometry.affine_lps.copy()
    affine[:3, 3] = scan.geometry.to_mm((sides[2], sides[0], bottom))
    values = np.ascontiguousarray(scan.values[part])
    labels = None if scan.labels is None else scan.labels[part]
    return Upright(scan.group, values, scan.target[part], labels, Geometry(values.shape, affine))


def _move(scan: Upright, grid: Geometry, tilt: float | None, random: Random) -> tuple[Tensor, Tensor, Tensor | None]:
    """Image, target and labels on ``grid``, the head turned by ``tilt`` degrees, scaled, shifted, at times mirrored.

    With no tilt it is only mirrored and shifted by whole voxels, so that nothing is blurred.
    """
    mirror = np.diag([float(random.choice((-1.0, 1.0))), 1.0, 1.0])
    if tilt is None:
        linear = mirror
        shift = np.round(random.uniform(-5, 5, 3)) * grid.spacing_mm
    else:
        linear = _random_turn(tilt, random) @ mirror
        shift = random.uniform(-12, 12, 3)
    centre = grid.to_mm((np.array(grid.shape[::-1]) - 1) / 2)
    about = np.eye(4)
    about[:3, :3] = linear
    about[:3, 3] = centre + shift - linear @ centre
    to_source = np.linalg.inv(scan.geometry.affine_lps) @ about @ grid.affine_lps
    points = _normalised_points(to_source, grid.shape, scan.values.shape)
    both = torch.from_numpy(np.stack([scan.values, scan.target]))[None]
    moved = functional.grid_sample(both, points, mode="bilinear", padding_mode="zeros", align_corners=True)
    labels = None
    if scan.labels is not None:
        regions = torch.from_numpy(scan.labels.astype(np.float32))[None, None]
        labels = functional.grid_sample(regions, points, mode="nearest", align_corners=True).long()
    return moved[:, :1], moved[:, 1:], labels


def _random_turn(tilt: float, random: Random) -> NDArray[np.float64]:
    """A rotation of up to ``tilt`` degrees (seldom more), with a change of size."""
    largest = tilt if random.random() < 0.85 else 1.75 * tilt
    turn = Rotation.from_euler("xyz", random.uniform(-largest, largest, 3) * (1.0, 0.6, 0.7), degrees=True).as_matrix()
    return np.asarray(turn @ np.diag(random.uniform(0.85, 1.15) * random.uniform(0.94, 1.06, 3)))


def _normalised_points(to_source: NDArray[np.float64], shape: tuple[int, ...], source: tuple[int, ...]) -> Tensor:
    """Where `grid_sample` looks: ``(1, Z, Y, X, 3)``, x y z in -1..1 of the source array."""
    sizes = np.maximum(np.array(source[::-1], dtype=np.float64) - 1, 1.0)
    out = np.array(shape[::-1], dtype=np.float64) - 1
    linear = 2 * to_source[:3, :3] / sizes[:, None]
    offset = 2 * to_source[:3, 3] / sizes - 1
    theta = np.concatenate([linear * (out / 2), (linear @ (out / 2) + offset)[:, None]], axis=1)
    return functional.affine_grid(torch.from_numpy(theta[None]).float(), [1, 1, *shape], align_corners=True)


def _recolour(image: Tensor, target: Tensor, labels: Tensor | None, random: Random) -> Tensor:
    """Another contrast: a brightness curve, an inversion, or regions painted at random."""
    if random.random() < 0.2:
        image = _paint_head(image, target, random)
    if labels is not None and random.random() < 0.3:
        image = _paint_regions(image, target, labels, random)
    kind = random.random()
    if kind < 0.35:
        image = image.clamp(min=0) ** float(np.exp(random.uniform(-0.7, 1.0)))
    elif kind < 0.65:
        image = _random_curve(image, random)
    elif kind < 0.75:
        head = ((image - 0.04) / 0.08).clamp(0, 1)
        image = head * (1.15 - image).clamp(0, 1.2)
    if random.random() < 0.25:
        image = _suppress_fat(image, target, random)
    if random.random() < 0.15:
        image = _add_lesions(image, target, random)
    return image


def _random_curve(image: Tensor, random: Random) -> Tensor:
    """Six random brightness levels joined by lines, monotone half of the time; air stays the darkest."""
    heights = random.uniform(0.0, 1.0, 6)
    heights = np.sort(heights) if random.random() < 0.5 else heights
    levels = np.concatenate([[0.0], 0.1 + heights])
    knots = np.concatenate([[0.0], np.linspace(0.12, 1.0, 6)])
    curve = torch.from_numpy(np.interp(np.linspace(0, 1.2, 256), knots, levels).astype(np.float32))
    position = (image / 1.2 * 255).clamp(0, 254.99)
    below = position.long()
    return torch.lerp(curve[below], curve[below + 1], position - below)


def _paint_regions(image: Tensor, target: Tensor, labels: Tensor, random: Random) -> Tensor:
    """Brain regions in a few random brightnesses over some of their own texture."""
    shades = random.uniform(0.1, 1.1, int(random.integers(2, 6)))
    table = torch.from_numpy(shades[random.integers(0, len(shades), 256)].astype(np.float32))
    keep = float(random.uniform(0.1, 0.6))
    painted = (1 - keep) * table[labels] + keep * image
    inside = target * (labels > 0)
    return inside * painted + (1 - inside) * image


def _paint_head(image: Tensor, target: Tensor, random: Random) -> Tensor:
    """Everything around the brain in classes of its own brightness, each painted anew; air stays dark."""
    head = image > 0.08
    if not bool(head.any()):
        return image
    smooth = functional.avg_pool3d(image, 3, stride=1, padding=1)
    edges = torch.quantile(smooth[head][::20], torch.linspace(0, 1, _HEAD_CLASSES + 1)[1:-1])
    shades = torch.from_numpy(random.uniform(0.05, 1.2, _HEAD_CLASSES).astype(np.float32))
    painted = shades[torch.bucketize(smooth, edges)]
    keep = float(random.uniform(0.1, 0.6))
    weight = (1 - target) * head
    return torch.lerp(image, (1 - keep) * painted + keep * image, weight)


def _suppress_fat(image: Tensor, target: Tensor, random: Random) -> Tensor:
    """A head whose scalp and marrow give little signal; fades in over some mm, so that no edge betrays the target."""
    away = 1 - functional.avg_pool3d(target, 7, stride=1, padding=3)
    return image * (1 - away.clamp(0, 1) * float(random.uniform(0.4, 0.95)))


def _add_lesions(image: Tensor, target: Tensor, random: Random) -> Tensor:
    """One to three soft spots of 6 to 40 mm in the brain, brighter or darker than what they replace."""
    places = torch.nonzero(target[0, 0, ::4, ::4, ::4] > 0.7) * 4
    axes = [torch.arange(n, dtype=torch.float32) for n in image.shape[2:]]
    for _ in range(int(random.integers(1, 4)) if len(places) else 0):
        centre = places[int(random.integers(len(places)))]
        radii = random.uniform(1.5, 10.0) * random.uniform(0.7, 1.4, 3)
        z, y, x = (((a - float(c)) / float(r)) ** 2 for a, c, r in zip(axes, centre, radii, strict=True))
        weight = torch.sigmoid(4 * (1 - (z[:, None, None] + y[None, :, None] + x[None, None, :])))
        image = torch.lerp(image, torch.full_like(image, float(random.uniform(0.0, 1.3))), weight * target)
    return image


def _degrade(image: Tensor, random: Random) -> Tensor:
    """Shading, movement, thick slices, blur and noise."""
    if random.random() < 0.5:
        field = torch.from_numpy(random.normal(0, random.uniform(0.05, 0.35), (1, 1, 3, 4, 3)).astype(np.float32))
        image = image * torch.exp(functional.interpolate(field, image.shape[2:], mode="trilinear", align_corners=True))
    if random.random() < 0.25:
        image = _shade_surface(image, random)
    if random.random() < 0.12:
        image = _move_during_scan(image, random)
    if random.random() < 0.4:
        sizes = list(image.shape[2:])
        axis = int(random.choice(3, p=(0.6, 0.2, 0.2)))
        sizes[axis] = int(sizes[axis] / random.uniform(1.3, 3.2))
        thick = functional.interpolate(image, sizes, mode="area")
        image = functional.interpolate(thick, image.shape[2:], mode="trilinear", align_corners=False)
    if random.random() < 0.2:
        smooth = functional.avg_pool3d(image, 3, stride=1, padding=1)
        image = torch.lerp(image, smooth, float(random.uniform(0.3, 1.0)))
    if random.random() < 0.5:
        sigma = float(random.uniform(0.0, 0.1))
        noise = torch.from_numpy(random.standard_normal((2, *image.shape), dtype=np.float32)) * sigma
        image = torch.sqrt((image + noise[0]) ** 2 + noise[1] ** 2)
    return image


def _shade_surface(image: Tensor, random: Random) -> Tensor:
    """Brighter (seldom darker) towards the surface of the head, as surface coils make it."""
    depth = (image > 0.1).float()
    reach = int(random.integers(5, 12))
    for axis in range(3):
        window = [1, 1, 1]
        window[axis] = 2 * reach + 1
        depth = functional.avg_pool3d(depth, window, stride=1, padding=[n // 2 for n in window])
    return image * (1 + float(random.uniform(-0.3, 1.5)) * (1 - depth))


def _move_during_scan(image: Tensor, random: Random) -> Tensor:
    """A faint copy far away along the phase direction (ghost), or a doubled outline (motion)."""
    axis = int(random.integers(2, 5))
    ghost = random.random() < 0.5
    step = int(random.integers(10, image.shape[axis] // 2)) if ghost else int(random.integers(1, 3))
    strength = float(random.uniform(0.03, 0.15) if ghost else random.uniform(0.2, 0.5))
    copies = (torch.roll(image, step, axis) + torch.roll(image, -step, axis)) / 2
    return (1 - strength) * image + strength * copies
