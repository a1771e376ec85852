"""A threshold that is tried shows what it would make, in every plane, and leaves handwork alone."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.planes import Plane, plane_view
from medcrypt_gui.core.mask.packed_region import PackedRegion
from medcrypt_gui.core.segmentation.mask_origin import MaskOrigin
from medcrypt_gui.core.segmentation.postprocess import to_mask
from medcrypt_gui.core.segmentation.proposal import ProbabilityMap
from medcrypt_gui.core.segmentation.threshold_trial import ThresholdTrial
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.recut_roi import recut_roi

IMAGE = Geometry((30, 44, 40), np.array([[-1.1, 0, 0, 22], [0, 1.0, 0, -20], [0, 0, 1.4, -21], [0, 0, 0, 1.0]]))


def bumpy() -> ProbabilityMap:
    """An egg with a wavy border on a grid of 2 mm, and a speck apart from it."""
    affine = np.diag([2.0, 2.0, 2.0, 1.0])
    affine[:3, 3] = (-24, -24, -24)
    grid = Geometry((24, 24, 24), affine)
    z, y, x = np.meshgrid(*(np.linspace(-1, 1, n) for n in grid.shape), indexing="ij")
    far = np.sqrt((z / 0.9) ** 2 + (y / 0.8) ** 2 + (x / 0.7) ** 2) + 0.08 * np.sin(7 * y) * np.cos(9 * x)
    values = np.clip(1.15 - far, 0.0, 1.0)
    values[2:4, 2:4, 2:4] = 0.9
    return ProbabilityMap(values.astype(np.float32), grid)


def origin_of(probability: ProbabilityMap) -> tuple[MaskOrigin, NDArray[np.bool_]]:
    region = to_mask(probability.values, probability.geometry, IMAGE, 0.5, TaskContext()).roi()
    packed, nothing = PackedRegion.of(region), PackedRegion.of(np.zeros_like(region))
    return MaskOrigin(packed, packed, nothing, probability=probability), region


@pytest.mark.parametrize("threshold", [0.12, 0.5, 0.83])
@pytest.mark.parametrize("plane", list(Plane))
def test_every_slice_is_the_one_of_the_whole_cut(plane: Plane, threshold: float) -> None:
    probability = bumpy()
    origin, current = origin_of(probability)
    current = current.copy()
    current[15, 20, 2:9] = True
    trial = ThresholdTrial(probability, origin, current, IMAGE)
    trial.cut_at(threshold)
    whole, _origin = recut_roi(probability, origin, current, IMAGE, threshold, TaskContext())
    view = plane_view(IMAGE, plane)
    for n in range(0, view.count, 5):
        assert np.array_equal(trial.plane(view, n), view.slice_of(whole.view(np.uint8), n))


def test_the_threshold_of_the_proposal_gives_the_proposal() -> None:
    probability = bumpy()
    origin, current = origin_of(probability)
    whole, made = recut_roi(probability, origin, current, IMAGE, 0.5, TaskContext())
    assert np.array_equal(whole, current)
    assert made.threshold == 0.5


def test_a_threshold_above_everything_leaves_nothing() -> None:
    probability = ProbabilityMap(bumpy().values * np.float32(0.6), bumpy().geometry)
    origin, current = origin_of(probability)
    trial = ThresholdTrial(probability, origin, current, IMAGE)
    trial.cut_at(0.999)
    assert not trial.plane(plane_view(IMAGE, Plane.AXIAL), 15).any()
