"""Distances in mm and values within shapes agree with what was put there."""

from __future__ import annotations

import numpy as np
import pytest

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.measurements import Measurement, Shape, length_mm, lines_of, statistics
from medcrypt_gui.core.imaging.volume import Volume

GEOMETRY = Geometry((20, 40, 60), np.diag([0.5, 0.75, 3.0, 1.0]))


def volume_of(stored: np.ndarray) -> Volume:
    return Volume(stored, GEOMETRY, slope=2.0, intercept=-10.0, unit="HU")


def test_a_distance_is_measured_in_the_patient() -> None:
    across = Measurement(Shape.DISTANCE, 2, (10.0, 10.0, 5.0), (16.0, 14.0, 5.0))
    assert length_mm(across, GEOMETRY) == pytest.approx(np.hypot(3.0, 3.0))
    upwards = Measurement(Shape.DISTANCE, 0, (10.0, 10.0, 5.0), (10.0, 10.0, 9.0))
    assert length_mm(upwards, GEOMETRY) == pytest.approx(12.0)
    assert lines_of(upwards, volume_of(np.zeros(GEOMETRY.shape, np.int16))) == ("12.0 mm",)


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_a_rectangle_holds_its_voxels_in_every_plane(axis: int) -> None:
    stored = np.random.default_rng(3).integers(0, 1000, GEOMETRY.shape).astype(np.int16)
    start, end = [4.0, 5.0, 6.0], [9.4, 11.4, 12.4]
    start[axis] = end[axis] = 7.0
    found = statistics(Measurement(Shape.RECTANGLE, axis, (*start,), (*end,)), volume_of(stored))  # type: ignore[arg-type]
    ranges = [slice(7, 8) if a == axis else slice(int(np.ceil(start[a])), int(end[a]) + 1) for a in range(3)]
    values = stored[ranges[2], ranges[1], ranges[0]] * 2.0 - 10.0
    assert found is not None
    assert found.voxels == values.size
    assert (found.mean, found.deviation) == (pytest.approx(values.mean()), pytest.approx(values.std()))
    assert (found.lowest, found.highest) == (values.min(), values.max())
    pixel = np.prod([mm for a, mm in enumerate(GEOMETRY.spacing_mm) if a != axis])
    assert found.area_mm2 == pytest.approx(values.size * pixel)


def test_an_ellipse_has_about_the_area_of_an_ellipse_whichever_way_it_was_drawn() -> None:
    volume = volume_of(np.ones(GEOMETRY.shape, np.int16))
    drawn = [((5.0, 5.0, 3.0), (45.0, 35.0, 3.0)), ((45.0, 5.0, 3.0), (5.0, 35.0, 3.0))]
    areas = [statistics(Measurement(Shape.ELLIPSE, 2, *ends), volume) for ends in drawn]
    assert areas[0] == areas[1]
    assert areas[0] is not None
    assert areas[0].area_mm2 == pytest.approx(np.pi * 20 * 0.5 * 15 * 0.75, rel=0.02)


def test_what_lies_outside_the_image_or_is_no_number_is_left_out() -> None:
    stored = np.full(GEOMETRY.shape, np.nan, np.float32)
    stored[3, 0, 0] = 4.0
    partly = Measurement(Shape.RECTANGLE, 2, (-5.0, -5.0, 3.0), (2.0, 2.0, 3.0))
    found = statistics(partly, volume_of(stored))
    assert found is not None
    assert (found.mean, found.voxels) == (-2.0, 1)
    beyond = Measurement(Shape.RECTANGLE, 2, (-9.0, -9.0, 3.0), (-5.0, -5.0, 3.0))
    assert statistics(beyond, volume_of(stored)) is None
    assert lines_of(beyond, volume_of(stored)) == ("no values",)
