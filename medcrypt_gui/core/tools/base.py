"""What a mask tool is: a name, a key, options that describe themselves, and a drag."""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.language import mark
from medcrypt_gui.core.mask.edit import Box
from medcrypt_gui.core.mask.round_tip import Tip, capsule
from medcrypt_gui.core.mask.sink import SinkMode
from medcrypt_gui.core.options import option_hints


class Event(Enum):
    """What the pointer did. Tools that last over several presses are told all of it, others only where it is."""

    PRESS = "press"
    MOVE = "move"
    """Also with no button held, for tools that last."""
    RELEASE = "release"
    CLOSE = "close"
    """A double-click, or Enter: the shape is complete."""
    DROP = "drop"
    """Backspace: the last point goes."""


@dataclass(frozen=True)
class PointerSample:
    """Where the pointer is.

    ``index_xyz`` is fractional; ``normal_axis`` is the index axis (0 x, 1 y, 2 z) across the displayed plane;
    ``erasing`` says that the right button or the pen's eraser is used; ``inverted`` (Ctrl) swaps add and erase.
    ``pixel_mm`` is how far a pixel of the screen is in the patient, so that handles are as easy to hit at any zoom.
    """

    index_xyz: tuple[float, float, float]
    normal_axis: int
    erasing: bool = False
    inverted: bool = False
    event: Event = Event.MOVE
    pixel_mm: float = 1.0

    @property
    def slice_number(self) -> int:
        """The slice of the displayed plane, as an index along ``normal_axis``."""
        return math.floor(self.index_xyz[self.normal_axis] + 0.5)


@dataclass(frozen=True)
class Draft:
    """What a tool shows before it changes anything: a line through ``points``, fractional indices ``(x, y, z)``.

    It lies in slice ``slice_number`` across ``normal_axis`` and is painted in that slice only, or through all of them
    where ``through`` is set. ``handles`` are the points that can be taken hold of, ``held`` is the one that is.
    """

    points: tuple[tuple[float, float, float], ...]
    normal_axis: int
    slice_number: int
    closed: bool = False
    erases: bool = False
    through: bool = False
    handles: tuple[tuple[float, float, float], ...] = ()
    held: int | None = None


class Drawing(Protocol):
    """What a tool draws on: the mask with a gesture open, over the volume that is shown."""

    @property
    def geometry(self) -> Geometry: ...

    @property
    def labels(self) -> NDArray[np.uint8]:
        """The labels ``(Z, Y, X)`` as they are now, to be looked at only."""

    @property
    def label(self) -> int:
        """The number of the label that is painted with."""

    def values(self, box: Box) -> NDArray[np.float32] | None:
        """The scaled values of the volume inside ``box``; None where there is no volume, or one of colours."""

    def extend(self, region: NDArray[np.bool_], box: Box, how: SinkMode) -> None:
        """Change the painted label; see `core.mask.editor.MaskEditor.extend`."""

    def show(self, draft: Draft | None) -> None:
        """Show this over the image from now on, or nothing."""

    def place_seed(self, seed: PointerSample) -> None:
        """Ask for the tool's operation at this place: it is previewed, and changes the mask when it is accepted."""


Drag: TypeAlias = Generator[None, PointerSample | None, None]
"""Started by the press; each move is sent in; None is the release, or for tools that last, that they are put down."""


class Tool(Protocol):
    """One way to change the mask. Toolbar, options panel, shortcut and help build themselves from it.

    A tool that ``lasts`` draws a shape over several presses: its generator gets every `Event`, lives on after the
    release, and ends by itself when the shape is complete; only then is the gesture one undo step. ``operation`` is the
    id of the operation that its seeds are for (`core.operations`), empty for tools that draw themselves.
    """

    id: str
    title: str
    shortcut: str
    icon: str
    help: str
    options_type: type[Any]
    lasts: bool
    operation: str

    def drag(self, drawing: Drawing, press: PointerSample, options: Any) -> Drag:
        """A generator: acts on ``press``, then on every sample sent in until None is sent."""
        ...


class DragTool:
    """What most tools are: one stroke from press to release."""

    lasts = False
    operation = ""


class TipShape(Enum):
    """What a round tip covers; the value, translated, is what users read."""

    DISC = mark("2D disc")
    SPHERE = mark("3D sphere")


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
