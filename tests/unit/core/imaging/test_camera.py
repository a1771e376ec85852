"""Where the viewer stands, and the way from the patient to the picture and back."""

from __future__ import annotations

import numpy as np
import pytest

from medcrypt_gui.core.imaging.camera import Camera, Side

_L, _P, _S = np.eye(3)


@pytest.mark.parametrize(
    ("side", "right", "up"),
    [
        (Side.FRONT, _L, _S),  # who faces a patient has his left hand on the right
        (Side.BACK, -_L, _S),
        (Side.LEFT, _P, _S),
        (Side.RIGHT, -_P, _S),
        (Side.TOP, -_L, -_P),
        (Side.BOTTOM, _L, -_P),  # as an axial slice lies
    ],
)
def test_each_side_shows_the_patient_the_right_way_round(side: Side, right: np.ndarray, up: np.ndarray) -> None:
    camera = Camera.around(np.array([10.0, 20.0, 30.0]), 100.0, side)
    middle = camera.to_picture(camera.centre_mm, 101, 101)
    np.testing.assert_allclose(middle, (50, 50, 0), atol=1e-9)
    step = camera.to_picture(camera.centre_mm + right, 101, 101) - middle
    assert step[0] > 0
    assert abs(step[1]) < 1e-9
    step = camera.to_picture(camera.centre_mm + up, 101, 101) - middle
    assert step[1] < 0
    assert abs(step[0]) < 1e-9
    assert np.linalg.det(camera.rotation) == pytest.approx(1.0), "no picture is a mirror image"


def test_a_picked_place_is_where_it_came_from() -> None:
    camera = Camera.around(np.array([1.0, -2.0, 3.0]), 80.0).turned(0.7, -0.4).zoomed(1.9, 5.0, -3.0).moved(4.0, 9.0)
    place = np.array([12.0, -31.0, 7.0])
    column, row, near = camera.to_picture(place, 640, 480)
    np.testing.assert_allclose(camera.to_mm(column, row, near, 640, 480), place, atol=1e-9)


def test_dragging_to_the_right_brings_the_patients_right_side_to_the_front() -> None:
    camera = Camera.around(np.zeros(3), 100.0).turned(np.pi / 2, 0.0)
    np.testing.assert_allclose(camera.rotation, Camera.around(np.zeros(3), 1.0, Side.RIGHT).rotation, atol=1e-9)


def test_dragging_upwards_shows_the_patient_from_below() -> None:
    camera = Camera.around(np.zeros(3), 100.0).turned(0.0, np.pi / 2)
    np.testing.assert_allclose(camera.rotation[2], -_S, atol=1e-9)


def test_thousands_of_turns_leave_a_rotation() -> None:
    camera, rng = Camera.around(np.zeros(3), 1.0), np.random.default_rng(1)
    for right, up in rng.normal(0, 0.05, (3000, 2)):
        camera = camera.turned(right, up)
    np.testing.assert_allclose(camera.rotation @ camera.rotation.T, np.eye(3), atol=1e-9)


def test_zooming_keeps_the_place_under_the_pointer() -> None:
    camera = Camera.around(np.zeros(3), 100.0).moved(3.0, 4.0)
    scale = camera.pixels_per_mm(400, 400)
    column, row = 320.0, 90.0
    right, up = (column - 199.5) / scale, (199.5 - row) / scale
    before = camera.to_mm(column, row, 0.0, 400, 400)
    after = camera.zoomed(2.5, right, up).to_mm(column, row, 0.0, 400, 400)
    np.testing.assert_allclose(after, before, atol=1e-9)


def test_what_is_fitted_fills_the_picture_from_every_side() -> None:
    rng = np.random.default_rng(2)
    ball = rng.normal(size=(5000, 3))
    ball = (40 * ball / np.linalg.norm(ball, axis=1, keepdims=True) + (10, 20, -30)).astype(np.float32)
    camera = Camera.fitting(ball)
    for side in Side:
        seen = camera.seen_from(side).to_picture(ball, 300, 200)
        assert seen[:, 1].min() > 0
        assert seen[:, 1].max() < 199
        assert np.ptp(seen[:, 1]) > 170


def test_the_zoom_has_limits() -> None:
    camera = Camera.around(np.zeros(3), 100.0)
    assert camera.zoomed(1e9).zoom < 100
    assert camera.zoomed(1e-9).zoom > 0.1
