"""DICOM Segmentation objects, of this and of other programs, as masks: placed by where their frames lie."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from medcrypt_gui.adapters.images.dicom_text import number, numbers, text
from medcrypt_gui.adapters.masks.dicom_object import from_object
from medcrypt_gui.adapters.masks.label_numbers import fitting_numbers, told_of_overlaps
from medcrypt_gui.adapters.masks.seg_frames import SegFrames, frames_of, pixels_of
from medcrypt_gui.core.errors import MaskMismatchError, UnreadableFileError, speaking_of
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.label_look import Colour
from medcrypt_gui.core.imaging.labels_present import labels_present
from medcrypt_gui.core.imaging.masks_on_grid import bring_to_grid
from medcrypt_gui.core.imaging.series import Series
from medcrypt_gui.core.imaging.slice_places import SlicePlaces
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.mask.mask_file import StoredLabel, StoredMask
from medcrypt_gui.core.task import TaskContext

_TRACKING_ID = "MedCrypt label "
_MOST_SLICES = 100_000


def read_seg(path: Path, series: Series, task: TaskContext) -> StoredMask:
    """The segments as labels on the series' grid.

    Raises `MaskMismatchError`, `UnreadableFileError`, `UnsupportedInputError`, `Cancelled`.
    """
    return from_object(path, lambda dataset: _read(dataset, path, series, task))


@dataclass(frozen=True, eq=False)
class _Placed:
    """What the frames are written into: slice ``places[n]`` of ``geometry`` takes frame n."""

    geometry: Geometry
    places: NDArray[np.int64]
    is_the_images: bool


def _read(dataset: Dataset, path: Path, series: Series, task: TaskContext) -> StoredMask:
    frames = frames_of(dataset, path)
    if not series.geometry.oriented:
        raise MaskMismatchError(tr("the image or the mask does not say how it lies in the patient"), path=path)
    on_images = _on_slices(frames, series)
    placed = _Placed(series.geometry, on_images, True) if on_images is not None else _own_grid(frames, path)
    labels, told, described = _filled(frames, placed, task)
    notices, resampled = told, False
    if not placed.is_the_images:
        with speaking_of(path):
            brought = bring_to_grid(labels, placed.geometry, series.geometry, task)
        labels, notices, resampled = brought.labels, (*brought.notices, *told), brought.resampled
    drawn_on = text(dataset, "FrameOfReferenceUID")
    foreign = bool(drawn_on and series.frame_of_reference_uid and drawn_on != series.frame_of_reference_uid)
    return StoredMask(labels, described, notices, resampled, foreign)


def _on_slices(frames: SegFrames, series: Series) -> NDArray[np.int64] | None:
    """The slice that each frame lies on, where all of them lie on the image's pixels; else None."""
    places = SlicePlaces.of_series(series)
    if (frames.rows, frames.columns) != series.geometry.shape[1:]:
        return None
    beside = np.abs(frames.column_step - places.column_step).max() * frames.columns
    below = np.abs(frames.row_step - places.row_step).max() * frames.rows
    if max(beside, below) > places.tolerance_mm:
        return None
    slices = places.nearest(frames.positions @ places.normal)
    off = np.linalg.norm(frames.positions - places.origins[slices], axis=1)
    return slices if off.max() <= places.tolerance_mm else None


def _own_grid(frames: SegFrames, path: Path) -> _Placed:
    """The grid of the frames themselves; slices that were left out because they are empty are put back."""
    normal = np.cross(frames.orientation[:3], frames.orientation[3:])
    depths = frames.positions @ normal
    first, last = int(depths.argmin()), int(depths.argmax())
    gaps = np.diff(np.unique(depths.round(4)))
    gaps = gaps[gaps > 1e-2]
    if gaps.size:
        step = float(gaps.min())
        named = frames.step_mm or frames.thickness_mm
        if named and round(step / named) >= 1 and abs(step / named - round(step / named)) < 0.05:
            step = named  # between the frames that are there, empty ones were left out
        count = round(float(depths[last] - depths[first]) / step) + 1
        across = (frames.positions[last] - frames.positions[first]) / (count - 1)
    else:
        step, count = frames.step_mm or frames.thickness_mm or 1.0, 1
        across = normal * step
    if count > _MOST_SLICES:
        raise UnreadableFileError(tr("the header contradicts itself about the image's size"), path=path)
    affine = np.eye(4)
    affine[:3, 0], affine[:3, 1], affine[:3, 2] = frames.column_step, frames.row_step, across
    affine[:3, 3] = frames.positions[first]
    geometry = Geometry((count, frames.rows, frames.columns), affine)
    return _Placed(geometry, np.rint((depths - depths[first]) / step).astype(np.int64), False)


def _filled(
    frames: SegFrames, placed: _Placed, task: TaskContext
) -> tuple[NDArray[np.uint8], tuple[str, ...], tuple[StoredLabel, ...]]:
    """The labels, what is to be said of them, and what the file calls them."""
    dataset = frames.dataset
    segments = {int(number(one, "SegmentNumber") or 0): one for one in dataset.get("SegmentSequence") or []}
    own = {key: _own_number(one) for key, one in segments.items()}
    kind = text(dataset, "SegmentationType")
    labels = np.zeros(placed.geometry.shape, np.uint8)
    if kind == "LABELMAP":
        values = sorted({*segments, *_values(frames)} - {0})
        numbers_of, told = fitting_numbers(values, own, frames.path)
        _fill_labels(labels, frames, placed.places, numbers_of, task)
    else:
        numbers_of, told = fitting_numbers(sorted(set(frames.segments.tolist())), own, frames.path)
        half = 0.5 * (number(dataset, "MaximumFractionalValue") or 255.0) if kind == "FRACTIONAL" else 0.5
        told += (tr("The file holds fractions: what reaches one half is taken."),) if kind == "FRACTIONAL" else ()
        told += _fill_segments(labels, frames, placed.places, numbers_of, half, task)
    described = tuple(_described(one, numbers_of[key]) for key, one in segments.items() if key in numbers_of)
    return labels, told, described


def _fill_labels(
    labels: NDArray[np.uint8],
    frames: SegFrames,
    places: NDArray[np.int64],
    numbers_of: dict[int, int],
    task: TaskContext,
) -> None:
    table = np.zeros(1 << 16, np.uint8)
    for value, label in numbers_of.items():
        table[value] = label
    kept = all(value == label for value, label in numbers_of.items())
    for place, pixels in zip(places, pixels_of(frames, range(len(places))), strict=True):
        task.checkpoint()
        labels[place] = pixels if kept else table[pixels]


def _fill_segments(
    labels: NDArray[np.uint8],
    frames: SegFrames,
    places: NDArray[np.int64],
    numbers_of: dict[int, int],
    half: float,
    task: TaskContext,
) -> tuple[str, ...]:
    """Put the segments down by their numbers, the later over the earlier; returns what is to be said of overlaps."""
    order = [int(frame) for frame in np.argsort(frames.segments, kind="stable")]
    overlaps, alone = 0, len(numbers_of) == 1
    for frame, pixels in zip(order, pixels_of(frames, order), strict=True):
        task.checkpoint()
        region: NDArray[np.bool_] = (
            np.greater_equal(pixels, half) if pixels.dtype != np.bool_ else pixels.view(np.bool_)
        )
        target = labels[places[frame]]
        if not alone:
            overlaps += int(np.count_nonzero(target[region]))
        np.putmask(target, region, np.uint8(numbers_of[int(frames.segments[frame])]))
    return told_of_overlaps(overlaps)


def _values(frames: SegFrames) -> set[int]:
    """Which values a label map holds, described or not."""
    found = np.zeros(1 << 16, np.bool_)
    for pixels in pixels_of(frames, range(len(frames.segments))):
        if pixels.dtype == np.uint8:
            found[list(labels_present(pixels.view(np.uint8)))] = True
        else:
            found[pixels] = True
    return set(np.flatnonzero(found).tolist())


def _own_number(segment: Dataset) -> int | None:
    """The label's number that this program kept with it."""
    tracking = text(segment, "TrackingID")
    digits = tracking.removeprefix(_TRACKING_ID)
    return int(digits) if tracking.startswith(_TRACKING_ID) and digits.isdigit() else None


def _described(segment: Dataset, label: int) -> StoredLabel:
    name = text(segment, "SegmentLabel") or text(segment, "SegmentDescription")
    return StoredLabel(label, name or None, _colour(segment))


def _colour(segment: Dataset) -> Colour | None:
    scaled = numbers(segment, "RecommendedDisplayCIELabValue")
    if len(scaled) != 3:
        return None
    from highdicom.color import CIELabColor

    lightness, a, b = (part / 65535 for part in scaled)
    red, green, blue = CIELabColor(lightness * 100, a * 255 - 128, b * 255 - 128).to_rgb(clip=True)
    return int(red), int(green), int(blue)
