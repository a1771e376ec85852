"""The rules: an approval speaks of one mask, told by its hash, and of no other."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from builders.review import MONDAY, decision, hash_of, kept, record
from hypothesis import given
from hypothesis import strategies as st

from medcrypt_gui.core.mask.labels import Label, LabelTable, Overwrite
from medcrypt_gui.core.review.record import Decision, KeptMask, ReviewRecord, plain_table, voided_text
from medcrypt_gui.core.review.state import ReviewState

APPROVED, REJECTED, FLAGGED = ReviewState.APPROVED, ReviewState.REJECTED, ReviewState.FLAGGED
IN_PROGRESS, NOT_SEGMENTED = ReviewState.IN_PROGRESS, ReviewState.NOT_SEGMENTED


def test_a_series_begins_without_a_mask_and_then_is_in_progress() -> None:
    assert ReviewRecord().state is NOT_SEGMENTED
    assert record(working="a").state is IN_PROGRESS
    assert record(working="a").version == 1


def test_a_changed_mask_voids_the_approval_and_says_so() -> None:
    changed = record(decision(APPROVED), working="b")
    assert changed.state is IN_PROGRESS
    assert changed.version == 2
    voided = changed.voided_by(hash_of("b"))
    assert voided is not None
    assert voided_text(voided) == "Approved version 1 no longer fits the mask: it was changed since."


def test_taking_the_change_back_makes_the_approval_valid_again() -> None:
    changed = record(decision(APPROVED), working="b")
    assert changed.state_of(hash_of("a")) is APPROVED
    assert changed.version_of(hash_of("a")) == 1
    assert changed.voided_by(hash_of("a")) is None


def test_the_next_approval_is_version_2_and_the_first_stays_in_the_history() -> None:
    twice = record(decision(APPROVED), decision(APPROVED, "b", 2))
    assert (twice.state, twice.version) == (APPROVED, 2)
    assert [one.version for one in twice.approved_versions] == [1, 2]
    assert twice.state_of(hash_of("a")) is IN_PROGRESS, "version 1 was replaced by version 2"
    assert twice.version_of(hash_of("a")) == 1, "but it is that version still"


def test_a_rejection_speaks_of_one_mask_too() -> None:
    changed = record(decision(REJECTED), working="b")
    assert changed.state is IN_PROGRESS
    voided = changed.voided_by(hash_of("b"))
    assert voided is not None
    assert voided_text(voided) == "The mask was changed since it was rejected."


def test_a_study_can_be_rejected_without_a_mask() -> None:
    assert record(decision(REJECTED, None)).state is REJECTED
    assert record(decision(REJECTED, None), working="a").state is IN_PROGRESS


def test_a_flag_stays_until_somebody_decides() -> None:
    flagged = record(decision(APPROVED), decision(FLAGGED), working="b")
    assert flagged.state is FLAGGED
    assert flagged.voided_by(hash_of("b")) is None
    assert flagged.with_decision(decision(APPROVED, "b", 2)).state is APPROVED


def test_taking_a_decision_back_leaves_the_mask_in_progress() -> None:
    assert record(decision(APPROVED), decision(IN_PROGRESS)).state is IN_PROGRESS


def test_a_decision_brings_its_comment_and_the_comment_can_be_changed_without_one() -> None:
    made = ReviewRecord().with_decision(Decision(FLAGGED, 1, kept("a"), MONDAY, "Ada", "check the eyes"))
    assert made.comment == "check the eyes"
    assert made.with_comment("done", MONDAY).state is FLAGGED


@pytest.mark.parametrize("file", ["", "../A.nii.gz", "a/b", "a\\b", ".hidden"])
def test_a_kept_mask_lies_beside_its_record(file: str) -> None:
    with pytest.raises(ValueError, match="name of a file"):
        KeptMask(file, hash_of("a"), LabelTable(), 1.0)


@pytest.mark.parametrize(("sha256", "volume"), [("A" * 64, 1.0), ("a" * 63, 1.0), (hash_of("a"), -1.0)])
def test_a_kept_mask_checks_itself(sha256: str, volume: float) -> None:
    with pytest.raises(ValueError, match=r"hexadecimal|negative"):
        KeptMask("a", sha256, LabelTable(), volume)


def test_a_decision_checks_itself() -> None:
    east = timezone(timedelta(hours=1))
    for wrong in (
        lambda: Decision(APPROVED, 1, None, MONDAY, "Ada"),
        lambda: Decision(APPROVED, 0, kept("a"), MONDAY, "Ada"),
        lambda: Decision(APPROVED, 1, kept("a"), datetime(2026, 1, 1, tzinfo=east), "Ada"),
        lambda: Decision(NOT_SEGMENTED, 1, None, MONDAY, "Ada"),
    ):
        with pytest.raises(ValueError, match=r"approved|versions|UTC|nobody"):
            wrong()


def test_looks_of_labels_are_not_kept() -> None:
    table = LabelTable((Label(1, "ROI", (1, 2, 3), False, True), Label(4, "x", (0, 0, 0), in_roi=False)), 4)
    plain = plain_table(LabelTable(table.labels, 4, Overwrite.NOTHING))
    assert plain == LabelTable((Label(1, "ROI", (1, 2, 3)), Label(4, "x", (0, 0, 0), in_roi=False)))


STEPS = st.lists(st.tuples(st.sampled_from(["approve", "reject", "flag", "reopen", "edit"]), st.sampled_from("abcd")))


@given(STEPS)
def test_whatever_happens_approved_means_that_this_very_mask_was_approved(steps: list[tuple[str, str]]) -> None:
    """``edit`` to a letter that was there before is an undo."""
    states = {"approve": APPROVED, "reject": REJECTED, "flag": FLAGGED, "reopen": IN_PROGRESS}
    made, mask, approved = ReviewRecord(), "a", None
    for what, letter in steps:
        if what == "edit":
            mask = letter
            made = made.with_working(kept(mask), MONDAY)
        else:
            version = made.version_of(hash_of(mask))
            made = made.with_decision(decision(states[what], mask, version))
            approved = mask if what == "approve" else None
        is_approved = made.state is APPROVED
        assert is_approved == (approved == mask)
        assert (made.state_of(hash_of(approved)) is APPROVED) if approved else True
    versions = {one.mask.sha256: one.version for one in made.approved_versions if one.mask is not None}
    assert sorted(versions.values()) == list(range(1, len(versions) + 1)), "one number for each approved mask"
