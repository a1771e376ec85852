"""Grey levels: which window to begin with, the presets, and stored values turned into grey."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.file_window import FileWindow
from medcrypt_gui.core.imaging.volume import Padding, Volume, Window
from medcrypt_gui.core.language import mark

_ALL = 1 << 28  # values among which the extremes are looked for: a tenth of a second
_QUICK = 4_000_000  # values: some milliseconds
_SAMPLES = 200_000  # enough for percentiles that agree to a grey level


@dataclass(frozen=True)
class Preset:
    """A named window under a number key; the name is translated where it is shown."""

    key: str
    name: str
    window: Window


@dataclass(frozen=True)
class UserPreset:
    """A window that the user named, for series of one modality; ``key`` is "9" or empty. Refuses what is none."""

    modality: str
    name: str
    window: Window
    key: str = ""

    def __post_init__(self) -> None:
        level, width = self.window.level, self.window.width
        if not (math.isfinite(level) and math.isfinite(width) and width > 0 and self.name.strip()):
            raise ValueError("a preset needs a name, a finite level and a width above zero")


CT_PRESETS = (
    Preset("1", mark("Soft tissue"), Window(40, 400)),
    Preset("2", mark("Lung"), Window(-600, 1500)),
    Preset("3", mark("Liver"), Window(90, 150)),
    Preset("4", mark("Bone"), Window(480, 2500)),
    Preset("5", mark("Brain"), Window(40, 80)),
    Preset("6", mark("Mediastinum"), Window(25, 350)),
    Preset("7", mark("Stroke"), Window(40, 40)),
    Preset("8", mark("Vessel"), Window(160, 650)),
)


COLOURS_AS_THEY_ARE = Window(127.5, 255)
SUV = "SUV"
PET_IN_SUV = Window(3, 6)


def presets_for(modality: str) -> tuple[Preset, ...]:
    """The presets that fit a modality; only CT numbers mean the same everywhere."""
    return CT_PRESETS if modality == "CT" else ()


def default_window(volume: Volume) -> Window:
    """The window to begin with: 0 to 6 for PET in SUV, else that of `file_window`."""
    return PET_IN_SUV if volume.unit == SUV and volume.rgb is None else file_window(volume)


def file_window(volume: Volume) -> Window:
    """The file's own window, else soft tissue for Hounsfield units, else 0.1 to 99.9 percentiles.

    Colours are shown as they are.
    """
    if volume.rgb is not None:
        return COLOURS_AS_THEY_ARE
    if volume.file_window is not None:
        return volume.file_window
    if volume.unit == "HU":
        return CT_PRESETS[0].window
    return percentile_window(volume)


def without(presets: Sequence[UserPreset], modality: str, name: str, key: str = "") -> tuple[UserPreset, ...]:
    """The presets but for the one of that modality with that name, or that key where one is given."""
    return tuple(
        one for one in presets if one.modality != modality or (one.name != name and (not key or one.key != key))
    )


def percentile_window(volume: Volume, low: float = 0.1, high: float = 99.9) -> Window:
    """Between two percentiles of the slices loaded so far."""
    return _window_between(*_percentiles(volume, low, high))


def window_of_values(values: NDArray[np.float64], low: float = 1.0, high: float = 99.0) -> Window | None:
    """Between two percentiles of these scaled values; None where none is finite."""
    finite = values[np.isfinite(values)]
    if finite.size == 0:
        return None
    ends = np.percentile(finite, [low, high])
    return _window_between(float(ends[0]), float(ends[1]))


def full_range(volume: Volume) -> Window:
    """From the lowest to the highest finite value of the slices loaded so far; of huge volumes, of some of them."""
    stored = without_padding(volume.every(max(1, volume.stored.size // _ALL)), volume.padding)
    if stored.dtype.kind == "f":
        stored = stored[np.isfinite(stored)]
    if stored.size == 0:
        return Window(0.5, 1.0)
    ends = [float(end) * volume.slope + volume.intercept for end in (stored.min(), stored.max())]
    return _window_between(min(ends), max(ends))


def sampled_range(volume: Volume) -> tuple[float, float]:
    """The lowest and the highest scaled value of some million voxels of the slices loaded so far."""
    step = max(1, math.ceil((volume.stored.size / _QUICK) ** (1 / 3)))
    some = without_padding(volume.every(step)[:, ::step, ::step], volume.padding)
    if some.dtype.kind == "f":
        some = some[np.isfinite(some)]
    if some.size == 0:
        return 0.0, 1.0
    ends = sorted(float(end) * volume.slope + volume.intercept for end in (some.min(), some.max()))
    return ends[0], ends[1]


def possible_range(volume: Volume) -> tuple[float, float]:
    """The lowest and the highest scaled value that such a volume could hold; of floats, what anybody would type."""
    if volume.stored.dtype.kind not in "iu":
        return -1e9, 1e9
    kind = np.iinfo(volume.stored.dtype.name)
    ends = sorted(float(end) * volume.slope + volume.intercept for end in (kind.min, kind.max))
    return ends[0], ends[1]


def window_to_grey(
    plane: NDArray[np.generic],
    slope: float,
    intercept: float,
    window: Window,
    inverted: bool = False,
    padding: Padding | None = None,
) -> NDArray[np.uint8]:
    """Grey 0..255 of stored values of any dtype and shape.

    ``level - width/2`` becomes black and ``level + width/2`` white, the other way round when ``inverted``; a
    `FileWindow` goes its own way between them. NaN and stored values within ``padding`` are black.
    """
    straight = window.straight if isinstance(window, FileWindow) else window
    if straight is not None:
        grey = _along_a_line(plane, slope, intercept, straight, inverted)
    else:
        assert isinstance(window, FileWindow)
        grey = _along_a_curve(plane, slope, intercept, window, inverted)
    if padding is not None:
        grey[is_padding(plane, padding)] = 0
    return grey


def _along_a_line(
    plane: NDArray[np.generic], slope: float, intercept: float, window: Window, inverted: bool
) -> NDArray[np.uint8]:
    width = max(window.width, 1e-9)
    factor = slope * 255.0 / width
    # Adding a half makes the cast round to the nearest grey level.
    shift = (intercept - (window.level - window.width / 2)) * 255.0 / width
    if inverted:
        factor, shift = -factor, 255.0 - shift
    work = np.float64 if plane.dtype.itemsize >= 4 else np.float32
    with np.errstate(invalid="ignore", over="ignore"):  # signalling NaNs and huge floats
        grey = np.multiply(plane, work(factor), dtype=work)
        grey += work(shift + 0.5)
    if plane.dtype.kind == "f":
        np.nan_to_num(grey, copy=False, nan=0.0)
    np.clip(grey, 0.0, 255.0, out=grey)
    return grey.astype(np.uint8)


def _along_a_curve(
    plane: NDArray[np.generic], slope: float, intercept: float, window: FileWindow, inverted: bool
) -> NDArray[np.uint8]:
    if plane.dtype.kind in "iu" and plane.dtype.itemsize <= 2:
        greys = _greys_of_all_values(plane.dtype, slope, intercept, window, inverted)
        return np.asarray(greys[plane.view(f"u{plane.dtype.itemsize}")], np.uint8)
    grey = np.rint(window.grey_of(plane.astype(np.float64) * slope + intercept))
    grey = 255.0 - grey if inverted else grey
    if plane.dtype.kind == "f":
        grey[np.isnan(plane)] = 0.0
    return grey.astype(np.uint8)


@lru_cache(maxsize=8)
def _greys_of_all_values(
    dtype: np.dtype[np.generic], slope: float, intercept: float, window: FileWindow, inverted: bool
) -> NDArray[np.uint8]:
    """The grey of every value that ``dtype`` can hold, by its bits: looking up is quicker than computing curves."""
    every = np.arange(1 << 8 * dtype.itemsize, dtype=f"u{dtype.itemsize}").view(dtype)
    grey = np.rint(window.grey_of(every.astype(np.float64) * slope + intercept)).astype(np.uint8)
    return 255 - grey if inverted else grey


def without_padding(stored: NDArray[np.generic], padding: Padding | None) -> NDArray[np.generic]:
    """The stored values but those within ``padding``; the array itself where there is none."""
    return stored if padding is None else stored[~is_padding(stored, padding)]


def is_padding(stored: NDArray[Any], padding: Padding) -> NDArray[np.bool_]:
    """Which stored values mean "no image here"."""
    return np.asarray((stored >= padding[0]) & (stored <= padding[1]), np.bool_)


def _window_between(low: float, high: float) -> Window:
    width = high - low if high > low else 1.0
    return Window(low + width / 2 if high > low else low, width)


def _percentiles(volume: Volume, low: float, high: float) -> tuple[float, float]:
    # Every step-th voxel in each direction, so that no single direction is favoured and nothing is copied but the
    # samples.
    count = volume.stored.shape[0] if volume.loaded is None else max(1, int(np.count_nonzero(volume.loaded)))
    size = volume.stored.size / volume.stored.shape[0] * count
    step = max(1, round((size / _SAMPLES) ** (1 / 3)))
    in_plane = step if count > 1 else max(1, round((size / _SAMPLES) ** 0.5))
    with np.errstate(invalid="ignore"):
        sample = without_padding(volume.every(step)[:, ::in_plane, ::in_plane].ravel(), volume.padding)
        sample = sample.astype(np.float64)
    sample = sample[np.isfinite(sample)] * volume.slope + volume.intercept
    if sample.size == 0:
        return 0.0, 1.0
    ends = np.percentile(sample, [low, high])
    return float(ends[0]), float(ends[1])
