"""The simulated user corrects slices where told; the bars ask for help only of slices that can give it."""

from __future__ import annotations

import numpy as np
import pytest

from models.training.simulated_user import Outcome, low_slices, spread_slices


def _outcome(first_dice: float, after: int, far_apart: bool = True) -> Outcome:
    return Outcome("one", first_dice, 1000, after, 0.5, "", 1.0, 1.0, far_apart)


def test_spread_slices_are_quarters_apart_and_low_ones_close_together() -> None:
    proposed = np.zeros((120, 4, 4), bool)
    proposed[10:111] = True
    assert spread_slices(proposed) == ((0, 35), (0, 60), (0, 85))
    assert low_slices(proposed) == ((0, 15), (0, 18), (0, 21))


@pytest.mark.parametrize(
    ("outcome", "met"),
    [
        (_outcome(0.92, 700), True),
        (_outcome(0.92, 701), False),
        (_outcome(0.95, 1009), True),
        (_outcome(0.95, 1011), False),
        (_outcome(0.92, 1000, far_apart=False), True),
        (_outcome(0.92, 1011, far_apart=False), False),
    ],
)
def test_a_poor_proposal_must_gain_and_no_proposal_may_lose(outcome: Outcome, met: bool) -> None:
    assert outcome.met == met
