"""The numbers of a file's labels, brought to those that a mask can hold: one for each voxel, 255 in all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from medcrypt_gui.core.errors import UnsupportedInputError
from medcrypt_gui.core.language import tr, trn
from medcrypt_gui.core.mask.labels import MOST_LABELS

_NAMED = 4


def fitting_numbers(
    values: Sequence[int], wanted: Mapping[int, int | None], path: Path
) -> tuple[dict[int, int], tuple[str, ...]]:
    """For each of a file's ``values`` the label that it becomes, and sentences on those that had to change.

    A value keeps its number, or gets the one in ``wanted``, where those are from 1 to 255 and all different; what lies
    above gets the lowest free one. Raises `UnsupportedInputError` for more than 255 values.
    """
    if len(values) > MOST_LABELS:
        detail = tr("it holds {count} different labels, and a mask at most {most}",
                    count=len(values), most=MOST_LABELS)  # fmt: skip
        raise UnsupportedInputError(detail, path=path)
    asked = [wanted.get(value) for value in values]
    whole = [one for one in asked if one is not None and 1 <= one <= MOST_LABELS]
    if len(set(whole)) == len(values):
        return dict(zip(values, whole, strict=True)), ()
    fitting = {value: value for value in values if 1 <= value <= MOST_LABELS}
    free = iter(number for number in range(1, MOST_LABELS + 1) if number not in fitting)
    moved = {value: next(free) for value in values if value not in fitting}
    return fitting | moved, _told(moved)


def told_of_overlaps(voxels: int) -> tuple[str, ...]:
    """The sentence on voxels that several of a file's labels claim, where there are any."""
    if not voxels:
        return ()
    told = trn(
        "{count} voxel belongs to several segments; the later one has it.",
        "{count} voxels belong to several segments; the later one has them.",
        voxels,
    )
    return (told,)


def _told(moved: Mapping[int, int]) -> tuple[str, ...]:
    if not moved:
        return ()
    changes = ", ".join(f"{value} → {label}" for value, label in list(moved.items())[:_NAMED])
    text = tr("Labels go up to {most}; others were given free numbers: {changes}.", most=MOST_LABELS, changes=changes)
    return (text if len(moved) <= _NAMED else text[:-1] + " …",)
