"""Which instances make one volume, in which order, and what is unusual about them.

Instances belong together by the standard's identifiers and by geometry; they are ordered by position along the slice
normal, never by file name or InstanceNumber. What lies at the same places is told apart by what the headers say
differs: volumes on one grid are the phases of one stack, others become stacks of their own (`core.imaging.phases`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from medcrypt_gui.core.imaging.phases import first_number, parts_by_kind, places_of, split
from medcrypt_gui.core.imaging.series import Instance
from medcrypt_gui.core.imaging.stack_grid import (
    Stack,
    blocks_of,
    positions_of,
    stack_of,
    stack_without_positions,
)
from medcrypt_gui.core.language import tr, trn

__all__ = ["Repeated", "Stack", "arrange", "drop_repeated"]

_SAME_DIRECTION = 1e-3  # difference of direction cosines that rounding explains
_SAME_SPACING = 1e-4
_SAME_GRID_MM = 0.05


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
    compared: dict[tuple[Path, Path], bool] = {}
    for instance in instances:
        if not instance.sop_instance_uid:
            nameless.append(instance)
        elif (first := kept.get((instance.sop_instance_uid, instance.frame))) is None:
            kept[instance.sop_instance_uid, instance.frame] = instance
        else:
            pair = first.path, instance.path
            if pair not in compared:  # files of many frames would be compared for each of them
                compared[pair] = same_content(*pair)
            repeated.append(Repeated(first, instance, compared[pair]))
    return [*kept.values(), *nameless], repeated


def arrange(instances: Iterable[Instance]) -> list[Stack]:
    """All stacks, series by series, in order of their first InstanceNumber."""
    by_series: dict[tuple[str, str], list[Instance]] = {}
    for instance in instances:
        by_series.setdefault((instance.study_uid, instance.series_uid), []).append(instance)
    stacks: list[Stack] = []
    for members in by_series.values():
        groups = sorted(_like_with_like(members), key=first_number)
        stacks += [stack for group in groups for stack in _stacks_of(group)]
    return stacks


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
        by_number = sorted(group, key=lambda one: (one.number is None, one.number or 0, str(one.path)))
        return [stack_without_positions(by_number)]
    ordered = sorted(
        group, key=lambda instance: (instance.position_mm or 0.0, instance.number or 0, str(instance.path))
    )
    return [stack for block in blocks_of(ordered) for stack in _volumes(block)]


def _volumes(ordered: list[Instance]) -> list[Stack]:
    """One stack for each volume, or for each set of volumes on one grid."""
    if len(places_of(ordered)) == len(ordered):
        return [stack_of(ordered)]
    stacks: list[Stack] = []
    for kind, part in parts_by_kind(ordered):
        if len(places_of(part)) == len(part):
            stacks.append(stack_of(part, kind))
            continue
        found = split(part)
        grids = _by_grid(found.parts) if found.axis else [[entry] for entry in found.parts]
        for volumes in grids:
            made = _phased(volumes, kind)
            stacks.append(made if found.told else made.with_note(_untold()))
    if len(stacks) > 1:
        note = trn(
            "The series holds {count} set of images at the same places; each is a series here.",
            "The series holds {count} sets of images at the same places; each is a series here.",
            len(stacks),
        )
        stacks = [stack.with_note(note) for stack in stacks]
    return stacks


def _untold() -> str:
    return tr("The headers do not say how the images at the same place differ; they are ordered by InstanceNumber.")


def _by_grid(parts: list[tuple[str, list[Instance]]]) -> list[list[tuple[str, list[Instance]]]]:
    """Parts whose slices lie at the same places together, in order of their first."""
    grids: list[list[tuple[str, list[Instance]]]] = []
    for entry in parts:
        home = next((grid for grid in grids if _same_places(grid[0][1], entry[1])), None)
        if home is None:
            grids.append([entry])
        else:
            home.append(entry)
    return grids


def _same_places(a: list[Instance], b: list[Instance]) -> bool:
    return len(a) == len(b) and bool(np.abs(positions_of(a) - positions_of(b)).max() <= _SAME_GRID_MM)


def _phased(volumes: list[tuple[str, list[Instance]]], kind: str) -> Stack:
    names = tuple(name for name, _ in volumes)
    if len(volumes) == 1:
        return stack_of(volumes[0][1], f"{kind} {names[0]}".strip())
    members = tuple(tuple(part) for _, part in volumes)
    return replace(stack_of(members[0], kind), phases=names, phase_instances=members)
