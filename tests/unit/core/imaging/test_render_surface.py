"""The software renderer against pictures whose content is known beforehand."""

from __future__ import annotations

import numpy as np
import pytest

from medcrypt_gui.core.imaging.camera import Camera, Side
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.render_surface import Layer, render
from medcrypt_gui.core.imaging.surface import Surface, surface_of
from medcrypt_gui.core.task import TaskContext

_SIZE = 200
_RED, _GREEN = (255, 0, 0), (0, 255, 0)


def ball(radius: float, centre: tuple[float, float, float] = (0.0, 0.0, 0.0)) -> Surface:
    size = 41
    z, y, x = np.ogrid[:size, :size, :size]
    field = (15 - np.sqrt((z - 20.0) ** 2 + (y - 20.0) ** 2 + (x - 20.0) ** 2)).astype(np.float32)
    affine = np.diag([radius / 15, radius / 15, radius / 15, 1.0])
    affine[:3, 3] = np.array(centre) - 20 * radius / 15
    surface = surface_of(field, 0.0, -10.0, Geometry(field.shape, affine), TaskContext())
    assert surface is not None
    return surface


def front(radius: float = 50.0) -> Camera:
    return Camera.around(np.zeros(3), radius)


def test_a_ball_is_a_disc_of_the_right_size() -> None:
    camera = front()
    picture = render([Layer(ball(30.0), _RED)], camera, _SIZE, _SIZE, sampling=2.0)
    covered = np.isfinite(picture.nearness)
    radius = 30.0 * camera.pixels_per_mm(_SIZE, _SIZE)
    assert covered.sum() == pytest.approx(np.pi * radius**2, rel=0.02)
    rows, columns = np.nonzero(covered)
    assert (rows.mean(), columns.mean()) == pytest.approx((99.5, 99.5), abs=0.6)


def test_it_has_no_holes() -> None:
    picture = render([Layer(ball(30.0), _RED)], front().turned(0.3, 0.2), _SIZE, _SIZE)
    radius = 30.0 * front().pixels_per_mm(_SIZE, _SIZE) - 2
    rows, columns = np.mgrid[:_SIZE, :_SIZE]
    inside = np.hypot(rows - 99.5, columns - 99.5) < radius
    assert np.isfinite(picture.nearness[inside]).all()


def test_it_darkens_steadily_towards_the_rim() -> None:
    picture = render([Layer(ball(30.0), (200, 200, 200))], front(), _SIZE, _SIZE, sampling=2.0)
    line = picture.rgb[100, 100:, 0].astype(int)
    radius = int(30.0 * front().pixels_per_mm(_SIZE, _SIZE))
    assert (np.diff(line[: radius - 1]) <= 1).all()
    assert line[0] > 1.8 * line[radius - 2]


@pytest.mark.parametrize(("side", "seen"), [(Side.FRONT, _RED), (Side.BACK, _GREEN)])
def test_what_is_nearer_hides_what_is_behind(side: Side, seen: tuple[int, int, int]) -> None:
    layers = [Layer(ball(15.0, (0, -25, 0)), _RED), Layer(ball(15.0, (0, 25, 0)), _GREEN)]
    for order in (layers, layers[::-1]):
        red, green, _ = render(order, Camera.around(np.zeros(3), 50.0, side), _SIZE, _SIZE).rgb[100, 100].astype(int)
        assert (red > green) == (seen is _RED)


def test_what_is_farther_is_dimmer() -> None:
    layers = [Layer(ball(10.0, (-25, -30, 0)), (200, 200, 200)), Layer(ball(10.0, (25, 30, 0)), (200, 200, 200))]
    rgb = render(layers, front(), _SIZE, _SIZE).rgb.astype(int)
    assert rgb[:, :100].max() > rgb[:, 100:].max() * 1.1


def test_a_veil_shows_what_lies_behind_it_and_hides_nothing_before_it() -> None:
    inner, outer = ball(15.0), ball(40.0)
    veiled = render([Layer(outer, _GREEN, 0.4), Layer(inner, _RED)], front(), _SIZE, _SIZE).rgb[100, 100].astype(int)
    assert veiled[0] > 60
    assert veiled[1] > 60
    alone = render([Layer(inner, _RED)], front(), _SIZE, _SIZE).rgb[100, 100].astype(int)
    assert alone[0] > veiled[0]
    before = [Layer(ball(10.0, (0, -45, 0)), _RED), Layer(ball(20.0), _GREEN, 0.4)]
    red, green, _ = render(before, front(), _SIZE, _SIZE).rgb[100, 100]
    assert red > 150
    assert green < 60, "only the shine of the red ball is not red"


@pytest.mark.parametrize("side", list(Side))
def test_picking_gives_the_place_on_the_near_side(side: Side) -> None:
    camera = Camera.around(np.array([7.0, -4.0, 2.0]), 50.0, side)
    surface = ball(30.0, (7.0, -4.0, 2.0))
    place = render([Layer(surface, _RED)], camera, _SIZE, _SIZE, sampling=2.0).place_at(100, 100)
    assert place is not None
    np.testing.assert_allclose(place, camera.centre_mm + 30.0 * camera.rotation[2], atol=0.6)


def test_picking_through_a_veil_gives_what_is_opaque_and_beside_it_the_veil() -> None:
    camera = front()
    picture = render([Layer(ball(40.0), _GREEN, 0.4), Layer(ball(15.0), _RED)], camera, _SIZE, _SIZE)
    middle, beside = picture.place_at(100, 100), picture.place_at(150, 100)
    assert middle is not None
    assert beside is not None
    assert np.linalg.norm(middle) == pytest.approx(15.0, abs=0.6)
    assert np.linalg.norm(beside) == pytest.approx(40.0, abs=0.9)
    assert picture.place_at(1, 1) is None
    assert picture.place_at(-1, 500) is None


def test_a_picture_of_nothing_is_the_background() -> None:
    picture = render([], front(), 20, 10, background=(1, 2, 3))
    assert picture.rgb.shape == (10, 20, 3)
    assert (picture.rgb == (1, 2, 3)).all()


def test_surfaces_far_outside_the_picture_and_slivers_do_no_harm() -> None:
    vertices = np.array([[1e6, 0, 0], [0, 0, 1e6], [-1e6, 0, -1e6], [0, 0, 0], [0, 0, 0], [0, 0, 0]], np.float32)
    normals = np.tile(np.array([0, -1, 0], np.float32), (6, 1))
    faces = np.array([[0, 1, 2], [0, 2, 1], [3, 4, 5], [0, 0, 1]], np.int32)
    for zoom in (1.0, 40.0):
        picture = render([Layer(Surface(vertices, faces, normals), _RED)], front().zoomed(zoom), 64, 48)
        assert picture.rgb.shape == (48, 64, 3)


def test_rough_and_fine_pictures_show_the_same_thing() -> None:
    fine = render([Layer(ball(30.0), _RED)], front(), _SIZE, _SIZE, sampling=2.0)
    rough = render([Layer(ball(30.0), _RED)], front(), _SIZE, _SIZE, sampling=0.5)
    assert fine.rgb.shape == rough.rgb.shape
    assert np.abs(fine.rgb.astype(int) - rough.rgb).mean() < 4
    assert np.mean(np.isfinite(fine.nearness) != np.isfinite(rough.nearness)) < 0.02
