"""Which instances make one volume, in which order, and what is unusual about them.

Instances belong together by the standard's identifiers and by geometry; they are ordered by position along the slice
normal, never by file name or InstanceNumber. What lies at the same place is told apart by what the headers say differs
(an echo, a phase) and becomes a stack of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.series import Instance

_SAME_DIRECTION = 1e-3  # difference of direction cosines that rounding explains
_SAME_SPACING = 1e-4
_SAME_PLACE_MM = 0.01
_REGULAR = 0.02  # share of a step by which regular steps may differ
_TILT_DEG = 0.1


@dataclass(frozen=True, eq=False)
class Stack:
    """Instances of one volume in display order; ``label`` tells it from the other stacks of its series."""

    instances: tuple[Instance, ...]
    geometry: Geometry
    notes: tuple[str, ...] = ()
    label: str = ""


@dataclass(frozen=True)
class Repeated:
    """An instance that is there a second time; ``identical`` when both files hold the same bytes."""

    kept: Instance
    other: Instance
    identical: bool


def drop_repeated(
    instances: Iterable[Instance], same_content: Callable[[Path, Path], bool]
) -> tuple[list[Instance], list[Repeated]]:
    """Instances with every SOPInstanceUID (and frame) once, and those left out. An empty UID is never a repetition."""
    kept: dict[tuple[str, int | None], Instance] = {}
    nameless: list[Instance] = []
    repeated: list[Repeated] = []
    for instance in instances:
        if not instance.sop_instance_uid:
            nameless.append(instance)
        elif (first := kept.get((instance.sop_instance_uid, instance.frame))) is None:
            kept[instance.sop_instance_uid, instance.frame] = instance
        else:
            repeated.append(Repeated(first, instance, same_content(first.path, instance.path)))
    return [*kept.values(), *nameless], repeated


def arrange(instances: Iterable[Instance]) -> list[Stack]:
    """All stacks, series by series, in order of their first InstanceNumber."""
    by_series: dict[tuple[str, str], list[Instance]] = {}
    for instance in instances:
        by_series.setdefault((instance.study_uid, instance.series_uid), []).append(instance)
    stacks: list[Stack] = []
    for members in by_series.values():
        groups = sorted(_like_with_like(members), key=_first_number)
        stacks += [stack for group in groups for stack in _stacks_of(group)]
    return stacks


def _first_number(group: list[Instance]) -> int:
    return min((instance.number for instance in group if instance.number is not None), default=0)


def _like_with_like(members: list[Instance]) -> list[list[Instance]]:
    """Groups of equal matrix, direction, spacing, frame of reference and kind."""
    groups: list[list[Instance]] = []
    for instance in members:
        home = next((group for group in groups if _alike(group[0], instance)), None)
        if home is None:
            groups.append([instance])
        else:
            home.append(instance)
    return groups


def _alike(a: Instance, b: Instance) -> bool:
    return (
        (a.frame_of_reference_uid, a.localizer) == (b.frame_of_reference_uid, b.localizer)
        and (a.pixels.rows, a.pixels.columns) == (b.pixels.rows, b.pixels.columns)
        and (a.pixels.dtype, a.pixels.inverted, a.pixels.colour) == (b.pixels.dtype, b.pixels.inverted, b.pixels.colour)
        and (a.position is None) == (b.position is None)
        and _close(a.orientation, b.orientation, _SAME_DIRECTION)
        and _close(a.spacing, b.spacing, _SAME_SPACING)
    )


def _close(a: Sequence[float] | None, b: Sequence[float] | None, tolerance: float) -> bool:
    if a is None or b is None:
        return a is b
    return max(abs(x - y) for x, y in zip(a, b, strict=True)) <= tolerance


def _stacks_of(group: list[Instance]) -> list[Stack]:
    if group[0].position_mm is None:
        return [_stack_without_positions(group)]
    ordered = sorted(
        group, key=lambda instance: (instance.position_mm or 0.0, instance.number or 0, str(instance.path))
    )
    places = _places(ordered)
    if len(places) == len(ordered):
        return [_stack(ordered)]
    parts = _parts_by_header(ordered, len(places)) or _parts_by_order(places)
    note = f"The series holds {len(parts)} images at the same places; they are shown as {len(parts)} series."
    return [_stack(part, (note,), label) for label, part in parts]


def _places(ordered: list[Instance]) -> list[list[Instance]]:
    """Instances at the same position along the normal together."""
    places: list[list[Instance]] = []
    for instance in ordered:
        if places and abs(_place(instance) - _place(places[-1][-1])) <= _SAME_PLACE_MM:
            places[-1].append(instance)
        else:
            places.append([instance])
    return places


def _place(instance: Instance) -> float:
    position = instance.position_mm
    return 0.0 if position is None else position


def _parts_by_header(ordered: list[Instance], places: int) -> list[tuple[str, list[Instance]]] | None:
    """Split by the first header value that leaves every place once in each part; None when there is none such.

    A split into parts that each cover all places is preferred to one that only avoids collisions.
    """
    names = [name for name, _ in ordered[0].phases]
    fallback = None
    for name in names:
        parts: dict[str, list[Instance]] = {}
        for instance in ordered:
            parts.setdefault(dict(instance.phases).get(name, ""), []).append(instance)
        if len(parts) < 2 or any(len(_places(part)) < len(part) for part in parts.values()):
            continue
        labelled = [(f"{name} {value}".strip(), part) for value, part in parts.items()]
        labelled.sort(key=lambda entry: _first_number(entry[1]))
        if all(len(part) == places for part in parts.values()):
            return labelled
        # Values that differ on every slice (times, numbers) would make as many series as slices.
        if fallback is None and len(parts) <= max(2, len(ordered) // places * 2):
            fallback = labelled
    return fallback


def _parts_by_order(places: list[list[Instance]]) -> list[tuple[str, list[Instance]]]:
    """The first image of every place, the second, and so on, by InstanceNumber."""
    count = max(map(len, places))
    by_number = [sorted(place, key=lambda instance: instance.number or 0) for place in places]
    return [(f"part {k + 1}", [place[k] for place in by_number if len(place) > k]) for k in range(count)]


def _stack(ordered: list[Instance], notes: tuple[str, ...] = (), label: str = "") -> Stack:
    """A stack with positions. The slice step is measured, so a tilted gantry gives a sheared grid, as it should."""
    first = ordered[0]
    assert first.orientation is not None
    normal = first.normal
    assert normal is not None
    places = np.array([instance.position for instance in ordered], dtype=np.float64)
    found = list(notes)
    if len(ordered) > 1:
        steps = np.diff(places, axis=0)
        found += _step_notes(steps @ normal)
        regular = not _irregular(steps @ normal)
        step = (places[-1] - places[0]) / (len(ordered) - 1) if regular else np.median(steps, axis=0)
        found += _tilt_notes(step, normal)
    else:
        step = normal * (first.thickness_mm or 1.0)
        if first.thickness_mm is None:
            found.append("The file does not say how thick the slice is; 1 mm is assumed.")
    row_mm, column_mm, spacing_notes = _spacing(first)
    affine = np.eye(4)
    affine[:3, 0] = np.array(first.orientation[:3]) * column_mm
    affine[:3, 1] = np.array(first.orientation[3:]) * row_mm
    affine[:3, 2] = step
    affine[:3, 3] = places[0]
    geometry = Geometry((len(ordered), first.pixels.rows, first.pixels.columns), affine)
    return Stack(tuple(ordered), geometry, (*found, *spacing_notes), label)


def _stack_without_positions(group: list[Instance]) -> Stack:
    ordered = sorted(group, key=lambda instance: (instance.number is None, instance.number or 0, str(instance.path)))
    first = ordered[0]
    row_mm, column_mm, notes = _spacing(first)
    notes = ["The file does not say how the image lies in the patient; no orientation letters are shown.", *notes]
    if len(ordered) > 1 and first.frame is None:
        notes.append("The slices carry no positions; they are ordered by InstanceNumber.")
        if first.thickness_mm is None:
            notes.append("The distance of the slices is unknown; 1 mm is assumed.")
    affine = np.diag([column_mm, row_mm, first.thickness_mm or 1.0, 1.0])
    geometry = Geometry((len(ordered), first.pixels.rows, first.pixels.columns), affine, oriented=False)
    return Stack(tuple(ordered), geometry, tuple(notes))


def _spacing(instance: Instance) -> tuple[float, float, list[str]]:
    if instance.spacing is None:
        return 1.0, 1.0, ["The file does not say how large a pixel is; 1 mm is assumed."]
    return instance.spacing[0], instance.spacing[1], []


def _irregular(steps: NDArray[np.float64]) -> bool:
    usual = float(np.median(steps))
    return bool(np.abs(steps - usual).max() > max(_REGULAR * usual, _SAME_PLACE_MM))


def _step_notes(steps: NDArray[np.float64]) -> list[str]:
    """Sentences about gaps and uneven steps along the normal."""
    if not _irregular(steps):
        return []
    usual = float(np.median(steps))
    whole = np.round(steps / usual)
    gaps = np.flatnonzero((whole >= 2) & (np.abs(steps - whole * usual) <= _REGULAR * usual * whole))
    notes = []
    for at in gaps[:3]:
        missing = int(whole[at]) - 1
        notes.append(
            f"{missing} slice{'s' if missing > 1 else ''} seem{'' if missing > 1 else 's'} to be missing "
            f"between slices {at + 1} and {at + 2}."
        )
    if len(gaps) > 3:
        notes.append(f"There are {len(gaps) - 3} more gaps.")
    if _irregular(np.delete(steps, gaps)):
        notes.append(f"The slices are spaced irregularly, from {steps.min():.2f} to {steps.max():.2f} mm.")
    return notes


def _tilt_notes(step: NDArray[np.float64], normal: NDArray[np.float64]) -> list[str]:
    cosine = float(np.clip(step @ normal / np.linalg.norm(step), -1.0, 1.0))
    degrees = float(np.degrees(np.arccos(cosine)))
    return (
        [f"The slices are shifted against each other (gantry tilt of {degrees:.1f} degrees)."]
        if degrees > _TILT_DEG
        else []
    )
