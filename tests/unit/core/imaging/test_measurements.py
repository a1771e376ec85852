"""Distances in mm and values within shapes agree with what was put there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.measurements import (
    Measurement,
    Shape,
    angle_degrees,
    handles_of,
    length_mm,
    lines_of,
    outline,
    statistics,
    with_handle,
)
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


def angle(start: tuple[float, ...], vertex: tuple[float, ...], second: tuple[float, ...], axis: int = 2) -> Measurement:
    return Measurement(Shape.ANGLE, axis, (*start,), (*vertex,), (*second,))  # type: ignore[arg-type]


def test_values_that_mean_no_image_here_count_for_the_area_only() -> None:
    stored = np.full(GEOMETRY.shape, 100, np.int16)
    stored[3, 4:8, 4:6], stored[3, 4:8, 6] = -2000, -1990
    volume = replace(volume_of(stored), padding=(-2000, -1990))
    found = statistics(Measurement(Shape.RECTANGLE, 2, (4.0, 4.0, 3.0), (9.0, 7.0, 3.0)), volume)
    assert found is not None
    assert (found.mean, found.deviation, found.lowest, found.voxels) == (190.0, 0.0, 190.0, 12)
    assert found.area_mm2 == pytest.approx(24 * 0.5 * 0.75)
    assert statistics(Measurement(Shape.RECTANGLE, 2, (4.0, 4.0, 3.0), (6.0, 7.0, 3.0)), volume) is None


def test_an_angle_is_measured_in_the_patient_not_in_voxels() -> None:
    # 6 columns are 3 mm and 4 rows are 3 mm, so the diagonal of the voxels is not that of the patient.
    right = angle((16.0, 10.0, 5.0), (10.0, 10.0, 5.0), (10.0, 14.0, 5.0))
    half = angle((16.0, 10.0, 5.0), (10.0, 10.0, 5.0), (16.0, 14.0, 5.0))
    assert angle_degrees(right, GEOMETRY) == pytest.approx(90)
    assert angle_degrees(half, GEOMETRY) == pytest.approx(45)
    assert lines_of(half, volume_of(np.zeros(GEOMETRY.shape, np.int16))) == ("45.0°",)


def test_an_angle_on_a_sheared_grid_is_that_of_the_patient() -> None:
    sheared = np.diag([1.0, 1.0, 1.0, 1.0])
    sheared[0, 1] = 1.0  # a row further down lies a column further to the side
    grid = Geometry((20, 40, 60), sheared)
    assert angle_degrees(angle((5.0, 0.0, 0.0), (0.0, 0.0, 0.0), (0.0, 5.0, 0.0)), grid) == pytest.approx(45)
    # Upright it is 18 mm wide and 9 mm high; of its ten rows the n-th begins n mm further to the side.
    box = Measurement(Shape.RECTANGLE, 2, (0.0, 0.0, 0.0), (9.0, 9.0, 0.0))
    found = statistics(box, Volume(np.zeros((20, 40, 60), np.int16), grid))
    assert found is not None
    assert found.area_mm2 == pytest.approx(sum(19 - row for row in range(10)))


def test_straight_and_folded_angles_and_a_leg_without_length() -> None:
    assert angle_degrees(angle((0, 0, 0), (5, 0, 0), (9, 0, 0)), GEOMETRY) == pytest.approx(180)
    assert angle_degrees(angle((0, 0, 0), (5, 0, 0), (2, 0, 0)), GEOMETRY) == pytest.approx(0)
    assert angle_degrees(angle((5, 0, 0), (5, 0, 0), (2, 0, 0)), GEOMETRY) is None
    assert lines_of(angle((5, 0, 0), (5, 0, 0), (2, 0, 0)), volume_of(np.zeros(GEOMETRY.shape))) == ()


@pytest.mark.parametrize(
    ("shape", "second"), [(Shape.ANGLE, None), (Shape.DISTANCE, (1.0, 1.0, 1.0)), (Shape.ELLIPSE, (1.0, 1.0, 1.0))]
)
def test_only_an_angle_has_a_second_leg(shape: Shape, second: tuple[float, float, float] | None) -> None:
    with pytest.raises(ValueError):
        Measurement(shape, 2, (0.0, 0.0, 0.0), (1.0, 1.0, 0.0), second)


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize("shape", [Shape.DISTANCE, Shape.ELLIPSE, Shape.RECTANGLE])
def test_a_handle_goes_where_it_is_dragged_and_stays_in_its_slice(shape: Shape, axis: int) -> None:
    start, end = [4.0, 5.0, 6.0], [9.0, 11.0, 12.0]
    end[axis] = start[axis]
    before = Measurement(shape, axis, (*start,), (*end,))  # type: ignore[arg-type]
    for number in range(len(handles_of(before, GEOMETRY))):
        after = with_handle(before, number, (20.0, 21.0, 22.0), GEOMETRY)
        wanted = [20.0, 21.0, 22.0]
        wanted[axis] = start[axis]
        assert handles_of(after, GEOMETRY)[number] == pytest.approx(tuple(wanted))
        opposite = {0: 1, 1: 0, 2: 3, 3: 2}[number]
        assert handles_of(after, GEOMETRY)[opposite] == pytest.approx(handles_of(before, GEOMETRY)[opposite])
        assert after.slice_number == before.slice_number


def test_the_outline_of_an_ellipse_touches_its_box_and_is_closed() -> None:
    line = np.array(outline(Measurement(Shape.ELLIPSE, 1, (2.0, 7.0, 10.0), (8.0, 7.0, 4.0)), GEOMETRY))
    assert tuple(line[0]) == pytest.approx(tuple(line[-1]))
    assert line.min(axis=0) == pytest.approx([2, 7, 4])
    assert line.max(axis=0) == pytest.approx([8, 7, 10])


def test_a_shape_that_lies_outside_has_no_values() -> None:
    outside = Measurement(Shape.RECTANGLE, 2, (-9.0, -9.0, 3.0), (-2.0, -2.0, 3.0))
    assert statistics(outside, volume_of(np.zeros(GEOMETRY.shape, np.int16))) is None
    across_the_edge = Measurement(Shape.RECTANGLE, 2, (-9.0, -9.0, 3.0), (1.0, 1.0, 3.0))
    found = statistics(across_the_edge, volume_of(np.zeros(GEOMETRY.shape, np.int16)))
    assert found is not None
    assert found.voxels == 4


def test_lengths_are_in_pixels_where_their_size_is_unknown() -> None:
    unknown = Geometry((1, 40, 60), np.eye(4), oriented=False, calibrated=False)
    volume = Volume(np.zeros((1, 40, 60), np.int16), unknown)
    assert lines_of(Measurement(Shape.DISTANCE, 2, (0.0, 0.0, 0.0), (30.0, 40.0 - 1, 0.0)), volume)[0].endswith(" px")
    assert lines_of(Measurement(Shape.RECTANGLE, 2, (0.0, 0.0, 0.0), (9.0, 9.0, 0.0)), volume)[-1] == "100 px²"
