"""A slice and its mask become one picture."""

import numpy as np
import pytest

from medcrypt_gui.core.imaging.compose import (
    PlaneLayer,
    compose_view,
    fit_grey,
    graphics_layer,
)
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.label_look import LabelLook
from medcrypt_gui.core.imaging.planes import Plane, plane_view
from medcrypt_gui.core.imaging.view_frame import ViewFrame
from medcrypt_gui.core.imaging.volume import Window

FULL = Window(127.5, 255)
RED = (255, 0, 0)
RED_LOOK = LabelLook.plain(RED)


def square(size=20, low=5, high=15) -> np.ndarray:
    mask = np.zeros((size, size), np.uint8)
    mask[low:high, low:high] = 1
    return mask


def compose_plane(plane, mask=None, **options) -> np.ndarray:
    """One view pixel for each of the plane's."""
    height, width = plane.shape
    frame = ViewFrame(width, height, 1.0, ((width - 1) / 2, (height - 1) / 2), (1.0, 1.0))
    return compose_view(plane, 1.0, 0.0, FULL, frame, mask_plane=mask, smooth=False, **options)


def test_without_a_mask_the_picture_is_grey():
    grey = np.arange(256, dtype=np.uint8).reshape(16, 16)
    rgb = compose_plane(grey)
    assert (rgb == grey[:, :, None]).all()


def test_a_filled_mask_tints_exactly_its_voxels():
    grey = np.full((20, 20), 100, np.int16)
    mask = square()
    rgb = compose_plane(grey, mask, look=RED_LOOK, opacity=0.5)
    assert (rgb[mask == 0] == 100).all()
    assert np.abs(rgb[mask == 1].astype(int) - [178, 50, 50]).max() <= 1


def test_every_label_has_its_colour_and_a_hidden_one_is_not_drawn():
    mask = square()
    mask[8:12, 8:12] = 2
    mask[0, 0] = 3
    look = LabelLook(((1, RED), (2, (0, 0, 255))))
    rgb = compose_plane(np.zeros((20, 20), np.int16), mask, look=look, opacity=1.0)
    assert (rgb[mask == 1] == RED).all()
    assert (rgb[mask == 2] == (0, 0, 255)).all()
    assert (rgb[(mask == 0) | (mask == 3)] == 0).all()


def test_every_label_has_its_own_outline():
    mask = square(40, 5, 35)
    mask[12:28, 12:28] = 2
    look = LabelLook(((1, RED), (2, (0, 0, 255))))
    rgb = compose_plane(np.zeros((40, 40), np.int16), mask, look=look, outline=True)
    assert (rgb[..., 0] > 127).any()
    assert (rgb[..., 2] > 127).any()
    assert (rgb[18:22, 18:22] == 0).all()


def test_a_view_shows_voxels_where_its_frame_says():
    geometry = Geometry((1, 30, 40), np.diag([0.5, 1.0, 1.0, 1.0]))
    view = plane_view(geometry, Plane.AXIAL)
    frame = ViewFrame.fit(view, 200, 300)
    plane = np.zeros((30, 40), np.uint8)
    plane[10, 30] = 255
    mask = (plane > 0).astype(np.uint8)
    rgb = compose_view(plane, 1.0, 0.0, FULL, frame, mask_plane=mask, look=RED_LOOK, opacity=1.0, smooth=False)
    assert rgb.shape == (300, 200, 3)
    rows, columns = np.nonzero((rgb == RED).all(axis=2))
    x, y = frame.to_view(30, 10)
    assert (columns.mean(), rows.mean()) == pytest.approx((x, y), abs=0.51)
    assert np.ptp(columns) + 1 == pytest.approx(0.5 * frame.scale, abs=1)
    assert np.ptp(rows) + 1 == pytest.approx(1.0 * frame.scale, abs=1)
    assert frame.to_display(x, y) == pytest.approx((30, 10))


@pytest.mark.parametrize("scale", [0.2, 0.7, 2.0])
def test_shrinking_keeps_the_picture_in_its_place(scale):
    rows, columns = np.mgrid[:200, :200]
    plane = np.exp(-((columns - 120) ** 2 + (rows - 60) ** 2) / 800) * 255
    frame = ViewFrame(300, 300, scale, (99.5, 99.5), (1.0, 1.0))
    shown = compose_view(plane, 1.0, 0.0, FULL, frame)[..., 0].astype(float)
    x, y = frame.to_view(120, 60)
    if scale > 1:
        assert shown[round(y), round(x)] >= 254
        return
    weights = shown / shown.sum()
    centre = (weights.sum(axis=0) @ np.arange(300), weights.sum(axis=1) @ np.arange(300))
    assert centre == pytest.approx((x, y), abs=0.3)


@pytest.mark.parametrize("centre", [(10.0, 10.0), (0.0, 0.0), (-500.0, 3.0), (25.0, 9.0)])
@pytest.mark.parametrize("outline", [False, True])
@pytest.mark.parametrize("smooth", [False, True])
def test_zoomed_and_panned_views_compose_even_when_the_mask_is_outside(centre, outline, smooth):
    frame = ViewFrame(64, 48, 10.0, centre, (1.0, 0.7))
    rgb = compose_view(
        np.zeros((20, 20), np.int16), 1.0, 0.0, FULL, frame, mask_plane=square(), outline=outline, smooth=smooth
    )
    assert rgb.shape == (48, 64, 3)


def test_the_outline_runs_along_the_masks_edge():
    frame = ViewFrame(400, 400, 20.0, (9.5, 9.5), (1.0, 1.0))
    plane = np.zeros((20, 20), np.int16)
    rgb = compose_view(plane, 1.0, 0.0, FULL, frame, mask_plane=square(), look=RED_LOOK, outline=True)
    rows, _ = np.nonzero(rgb[..., 0] > 127)
    assert rows.min() == pytest.approx(frame.to_view(0, 4.5)[1], abs=3)
    assert rows.max() == pytest.approx(frame.to_view(0, 14.5)[1], abs=3)


def test_a_mask_that_is_a_flipped_view_is_composed_too():
    mask = square()[::-1, ::-1].T
    assert compose_plane(np.zeros((20, 20), np.int16)[::-1], mask).any()


def test_thumbnails_have_true_proportions():
    assert fit_grey(np.zeros((10, 100), np.uint8), (1.0, 5.0), 96).shape == (48, 96)


def layered(layer: PlaneLayer, centre=(9.5, 9.5)) -> np.ndarray:
    frame = ViewFrame(200, 200, 10.0, centre, (1.0, 1.0))
    grey = np.full((20, 20), 100, np.uint8)
    view_mask = np.zeros((20, 20), np.uint8)
    return compose_view(grey, 1.0, 0.0, FULL, frame, mask_plane=view_mask, smooth=False, layers=(layer,))


def test_a_filled_layer_tints_the_whole_of_it():
    rgb = layered(PlaneLayer(square(), RED, opacity=1.0))
    assert (rgb[52:148, 52:148] == RED).all()
    assert (rgb[:48] == 100).all()


def test_a_hatched_layer_leaves_the_image_to_be_seen_between_its_stripes():
    rgb = layered(PlaneLayer(square().astype(bool), RED, hatched=True, opacity=1.0))
    striped = (rgb[55:145, 55:145] == RED).all(axis=2)
    assert 0.25 < striped.mean() < 0.45
    assert (rgb[55:145, 55:145][~striped] == 100).all()


def test_stripes_stand_still_while_their_region_moves():
    low = layered(PlaneLayer(square(low=5, high=15), RED, hatched=True, opacity=1.0))
    high = layered(PlaneLayer(square(low=7, high=17), RED, hatched=True, opacity=1.0))
    assert (low[80:140, 80:140] == high[80:140, 80:140]).all()


def test_a_layer_outside_the_view_or_empty_is_composed_too():
    for plane in (np.zeros((20, 20), bool), square()):
        rgb = layered(PlaneLayer(plane, RED, hatched=True), centre=(400, 400))
        assert not (rgb == RED).all(axis=2).any()


def test_thin_graphics_stay_visible_in_a_small_view():
    plane, drawn = np.zeros((90, 90), np.uint8), np.zeros((90, 90), np.uint8)
    drawn[:, 40] = drawn[41] = 1
    frame = ViewFrame(30, 30, 1 / 3, (44.5, 44.5), (1.0, 1.0))
    rgb = compose_view(plane, 1.0, 0.0, Window(50, 100), frame, layers=[graphics_layer(drawn)])
    assert rgb.any(axis=2).all(axis=0).sum() >= 1
    assert rgb.any(axis=2).all(axis=1).sum() >= 1
