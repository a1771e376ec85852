"""What a mask tool is: a name, a key, options that describe themselves, and a drag."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import Field, dataclass, field, fields, replace
from enum import Enum
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.language import mark
from medcrypt_gui.core.mask.edit import Box
from medcrypt_gui.core.mask.round_tip import Tip, capsule
from medcrypt_gui.core.mask.sink import SinkMode


@dataclass(frozen=True)
class PointerSample:
    """Where the pointer is.

    ``index_xyz`` is fractional; ``normal_axis`` is the index axis (0 x, 1 y, 2 z) across the displayed plane;
    ``erasing`` says that the right button or the pen's eraser is used; ``inverted`` (Ctrl) swaps add and erase.
    """

    index_xyz: tuple[float, float, float]
    normal_axis: int
    erasing: bool = False
    inverted: bool = False


class Drawing(Protocol):
    """What a tool draws on: `MaskEditor` with a gesture open."""

    @property
    def geometry(self) -> Geometry: ...

    def extend(self, region: NDArray[np.bool_], box: Box, how: SinkMode) -> None: ...


Drag: TypeAlias = Generator[None, PointerSample | None, None]
"""Started by the press; each move is sent in; None is the release."""


class Tool(Protocol):
    """One way to change the mask. Toolbar, options panel, shortcut and help build themselves from it."""

    id: str
    title: str
    shortcut: str
    icon: str
    help: str
    options_type: type[Any]

    def drag(self, drawing: Drawing, press: PointerSample, options: Any) -> Drag:
        """A generator: acts on ``press``, then on every sample sent in until None is sent."""
        ...


class TipShape(Enum):
    """What a round tip covers; the value, translated, is what users read."""

    DISC = mark("2D disc")
    SPHERE = mark("3D sphere")


@dataclass(frozen=True)
class OptionHint:
    """How to show one option: its label, unit and range. Enums and booleans need only the label."""

    label: str
    unit: str = ""
    minimum: float = 0.0
    maximum: float = 1.0
    step: float = 0.1


def option(
    default: Any, label: str, unit: str = "", minimum: float = 0.0, maximum: float = 1.0, step: float = 0.1
) -> Any:
    """A field of a tool's options dataclass together with its hint."""
    return field(default=default, metadata={"hint": OptionHint(label, unit, minimum, maximum, step)})


def option_hints(options_type: type[Any]) -> tuple[tuple[Field[Any], OptionHint], ...]:
    """The fields of an options dataclass that users set, in order, each with its hint."""
    return tuple((f, f.metadata["hint"]) for f in fields(options_type) if "hint" in f.metadata)


def tip_size_mm(options: Any) -> float | None:
    """The diameter of the tip that the options describe; None for tools without one."""
    size = getattr(options, "size_mm", None)
    return None if size is None else float(size)


def resized(options: Any, steps: int) -> Any:
    """The options with the tip ``steps`` notches larger (negative: smaller); a notch is 10 %, at least one step."""
    size = tip_size_mm(options)
    if size is None:
        return options
    hint = next(hint for f, hint in option_hints(type(options)) if f.name == "size_mm")
    for _ in range(abs(steps)):
        notch = max(hint.step, round(size * 0.1 / hint.step) * hint.step)
        size += notch if steps > 0 else -notch
    return replace(options, size_mm=min(max(round(size, 3), hint.minimum), hint.maximum))


def round_stroke(drawing: Drawing, press: PointerSample, size_mm: float, shape: TipShape, erases: bool) -> Drag:
    """The drag of a round tip: a capsule from each sample to the next, without gaps."""

    def dab(start: PointerSample, stop: PointerSample) -> None:
        tip = Tip(size_mm / 2, stop.normal_axis if shape is TipShape.DISC else None)
        covered = capsule(drawing.geometry, start.index_xyz, stop.index_xyz, tip)
        if covered is not None:
            drawing.extend(*covered, SinkMode.REMOVE if (erases or stop.erasing) != stop.inverted else SinkMode.ADD)

    dab(press, press)
    previous = press
    while (sample := (yield)) is not None:
        axis = sample.normal_axis
        changed_slice = round(sample.index_xyz[axis]) != round(previous.index_xyz[axis])
        dab(sample if changed_slice else previous, sample)
        previous = sample
