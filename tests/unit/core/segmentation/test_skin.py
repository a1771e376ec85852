"""The skin of phantoms: its size, and what does not belong to it."""

from __future__ import annotations

import numpy as np
import pytest

from medcrypt_gui.core.errors import Cancelled
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.segmentation.skin import skin
from medcrypt_gui.core.task import TaskContext


def egg(air: float, tissue: float, noise: float, size: int = 72, seed: int = 0) -> np.ndarray:
    """An ellipsoid (half axes 40, 48, 56 mm at 2 mm) with a hollow inside."""
    z, y, x = (np.arange(size) - size / 2 + 0.5 for _ in range(3))
    squared = (z[:, None, None] / 28) ** 2 + (y[:, None] / 24) ** 2 + (x / 20) ** 2
    values = np.where((squared < 1) & (squared > 0.08), tissue, air)
    return np.round(values + np.random.default_rng(seed).normal(0, noise, values.shape)).astype(np.int16)


_EGG_ML = 4 / 3 * np.pi * 56 * 48 * 40 / 1000
_GRID = Geometry((72, 72, 72), np.diag([2.0, 2.0, 2.0, 1.0]))


def test_the_skin_of_an_mr_is_closed_and_of_the_right_size_without_the_hollow() -> None:
    values = np.abs(egg(0, 400, 12))
    surface = skin(Volume(values, _GRID), "MR", TaskContext())
    assert surface is not None
    assert surface.volume_ml == pytest.approx(_EGG_ML, rel=0.04)
    centre = (surface.vertices.min(axis=0) + surface.vertices.max(axis=0)) / 2
    assert np.linalg.norm(surface.vertices - centre, axis=1).min() > 35, "no surface inside"


def test_the_skin_of_a_ct_leaves_the_table_out() -> None:
    values = egg(-1000, 30, 10)
    values[:, 66:68, 5:67] = 200
    surface = skin(Volume(values, _GRID, unit="HU"), "CT", TaskContext())
    assert surface is not None
    assert surface.volume_ml == pytest.approx(_EGG_ML, rel=0.05)
    assert surface.vertices[:, 1].max() < 2 * 64


def test_a_marker_on_the_skin_stays_and_specks_of_noise_go() -> None:
    values = np.abs(egg(0, 400, 12))
    values[34:38, 8:11, 34:38] = 400  # 0.4 ml, just before the front
    values[3, 3, 3] = 2000
    surface = skin(Volume(values, _GRID), "MR", TaskContext())
    assert surface is not None
    assert surface.vertices[:, 1].min() == pytest.approx(15.0, abs=2.5)
    assert np.linalg.norm(surface.vertices - 6.0, axis=1).min() > 20


@pytest.mark.parametrize("values", [np.zeros((8, 8, 8), np.int16), np.full((8, 8, 8), 700, np.int16)])
def test_an_image_without_air_or_without_body_has_no_skin(values: np.ndarray) -> None:
    geometry = Geometry(values.shape, np.diag([3.0, 3.0, 3.0, 1.0]))
    assert skin(Volume(values, geometry), "MR", TaskContext()) is None
    assert skin(Volume(values - 1000 * (values == 0), geometry, unit="HU"), "CT", TaskContext()) is None


def test_values_that_are_not_numbers_do_no_harm() -> None:
    values = np.abs(egg(0, 400, 12)).astype(np.float32)
    values[:2] = np.nan
    values[-1, 0, 0] = np.inf
    surface = skin(Volume(values, _GRID), "MR", TaskContext())
    assert surface is not None
    assert surface.volume_ml == pytest.approx(_EGG_ML, rel=0.04)


def test_cancelling_stops_the_work() -> None:
    task = TaskContext()
    task.cancel()
    with pytest.raises(Cancelled):
        skin(Volume(np.zeros((8, 8, 8), np.int16), Geometry((8, 8, 8), np.eye(4))), "MR", task)
