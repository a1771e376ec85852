"""Slices copied ahead are the slices of the array, whatever changed meanwhile."""

from __future__ import annotations

import numpy as np
import pytest

from medcrypt_gui.core.imaging import nearby_planes
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.nearby_planes import NearbyPlanes
from medcrypt_gui.core.imaging.planes import Plane, plane_view

SHAPE = (30, 40, 70)
AFFINES = {"upright": np.diag([1.0, 1.0, 1.0, 1.0]), "mirrored": np.diag([-1.0, -1.0, -1.0, 1.0])}


@pytest.fixture(autouse=True)
def _small_arrays_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nearby_planes, "_WORTH_ROWS", 100)


def wait(nearby: NearbyPlanes) -> None:
    nearby_planes._copier().submit(lambda: None).result()


@pytest.mark.parametrize("affine", AFFINES)
@pytest.mark.parametrize("plane", Plane)
@pytest.mark.parametrize("way", [1, -1, 3])
def test_turning_gives_the_slices_of_the_array(plane, affine, way):
    geometry = Geometry(SHAPE, AFFINES[affine])
    voxels = np.random.default_rng(5).integers(-999, 999, SHAPE).astype(np.int16)
    view, nearby = plane_view(geometry, plane), NearbyPlanes()
    copied = 0
    for n in range(view.count)[::way]:
        found = nearby.plane(view, voxels, n, 0)
        np.testing.assert_array_equal(found, view.slice_of(voxels, n))
        copied += not np.shares_memory(found, voxels)
        wait(nearby)
    assert (copied > view.count / abs(way) * 0.8) is (plane is Plane.SAGITTAL), "only scattered slices are copied"


def test_a_change_is_seen_at_once_and_so_is_another_array():
    voxels = np.zeros(SHAPE, np.uint8)
    view, nearby = plane_view(Geometry(SHAPE, np.eye(4)), Plane.SAGITTAL), NearbyPlanes()
    for n in range(5):
        nearby.plane(view, voxels, n, 0)
        wait(nearby)
    assert not np.shares_memory(nearby.plane(view, voxels, 6, 0), voxels)
    voxels[:, :, 7] = 3
    assert (nearby.plane(view, voxels, 7, 1) == 3).all()
    assert (nearby.plane(view, voxels + 1, 7, 1) == 4).all()


def test_jumps_copy_nothing():
    voxels = np.zeros(SHAPE, np.uint8)
    view, nearby = plane_view(Geometry(SHAPE, np.eye(4)), Plane.SAGITTAL), NearbyPlanes()
    for n in (0, 20, 40, 5, 60, 60):
        assert np.shares_memory(nearby.plane(view, voxels, n, 0), voxels)
        wait(nearby)
