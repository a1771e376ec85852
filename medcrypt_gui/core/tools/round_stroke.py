"""The stroke of a round tip: a capsule from each sample to the next, of which the values decide what is changed."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.language import mark, tr
from medcrypt_gui.core.mask.box import Box
from medcrypt_gui.core.mask.likeness import alike
from medcrypt_gui.core.mask.round_tip import Point, Tip, capsule
from medcrypt_gui.core.options import Scale, option
from medcrypt_gui.core.tools.base import Drag, Drawing, PointerSample, TipShape

Change = Callable[[Drawing, NDArray[np.bool_], Box, PointerSample], None]
"""Writes what the tip covered, as the sample says."""

_LEAST_PRESSURE = 0.1
_SPREAD = 2.0  # standard deviations to each side that a range taken from a press reaches


class Paints(Enum):
    """Which voxels under the tip are changed; the value, translated, is what users read."""

    EVERYTHING = mark("Everything under the tip")
    IN_RANGE = mark("Only values in range")
    LIKE_CENTRE = mark("Only what is like the centre")


_IN_RANGE = ("paints", Paints.IN_RANGE)


@dataclass(frozen=True)
class TipOptions:
    """What brush and eraser have in common; each keeps its own."""

    size_mm: float = option(10.0, mark("Size"), "mm", minimum=0.5, maximum=150.0, step=0.5)
    shape: TipShape = option(TipShape.DISC, mark("Tip"))  # noqa: RUF009 -- a field, not a shared default
    paints: Paints = option(Paints.EVERYTHING, mark("Changes"))  # noqa: RUF009
    picks: bool = option(
        True,
        mark("Take the range from the next press"),
        help=mark("The range becomes the mean under the tip, two standard deviations to each side."),
        only_with=_IN_RANGE,
    )
    lower: float = option(
        0.0, mark("From"), minimum=-1024.0, maximum=3071.0, step=1.0, scale=Scale.VALUES, only_with=_IN_RANGE
    )
    upper: float = option(
        0.0, mark("To"), minimum=-1024.0, maximum=3071.0, step=1.0, scale=Scale.VALUES, only_with=_IN_RANGE
    )
    tolerance: float = option(
        2.0,
        mark("Tolerance"),
        "SD",
        minimum=0.5,
        maximum=6.0,
        step=0.1,
        help=mark("How many standard deviations of the values at the centre others may differ from them."),
        only_with=("paints", Paints.LIKE_CENTRE),
    )
    pressure: bool = option(False, mark("Pen pressure sizes the tip"))

    @property
    def lacks_range(self) -> bool:
        return self.paints is Paints.IN_RANGE and self.picks

    def tip(self, sample: PointerSample) -> Tip:
        pressed = max(sample.pressure, _LEAST_PRESSURE) if self.pressure else 1.0
        return Tip(self.size_mm / 2 * pressed, sample.normal_axis if self.shape is TipShape.DISC else None)


def reads_values(options: TipOptions) -> bool:
    return options.paints is not Paints.EVERYTHING


def round_stroke(drawing: Drawing, press: PointerSample, options: TipOptions, change: Change) -> Drag:
    """The drag of a round tip, without gaps."""
    options = _with_range(drawing, press, options)
    _dab(drawing, press, press, options, change)
    previous = press
    while (sample := (yield)) is not None:
        options = _with_range(drawing, sample, options)
        axis = sample.normal_axis
        changed_slice = round(sample.index_xyz[axis]) != round(previous.index_xyz[axis])
        _dab(drawing, sample if changed_slice else previous, sample, options, change)
        previous = sample


def _dab(drawing: Drawing, start: PointerSample, stop: PointerSample, options: TipOptions, change: Change) -> None:
    tip = options.tip(stop)
    for a, b in _pieces(drawing, start.index_xyz, stop.index_xyz, tip, options):
        covered = capsule(drawing.geometry, a, b, tip)
        if covered is None:
            continue
        region, box = covered
        kept = _meant(drawing, region, box, b, options)
        if kept is not None:
            change(drawing, kept, box, stop)


def _pieces(drawing: Drawing, a: Point, b: Point, tip: Tip, options: TipOptions) -> list[tuple[Point, Point]]:
    """The way of the tip; in pieces of a radius where each place has its own likes."""
    if options.paints is not Paints.LIKE_CENTRE:
        return [(a, b)]
    length = float(np.linalg.norm(drawing.geometry.to_mm(b) - drawing.geometry.to_mm(a)))
    count = max(1, math.ceil(length / max(tip.radius_mm, 0.5)))
    ways = [tuple(p + (q - p) * n / count for p, q in zip(a, b, strict=True)) for n in range(count + 1)]
    return [((u[0], u[1], u[2]), (v[0], v[1], v[2])) for u, v in pairwise(ways)]


def _meant(
    drawing: Drawing, region: NDArray[np.bool_], box: Box, centre: Point, options: TipOptions
) -> NDArray[np.bool_] | None:
    """What of the region the options let through; None where nothing can be told, since there are no values."""
    if options.paints is Paints.EVERYTHING:
        return region
    values = drawing.values(box)
    if values is None or options.lacks_range:
        return None
    if options.paints is Paints.IN_RANGE:
        return np.asarray(region & (values >= options.lower) & (values <= options.upper))
    x, y, z = (math.floor(i + 0.5) for i in centre)
    return alike(values, region, (z - box[0].start, y - box[1].start, x - box[2].start), options.tolerance)


def _with_range(drawing: Drawing, press: PointerSample, options: TipOptions) -> TipOptions:
    """Where the range is asked of the first press inside the image: the options with it, which the panel shows."""
    if not options.lacks_range:
        return options
    covered = capsule(drawing.geometry, press.index_xyz, press.index_xyz, options.tip(press))
    values = drawing.values(covered[1]) if covered is not None else None
    if covered is None or values is None or not covered[0].any():
        return options
    under = values[covered[0]]
    under = under[np.isfinite(under)]
    if not under.size:
        drawing.say(tr("There are no values here to take the range from."))
        return options
    mean, reach = float(under.mean()), _SPREAD * float(under.std())
    found = replace(options, lower=round(mean - reach, 1), upper=round(mean + reach, 1), picks=False)
    drawing.choose(found)
    drawing.say(tr("Values from {lower:g} to {upper:g} are changed from now on.", lower=found.lower, upper=found.upper))
    return found
