"""DICOM RT Structure Sets as masks: closed lines, holes by even-odd, whatever planes they were drawn in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from medcrypt_gui.adapters.masks.dicom_object import from_object
from medcrypt_gui.adapters.masks.label_numbers import fitting_numbers, told_of_overlaps
from medcrypt_gui.adapters.masks.rtstruct_contours import Region, regions_of
from medcrypt_gui.core.errors import MaskMismatchError
from medcrypt_gui.core.imaging.masks_on_grid import bring_to_grid
from medcrypt_gui.core.imaging.series import Series
from medcrypt_gui.core.imaging.slice_places import SlicePlaces
from medcrypt_gui.core.language import tr, trn
from medcrypt_gui.core.mask.contours_on_slices import are_parallel, fill_across, fill_on_slices
from medcrypt_gui.core.mask.mask_file import StoredLabel, StoredMask
from medcrypt_gui.core.task import TaskContext


def read_rtstruct(path: Path, series: Series, task: TaskContext) -> StoredMask:
    """The regions as labels on the series' grid.

    Raises `MaskMismatchError`, `UnreadableFileError`, `UnsupportedInputError`, `Cancelled`.
    """
    return from_object(path, lambda dataset: _read(dataset, path, series, task))


def _read(dataset: Dataset, path: Path, series: Series, task: TaskContext) -> StoredMask:
    if not series.geometry.oriented:
        raise MaskMismatchError(tr("the image or the mask does not say how it lies in the patient"), path=path)
    regions = [region for region in regions_of(dataset, path) if region.contours or region.passed_over]
    numbers_of, told = fitting_numbers([region.number for region in regions], {}, path)
    drawing = _Drawing(series)
    for region in regions:
        task.checkpoint()
        if region.contours:
            drawing.add(region, numbers_of[region.number], task)
    drawn = sum(len(region.contours) for region in regions)
    if drawn and drawing.outside == drawn and not drawing.labels.any():
        raise MaskMismatchError(tr("all that the mask marks lies outside the image"), path=path)
    described = tuple(
        StoredLabel(numbers_of[region.number], region.name or None, region.colour)
        for region in regions
        if region.contours
    )
    frames = {region.frame_of_reference_uid for region in regions} - {""}
    foreign = bool(series.frame_of_reference_uid and frames - {series.frame_of_reference_uid})
    return StoredMask(
        drawing.labels, described, (*drawing.notices(regions), *told), drawing.moved or drawing.turned, foreign
    )


class _Drawing:
    """Regions put down one after the other."""

    def __init__(self, series: Series) -> None:
        self._geometry, self._places = series.geometry, SlicePlaces.of_series(series)
        self.labels: NDArray[np.uint8] = np.zeros(series.geometry.shape, np.uint8)
        self.outside = self._overlaps = 0
        self.moved = self.turned = False

    def add(self, region: Region, label: int, task: TaskContext) -> None:
        if not are_parallel(region.contours, self._places):
            self._add_turned(region, label, task)
            return
        rows, columns = self._geometry.shape[1:]
        filled = fill_on_slices(region.contours, self._places, (rows, columns))
        self.moved |= filled.moved
        self.outside += filled.outside
        for z, inside in filled.planes:
            self._put(self.labels[z], inside, label)

    def _add_turned(self, region: Region, label: int, task: TaskContext) -> None:
        self.turned = True
        filled, geometry = fill_across(region.contours, self._places)
        try:
            brought = bring_to_grid(filled.view(np.uint8), geometry, self._geometry, task)
        except MaskMismatchError:
            self.outside += len(region.contours)
            return
        self._put(self.labels, brought.labels > 0, label)

    def _put(self, target: NDArray[np.uint8], inside: NDArray[np.bool_], label: int) -> None:
        self._overlaps += int(np.count_nonzero(target[inside]))
        target[inside] = label

    def notices(self, regions: Sequence[Region]) -> tuple[str, ...]:
        told = []
        if self.moved:
            told.append(tr("Its contours lie between the slices; each slice took the nearest."))
        if self.turned:
            told.append(tr("Its contours stand at an angle to the slices; they were filled and resampled to them."))
        if self.outside:
            told.append(
                trn(
                    "{count} contour lies outside the image, or reaches beyond it, and was cut.",
                    "{count} contours lie outside the image, or reach beyond it, and were cut.",
                    self.outside,
                )
            )
        told += told_of_overlaps(self._overlaps)
        passed = sum(region.passed_over for region in regions)
        if passed:
            told.append(
                trn(
                    "{count} point or open line in it encloses nothing and was passed over.",
                    "{count} points and open lines in it enclose nothing and were passed over.",
                    passed,
                )
            )
        return tuple(told)
