"""The queue: what is next, what is shown, how far it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from builders.review import MONDAY, decision, record

from medcrypt_gui.core.imaging.series import ImageFormat
from medcrypt_gui.core.review.record import ReviewRecord
from medcrypt_gui.core.review.series_ref import SeriesRef
from medcrypt_gui.core.review.state import ReviewState
from medcrypt_gui.core.review.worklist import (
    Worklist,
    WorklistEntry,
    WorklistFilter,
    WorklistItem,
    WorklistOrder,
    counted,
    neighbour,
    next_unfinished,
)

HERE = Path("/studies").absolute()


def item(name: str, made: ReviewRecord | None = None, first_mask: bool = False) -> WorklistItem:
    ref = SeriesRef(HERE / f"{name}.nii.gz", ImageFormat.NIFTI, f"key of {name}")
    mask = HERE / f"{name}_mask.nii.gz" if first_mask else None
    return WorklistItem(WorklistEntry(ref, f"{name}.nii.gz", ref.path, "MR", (6, 12, 10), mask), made or ReviewRecord())


APPROVED = record(decision(ReviewState.APPROVED))
REJECTED = record(decision(ReviewState.REJECTED, minutes=5, reviewer="Émile"))
FLAGGED = record(decision(ReviewState.FLAGGED, minutes=9)).with_comment("look at the EYES", MONDAY)
FIVE = Worklist((item("c", APPROVED), item("A"), item("b", FLAGGED), item("e", REJECTED), item("d", first_mask=True)))


def names(items: tuple[WorklistItem, ...]) -> str:
    return "".join(one.entry.name[0] for one in items)


def test_it_counts_what_is_done() -> None:
    assert FIVE.summary == "2 of 5 done"
    assert [FIVE.counts()[state] for state in ReviewState] == [1, 1, 1, 1, 1]


def test_a_mask_that_came_along_is_in_progress_until_somebody_decides() -> None:
    assert item("d", first_mask=True).state is ReviewState.IN_PROGRESS
    assert item("d", REJECTED, first_mask=True).state is ReviewState.REJECTED


@pytest.mark.parametrize(
    ("wanted", "shown"),
    [
        (WorklistFilter(), "cAbed"),
        (WorklistFilter(frozenset({ReviewState.APPROVED, ReviewState.FLAGGED})), "cb"),
        (WorklistFilter(reviewer="Ada"), "cb"),
        (WorklistFilter(reviewer=""), "Ad"),
        (WorklistFilter(text="eyes"), "b"),
        (WorklistFilter(text=" éMILE "), "e"),
        (WorklistFilter(frozenset({ReviewState.APPROVED}), "Ada", "nowhere"), ""),
    ],
)
def test_filters_must_all_hold(wanted: WorklistFilter, shown: str) -> None:
    assert names(FIVE.shown(wanted)) == shown


@pytest.mark.parametrize(
    ("order", "shown"),
    [
        (WorklistOrder.AS_LISTED, "cAbed"),
        (WorklistOrder.NAME, "Abcde"),
        (WorklistOrder.STATE, "bdAec"),
        (WorklistOrder.NEWEST, "becAd"),
    ],
)
def test_orders(order: WorklistOrder, shown: str) -> None:
    assert names(FIVE.shown(order=order)) == shown


def test_the_next_unfinished_one_is_found_round_the_end() -> None:
    items = FIVE.items
    ids = [one.id for one in items]

    def letter(start: str) -> str:
        found = next_unfinished(items, start)
        return names((found,)) if found else "-"

    assert [letter(one) for one in ids] == ["A", "b", "d", "d", "A"]
    assert letter("") == "A"


def test_when_all_others_are_done_there_is_no_next_one() -> None:
    one = item("A")
    assert next_unfinished((one, item("c", APPROVED)), one.id) is None


def test_neighbours_end_at_the_ends() -> None:
    items = FIVE.items
    found = [neighbour(items, one.id, step) for one, step in ((items[0], 1), (items[0], -1), (items[4], 1))]
    assert found == [items[1], None, None]
    assert neighbour(items, "none of them", 1) == items[0]


def test_a_decision_changes_one_study_and_the_list_stays_as_it_was() -> None:
    changed = FIVE.with_record(FIVE.items[1].id, APPROVED)
    assert changed.summary == "3 of 5 done"
    assert FIVE.summary == "2 of 5 done"
    assert changed[FIVE.items[1].id].record is APPROVED
    with pytest.raises(KeyError):
        FIVE.with_record("none of them", APPROVED)


def test_names_come_as_people_count() -> None:
    given = ["Subj10_T1", "subj2_T1", "Subj1_T1", "Subj1_T10", "a", "10", "2", ""]
    assert sorted(given, key=counted) == ["", "2", "10", "a", "Subj1_T1", "Subj1_T10", "subj2_T1", "Subj10_T1"]
