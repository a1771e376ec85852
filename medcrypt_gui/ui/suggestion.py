"""Changes of the mask that were suggested and wait to be looked at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Suggestion:
    """``added`` and ``removed`` are ``(Z, Y, X)`` bool on the mask's grid; they never overlap.

    ``share`` is how much would change, as a part of the mask as it is. ``order`` are the stored slices with the largest
    changes first; ``revision`` is the mask's when it was made.
    """

    added: NDArray[np.bool_]
    removed: NDArray[np.bool_]
    added_ml: float
    removed_ml: float
    share: float
    order: tuple[int, ...]
    revision: int
