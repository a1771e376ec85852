"""Sizes in millilitres and values in the volume's unit, for every label."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from medcrypt_gui.core.errors import Cancelled
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.mask import statistics
from medcrypt_gui.core.mask.labels import LabelTable
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.mask.statistics import LabelSizes, LabelStatistics, counts_of
from medcrypt_gui.core.mask.statistics_table import rows, table_of
from medcrypt_gui.core.task import TaskContext

_GEOMETRY = Geometry((4, 5, 6), np.diag([2.0, 2.5, 4.0, 1.0]))


def _mask() -> RoiMask:
    """Four voxels of the ROI, and six of a label 2 in two slices."""
    mask = replace(RoiMask.empty(_GEOMETRY), table=LabelTable().naming(frozenset({2, 3})))
    mask.labels[1, 1:3, 2:4] = 1
    mask.labels[2:4, 0, :3] = 2
    return mask


def _found(volume: Volume, mask: RoiMask | None = None) -> tuple[LabelStatistics, ...]:
    return statistics.statistics(_mask() if mask is None else mask, volume, TaskContext())


def test_size_counts_voxels_and_millilitres() -> None:
    size = statistics.extent(RoiMask(_mask().labels & 1, _GEOMETRY))
    assert size.voxels == 4
    assert size.volume_ml == pytest.approx(4 * 20.0 / 1000)
    assert size.share == pytest.approx(4 / 120)


def test_the_roi_is_what_the_table_does_not_spare() -> None:
    mask = _mask()
    assert statistics.extent(mask).voxels == 10
    spared = mask.table.with_label(replace(mask.table[2], in_roi=False))
    assert statistics.extent(replace(mask, table=spared)).voxels == 4
    assert statistics.extent(replace(mask, table=LabelTable())).voxels == 10, "what nobody named is encrypted"


def test_counts_of_single_slices_add_up_to_those_of_all() -> None:
    mask = _mask()
    counts = counts_of(mask.labels, (1, 3), TaskContext())
    assert counts.shape == (2, 256)
    assert (counts[0, 1], counts[1, 2]) == (4, 3)
    everything = LabelSizes.of(counts_of(mask.labels, range(4), TaskContext()), _GEOMETRY)
    assert everything.label(2).voxels == 6
    assert int(everything.counts.sum()) == mask.labels.size


def test_values_are_scaled_also_with_a_negative_slope() -> None:
    mask = RoiMask.empty(_GEOMETRY)
    mask.labels[0, 0, :2] = 1
    stored = np.zeros((4, 5, 6), np.int16)
    stored[0, 0, :2] = (10, 30)
    values = _found(Volume(stored, _GEOMETRY, slope=-2.0, intercept=5.0, unit="HU"), mask)[0].values
    assert values is not None
    assert (values.mean, values.sd, values.minimum, values.maximum) == (-35.0, 20.0, -55.0, -15.0)


def test_values_of_many_slices_are_those_of_all_voxels_together() -> None:
    mask = _mask()
    stored = (np.random.default_rng(1).random((4, 5, 6)) * 1e4 + 1e6).astype(np.float32)
    for one in _found(Volume(stored, _GEOMETRY, slope=0.5, intercept=-3.0), mask)[:2]:
        inside = stored[mask.labels == one.number].astype(np.float64) * 0.5 - 3.0
        assert one.values is not None
        assert one.values.mean == pytest.approx(inside.mean(), rel=1e-12)
        assert one.values.sd == pytest.approx(inside.std(), rel=1e-9)
        assert (one.values.minimum, one.values.maximum) == (inside.min(), inside.max())


def test_voxels_without_a_number_count_for_the_size_alone() -> None:
    stored = np.full((4, 5, 6), 7.0, np.float32)
    stored[1, 1, 2] = np.nan
    found = _found(Volume(stored, _GEOMETRY))[0]
    assert found.extent.voxels == 4
    assert found.values is not None
    assert (found.values.mean, found.values.sd) == (7.0, 0.0)


def test_an_empty_label_and_colours_have_no_values() -> None:
    grey = np.zeros((4, 5, 6), np.uint8)
    assert _found(Volume(grey, _GEOMETRY))[2].values is None
    coloured = _found(Volume(grey, _GEOMETRY, rgb=np.zeros((4, 5, 6, 3), np.uint8)))
    assert [one.values for one in coloured] == [None] * 3
    assert [one.extent.voxels for one in coloured] == [4, 6, 0]


def test_it_can_be_cancelled() -> None:
    task = TaskContext()
    task.cancel()
    with pytest.raises(Cancelled):
        statistics.statistics(_mask(), Volume(np.zeros((4, 5, 6), np.int16), _GEOMETRY), task)


def test_the_table_has_a_line_per_label_and_names_that_no_spreadsheet_reckons_with() -> None:
    mask = _mask()
    table = mask.table.with_label(replace(mask.table[2], name="=1+1")).with_label(
        replace(mask.table[3], name="left, upper")
    )
    found = _found(Volume(np.full((4, 5, 6), -9, np.int16), _GEOMETRY, unit="HU"), replace(mask, table=table))
    lines = table_of(found, "HU", valued=True).splitlines()
    assert lines[0] == "Number,Name,Volume (ml),Voxels,Mean (HU),SD (HU),Lowest (HU),Highest (HU)"
    assert lines[1] == "1,ROI,0.0800,4,-9,0,-9,-9"
    assert lines[2].startswith("2,'=1+1,0.1200,6,")
    assert lines[3] == '3,"left, upper",0.0000,0,,,,'
    assert table_of(found, "", valued=False, separator="\t").splitlines()[1] == "1\tROI\t0.0800\t4"
    assert rows(found, valued=True)[1][1] == "=1+1", "the window shows the name as it is"
