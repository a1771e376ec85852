"""A model sees the same head whatever way the file stores it."""

from __future__ import annotations

import numpy as np
import pytest
from builders.head import CENTRE_MM, all_orientations, head, reoriented, small_network

from medcrypt_gui.core.errors import Cancelled
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.segmentation.preprocess import prepare, reduce_blocks
from medcrypt_gui.core.task import TaskContext


@pytest.mark.parametrize(("axes", "flips"), all_orientations()[::5])
def test_the_order_and_direction_of_the_axes_do_not_matter(axes, flips) -> None:
    volume, _ = head()
    plain = prepare(volume, small_network(), TaskContext())
    other = prepare(reoriented(volume, axes, flips), small_network(), TaskContext())
    assert np.allclose(plain.geometry.affine_lps, other.geometry.affine_lps, atol=1e-6)
    assert np.allclose(plain.values, other.values, atol=1e-3)


def test_an_oblique_scan_is_turned_upright() -> None:
    volume, _ = head()
    turn = np.deg2rad(25.0)
    turned = np.eye(4)
    turned[1:3, 1:3] = [[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]
    source = volume.geometry
    middle = source.to_mm(np.array(source.shape[::-1], dtype=np.float64) / 2)
    turned[:3, 3] = middle - turned[:3, :3] @ middle
    oblique = Geometry((110, 130, 100), turned @ source.affine_lps)
    index = np.stack(np.meshgrid(*(np.arange(n) for n in oblique.shape), indexing="ij")[::-1], axis=-1)
    nearest = np.rint(source.to_index(oblique.to_mm(index.astype(np.float64)))).astype(int)
    inside = np.all((nearest >= 0) & (nearest < source.shape[::-1]), axis=-1)
    x, y, z = np.where(inside[..., None], nearest, 0).transpose(3, 0, 1, 2)
    stored = np.where(inside, volume.stored[z, y, x], 10).astype(np.int16)
    plain = prepare(volume, small_network(), TaskContext())
    upright = prepare(Volume(stored, oblique), small_network(), TaskContext())
    shift = np.abs(plain.geometry.affine_lps[:3, 3] - upright.geometry.affine_lps[:3, 3])
    assert shift.max() <= 12.0  # the corner of the field of view cuts the neck elsewhere
    assert np.allclose(upright.geometry.affine_lps[:3, :3], np.eye(3) * 4.0)


def test_brightness_scale_offset_and_inversion_do_not_matter() -> None:
    volume, _ = head()
    plain = prepare(volume, small_network(), TaskContext()).values
    brighter = Volume(volume.stored.astype(np.float32) * 7.0 + 300.0, volume.geometry)
    negative = Volume((1000 - volume.stored).astype(np.int16), volume.geometry, inverted=True)
    assert np.allclose(prepare(brighter, small_network(), TaskContext()).values, plain, atol=1e-2)
    assert np.allclose(prepare(negative, small_network(), TaskContext()).values, plain, atol=1e-2)


def test_a_longer_neck_does_not_move_the_grid() -> None:
    volume, _ = head()
    cut = 25
    affine = volume.geometry.affine_lps.copy()
    affine[:3, 3] = volume.geometry.to_mm((0.0, 0.0, float(cut)))
    shorter = Volume(volume.stored[cut:], Geometry(volume.stored[cut:].shape, affine))
    long_grid = prepare(volume, small_network(), TaskContext()).geometry
    short_grid = prepare(shorter, small_network(), TaskContext()).geometry
    assert np.abs(long_grid.affine_lps - short_grid.affine_lps).max() <= 4.0


def test_the_grid_hangs_around_the_head() -> None:
    volume, _ = head()
    grid = prepare(volume, small_network(), TaskContext()).geometry
    brain_top = CENTRE_MM[2] + 58.0 + 9.0
    top = grid.to_mm((0.0, 0.0, grid.shape[0] - 1.0))[2]
    middle = grid.to_mm(((grid.shape[2] - 1) / 2, (grid.shape[1] - 1) / 2, 0.0))
    assert 0.0 < top - brain_top < 20.0
    assert abs(middle[0] - CENTRE_MM[0]) < 6.0
    assert abs(middle[1] - CENTRE_MM[1]) < 16.0


def test_fine_voxels_are_averaged_and_stay_where_they_lie() -> None:
    random = np.random.default_rng(3)
    stored = random.integers(0, 4000, (9, 12, 10)).astype(np.uint16)
    affine = np.diag([0.5, 1.0, 3.0, 1.0])
    values, geometry = reduce_blocks(Volume(stored, Geometry(stored.shape, affine)), 2.0)
    assert values.shape == (9, 6, 2)
    assert values[4, 2, 1] == pytest.approx(stored[4, 4:6, 4:8].mean(), rel=1e-6)
    assert np.allclose(geometry.to_mm((1.0, 2.0, 4.0)), [5.5 * 0.5, 4.5, 12.0])


def test_an_empty_image_gives_a_flat_input() -> None:
    empty = Volume(np.zeros((20, 40, 40), np.int16), Geometry((20, 40, 40), np.diag([4.0, 4.0, 4.0, 1.0])))
    values = prepare(empty, small_network(), TaskContext()).values
    assert np.isfinite(values).all()
    assert np.ptp(values) == 0.0


def test_values_that_are_no_numbers_are_taken_as_nothing() -> None:
    volume, _ = head()
    stored = volume.stored.astype(np.float32)
    stored[0, 0, :5] = np.nan
    stored[1, 0, :5] = np.inf
    assert np.isfinite(prepare(Volume(stored, volume.geometry), small_network(), TaskContext()).values).all()


def test_it_ends_when_cancelled() -> None:
    task = TaskContext()
    task.cancel()
    with pytest.raises(Cancelled):
        prepare(head()[0], small_network(), task)
