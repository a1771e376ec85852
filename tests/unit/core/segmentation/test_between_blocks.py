"""What is read between blocks is what free linear sampling reads."""

from __future__ import annotations

import numpy as np
import pytest

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.segmentation.between_blocks import planes
from medcrypt_gui.core.segmentation.preprocess import reduce_blocks, sample

TURNED = np.array([[0.0, -0.6, 0.8, 5.0], [0.0, 0.8, 0.6, 1.0], [3.0, 0.0, 0.0, -7.0], [0.0, 0.0, 0.0, 1.0]])


@pytest.mark.parametrize("affine", [np.diag([0.7, 0.9, 3.0, 1.0]), TURNED])
def test_it_agrees_with_sampling(affine: np.ndarray) -> None:
    image = Geometry((7, 20, 25), affine)
    stored = np.random.default_rng(1).normal(size=image.shape).astype(np.float32)
    values, blocks = reduce_blocks(Volume(stored, image), 2.0)
    found = np.stack(list(planes(values, blocks, image)))
    expected = sample(values, blocks, image, outside=np.nan)
    inside = ~np.isnan(expected)
    assert found.shape == image.shape
    assert np.abs(found - expected)[inside].max() < 1e-4
    assert np.isfinite(found).all()


def test_beyond_the_outermost_blocks_their_values_go_on() -> None:
    image = Geometry((4, 4, 9), np.eye(4))
    values, blocks = reduce_blocks(Volume(np.ones(image.shape, np.float32), image), 2.0)
    assert np.array_equal(np.stack(list(planes(values, blocks, image))), np.ones(image.shape))
