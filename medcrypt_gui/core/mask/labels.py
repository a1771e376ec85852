"""The labels of a mask: what they are called, how they look, which may be painted over, which are protected."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.label_look import Colour, LabelLook
from medcrypt_gui.core.language import mark, tr

ROI = 1
"""The label that is always there, that models propose, and that is encrypted unless the user says otherwise."""
MOST_LABELS = 255

COLOURS: tuple[Colour, ...] = (
    (255, 140, 0),
    (86, 180, 233),
    (0, 158, 115),
    (240, 228, 66),
    (204, 121, 167),
    (0, 114, 178),
    (213, 94, 0),
    (170, 170, 170),
)
"""Told from each other by eyes of every kind (after Okabe and Ito 2008); from the ninth label on they begin again."""


class Overwrite(Enum):
    """What adding to a label may paint over, beside empty voxels; the value is what users read."""

    EVERYTHING = mark("All unlocked labels")
    VISIBLE = mark("Labels that are shown")
    NOTHING = mark("Nothing: only empty voxels")


@dataclass(frozen=True)
class Label:
    """One label. ``number`` is its value in the mask, 1 to 255; ``in_roi`` says whether Protect encrypts it."""

    number: int
    name: str
    colour: Colour
    visible: bool = True
    locked: bool = False
    in_roi: bool = True

    def __post_init__(self) -> None:
        if not 1 <= self.number <= MOST_LABELS:
            raise ValueError(f"a label has a number from 1 to {MOST_LABELS}, not {self.number}")


@dataclass(frozen=True)
class LabelTable:
    """All labels of a mask, by number; the one that tools paint with, and what it may paint over."""

    labels: tuple[Label, ...] = (Label(ROI, "ROI", COLOURS[0]),)
    active_number: int = ROI
    overwrite: Overwrite = Overwrite.EVERYTHING

    def __post_init__(self) -> None:
        numbers = [label.number for label in self.labels]
        if ROI not in numbers or numbers != sorted(set(numbers)) or self.active_number not in numbers:
            raise ValueError("a mask has the label 1, no label twice, and one of them active")

    def __iter__(self) -> Iterator[Label]:
        return iter(self.labels)

    def __len__(self) -> int:
        return len(self.labels)

    def __contains__(self, number: int) -> bool:
        return any(label.number == number for label in self.labels)

    def __getitem__(self, number: int) -> Label:
        """The label of that number. Raises KeyError when there is none."""
        found = self.get(number)
        if found is None:
            raise KeyError(number)
        return found

    def get(self, number: int) -> Label | None:
        """The label of that number, or None."""
        return next((label for label in self.labels if label.number == number), None)

    @property
    def active(self) -> Label:
        return self[self.active_number]

    @property
    def why_not_paint(self) -> str:
        """Why tools may not change the active label now; empty when they may."""
        one = self.active
        if one.locked:
            return tr("“{name}” is locked. Unlock it in the list of labels to paint.", name=one.name)
        if not one.visible:
            return tr("“{name}” is hidden. Show it in the list of labels to paint.", name=one.name)
        return ""

    def name_of(self, number: int) -> str:
        """The label's name; a number that has none says so itself, 0 says nothing."""
        return self[number].name if number in self else tr("Label {number}", number=number) if number else ""

    def with_label(self, label: Label) -> LabelTable:
        """With this label in place of the one of its number, or beside the others."""
        kept = [one for one in self.labels if one.number != label.number]
        return replace(self, labels=tuple(sorted((*kept, label), key=lambda one: one.number)))

    def without(self, number: int) -> LabelTable:
        """Without a label. Raises ValueError for the ROI, which is always there."""
        if number == ROI:
            raise ValueError("the ROI cannot be removed")
        kept = tuple(one for one in self.labels if one.number != number)
        return replace(self, labels=kept, active_number=ROI if self.active_number == number else self.active_number)

    def with_active(self, number: int) -> LabelTable:
        """Raises ValueError when there is no such label."""
        return replace(self, active_number=number)

    def next_number(self, steps: int = 1) -> int:
        """The label so many places after the active one; after the last comes the first."""
        numbers = [label.number for label in self.labels]
        return numbers[(numbers.index(self.active_number) + steps) % len(numbers)]

    def next_label(self, name: str = "") -> Label:
        """A new label with the lowest free number. Raises ValueError when all 255 are taken."""
        number = next((n for n in range(1, MOST_LABELS + 1) if n not in self), None)
        if number is None:
            raise ValueError(f"a mask has at most {MOST_LABELS} labels")
        return Label(number, name or tr("Label {number}", number=number), COLOURS[(number - 1) % len(COLOURS)])

    def naming(self, numbers: frozenset[int]) -> LabelTable:
        """With a label for each of these numbers (0 apart), as a file may bring them."""
        table = self
        for number in sorted(numbers - {0}):
            if number not in table:
                colour = COLOURS[(number - 1) % len(COLOURS)]
                table = table.with_label(Label(number, tr("Label {number}", number=number), colour))
        return table

    def may_overwrite(self, number: int) -> NDArray[np.bool_] | None:
        """``(256,)`` bool: which values a voxel may have that becomes ``number``; None where all may be.

        Nothing may be written where ``number`` itself is locked.
        """
        if number in self and self[number].locked:
            return np.zeros(256, np.bool_)
        if self.overwrite is Overwrite.EVERYTHING and not any(label.locked for label in self.labels):
            return None
        allowed = np.full(256, self.overwrite is Overwrite.EVERYTHING)
        allowed[[0, number]] = True
        for label in self.labels:
            if label.number != number:
                allowed[label.number] = not label.locked and (
                    self.overwrite is Overwrite.EVERYTHING or (self.overwrite is Overwrite.VISIBLE and label.visible)
                )
        return allowed

    @cached_property
    def look(self) -> LabelLook:
        """Which labels are shown, and in which colours."""
        return LabelLook(tuple((label.number, label.colour) for label in self.labels if label.visible))

    def with_looks_of(self, other: LabelTable) -> LabelTable:
        """These labels, as they look in ``other``, and its active one where it is here: what undo keeps."""
        kept = tuple(
            replace(one, colour=now.colour, visible=now.visible, locked=now.locked)
            if (now := other.get(one.number)) is not None
            else one
            for one in self.labels
        )
        active = other.active_number if other.active_number in self else self.active_number
        return LabelTable(kept, active, other.overwrite)

    def differs_in_looks_only(self, other: LabelTable) -> bool:
        """Whether both have the same labels, under the same names, and encrypt the same of them."""
        return self._decided == other._decided

    @property
    def _decided(self) -> tuple[tuple[int, str, bool], ...]:
        return tuple((label.number, label.name, label.in_roi) for label in self.labels)
