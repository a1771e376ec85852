"""Contact sheets show where the proposal and the reference agree and where each is alone."""

from __future__ import annotations

import numpy as np
import pytest
from builders.head import head

from medcrypt_gui.core.segmentation.model_card import ScanResult
from models.training.evaluate import Evaluated
from models.training.overlay import contact_sheet

YELLOW, GREEN, RED = (255, 220, 60), (60, 220, 90), (255, 60, 60)


def _colours(found: np.ndarray, reference: np.ndarray) -> set[tuple[int, ...]]:
    result = ScanResult("phantom", "phantoms", "none", 1.0, None, 0.1)
    sheet = np.asarray(contact_sheet(Evaluated(head(4.0, (48, 58, 50))[0], reference, found, result)))
    return {tuple(colour) for colour in np.unique(sheet.reshape(-1, 3), axis=0).tolist()}


@pytest.fixture(scope="module")
def brain() -> np.ndarray:
    return head(4.0, (48, 58, 50))[1]


def test_equal_outlines_are_yellow_alone(brain: np.ndarray) -> None:
    colours = _colours(brain, brain)
    assert YELLOW in colours
    assert not {GREEN, RED} & colours


def test_a_shifted_proposal_shows_in_red_beside_the_green_reference(brain: np.ndarray) -> None:
    assert {GREEN, RED} <= _colours(np.roll(brain, 3, axis=2), brain)


def test_a_proposal_that_found_nothing_leaves_the_reference(brain: np.ndarray) -> None:
    colours = _colours(np.zeros_like(brain), brain)
    assert GREEN in colours
    assert not {RED, YELLOW} & colours
