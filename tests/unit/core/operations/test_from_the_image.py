"""Operations that look at the image: what they refuse, what they write to, and what they leave alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from medcrypt_gui.core.errors import UndrawnError
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.mask.editor import MaskEditor
from medcrypt_gui.core.mask.labels import COLOURS, Label, LabelTable
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.operations.base import Subject
from medcrypt_gui.core.operations.grow import Extent, GrowOptions
from medcrypt_gui.core.operations.grow_from_seeds import GrowFromSeedsOptions
from medcrypt_gui.core.operations.registry import operation
from medcrypt_gui.core.operations.threshold import Scope, ThresholdOptions
from medcrypt_gui.core.options import LabelNumber
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.core.tools.base import PointerSample

_SHAPE = (12, 20, 24)
_TWO = LabelTable().with_label(Label(2, "Around", COLOURS[1])).with_label(Label(3, "Third", COLOURS[2]))
_SEED = PointerSample((12.0, 10.0, 6.0), 2)


def _editor(table: LabelTable = _TWO) -> tuple[MaskEditor, Volume]:
    """A bright block in the dark; nothing drawn."""
    geometry = Geometry(_SHAPE, np.eye(4))
    stored = np.random.default_rng(3).normal(0, 5, _SHAPE).astype(np.int16)
    stored[3:9, 5:15, 6:18] += 200
    return MaskEditor(RoiMask(np.zeros(_SHAPE, np.uint8), geometry, table)), Volume(stored, geometry)


def _do(editor: MaskEditor, volume: Volume, name: str, options: object, seed: PointerSample | None = _SEED) -> None:
    one = operation(name)
    subject = Subject(editor.mask, volume, 0, 6, seed)
    assert one.why_not(subject) == ""
    editor.apply_parts(one.run(subject, options, TaskContext()).parts, one.title)


def test_threshold_replaces_keeps_or_narrows_the_label() -> None:
    editor, volume = _editor()
    editor.labels[0, 0, 0] = 1
    bright = volume.stored > 100
    _do(editor, volume, "threshold", ThresholdOptions(100.0, 1000.0, keeps=True))
    assert np.count_nonzero(editor.labels) == np.count_nonzero(bright) + 1
    _do(editor, volume, "threshold", ThresholdOptions(100.0, 1000.0))
    assert np.array_equal(editor.labels == 1, bright)
    _do(editor, volume, "threshold", ThresholdOptions(200.0, 1000.0, Scope.LABEL))
    assert np.array_equal(editor.labels == 1, bright & (volume.stored >= 200))
    _do(editor, volume, "threshold", ThresholdOptions(-1000.0, 1000.0, Scope.SLICE))
    assert (editor.labels[6] == 1).all()
    assert np.array_equal(editor.labels[5] == 1, (bright & (volume.stored >= 200))[5])


def test_the_suggested_threshold_parts_the_block_from_the_dark() -> None:
    editor, volume = _editor()
    subject = Subject(editor.mask, volume)
    _do(editor, volume, "threshold", operation("threshold").suggested(subject, TaskContext()))
    assert np.array_equal(editor.labels == 1, volume.stored > 100)


def test_growing_stays_out_of_other_labels_or_paints_over_them() -> None:
    editor, volume = _editor()
    editor.labels[3:9, 5:15, 15:18] = 2
    _do(editor, volume, "grow", GrowOptions(tolerance=50.0))
    assert (editor.labels[3:9, 5:15, 6:15] == 1).all()
    assert (editor.labels[3:9, 5:15, 15:18] == 2).all()
    _do(editor, volume, "grow", GrowOptions(tolerance=50.0, around_labels=False))
    assert (editor.labels[3:9, 5:15, 6:18] == 1).all()
    assert np.count_nonzero(editor.labels) == 6 * 10 * 12


def test_growing_in_the_slice_of_the_click() -> None:
    editor, volume = _editor()
    _do(editor, volume, "grow", GrowOptions(tolerance=50.0, extent=Extent.SLICE))
    assert np.count_nonzero(editor.labels) == np.count_nonzero(editor.labels[6]) == 10 * 12


def test_seeds_grow_into_the_active_label_or_into_all_but_the_background() -> None:
    editor, volume = _editor()
    editor.labels[6, 9:11, 8:16] = 1
    editor.labels[6, 1:3] = editor.labels[6, 17:19] = editor.labels[1, 8:12] = editor.labels[10, 8:12] = 2
    editor.labels[6, :, 1:3] = editor.labels[6, :, 21:23] = 2
    drawn = editor.labels.copy()
    _do(editor, volume, "grow_from_seeds", GrowFromSeedsOptions(smooth=False))
    block = volume.stored > 100
    assert np.count_nonzero((editor.labels == 1) ^ block) < 0.4 * np.count_nonzero(block)  # half a voxel all around
    assert np.array_equal(editor.labels == 2, drawn == 2)
    editor.undo()
    _do(
        editor,
        volume,
        "grow_from_seeds",
        GrowFromSeedsOptions(all_labels=True, background=LabelNumber(2), clears=False),
    )
    assert np.array_equal(editor.labels == 2, drawn == 2)
    editor.undo()
    _do(editor, volume, "grow_from_seeds", GrowFromSeedsOptions(all_labels=True, smooth=False))
    assert (editor.labels != 0).all()


@pytest.mark.parametrize("all_labels", [False, True])
def test_the_background_seeds_go_in_the_same_step_where_that_is_wished(all_labels: bool) -> None:
    editor, volume = _editor(LabelTable().with_label(Label(2, "Around", COLOURS[1])))
    editor.labels[6, 9:11, 8:16] = 1
    editor.labels[6, 1:3] = editor.labels[1, 8:12] = editor.labels[10, 8:12] = 2
    drawn = editor.labels.copy()
    one = operation("grow_from_seeds")
    suggested = one.suggested(Subject(editor.mask, volume), TaskContext())
    assert suggested.background == 2
    options = replace(suggested, all_labels=all_labels)
    change = one.run(Subject(editor.mask, volume), options, TaskContext())
    assert change.note == "What was drawn of “Around” goes, too."
    editor.apply_parts(change.parts, one.title)
    assert not (editor.labels == 2).any()
    assert np.count_nonzero(editor.labels == 1) > 500
    assert np.array_equal(editor.mask.roi(), editor.labels == 1)
    editor.undo()
    assert np.array_equal(editor.labels, drawn)
    _do(editor, volume, "grow_from_seeds", replace(options, clears=False))
    assert np.array_equal(editor.labels == 2, drawn == 2)


def test_of_several_other_labels_none_is_taken_for_the_background() -> None:
    editor, volume = _editor()
    suggested = operation("grow_from_seeds").suggested(Subject(editor.mask, volume), TaskContext())
    assert suggested.background == 0
    hidden = replace(editor.mask, table=_TWO.with_label(replace(_TWO[2], visible=False)))
    assert operation("grow_from_seeds").suggested(Subject(hidden, volume), TaskContext()).background == 3


def test_of_colours_it_is_said_which_values_count() -> None:
    editor, volume = _editor()
    coloured = replace(volume, rgb=np.zeros((*_SHAPE, 3), np.uint8))
    for name in ("threshold", "grow"):
        one = operation(name)
        for image, told in ((volume, False), (coloured, True)):
            change = one.run(Subject(editor.mask, image, seed=_SEED), one.options_type(), TaskContext())
            assert ("brightness" in change.note) is told


def test_seeds_that_do_not_suffice_are_refused_with_a_reason() -> None:
    editor, volume = _editor()
    one = operation("grow_from_seeds")
    for drawn, reason in (({}, "nothing is drawn"), ({1: 5}, "around the structure"), ({2: 5, 3: 6}, "ROI")):
        editor.labels[:] = 0
        for number, z in drawn.items():
            editor.labels[z, 5, 5] = number
        with pytest.raises(UndrawnError, match=reason):
            one.run(Subject(editor.mask, volume), one.options_type(), TaskContext())
    alone = Subject(replace(editor.mask, table=LabelTable()), volume)
    assert "second label" in one.why_not(alone)


def test_a_hidden_label_takes_no_part() -> None:
    hidden = _TWO.with_label(replace(_TWO[3], visible=False))
    editor, volume = _editor(hidden)
    editor.labels[6, 10, 12], editor.labels[6, 1, 1], editor.labels[0, 0, :] = 1, 2, 3
    _do(editor, volume, "grow_from_seeds", GrowFromSeedsOptions(all_labels=True, margin_mm=0.0))
    assert np.count_nonzero(editor.labels == 3) == _SHAPE[2]


@pytest.mark.parametrize("name", ["threshold", "grow", "grow_from_seeds"])
def test_without_an_image_or_before_it_is_read_the_reason_is_said(name: str) -> None:
    editor, volume = _editor()
    assert "image" in operation(name).why_not(Subject(editor.mask, None, seed=_SEED))
    other = Volume(np.zeros((2, 2, 2), np.int16), Geometry((2, 2, 2), np.eye(4)))
    assert "grid" in operation(name).why_not(Subject(editor.mask, other, seed=_SEED))
    loading = replace(volume, loaded=np.zeros(_SHAPE[0], np.bool_))
    assert "Wait" in operation(name).why_not(Subject(editor.mask, loading, seed=_SEED))


def test_growing_without_a_click_or_from_outside_is_refused() -> None:
    editor, volume = _editor()
    for seed in (None, PointerSample((-3.0, 2.0, 2.0), 2)):
        assert "Click" in operation("grow").why_not(Subject(editor.mask, volume, seed=seed))


def test_interpolating_leaves_other_labels_alone_and_says_how_many_slices() -> None:
    editor, volume = _editor()
    editor.labels[2, 5:15, 5:15] = editor.labels[8, 5:15, 5:15] = 1
    editor.labels[5, 8, 8] = 2
    one = operation("interpolate")
    change = one.run(Subject(editor.mask, volume), one.options_type(), TaskContext())
    assert change.note == "5 axial slices were filled."
    editor.apply_parts(change.parts, "Interpolate")
    assert np.count_nonzero(editor.labels == 1) == 7 * 100 - 1
    assert editor.labels[5, 8, 8] == 2
    again = one.run(Subject(editor.mask, volume), one.options_type(), TaskContext())
    assert not again.parts
    assert "No slice" in again.note
