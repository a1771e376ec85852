"""Stored values become grey levels."""

import numpy as np
import pytest

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.volume import Volume, Window
from medcrypt_gui.core.imaging.windowing import (
    UserPreset,
    default_window,
    full_range,
    presets_for,
    window_of_values,
    window_to_grey,
    without,
)


def volume_of(stored, **fields) -> Volume:
    return Volume(stored, Geometry(stored.shape, np.eye(4)), **fields)


@pytest.mark.parametrize("dtype", ["u1", "i1", "u2", "i2", "u4", "i4", "i8", "u8", "f4", "f8"])
def test_the_ends_of_the_window_are_black_and_white_in_every_dtype(dtype):
    stored = np.array([[0, 10, 60, 110, 120]], dtype)
    assert window_to_grey(stored, 1.0, 0.0, Window(60, 100)).tolist() == [[0, 0, 128, 255, 255]]


def test_slope_and_intercept_come_before_the_window():
    assert window_to_grey(np.array([[512]], np.int16), 2.0, -1024.0, Window(0, 400))[0, 0] == 128


def test_an_inverted_image_shows_low_values_bright():
    stored = np.array([[0, 255]], np.uint8)
    assert window_to_grey(stored, 1.0, 0.0, Window(127.5, 255), inverted=True).tolist() == [[255, 0]]


def test_not_a_number_is_black_and_infinity_is_white():
    stored = np.array([[np.nan, np.inf, -np.inf]], np.float32)
    assert window_to_grey(stored, 1.0, 0.0, Window(0, 2)).tolist() == [[0, 255, 0]]


def test_the_files_own_window_comes_first():
    stored = np.zeros((1, 2, 2), np.int16)
    assert default_window(volume_of(stored, file_window=Window(7, 9), unit="HU")) == Window(7, 9)
    assert default_window(volume_of(stored, unit="HU")) == Window(40, 400)


def test_percentiles_ignore_the_odd_bright_voxel_and_slices_not_loaded_yet():
    stored = np.zeros((4, 100, 100), np.float32)
    stored[1] = np.linspace(100, 200, 10_000).reshape(100, 100)
    stored[1, 50, 50], stored[1, 50, 51], stored[1, 0, 0] = 1e9, np.nan, np.inf
    window = default_window(volume_of(stored, loaded=np.array([False, True, False, False])))
    assert window.level == pytest.approx(150, abs=1)
    assert window.width == pytest.approx(100, abs=2)


def test_a_constant_image_still_has_a_window():
    assert default_window(volume_of(np.full((2, 3, 3), 5, np.uint8))).width > 0
    assert full_range(volume_of(np.full((2, 3, 3), np.nan, np.float32))).width > 0


def test_the_full_range_spans_scaled_values():
    assert full_range(volume_of(np.array([[[0, 100]]], np.uint16), slope=-2.0, intercept=10.0)) == Window(-90, 200)


def test_presets_are_for_ct_only():
    assert [preset.key for preset in presets_for("CT")] == list("12345678")
    assert presets_for("MR") == ()


def test_the_window_of_a_box_is_that_of_its_values() -> None:
    values = np.concatenate([np.arange(1000.0), [np.nan, np.inf]])
    found = window_of_values(values)
    assert found is not None
    assert found.level - found.width / 2 == pytest.approx(10, abs=1)
    assert found.level + found.width / 2 == pytest.approx(989, abs=1)
    assert window_of_values(np.array([np.nan])) is None
    assert window_of_values(np.array([])) is None


def test_a_box_of_one_value_has_a_window_around_it() -> None:
    found = window_of_values(np.full(9, 40.0))
    assert found is not None
    assert (found.level, found.width) == (40.0, 1.0)


def test_a_preset_of_the_same_name_or_key_makes_room_within_its_modality() -> None:
    kept = tuple(
        UserPreset(modality, name, Window(1, 2), key)
        for modality, name, key in (("CT", "a", "9"), ("CT", "b", ""), ("MR", "a", "9"))
    )
    assert without(kept, "CT", "b") == (kept[0], kept[2])
    assert without(kept, "CT", "c", "9") == kept[1:]
    assert without(kept, "CT", "c") == kept


@pytest.mark.parametrize(("name", "width"), [("", 3.0), ("  ", 3.0), ("a", 0.0), ("a", float("nan"))])
def test_a_preset_without_name_or_width_is_refused(name: str, width: float) -> None:
    with pytest.raises(ValueError):
        UserPreset("CT", name, Window(1, width))
