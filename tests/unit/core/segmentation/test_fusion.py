"""Series of one head are heard in proportion to how sure they are, where they have seen anything."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.mask.dice import dice
from medcrypt_gui.core.segmentation.fusion import SeriesOpinion, confidence, fuse
from medcrypt_gui.core.segmentation.proposal import ProbabilityMap

SHAPE = (40, 44, 48)
RADIUS_MM = 30.0


def _grid(offset_mm: float = 0.0) -> Geometry:
    affine = np.diag([2.0, 2.0, 2.0, 1.0])
    affine[:3, 3] = -np.array(SHAPE[::-1]) + offset_mm
    return Geometry(SHAPE, affine)


def _ball(grid: Geometry, radius_mm: float, softness_mm: float) -> ProbabilityMap:
    z, y, x = np.meshgrid(*(np.arange(n) for n in grid.shape), indexing="ij")
    depth = radius_mm - np.linalg.norm(grid.to_mm(np.stack([x, y, z], axis=-1)), axis=-1)
    return ProbabilityMap((1 / (1 + np.exp(-depth / softness_mm))).astype(np.float32), grid)


def _opinion(
    radius_mm: float, softness_mm: float, image: Geometry | None = None, offset_mm: float = 0
) -> SeriesOpinion:
    grid = _grid(offset_mm)
    return SeriesOpinion(_ball(grid, radius_mm, softness_mm), image or grid)


def test_one_opinion_stays_as_it_is() -> None:
    opinion = _opinion(RADIUS_MM, 1.0)
    fused = fuse([opinion], opinion.probability.geometry)
    assert np.abs(fused.values - opinion.probability.values).max() < 0.006  # the limit of certainty


def test_a_sure_series_outweighs_one_that_wavers() -> None:
    truth = _ball(_grid(), RADIUS_MM, 1.0).values > 0.5
    sure, wavering = _opinion(RADIUS_MM, 0.7), _opinion(RADIUS_MM - 8, 5.0)
    assert confidence(sure) > 3 * confidence(wavering)
    fused = fuse([wavering, sure], _grid()).values > 0.5
    assert dice(fused, truth) > 0.95 > dice(wavering.probability.values > 0.5, truth)


def test_errors_of_several_series_cancel() -> None:
    truth = _ball(_grid(), RADIUS_MM, 1.0).values > 0.5
    too_large, too_small = _opinion(RADIUS_MM + 2, 1.5), _opinion(RADIUS_MM - 2, 1.5)
    assert dice(fuse([too_large, too_small], _grid()).values > 0.5, truth) > 0.97


def test_one_series_that_went_wrong_does_not_drag_two_others_along() -> None:
    truth = _ball(_grid(), RADIUS_MM, 1.0).values > 0.5
    wrong = _opinion(RADIUS_MM - 10, 0.7)  # and surer than the others
    opinions = [wrong, _opinion(RADIUS_MM, 1.0), _opinion(RADIUS_MM + 1, 1.0)]
    assert dice(fuse(opinions, _grid()).values > 0.5, truth) > 0.95


def test_probabilities_on_shifted_grids_come_together_in_the_patient() -> None:
    fused = fuse([_opinion(RADIUS_MM, 1.0, offset_mm=5.0)], _grid()).values > 0.5
    assert dice(fused, _ball(_grid(), RADIUS_MM, 1.0).values > 0.5) > 0.98


def test_a_series_is_silent_about_what_it_did_not_image() -> None:
    half = Geometry((20, *SHAPE[1:]), _grid().affine_lps)  # its lower slices only
    blind = SeriesOpinion(ProbabilityMap(np.where(_slices() < 20, _ball(_grid(), 30, 1).values, 0), _grid()), half)
    whole = _opinion(RADIUS_MM, 1.0)
    fused = fuse([whole, blind], _grid()).values
    assert dice(fused > 0.5, whole.probability.values > 0.5) > 0.98
    alone = fuse([blind], _grid()).values
    assert alone[21:].max() == 0.0


def _slices() -> NDArray[np.int_]:
    return np.arange(SHAPE[0])[:, None, None]


def test_an_empty_opinion_has_no_say() -> None:
    nothing = SeriesOpinion(ProbabilityMap(np.zeros(SHAPE, np.float32), _grid()), _grid())
    assert confidence(nothing) == 0.0
    assert fuse([_opinion(RADIUS_MM, 1.0), nothing], _grid()).values.max() > 0.9
    assert fuse([nothing], _grid()).values.max() == 0.0


def test_nothing_cannot_be_fused() -> None:
    with pytest.raises(ValueError, match="nothing to fuse"):
        fuse([], _grid())
