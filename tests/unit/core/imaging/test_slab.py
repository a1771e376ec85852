"""A slab is the mean, the highest or the lowest of the slices around one."""

from __future__ import annotations

import numpy as np
import pytest

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.planes import Plane, plane_view
from medcrypt_gui.core.imaging.slab import Projection, Slab

GEOMETRY = Geometry((9, 6, 7), np.diag([1.0, 2.0, 3.0, 1.0]))
VOXELS = np.random.default_rng(4).integers(-500, 500, GEOMETRY.shape).astype(np.int16)


@pytest.mark.parametrize("plane", list(Plane))
@pytest.mark.parametrize(
    ("projection", "reduce"),
    [(Projection.MEAN, np.mean), (Projection.MAXIMUM, np.max), (Projection.MINIMUM, np.min)],
)
def test_it_reduces_the_slices_of_any_plane(plane: Plane, projection: Projection, reduce: np.ufunc) -> None:
    view = plane_view(GEOMETRY, plane)
    n = view.count // 2
    slab = Slab(projection, 3 * view.thickness_mm)
    expected = reduce(np.stack([view.slice_of(VOXELS, at) for at in (n - 1, n, n + 1)]), axis=0)
    np.testing.assert_allclose(slab.of(view, VOXELS, n), expected, rtol=1e-6)


def test_it_ends_with_the_volume_and_never_is_empty() -> None:
    view = plane_view(GEOMETRY, Plane.AXIAL)
    assert list(Slab(Projection.MEAN, 15.0).slices(view, 0)) == [0, 1, 2]
    assert list(Slab(Projection.MEAN, 15.0).slices(view, 8)) == [6, 7, 8]
    assert list(Slab(Projection.MEAN, 0.1).slices(view, 4)) == [4]
    assert len(Slab(Projection.MEAN, 1e4).slices(view, 4)) == 9


def test_the_volume_stays_as_it_is() -> None:
    view = plane_view(GEOMETRY, Plane.AXIAL)
    before = VOXELS.copy()
    Slab(Projection.MAXIMUM, 30.0).of(view, VOXELS, 4)
    np.testing.assert_array_equal(VOXELS, before)
