"""Index, millimetres, displayed pixel and view pixel lead to one another for every way a grid can lie."""

from __future__ import annotations

import numpy as np
import pytest
from builders.grids import KINDS, ORIENTATIONS, grid

from medcrypt_gui.core.imaging.planes import Plane, plane_view
from medcrypt_gui.core.imaging.view_frame import ViewFrame

L, P, S = np.eye(3)
CARDINAL = {  # which way a screen's right and down point, and its letters: left, right, top, bottom
    Plane.AXIAL: (L, P, ("R", "L", "A", "P")),
    Plane.SAGITTAL: (P, -S, ("A", "P", "S", "I")),
    Plane.CORONAL: (L, -S, ("R", "L", "S", "I")),
}
every_grid = pytest.mark.parametrize("kind", KINDS)
every_way = pytest.mark.parametrize(("order", "signs"), ORIENTATIONS)


def test_there_are_48_ways_half_of_which_mirror_the_patient():
    determinants = [np.linalg.det(grid("isotropic", *way).affine_lps[:3, :3]) for way in ORIENTATIONS]
    assert len(ORIENTATIONS) == 48
    assert sum(d < 0 for d in determinants) == 24


@every_grid
@every_way
def test_places_lead_back_to_where_they_came_from(kind, order, signs):
    geometry = grid(kind, order, signs)
    for index in np.random.default_rng(0).uniform(-2, 6, (5, 3)):
        assert geometry.to_index(geometry.to_mm(index)) == pytest.approx(index)
        for plane in Plane:
            for as_stored in (False, True):
                view = plane_view(geometry, plane, as_stored=as_stored)
                u, v, n = view.index_to_display(tuple(index))
                assert view.display_to_index(u, v, n) == pytest.approx(tuple(index))
                frame = ViewFrame.fit(view, 300, 200)
                assert frame.to_display(*frame.to_view(u, v)) == pytest.approx((u, v))
                assert frame.matrix() @ (u, v, 1) == pytest.approx(frame.to_view(u, v))


@every_grid
@every_way
def test_the_screen_is_true_to_the_patient_in_lengths_and_angles(kind, order, signs):
    geometry = grid(kind, order, signs)
    for plane in Plane:
        view = plane_view(geometry, plane)
        frame = ViewFrame(400, 400, 3.0, (0.0, 0.0), view.pixel_mm, view.lean_mm)
        steps = [(1, 0), (0, 1), (1, 1), (-2, 1)]
        mm = [geometry.to_mm(view.display_to_index(u, v, 0)) for u, v in [(0, 0), *steps]]
        on_screen = np.array([frame.to_view(u, v) for u, v in [(0, 0), *steps]])
        for place, point in zip(mm[1:], on_screen[1:], strict=True):
            assert np.linalg.norm(point - on_screen[0]) / 3.0 == pytest.approx(np.linalg.norm(place - mm[0]))


@every_grid
@every_way
def test_the_patients_left_back_and_feet_are_where_radiologists_expect_them(kind, order, signs):
    geometry = grid(kind, order, signs)
    for plane, (right, down, letters) in CARDINAL.items():
        view = plane_view(geometry, plane)
        frame = ViewFrame.fit(view, 300, 300)
        origin = geometry.to_mm(view.display_to_index(*frame.to_display(0, 0), 0))
        across = geometry.to_mm(view.display_to_index(*frame.to_display(100, 0), 0)) - origin
        upright = geometry.to_mm(view.display_to_index(*frame.to_display(0, 100), 0)) - origin
        assert across @ right > 0.8 * np.linalg.norm(across)
        assert upright @ down > 0.8 * np.linalg.norm(upright)
        if kind != "oblique":
            assert view.letters == letters
        if kind != "tilted" or plane is not Plane.AXIAL:
            continue
        assert view.lean_mm == (0.0, 0.0), "the slices of a tilted stack are rectangles themselves"


@every_way
def test_neurological_puts_the_left_on_the_left(order, signs):
    for plane in (Plane.AXIAL, Plane.CORONAL):
        view = plane_view(grid("anisotropic", order, signs), plane, neurological=True)
        assert view.letters[:2] == ("L", "R")
    assert plane_view(grid("anisotropic", order, signs), Plane.SAGITTAL, neurological=True).letters[:2] == ("A", "P")


@pytest.mark.parametrize("kind", ["isotropic", "anisotropic", "oblique"])
@every_way
def test_as_stored_changes_nothing_unless_the_grid_is_sheared(kind, order, signs):
    geometry = grid(kind, order, signs)
    for plane in Plane:
        assert plane_view(geometry, plane, as_stored=True) == plane_view(geometry, plane)
        assert plane_view(geometry, plane).lean_mm == plane_view(geometry, plane).drift == (0.0, 0.0)
