"""Which frames of a stack to look for text in, how to show them to a detector, and where else its boxes hold.

Burned-in text mostly stands still. In a long stack some evenly spaced frames are looked at, then those that show
something new in a place that is otherwise at rest; text is found in the mean of all frames as well, in which the moving
picture blurs and writing stays sharp. However long the stack is, at most `MOST_FRAMES` of its frames are looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.volume import Volume, Window
from medcrypt_gui.core.imaging.windowing import default_window, window_to_grey
from medcrypt_gui.core.task import TaskContext

EVERY_FRAME_UP_TO = 16
_STEP = 16
_MOST_FIRST = 16  # in stacks so long that every sixteenth frame would be more, they are farther apart
_MOST_NEW = 16
MOST_FRAMES = _MOST_FIRST + 1 + _MOST_NEW  # the last one counts too
_FLAT_GREY = 12  # a picture with less contrast shows nothing that could be read
_OTHER_GREY = 8.0  # mean difference above which a second window shows another picture
_MOVED_GREY = 24  # a pixel that changes by more has changed
_OFTEN = 0.1  # of the pairs of neighbours: there the picture moves
_STROKE_PX = 11  # twice as wide as any letter's stroke: a change of brightness without thin lines is none of writing
_MOVING_RIM_PX = 7  # pixels of frames at half size, as are those below
_LETTERS_PX = 6  # fewer changed pixels in one place are no letters


@dataclass(frozen=True, eq=False)
class Survey:
    """A stack at a glance: every frame at half size, and the mean of all frames."""

    halves: tuple[NDArray[np.uint8], ...]
    mean: NDArray[np.uint8]


def usual_window(volume: Volume) -> Window:
    """The window in which all frames are compared and first looked at."""
    return Window(127.5, 255.0) if volume.stored.dtype == np.uint8 else default_window(volume)


def pictures_of(volume: Volume, z: int, window: Window) -> list[NDArray[np.uint8]]:
    """Frame ``z`` as one or two pictures ``(Y, X)`` in which its text can be read; none where it is blank.

    A colour image is ``(Y, X, 3)``, as it is. ``window`` is the volume's usual one. 8-bit frames are stretched from
    their darkest to their brightest value. Others are shown in the window and, where that looks different, from their
    lowest to their highest value, where text of the highest value stands out of white bone.
    """
    if volume.rgb is not None:
        return [volume.rgb[z]] if volume.rgb[z].any() else []
    pictures = [_stretched(_grey(volume, z, window))]
    if volume.stored.dtype != np.uint8:
        whole = _stretched(_grey(volume, z, _range_of(volume, z)))
        if float(cv2.absdiff(pictures[0], whole).mean()) > _OTHER_GREY:
            pictures.append(whole)
    return [picture for picture in pictures if picture.any()]


def survey(volume: Volume, window: Window, task: TaskContext) -> Survey:
    """All frames, read once. Raises `Cancelled`."""
    halves: list[NDArray[np.uint8]] = []
    _, height, width = volume.geometry.shape
    total = np.zeros((height, width), np.float32)
    size = (max(1, width // 2), max(1, height // 2))
    for z in range(len(volume.stored)):
        task.checkpoint()
        grey = _grey(volume, z, window)
        total += grey
        halves.append(np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8))
    return Survey(tuple(halves), _stretched((total / len(halves)).astype(np.uint8)))


def first_frames(count: int) -> list[int]:
    """The frames to look at in any case: all of a short stack, else both ends and at least every sixteenth, as far as
    that is not too many.
    """
    if count <= EVERY_FRAME_UP_TO:
        return list(range(count))
    return sorted({*range(0, count, max(_STEP, -(-count // _MOST_FIRST))), count - 1})


def unlike_frames(
    halves: Sequence[NDArray[np.uint8]], seen: Sequence[int], task: TaskContext
) -> tuple[list[int], list[int]]:
    """Frames, none of ``seen``, with strokes in a resting part of the picture that none of those looked at has there.

    ``halves`` are all frames ``(Y, X)``. The first list is to be looked at too, and counts so for the frames after it;
    the second is what would have been too many. Raises `Cancelled`.
    """
    looked = sorted(seen)
    moving = _moving(halves, looked, task)
    strokes = {z: _strokes(halves[z]) for z in looked}
    named: list[int] = []
    left_over = []
    for z in range(len(halves)):
        task.checkpoint()
        if z in strokes:
            continue
        own = _strokes(halves[z])
        near = sorted(strokes, key=lambda other: abs(other - z))[:4]
        if not all(_has_new(own, strokes[other], moving) for other in near):
            continue
        if len(named) < _MOST_NEW:
            named.append(z)
            strokes[z] = own
        else:
            left_over.append(z)
    return named, left_over


def frames_that_inherit(seen: Sequence[int], count: int) -> list[tuple[int, ...]]:
    """For every frame those looked at whose boxes hold in it: itself, or its neighbours on both sides."""
    looked = sorted(seen)
    holds: list[tuple[int, ...]] = []
    for z in range(count):
        before = [other for other in looked if other <= z][-1:]
        after = [other for other in looked if other >= z][:1]
        holds.append((z,) if z in looked else tuple(before + after))
    return holds


def _grey(volume: Volume, z: int, window: Window) -> NDArray[np.uint8]:
    return window_to_grey(volume.stored[z], volume.slope, volume.intercept, window, volume.inverted)


def _range_of(volume: Volume, z: int) -> Window:
    """From the lowest to the highest finite value of one frame."""
    values = volume.stored[z].astype(np.float64)
    values = values[np.isfinite(values)] * volume.slope + volume.intercept
    if values.size == 0:
        return Window(0.5, 1.0)
    low, high = float(values.min()), float(values.max())
    return Window((low + high) / 2, max(high - low, 1e-6))


def _stretched(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """From the darkest to the brightest pixel; all zero where there is nothing that could be read."""
    low, high = int(grey.min()), int(grey.max())
    if high - low < _FLAT_GREY:
        return np.zeros_like(grey)
    return ((grey.astype(np.float32) - low) * (255.0 / (high - low))).round().astype(np.uint8)


def _moving(halves: Sequence[NDArray[np.uint8]], looked: Sequence[int], task: TaskContext) -> NDArray[np.bool_]:
    """``(Y, X)``: where neighbouring frames often differ, or any two that follow each other in ``looked``; with a rim.

    What two frames looked at do not share needs no third look: the frames between them take the boxes of both.
    """
    changes = np.zeros(halves[0].shape, np.int32)
    for one, other in pairwise(halves):
        task.checkpoint()
        changes += cv2.absdiff(one, other) > _MOVED_GREY
    places = changes > _OFTEN * max(1, len(halves) - 1)
    for before, after in pairwise(looked):
        places |= cv2.absdiff(halves[before], halves[after]) > _MOVED_GREY
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * _MOVING_RIM_PX + 1,) * 2)
    return cv2.morphologyEx(places.astype(np.uint8), cv2.MORPH_DILATE, kernel).astype(bool)


def _strokes(half: NDArray[np.uint8]) -> NDArray[np.int16]:
    """``(Y, X)``: by how much a pixel stands out of its surroundings, as thin lines do; negative for dark lines."""
    return np.asarray(half.astype(np.int16) - cv2.medianBlur(half, _STROKE_PX), np.int16)


def _has_new(one: NDArray[np.int16], other: NDArray[np.int16], moving: NDArray[np.bool_]) -> bool:
    """Whether strokes in a place at rest changed, and by as much as a few letters would."""
    changed = (np.abs(one - other) > _MOVED_GREY) & ~moving
    if int(changed.sum()) < _LETTERS_PX:
        return False
    joined = cv2.dilate(changed.astype(np.uint8), np.ones((5, 9), np.uint8))
    count, labels = cv2.connectedComponents(joined)
    return bool(np.bincount(labels[changed], minlength=count)[1:].max(initial=0) >= _LETTERS_PX)
