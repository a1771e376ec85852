"""Which slices a person should look at first, where a model says how much each is in doubt."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_FEWEST_SLICES_APART = 2
_APART_MM = 8.0
_MOST_SLICES = 12
_WORTH_A_LOOK = 0.25  # of the most doubtful slice


def slices_to_review(doubt: NDArray[np.float64], slice_step_mm: float) -> tuple[int, ...]:
    """The stored slices worth a look, most doubtful first: at most twelve, each the worst of its neighbourhood.

    ``doubt`` is ``(Z,)``, 0 where there is none. Neighbours look alike, so slices nearer than 8 mm to one that was
    chosen are passed over; so are those with less than a quarter of the greatest doubt.
    """
    apart = max(_FEWEST_SLICES_APART, round(_APART_MM / slice_step_mm))
    floor = float(doubt.max(initial=0.0)) * _WORTH_A_LOOK
    chosen: list[int] = []
    for z in np.argsort(-doubt, kind="stable"):
        if len(chosen) == _MOST_SLICES or doubt[z] <= 0.0 or doubt[z] < floor:
            break
        if all(abs(int(z) - other) >= apart for other in chosen):
            chosen.append(int(z))
    return tuple(chosen)
