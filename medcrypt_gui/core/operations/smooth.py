"""Smooth: a rough surface becomes even, without growing into other labels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.language import mark, tr
from medcrypt_gui.core.mask.blur import Weights, bell_weights, blurred, box_weights, reach
from medcrypt_gui.core.mask.box import Box, grown, union
from medcrypt_gui.core.mask.label_region import label_box
from medcrypt_gui.core.mask.part import Part
from medcrypt_gui.core.mask.sink import SinkMode
from medcrypt_gui.core.operations.base import Change, Group, PlainOperation, Subject
from medcrypt_gui.core.options import option
from medcrypt_gui.core.task import TaskContext

_HALF = 0.5
_REPORT_EVERY = 8  # slices


class Method(Enum):
    """How neighbours are weighed; the value is what users read."""

    MEDIAN = mark("Median")
    GAUSSIAN = mark("Gaussian")


_WEIGHTS: dict[Method, Callable[[Geometry, float], tuple[Weights, Weights, Weights]]] = {
    Method.MEDIAN: box_weights,
    Method.GAUSSIAN: bell_weights,
}


@dataclass(frozen=True)
class SmoothOptions:
    method: Method = option(Method.MEDIAN, mark("Method"))  # noqa: RUF009 -- a field, not a shared default
    width_mm: float = option(3.0, mark("Width"), "mm", minimum=0.5, maximum=30.0, step=0.5)
    together: bool = option(
        False,
        mark("All labels together"),
        help=mark("Labels that touch are smoothed against each other, so that no gap comes between them."),
    )


class Smooth(PlainOperation):
    id = "smooth"
    title = mark("Smooth")
    help = mark(
        "Make the surface even: the median removes thin spurs and keeps edges, the Gaussian rounds everything. The "
        "label takes only empty voxels."
    )
    group = Group.SHAPE
    previews = True
    options_type = SmoothOptions

    def run(self, subject: Subject, options: SmoothOptions, task: TaskContext) -> Change:
        task.progress(0.0, tr("Smoothing"))
        weights = _WEIGHTS[options.method](subject.mask.geometry, options.width_mm)
        if options.together and len(subject.mask.table) > 1:
            return Change(_together(subject, weights, task))
        _, box = subject.region()
        wide = _wider(box, weights, subject.mask.geometry.shape)
        labels = subject.mask.labels[wide]
        smooth = np.zeros(labels.shape, np.bool_)
        for z, share in enumerate(blurred(labels, subject.label, weights, task)):
            if z % _REPORT_EVERY == 0:
                task.progress(z / len(labels), tr("Smoothing"))
            smooth[z] = (share > _HALF) & ((labels[z] == 0) | (labels[z] == subject.label))
        return Change((Part(smooth, wide),))


def _together(subject: Subject, weights: tuple[Weights, Weights, Weights], task: TaskContext) -> tuple[Part, ...]:
    """Each voxel goes to the label, or to none, that has most of its neighbourhood; voxels of locked labels stay."""
    mask = subject.mask
    boxes = [box for one in mask.table if (box := label_box(mask.labels, one.number)) is not None]
    if not boxes:
        subject.region()  # says that there is nothing
    wide = _wider(reduce(union, boxes), weights, mask.geometry.shape)
    labels = mask.labels[wide]
    numbers = [0, *(one.number for one in mask.table)]
    winner = np.zeros(labels.shape, np.uint8)
    for z, shares in enumerate(zip(*(blurred(labels, number, weights, task) for number in numbers), strict=True)):
        if z % _REPORT_EVERY == 0:
            task.progress(z / len(labels), tr("Smoothing"))
        best = shares[0].copy()
        for number, share in zip(numbers[1:], shares[1:], strict=True):
            np.copyto(winner[z], np.uint8(number), where=share > best)
            np.maximum(best, share, out=best)
    # What changes hands is let go first, so that no rule about painting over keeps it.
    gone = [_part(labels, winner, n, wide, SinkMode.REMOVE) for n in numbers[1:]]
    come = [_part(labels, winner, n, wide, SinkMode.ADD) for n in numbers[1:]]
    return (*gone, *come)


def _part(labels: NDArray[np.uint8], winner: NDArray[np.uint8], number: int, box: Box, how: SinkMode) -> Part:
    region = winner == number if how is SinkMode.ADD else (labels == number) & (winner != number)
    return Part(region, box, how, number)


def _wider(box: Box, weights: tuple[Weights, Weights, Weights], shape: tuple[int, int, int]) -> Box:
    """With room for what the smoothed surface may reach: at half, never further than half the weights."""
    return grown(box, reach(weights), shape)


OPERATION = Smooth()
