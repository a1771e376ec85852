"""Keeping costs the editor a copy of what changed and no more, in bites, also within a stroke."""

from __future__ import annotations

import numpy as np
import pytest
from builders.grids import grid

from medcrypt_gui.core.journal.port import Change
from medcrypt_gui.core.mask.box import Box, box_shape
from medcrypt_gui.core.mask.editor import MaskEditor
from medcrypt_gui.core.mask.labels import Label
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.mask.sink import SinkMode
from medcrypt_gui.services import keep_work
from medcrypt_gui.services.keep_work import WorkKeeper

SHAPE = (20, 30, 40)
STROKE: Box = (slice(3, 5), slice(10, 14), slice(20, 26))


class Listening:
    """The port `Journal`, which remembers what it was told."""

    def __init__(self) -> None:
        self.changes: list[Change] = []
        self.backlog_bytes = 0
        self.closed: list[bool] = []

    def tell(self, change: Change) -> None:
        self.changes.append(change)

    def close(self, keep: bool) -> None:
        self.closed.append(keep)


class Kept:
    """An editor that is kept, and every journal that was begun for it."""

    def __init__(self, mask: RoiMask | None = None) -> None:
        self.editor = MaskEditor(mask or RoiMask.empty(grid(shape=SHAPE)), blank=mask is None)
        self.journals: list[Listening] = []
        self.had_mask: list[bool] = []
        self.awoken = 0
        self.keeper = WorkKeeper(self.editor, self._begin, self._awake)

    def _begin(self, had_mask: bool) -> Listening:
        self.had_mask.append(had_mask)
        self.journals.append(Listening())
        return self.journals[-1]

    def _awake(self) -> None:
        self.awoken += 1

    def paint(self, box: Box = STROKE) -> None:
        self.editor.begin_gesture("Brush")
        self.editor.extend(np.ones(box_shape(box), np.bool_), box, SinkMode.ADD)
        self.editor.end_gesture()

    def told(self) -> np.ndarray:
        """The labels as somebody knows them who has only heard the last journal."""
        labels = np.zeros(SHAPE, np.uint8)
        for change in self.journals[-1].changes:
            labels[change.box] = change.labels
        return labels


@pytest.fixture
def kept() -> Kept:
    return Kept()


def test_nothing_is_begun_before_something_changes(kept: Kept) -> None:
    assert not kept.keeper.tell_some()
    kept.keeper.end(keep=True)
    assert kept.journals == []


def test_a_stroke_costs_a_copy_of_its_box_and_nothing_else(kept: Kept) -> None:
    kept.paint()
    assert kept.awoken
    assert not kept.keeper.tell_some()
    (change,) = kept.journals[0].changes
    assert change.box == STROKE
    assert change.labels.size == 48
    assert change.whole
    kept.paint((slice(3, 5), slice(10, 14), slice(21, 27)))
    kept.keeper.tell_some()
    assert kept.journals[0].changes[1].labels.size == 48
    assert kept.journals[0].changes[1].table is None


def test_a_stroke_under_way_is_told_and_so_is_its_end_or_its_cancelling(kept: Kept) -> None:
    kept.editor.begin_gesture("Brush")
    kept.editor.extend(np.ones(box_shape(STROKE), np.bool_), STROKE, SinkMode.ADD)
    kept.keeper.tell_some()
    np.testing.assert_array_equal(kept.told(), kept.editor.labels)
    assert kept.told().any()
    kept.editor.cancel_stroke()
    kept.keeper.tell_some()
    assert not kept.told().any()


def test_the_whole_mask_is_told_in_bites_and_what_is_painted_meanwhile_with_it(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keep_work, "_BITE_VOXELS", 3 * 30 * 40)
    kept.editor.apply_whole(np.random.default_rng(1).random(SHAPE) > 0.5, "Proposed ROI")
    bites = 0
    while kept.keeper.tell_some():
        bites += 1
        assert sum(change.whole for change in kept.journals[0].changes) == 0
        if bites == 3:
            kept.paint()
        assert max(change.labels.size for change in kept.journals[0].changes) <= 3 * 30 * 40
    assert bites >= 6
    assert [change.whole for change in kept.journals[0].changes].count(True) == 1
    np.testing.assert_array_equal(kept.told(), kept.editor.labels)


def test_while_the_disk_is_behind_changes_gather_instead_of_queueing(kept: Kept) -> None:
    kept.paint()
    kept.keeper.tell_some()
    kept.journals[0].backlog_bytes = 1 << 40
    for _ in range(50):
        kept.paint()
        kept.editor.undo()
        assert kept.keeper.tell_some()
    assert len(kept.journals[0].changes) == 1
    kept.journals[0].backlog_bytes = 0
    assert not kept.keeper.tell_some()
    assert len(kept.journals[0].changes) == 2
    np.testing.assert_array_equal(kept.told(), kept.editor.labels)


def test_labels_are_told_once_when_they_change(kept: Kept) -> None:
    kept.editor.change_labels(kept.editor.table.with_label(Label(2, "Liver", (1, 2, 3))), "Label")
    kept.keeper.tell_some()
    (change,) = kept.journals[0].changes
    assert change.table is kept.editor.table
    assert change.labels.size == 0
    assert not kept.keeper.tell_some()


def test_after_forgetting_the_next_journal_begins_with_all_there_is(kept: Kept) -> None:
    kept.paint()
    kept.keeper.tell_some()
    kept.keeper.forget()
    assert kept.keeper.safe
    assert kept.journals[0].closed == [False]
    kept.paint((slice(0, 1), slice(0, 1), slice(0, 1)))
    assert not kept.keeper.safe
    kept.keeper.tell_some()
    assert len(kept.journals) == 2
    np.testing.assert_array_equal(kept.told(), kept.editor.labels)
    assert kept.journals[1].changes[-1].table == kept.editor.table

    assert kept.had_mask == [False, True]


def test_a_mask_from_the_disk_is_told_whole_with_the_first_change() -> None:
    mask = RoiMask.empty(grid(shape=SHAPE))
    mask.labels[2:9, 5:20, 5:30] = 1
    kept = Kept(mask)
    kept.keeper.tell_some()
    assert kept.journals == []
    kept.editor.begin_gesture("Eraser")
    kept.editor.extend(np.ones(box_shape(STROKE), np.bool_), STROKE, SinkMode.REMOVE)
    kept.editor.end_gesture()
    while kept.keeper.tell_some():
        pass
    np.testing.assert_array_equal(kept.told(), kept.editor.labels)
    assert kept.had_mask == [True]


@pytest.mark.parametrize("keep", [True, False])
def test_the_end_tells_the_rest_only_if_it_is_kept(kept: Kept, keep: bool) -> None:
    kept.paint()
    kept.keeper.tell_some()
    kept.paint((slice(0, 1), slice(0, 1), slice(0, 1)))
    kept.keeper.end(keep)
    assert kept.journals[0].closed == [keep]
    assert len(kept.journals[0].changes) == 1 + keep
    kept.paint()
    assert len(kept.journals[0].changes) == 1 + keep
