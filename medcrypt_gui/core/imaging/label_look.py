"""How the labels of a mask look: one colour each, shown or not."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Colour = tuple[int, int, int]
"""Red, green, blue, 0 to 255."""


@dataclass(frozen=True)
class LabelLook:
    """The colour of every label that is shown, by its number, 1 to 255; other labels are not shown."""

    colours: tuple[tuple[int, Colour], ...] = ((1, (255, 140, 0)),)
    table: NDArray[np.uint8] = field(init=False, compare=False, repr=False)
    shown: NDArray[np.uint8] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        table, shown = np.zeros((256, 3), np.uint8), np.zeros(256, np.uint8)
        for number, colour in self.colours:
            table[number], shown[number] = colour, 255
        for name, made in (("table", table), ("shown", shown)):
            made.setflags(write=False)
            object.__setattr__(self, name, made)

    @classmethod
    def plain(cls, colour: Colour) -> LabelLook:
        """Every label in the same colour."""
        return cls(tuple((number, colour) for number in range(1, 256)))
