"""The grid on which ordered slices lie, and what is unusual about it: tilt, gaps, uneven steps, shifts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.series import Instance
from medcrypt_gui.core.language import tr, trn

SAME_PLACE_MM = 0.01
_REGULAR = 0.02  # share of a step by which regular steps may differ
_TILT_DEG = 0.1
_NAMED_GAPS = 3
_BLOCK_MM = 1.0  # slices that lie further beside each other than this are blocks of their own


@dataclass(frozen=True)
class Unusual:
    """Whole sentences, and the same in two words."""

    notes: tuple[str, ...] = ()
    badges: tuple[str, ...] = ()

    def __add__(self, other: Unusual) -> Unusual:
        return Unusual(self.notes + other.notes, self.badges + other.badges)


@dataclass(frozen=True, eq=False)
class Stack:
    """Instances of one volume in display order; ``label`` tells it from the other stacks of its series.

    ``phases`` and ``phase_instances`` are those of `Series`: names and slices of several volumes on this grid.
    """

    instances: tuple[Instance, ...]
    geometry: Geometry
    notes: tuple[str, ...] = ()
    label: str = ""
    badges: tuple[str, ...] = ()
    phases: tuple[str, ...] = ()
    phase_instances: tuple[tuple[Instance, ...], ...] = ()

    def with_note(self, note: str) -> Stack:
        return replace(self, notes=(note, *self.notes))


def stack_of(ordered: Sequence[Instance], label: str = "") -> Stack:
    """The stack of slices that are in order of their positions.

    The step from slice to slice is measured, so a tilted gantry gives a sheared grid, as it should.
    """
    first = ordered[0]
    normal = first.normal
    assert first.orientation is not None
    assert normal is not None
    places = positions_of(ordered)
    row_mm, column_mm, found = _spacing(first)
    if len(ordered) > 1:
        step, measured = _step(places, normal, min(row_mm, column_mm))
        found = measured + found
    else:
        step = normal * (first.thickness_mm or 1.0)
        if first.thickness_mm is None:
            found += Unusual((tr("The file does not say how thick the slice is; 1 mm is assumed."),))
    affine = np.eye(4)
    affine[:3, 0] = np.array(first.orientation[:3]) * column_mm
    affine[:3, 1] = np.array(first.orientation[3:]) * row_mm
    affine[:3, 2] = step
    affine[:3, 3] = places[0]
    shape = (len(ordered), first.pixels.rows, first.pixels.columns)
    geometry = Geometry(shape, affine, calibrated=first.spacing is not None)
    return Stack(tuple(ordered), geometry, found.notes, label, found.badges)


def stack_without_positions(ordered: Sequence[Instance]) -> Stack:
    """The stack of images that do not say where they lie, in the order given."""
    first = ordered[0]
    row_mm, column_mm, unusual = _spacing(first)
    notes = [tr("The file does not say how the image lies in the patient; no orientation letters are shown.")]
    notes += unusual.notes
    if len(ordered) > 1 and first.frame is None:
        notes.append(tr("The slices carry no positions; they are ordered by InstanceNumber."))
        if first.thickness_mm is None:
            notes.append(tr("The distance of the slices is unknown; 1 mm is assumed."))
    affine = np.diag([column_mm, row_mm, first.thickness_mm or 1.0, 1.0])
    shape = (len(ordered), first.pixels.rows, first.pixels.columns)
    geometry = Geometry(shape, affine, oriented=False, calibrated=first.spacing is not None)
    return Stack(tuple(ordered), geometry, tuple(notes))


def positions_of(instances: Sequence[Instance]) -> NDArray[np.float64]:
    """``(N, 3)`` LPS mm of the first pixels."""
    return np.array([instance.position for instance in instances], dtype=np.float64)


def blocks_of(ordered: Sequence[Instance]) -> list[list[Instance]]:
    """Slices that lie beside each other, such as those of the two knees, as blocks of their own.

    A tilted gantry shifts slices in proportion to their depth: those stay together. So do slices of which nearly every
    one lies elsewhere; they are one block with a note rather than many of one slice.
    """
    places, normal = positions_of(ordered), ordered[0].normal
    assert normal is not None
    depth = places @ normal
    beside = places - depth[:, None] * normal
    found = min((_clusters(beside - depth[:, None] * slope) for slope in _slopes(depth, beside)), key=len)
    if len(found) == 1 or (len(found) > 2 and min(map(len, found)) == 1):
        return [list(ordered)]
    return [[ordered[k] for k in members] for members in found]


def _slopes(depth: NDArray[np.float64], beside: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """How the slices might be shifted per mm of depth: not at all, or as most neighbours, or as the two ends are."""
    slopes = [np.zeros(3)]
    further = np.diff(depth) > SAME_PLACE_MM
    if further.any():
        steps = np.diff(beside, axis=0)[further] / np.diff(depth)[further, None]
        slopes += [np.median(steps, axis=0), (beside[-1] - beside[0]) / (depth[-1] - depth[0])]
    return slopes


def _clusters(points: NDArray[np.float64]) -> list[list[int]]:
    """Indices of points that lie within `_BLOCK_MM` of the first of them."""
    left, clusters = np.arange(len(points)), []
    while left.size:
        near = np.linalg.norm(points[left] - points[left[0]], axis=1) <= _BLOCK_MM
        clusters.append(left[near].tolist())
        left = left[~near]
    return clusters


def _step(
    places: NDArray[np.float64], normal: NDArray[np.float64], pixel_mm: float
) -> tuple[NDArray[np.float64], Unusual]:
    """From one slice to the next, and what is unusual about the steps."""
    steps = np.diff(places, axis=0)
    regular = not _irregular(steps @ normal)
    step = (places[-1] - places[0]) / (len(places) - 1) if regular else np.median(steps, axis=0)
    found = _uneven(steps @ normal)
    beside = places - places[0] - (((places - places[0]) @ normal) / (step @ normal))[:, None] * step
    if np.linalg.norm(beside, axis=1).max() <= pixel_mm / 2:
        return step, found + _tilted(step, normal)
    note = tr("The slices are shifted against each other unevenly; planes across them are not straight.")
    return step, found + Unusual((note,), (tr("shifted slices"),))


def _spacing(instance: Instance) -> tuple[float, float, Unusual]:
    if instance.spacing is None:
        return 1.0, 1.0, Unusual((tr("The file does not say how large a pixel is; lengths are in pixels."),))
    return instance.spacing[0], instance.spacing[1], Unusual()


def _irregular(steps: NDArray[np.float64]) -> bool:
    usual = float(np.median(steps))
    return bool(np.abs(steps - usual).max(initial=0.0) > max(_REGULAR * usual, SAME_PLACE_MM))


def _uneven(steps: NDArray[np.float64]) -> Unusual:
    """Gaps and uneven steps along the normal."""
    if not _irregular(steps):
        return Unusual()
    usual = float(np.median(steps))
    whole = np.round(steps / usual)
    gaps = np.flatnonzero((whole >= 2) & (np.abs(steps - whole * usual) <= _REGULAR * usual * whole))
    found = Unusual()
    for at in gaps[:_NAMED_GAPS]:
        note = trn(
            "{count} slice seems to be missing between slices {before} and {after}.",
            "{count} slices seem to be missing between slices {before} and {after}.",
            int(whole[at]) - 1,
            before=at + 1,
            after=at + 2,
        )
        found += Unusual((note,))
    if len(gaps) > _NAMED_GAPS:
        found += Unusual((trn("There is {count} more gap.", "There are {count} more gaps.", len(gaps) - _NAMED_GAPS),))
    if len(gaps):
        missing = int(whole[gaps].sum()) - len(gaps)
        found += Unusual((), (trn("{count} slice missing", "{count} slices missing", missing),))
    if _irregular(np.delete(steps, gaps)):
        low, high = f"{steps.min():.2f}", f"{steps.max():.2f}"
        note = tr("The slices are spaced irregularly, from {low} to {high} mm.", low=low, high=high)
        found += Unusual((note,), (tr("irregular spacing"),))
    return found


def _tilted(step: NDArray[np.float64], normal: NDArray[np.float64]) -> Unusual:
    cosine = float(np.clip(step @ normal / np.linalg.norm(step), -1.0, 1.0))
    degrees = float(np.degrees(np.arccos(cosine)))
    if degrees <= _TILT_DEG:
        return Unusual()
    angle = f"{degrees:.1f}"
    note = tr("The slices are shifted against each other (gantry tilt of {angle} degrees).", angle=angle)
    return Unusual((note,), (tr("gantry tilt {angle}°", angle=angle),))
