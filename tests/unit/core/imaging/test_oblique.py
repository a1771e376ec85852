"""An oblique plane stands, turns and cuts as geometry says, and shows what lies there."""

from __future__ import annotations

import numpy as np
import pytest
from builders.grids import KINDS, ORIENTATIONS, ball, grid, places_mm, tilted_grid

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.oblique import ObliquePlane, cut
from medcrypt_gui.core.imaging.planes import Plane, plane_view
from medcrypt_gui.core.imaging.reslice import Raster, prepare, reslice, reslice_labels
from medcrypt_gui.core.imaging.slab import Projection, Slab

ORIGIN = np.zeros(3)


def middle_of(geometry: Geometry) -> np.ndarray:
    return geometry.to_mm((np.array(geometry.shape[::-1]) - 1) / 2)


@pytest.mark.parametrize(
    ("plane", "letters"),
    [
        (Plane.AXIAL, ("R", "L", "A", "P")),
        (Plane.SAGITTAL, ("A", "P", "S", "I")),
        (Plane.CORONAL, ("R", "L", "S", "I")),
    ],
)
def test_it_stands_radiologically_whatever_the_grid(plane, letters):
    standing = ObliquePlane.standing(plane, ORIGIN)
    assert standing.letters == letters
    assert standing.from_standing() == (pytest.approx(0.0), plane)
    flipped = ObliquePlane.standing(plane, ORIGIN, neurological=True)
    assert flipped.letters[:2] == (("A", "P") if plane is Plane.SAGITTAL else ("L", "R"))


def test_turning_by_30_degrees_gives_two_letters_and_many_small_turns_no_skew():
    plane = ObliquePlane.standing(Plane.AXIAL, ORIGIN)
    once = plane.turned(plane.right, 30.0)
    assert once.letters == ("R", "L", "AI", "PS")
    assert once.from_standing() == (pytest.approx(30.0), Plane.AXIAL)
    many = plane
    for _ in range(3000):
        many = many.turned(plane.right, 0.01)
    assert many.down == pytest.approx(once.down, abs=1e-9)
    assert many.right @ many.down == pytest.approx(0.0, abs=1e-12)
    assert np.linalg.norm(many.normal) == pytest.approx(1.0)


def test_it_moves_along_its_normal():
    plane = ObliquePlane.standing(Plane.CORONAL, np.array([1.0, 2.0, 3.0]))
    assert plane.moved(5.0).point == pytest.approx((1.0, 7.0, 3.0))
    assert plane.foot(np.array([9.0, 9.0, 9.0])) == pytest.approx((9.0, 2.0, 9.0))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("order", "signs"), ORIENTATIONS)
def test_every_pixel_shows_the_place_it_says(kind, order, signs):
    """Values that grow evenly through the patient are the same in whatever grid they are stored."""
    geometry = grid(kind, order, signs, shape=(12, 14, 16))
    slope = np.array([3.0, -5.0, 7.0])
    values = (places_mm(geometry) @ slope).astype(np.float32)
    plane = ObliquePlane.standing(Plane.AXIAL, middle_of(geometry))
    plane = plane.turned(plane.right, 23.0).turned(plane.down, -40.0)
    raster = Raster.on(plane, plane.point, 9, 7, 0.2)
    found = reslice(values, geometry, raster)
    expected = [[raster.to_mm(x, y) @ slope for x in range(9)] for y in range(7)]
    np.testing.assert_allclose(found, expected, atol=2e-3)
    assert raster.to_pixel(raster.to_mm(2.0, 5.0)) == pytest.approx((2.0, 5.0))


@pytest.mark.parametrize("geometry", [tilted_grid(), grid("oblique", shape=(30, 90, 160))], ids=["tilted", "oblique"])
def test_a_ball_is_round_in_any_plane(geometry):
    centre = middle_of(geometry)
    inside = ball(geometry, 20.0, centre).astype(np.uint8)
    for about, degrees in (((1, 0, 0), 0.0), ((1, 2, 0), 35.0), ((0, 1, 1), -70.0)):
        plane = ObliquePlane.standing(Plane.AXIAL, centre).turned(np.array(about, float), degrees)
        raster = Raster.on(plane, centre, 120, 120, 0.5)
        shown = reslice_labels(inside, geometry, raster)
        assert shown.sum() * 0.25 == pytest.approx(np.pi * 400, rel=0.05)
        rows, columns = np.nonzero(shown)
        assert np.ptp(rows) * 0.5 == pytest.approx(40, abs=3.1)
        assert np.ptp(columns) * 0.5 == pytest.approx(40, abs=3.1)
        values = reslice(inside, geometry, raster)
        assert ((values > 0.5) == (shown > 0)).mean() > 0.98


def test_along_the_grid_it_is_the_slice_itself():
    geometry = Geometry((6, 20, 30), np.diag([1.0, 1.0, 2.0, 1.0]))
    values = np.random.default_rng(1).integers(-500, 500, geometry.shape).astype(np.int16)
    plane = ObliquePlane.standing(Plane.AXIAL, geometry.to_mm((0, 0, 4)))
    raster = Raster.on(plane, geometry.to_mm((14.5, 9.5, 4)), 30, 20, 1.0)
    np.testing.assert_allclose(reslice(values, geometry, raster), values[4], atol=1e-3)
    np.testing.assert_array_equal(reslice_labels((values > 0).astype(np.uint8), geometry, raster), values[4] > 0)


def test_outside_there_is_nothing_and_half_a_voxel_around_belongs_to_the_grid():
    geometry = Geometry((3, 4, 5), np.eye(4))
    values = np.full(geometry.shape, 7, np.uint16)
    plane = ObliquePlane.standing(Plane.AXIAL, np.array([0.0, 0.0, 1.0]))
    found = reslice(values, geometry, Raster.on(plane, np.array([2.0, 1.5, 1.0]), 14, 12, 0.5))
    assert int(np.isfinite(found).sum()) == 10 * 8
    assert (found[np.isfinite(found)] == 7).all()
    beyond = Raster.on(plane.moved(5.0), np.zeros(3), 8, 8, 1.0)
    assert np.isnan(reslice(values, geometry, beyond)).all()
    assert not reslice_labels(values.astype(np.uint8), geometry, beyond).any()


@pytest.mark.parametrize(
    ("projection", "reduce"), [(Projection.MEAN, np.mean), (Projection.MAXIMUM, np.max), (Projection.MINIMUM, np.min)]
)
def test_a_slab_is_reduced_through_its_thickness(projection, reduce):
    geometry = Geometry((9, 10, 11), np.eye(4))
    values = np.random.default_rng(8).normal(size=geometry.shape).astype(np.float32)
    plane = ObliquePlane.standing(Plane.AXIAL, geometry.to_mm((0, 0, 4)))
    raster = Raster.on(plane, geometry.to_mm((5, 4.5, 4)), 11, 10, 1.0)
    found = reslice(values, geometry, raster, Slab(projection, 3.0))
    np.testing.assert_allclose(found, reduce(values[3:6], axis=0), atol=1e-5)


def test_colours_stay_colours():
    geometry = Geometry((3, 4, 5), np.eye(4))
    colours = np.zeros((3, 4, 5, 3), np.uint8)
    colours[..., 1] = 200
    plane = ObliquePlane.standing(Plane.AXIAL, np.array([0.0, 0.0, 1.0]))
    found = reslice(colours, geometry, Raster.on(plane, np.array([2.0, 1.5, 1.0]), 9, 4, 1.0))
    assert (found[:, 2:7] == (0, 200, 0)).all()
    assert not found[:, :2].any()


@pytest.mark.parametrize("dtype", ["u1", "i2", "u2", "i4", "f4", "f8"])
def test_every_kind_of_voxel_can_be_prepared_and_shown_also_read_only(dtype):
    geometry = Geometry((3, 4, 5), np.eye(4))
    values = np.ones(geometry.shape, dtype)
    values.setflags(write=False)
    prepare(values, np.zeros(geometry.shape, np.uint8)).result()
    plane = ObliquePlane.standing(Plane.AXIAL, np.array([0.0, 0.0, 1.0]))
    assert (reslice(values, geometry, Raster.on(plane, np.array([2.0, 1.5, 1.0]), 5, 4, 1.0)) == 1).all()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("plane", Plane)
def test_the_line_in_a_view_is_where_both_planes_meet(kind, plane):
    geometry = grid(kind, shape=(12, 14, 16))
    view = plane_view(geometry, plane)
    standing = ObliquePlane.standing(plane, middle_of(geometry))
    oblique = standing.turned(standing.right + 0.3 * standing.down, 35.0)
    found = cut(oblique, geometry, view, 3)
    assert found is not None
    point, way = found
    for t in (-2.0, 0.0, 5.0):
        u, v = point + t * way
        mm = geometry.to_mm(view.display_to_index(u, v, 3))
        assert (mm - oblique.point) @ oblique.normal == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("factor", [1.0, 1.5, 3.7, 1000.0])
def test_a_coarser_raster_covers_the_same_part_of_the_plane(factor):
    plane = ObliquePlane.standing(Plane.CORONAL, ORIGIN)
    raster = Raster.on(plane, np.array([5.0, 3.0, 9.0]), 301, 173, 0.4)
    coarse = raster.coarser(factor)
    assert coarse.width * coarse.pixel_mm == pytest.approx(301 * 0.4)
    assert coarse.height * coarse.pixel_mm >= 173 * 0.4 - 1e-9
    assert (coarse.middle_mm == raster.middle_mm).all()
    assert (coarse.width, coarse.height) == (301, 173) or factor > 1


def test_parallel_planes_do_not_meet():
    geometry = grid("anisotropic", shape=(12, 14, 16))
    for plane in Plane:
        assert cut(ObliquePlane.standing(plane, ORIGIN), geometry, plane_view(geometry, plane), 3) is None
