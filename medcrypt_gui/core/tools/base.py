"""What a mask tool is: a name, a key, options that describe themselves, and a stroke or a sketch."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Generator
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.language import mark
from medcrypt_gui.core.mask.box import Box
from medcrypt_gui.core.mask.labels import LabelTable
from medcrypt_gui.core.mask.sink import SinkMode
from medcrypt_gui.core.options import option_hints


class Event(Enum):
    """What the pointer did. Strokes look only at where it is; sketches are told all of it."""

    PRESS = "press"
    MOVE = "move"
    """Also with no button held, for sketches."""
    RELEASE = "release"
    CLOSE = "close"
    """A double-click, or Enter: the shape is complete."""
    DROP = "drop"
    """Backspace, or undo while a shape is being drawn: the last point goes."""
    REMOVE = "remove"
    """Del, or a click with Alt: the point under the pointer goes."""
    CANCEL = "cancel"
    """Esc: the shape goes."""
    PASTE = "paste"
    """The last shape that was completed comes again, in the slice that is shown."""
    LEAVE = "leave"
    """The pointer left the view."""


@dataclass(frozen=True)
class PointerSample:
    """Where the pointer is.

    ``index_xyz`` is fractional; ``normal_axis`` is the index axis (0 x, 1 y, 2 z) across the displayed plane;
    ``erasing`` says that the right button or the pen's eraser is used; ``inverted`` (Ctrl) swaps add and erase.
    ``pixel_mm`` is how far a pixel of the screen is in the patient, so that handles are as easy to hit at any zoom.
    ``pressure`` is that of a pen, 0 to 1; a mouse presses with 1.
    """

    index_xyz: tuple[float, float, float]
    normal_axis: int
    erasing: bool = False
    inverted: bool = False
    event: Event = Event.MOVE
    pixel_mm: float = 1.0
    pressure: float = 1.0

    @property
    def voxel(self) -> tuple[int, int, int]:
        """The voxel ``(x, y, z)`` under the pointer, which may lie outside the grid."""
        x, y, z = (math.floor(index + 0.5) for index in self.index_xyz)
        return x, y, z

    @property
    def slice_number(self) -> int:
        """The slice of the displayed plane, as an index along ``normal_axis``."""
        return self.voxel[self.normal_axis]

    @property
    def takes_away(self) -> bool:
        """Whether a tool that adds by itself takes away here."""
        return self.erasing != self.inverted


@dataclass(frozen=True)
class Draft:
    """What a tool shows before it changes anything: a line through ``points``, fractional indices ``(x, y, z)``.

    It lies in slice ``slice_number`` across ``normal_axis`` and is painted in that slice only, or through all of them
    where ``through`` is set. ``handles`` are the points that can be taken hold of, ``held`` is the one that is.
    ``faint`` is a shape that is in the mask already and can be taken up again.
    """

    points: tuple[tuple[float, float, float], ...]
    normal_axis: int
    slice_number: int
    closed: bool = False
    erases: bool = False
    through: bool = False
    handles: tuple[tuple[float, float, float], ...] = ()
    held: int | None = None
    faint: bool = False


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

    @property
    def table(self) -> LabelTable:
        """All labels there are."""

    @property
    def revision(self) -> int:
        """Another number after every change of the mask."""

    def values(self, box: Box) -> NDArray[np.float32] | None:
        """The scaled values of the volume inside ``box``; None where there is no volume, or one of colours."""

    def extend(self, region: NDArray[np.bool_], box: Box, how: SinkMode, label: int | None = None) -> None:
        """Change a label, by default the painted one; see `core.mask.editor.MaskEditor.extend`."""

    def show(self, *drafts: Draft) -> None:
        """Show these over the image from now on, in place of those shown before."""

    def choose(self, options: Any) -> None:
        """Take these options from now on: the tool found out something, and the panel shows it."""

    def say(self, sentence: str) -> None:
        """Tell the user, in translated words, why nothing happened or what to do next."""

    def place_seed(self, seed: PointerSample) -> None:
        """Ask for the tool's operation at this place: it is previewed, and changes the mask when it is accepted."""


Drag: TypeAlias = Generator[None, PointerSample | None, None]
"""Started by the press; each move is sent in; None is the release."""


class Tool(ABC):
    """One way to change the mask: a `DragTool` or a `SketchTool`. Toolbar, options, shortcut and help build themselves.

    ``operation`` is the id of the operation that its seeds are for (`core.operations`), empty for tools that draw
    themselves.
    """

    id: str
    title: str
    shortcut: str = ""
    icon: str
    help: str
    options_type: type[Any]
    operation: str = ""
    erases: bool = False
    """Whether it takes away where neither Ctrl nor the right button say otherwise."""

    def reads_values(self, options: Any) -> bool:  # noqa: ARG002
        """Whether it needs the values of the image, and so cannot work on colours or on slices not read yet."""
        return False


class DragTool(Tool):
    """One stroke from press to release: one undo step."""

    @abstractmethod
    def drag(self, drawing: Drawing, press: PointerSample, options: Any) -> Drag:
        """A generator: acts on ``press``, then on every sample sent in until None is sent."""


class Sketch(ABC):
    """What a `SketchTool` has drawn so far. It lives on while slices are turned and other tools are in the hand."""

    @abstractmethod
    def take(self, drawing: Drawing, sample: PointerSample, options: Any) -> bool:
        """Act on one event, and show what is drawn; False where the event means nothing to it.

        What it changes in the mask during one event is one undo step.
        """

    def shown(self, drawing: Drawing) -> None:  # noqa: B027
        """The tool was taken in hand again: show what was drawn before. By default there is nothing."""

    def let_go(self) -> bool:
        """The button is up, but there was no release: what was dragged is as before, or False where that stays.

        By default nothing is dragged.
        """
        return False


class SketchTool(Tool):
    """Draws a shape over several presses, or shows one under the pointer before any press."""

    pastes: bool = False
    """Whether the last shape can be pasted into another slice."""

    @abstractmethod
    def sketch(self) -> Sketch:
        """A new sheet, for one mask."""


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
