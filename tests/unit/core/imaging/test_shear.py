"""A tilted stack is shown, measured and said as it lies in the patient."""

from __future__ import annotations

import numpy as np
import pytest
from builders.grids import ball, grid, places_mm, tilted_grid

from medcrypt_gui.core.imaging.compose import compose_view
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.label_look import LabelLook
from medcrypt_gui.core.imaging.measurements import Measurement, Shape, length_mm, outline, statistics
from medcrypt_gui.core.imaging.planes import Plane, plane_view
from medcrypt_gui.core.imaging.shear import in_plane, is_sheared, metric_root, shear_badge
from medcrypt_gui.core.imaging.slab import Projection, Slab
from medcrypt_gui.core.imaging.view_frame import ViewFrame
from medcrypt_gui.core.imaging.volume import Volume, Window

RADIUS = 40.0
TILTED = tilted_grid()
MIDDLE = tuple((n - 1) // 2 for n in TILTED.shape[::-1])


def extents_mm(plane: Plane, as_stored: bool = False, outlined: bool = False) -> list[float]:
    """How far the ball reaches on the screen in eight directions, in mm of the scale bar."""
    view = plane_view(TILTED, plane, as_stored=as_stored)
    frame = ViewFrame.fit(view, 500, 500)
    centre = np.array(frame.to_view(*view.index_to_display(tuple(TILTED.to_index((0.0, 0.0, 0.0))))[:2]))
    inside = ball(TILTED, RADIUS)
    n = MIDDLE[view.through_axis]
    mask = view.slice_of(inside.astype(np.uint8), n)
    grey = np.zeros(mask.shape, np.uint8)
    rgb = compose_view(
        grey,
        1.0,
        0.0,
        Window(127.5, 255),
        frame,
        mask_plane=mask,
        look=LabelLook.plain((255, 0, 0)),
        opacity=1.0,
        outline=outlined,
    )
    rows, columns = np.nonzero(rgb[..., 0] > 100)
    away = np.stack([columns, rows], axis=1) - centre
    angles = np.radians(np.arange(0, 180, 22.5))
    return [float(np.ptp(away @ (np.cos(a), np.sin(a)))) / frame.scale for a in angles]


@pytest.mark.parametrize("outlined", [False, True])
@pytest.mark.parametrize("plane", Plane)
def test_a_ball_is_round_in_all_three_planes(plane, outlined):
    assert extents_mm(plane, outlined=outlined) == pytest.approx([2 * RADIUS] * 8, abs=3.5)


def test_as_stored_it_is_not_round_in_the_sagittal_plane():
    extents = extents_mm(Plane.SAGITTAL, as_stored=True)
    assert max(extents) / min(extents) > 1.2


@pytest.mark.parametrize("plane", Plane)
def test_what_is_measured_of_the_ball_is_right_in_millimetres(plane):
    view = plane_view(TILTED, plane)
    u, v = (
        TILTED.affine_lps[:3, axis] * sign for axis, sign in ((view.u_axis, view.u_sign), (view.v_axis, view.v_sign))
    )
    laid = in_plane(u, v)
    centre = TILTED.to_index((0.0, 0.0, 0.0))
    centre[view.through_axis] = MIDDLE[view.through_axis]
    middle = TILTED.to_mm(centre)
    half_mm = RADIUS * (laid.right + laid.down)
    corners = [tuple(TILTED.to_index(middle + sign * half_mm)) for sign in (-1, 1)]
    volume = Volume(ball(TILTED, RADIUS).astype(np.int16), TILTED)
    ellipse = statistics(Measurement(Shape.ELLIPSE, view.through_axis, *corners), volume)
    rectangle = statistics(Measurement(Shape.RECTANGLE, view.through_axis, *corners), volume)
    assert ellipse is not None
    assert rectangle is not None
    assert ellipse.mean > 0.97, "the ellipse holds the ball and nothing else"
    assert ellipse.area_mm2 == pytest.approx(np.pi * RADIUS**2, rel=0.02)
    assert rectangle.area_mm2 == pytest.approx(4 * RADIUS**2, rel=0.06)
    assert rectangle.mean == pytest.approx(np.pi / 4, rel=0.04)
    for way in (laid.right, laid.down, (laid.right + laid.down) / np.sqrt(2)):
        ends = [tuple(TILTED.to_index(middle + sign * RADIUS * way)) for sign in (-1, 1)]
        assert length_mm(Measurement(Shape.DISTANCE, view.through_axis, *ends), TILTED) == pytest.approx(2 * RADIUS)


@pytest.mark.parametrize("plane", Plane)
def test_the_outline_of_a_shape_is_upright_in_the_patient(plane):
    view = plane_view(TILTED, plane)
    start, end = list(MIDDLE), list(MIDDLE)
    for axis in {0, 1, 2} - {view.through_axis}:
        start[axis], end[axis] = start[axis] - 6, end[axis] + 9
    shape = Measurement(Shape.RECTANGLE, view.through_axis, tuple(start), tuple(end))
    corners = TILTED.to_mm(outline(shape, TILTED)[:-1])
    sides = np.diff(np.vstack([corners, corners[:1]]), axis=0)
    assert sides[0] @ sides[1] == pytest.approx(0, abs=1e-6)
    assert min(np.linalg.norm(corners - TILTED.to_mm(start), axis=1)) == pytest.approx(0, abs=1e-6)
    rim = TILTED.to_mm(
        outline(Measurement(Shape.ELLIPSE, *[getattr(shape, f) for f in ("axis", "start", "end")]), TILTED)
    )
    assert (
        np.abs((rim - corners.mean(axis=0)) @ (sides[0] / np.linalg.norm(sides[0])))
        <= np.linalg.norm(sides[0]) / 2 + 1e-6
    ).all()


def test_slices_are_as_far_apart_as_their_normal_says():
    assert plane_view(TILTED, Plane.AXIAL).thickness_mm == pytest.approx(2.5)
    assert TILTED.spacing_mm[2] == pytest.approx(2.5 / np.cos(np.radians(15)))
    assert plane_view(TILTED, Plane.CORONAL).thickness_mm == pytest.approx(np.cos(np.radians(15)))
    assert plane_view(TILTED, Plane.SAGITTAL).thickness_mm == pytest.approx(1.0)
    assert len(Slab(Projection.MEAN, 12.5).slices(plane_view(TILTED, Plane.AXIAL), 20)) == 5


def test_a_slab_runs_along_the_normal_of_its_slices():
    """A rod along the normal is a dot in the slab; followed along the step of the table it would be a streak."""
    normal = np.cross(TILTED.affine_lps[:3, 0], TILTED.affine_lps[:3, 1])
    mm = places_mm(TILTED)
    away = mm - (mm @ normal)[..., None] * normal
    rod = (np.linalg.norm(away, axis=-1) < 3).astype(np.int16)
    view = plane_view(TILTED, Plane.AXIAL)
    slab = Slab(Projection.MAXIMUM, 50.0)
    rows, columns = np.nonzero(slab.of(view, rod, MIDDLE[2]))
    assert (np.ptp(rows), np.ptp(columns)) == (pytest.approx(5, abs=1.1), pytest.approx(5, abs=1.1))
    streak, _ = np.nonzero(slab.of(plane_view(TILTED, Plane.AXIAL, as_stored=True), rod, MIDDLE[2]))
    assert np.ptp(streak) > 12


@pytest.mark.parametrize(("tilt", "said"), [(15.0, "gantry tilt 15.0°"), (-22.5, "gantry tilt 22.5°"), (0.05, "")])
def test_the_badge_says_the_tilt(tilt, said):
    assert shear_badge(tilted_grid(tilt)) == said
    assert is_sheared(tilted_grid(tilt)) is bool(said)
    stored = shear_badge(tilted_grid(tilt), as_stored=True)
    assert stored == (f"shown as stored, tilted {abs(tilt):.1f}°" if said else "")


def test_rotated_grids_have_no_badge_and_rows_that_lean_on_columns_another():
    assert shear_badge(grid("oblique")) == shear_badge(grid("anisotropic")) == ""
    affine = np.eye(4)
    affine[0, 1] = np.tan(np.radians(8))
    assert shear_badge(Geometry((3, 4, 5), affine)) == "sheared grid, 8.0°"


def test_lengths_between_indices_are_those_in_the_patient():
    root = metric_root(TILTED)
    for step in np.random.default_rng(2).normal(size=(5, 3)):
        assert np.linalg.norm(root @ step) == pytest.approx(np.linalg.norm(TILTED.affine_lps[:3, :3] @ step))
