"""Reviewing one mask: everything is on the disk when the service returns, and nothing approved is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from builders.review import MONDAY, ball, nifti_series, with_voxel, write_nifti, write_study

from medcrypt_gui.adapters.masks.nifti_mask import NiftiMask, write_mask
from medcrypt_gui.adapters.review_file import ReviewFile
from medcrypt_gui.core.errors import (
    MaskMismatchError,
    NoRoiError,
    ReviewChangedError,
    UnreadableFileError,
    UnsupportedInputError,
    UsageError,
)
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.series import Series
from medcrypt_gui.core.mask.editor import MaskEditor
from medcrypt_gui.core.mask.labels import LabelTable
from medcrypt_gui.core.mask.part import Part
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.review.state import ReviewState
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.review_mask import (
    Review,
    approve,
    decide,
    is_approved,
    keep_mask,
    open_review,
    set_comment,
)


@pytest.fixture
def series(tmp_path: Path) -> Series:
    return nifti_series(write_study(tmp_path / "study", mask=ball()))


@pytest.fixture
def store(tmp_path: Path) -> ReviewFile:
    return ReviewFile(tmp_path / "user")


def opened(series: Series, store: ReviewFile, first: str | None = "A_mask.nii.gz") -> Review:
    path = series.files[0].with_name(first) if first else None
    return open_review(series, store, (NiftiMask(),), TaskContext(), path)


def working_files(series: Series) -> list[Path]:
    """The masks that are worked on; versions have another name."""
    return [path for path in series.files[0].parent.glob("*.medcrypt-mask-*") if "-mask-v" not in path.name]


def approved(series: Series, store: ReviewFile) -> Review:
    return approve(opened(series, store), ball(), store, reviewer=" Ada ", comment=" fine ", when=MONDAY)


def test_a_mask_that_came_along_is_in_progress_and_nothing_is_written(series: Series, store: ReviewFile) -> None:
    before = sorted(series.files[0].parent.iterdir())
    review = opened(series, store)
    assert (review.state, review.version, review.notes) == (ReviewState.IN_PROGRESS, 1, ())
    assert review.mask is not None
    assert sorted(series.files[0].parent.iterdir()) == before


def test_without_a_mask_it_is_not_segmented(series: Series, store: ReviewFile) -> None:
    review = opened(series, store, None)
    assert (review.state, review.mask, review.sha256) == (ReviewState.NOT_SEGMENTED, None, None)


def test_an_approval_is_there_after_a_restart(series: Series, store: ReviewFile) -> None:
    made = approved(series, store)
    again = opened(series, store)
    for review in (made, again):
        assert (review.state, review.version, review.notes) == (ReviewState.APPROVED, 1, ())
        assert (review.record.reviewer, review.record.comment) == ("Ada", "fine")
    assert is_approved(series, ball(), store)
    assert not is_approved(series, with_voxel(ball()), store)


def test_editing_an_approved_mask_makes_version_2_beside_the_first(series: Series, store: ReviewFile) -> None:
    review = approved(series, store)
    first = next(series.files[0].parent.glob("*-v1.nii.gz"))
    content = first.read_bytes()
    review = keep_mask(review, with_voxel(ball()), store, when=MONDAY)
    assert (review.state, review.version) == (ReviewState.IN_PROGRESS, 2)
    assert review.notes == ("Approved version 1 no longer fits the mask: it was changed since.",)
    assert opened(series, store).notes == review.notes
    review = approve(review, with_voxel(ball()), store, reviewer="Bo", comment="")
    assert (review.state, review.version, review.notes) == (ReviewState.APPROVED, 2, ())
    assert first.read_bytes() == content


def test_undo_back_to_the_approved_mask_makes_the_approval_valid_again(series: Series, store: ReviewFile) -> None:
    review = approved(series, store)
    editor = MaskEditor(ball())
    dot = Part(np.ones((1, 1, 1), bool), (slice(0, 1), slice(0, 1), slice(0, 1)))
    editor.apply_parts([dot], "dot")
    review = keep_mask(review, replace(ball(), labels=editor.labels.copy()), store)
    assert review.state is ReviewState.IN_PROGRESS
    editor.undo()
    review = keep_mask(review, replace(ball(), labels=editor.labels.copy()), store)
    assert (review.state, review.version, review.notes) == (ReviewState.APPROVED, 1, ())
    assert opened(series, store).approved
    assert not working_files(series), "the approved file serves"


def test_keeping_the_same_mask_again_writes_nothing(series: Series, store: ReviewFile) -> None:
    review = keep_mask(opened(series, store), ball(), store, when=MONDAY)
    path = next(series.files[0].parent.glob("*.medcrypt-review.json"))
    before = path.stat().st_mtime_ns, path.read_bytes()
    keep_mask(review, ball(), store, when=MONDAY + timedelta(days=1))
    assert (path.stat().st_mtime_ns, path.read_bytes()) == before


def test_names_of_labels_are_kept_and_change_no_approval(series: Series, store: ReviewFile) -> None:
    review = approved(series, store)
    table = LabelTable((replace(LabelTable()[1], name="Brain"),))
    review = keep_mask(review, replace(ball(), table=table), store)
    assert review.approved
    again = opened(series, store)
    assert again.approved
    assert again.mask is not None
    assert again.mask.table[1].name == "Brain"


def test_counting_a_label_out_of_the_roi_voids_the_approval(series: Series, store: ReviewFile) -> None:
    review = approved(series, store)
    spared = LabelTable((replace(LabelTable()[1], in_roi=False),))
    assert not review.standing(replace(ball(), table=spared)).approved


def test_each_decision_is_kept_with_its_name_and_comment(series: Series, store: ReviewFile) -> None:
    review = opened(series, store)
    for state in (ReviewState.FLAGGED, ReviewState.REJECTED, ReviewState.IN_PROGRESS):
        review = decide(state, review, ball(), store, reviewer="Ada", comment=state.name)
        again = opened(series, store)
        assert (again.state, again.record.comment, again.record.reviewer) == (state, state.name, "Ada")
    assert len(again.record.decisions) == 3


def test_a_study_without_a_mask_can_be_flagged_and_rejected(series: Series, store: ReviewFile) -> None:
    review = decide(
        ReviewState.FLAGGED, opened(series, store, None), None, store, reviewer="Ada", comment="no head in it"
    )
    assert review.state is ReviewState.FLAGGED
    assert decide(ReviewState.REJECTED, review, None, store, reviewer="Ada", comment="").state is ReviewState.REJECTED


def test_a_comment_needs_no_decision(series: Series, store: ReviewFile) -> None:
    review = set_comment(approved(series, store), "second thoughts", store)
    assert opened(series, store).record.comment == "second thoughts"
    assert review.approved
    assert set_comment(review, "second thoughts ", store) is review


@pytest.mark.parametrize("name", ["", "  "])
def test_nobody_decides_without_a_name(series: Series, store: ReviewFile, name: str) -> None:
    with pytest.raises(UsageError, match="name"):
        approve(opened(series, store), ball(), store, reviewer=name, comment="")
    with pytest.raises(UsageError, match="name"):
        decide(ReviewState.REJECTED, opened(series, store), ball(), store, reviewer=name, comment="")
    assert opened(series, store).record.decisions == ()


def test_an_empty_mask_is_not_approved(series: Series, store: ReviewFile) -> None:
    with pytest.raises(NoRoiError):
        approve(opened(series, store), RoiMask.empty(series.geometry), store, reviewer="Ada", comment="")


def test_a_mask_that_another_program_changed_is_not_approved_any_more(series: Series, store: ReviewFile) -> None:
    review = approved(series, store)
    path = next(series.files[0].parent.glob("*-v1.nii.gz"))
    path.chmod(0o644)
    write_mask(path, with_voxel(ball()), force=True)
    again = opened(series, store)
    assert again.state is ReviewState.IN_PROGRESS
    assert "not the one kept last" in again.notes[0]
    assert "no longer fits" in again.notes[1]
    assert not is_approved(series, again.mask or ball(), store)
    assert review.record == again.record, "what was decided is still told"


def test_where_the_kept_mask_is_lost_the_last_approved_one_is_taken(series: Series, store: ReviewFile) -> None:
    keep_mask(approved(series, store), with_voxel(ball()), store)
    working_files(series)[0].unlink()
    again = opened(series, store)
    assert again.approved
    assert "cannot be read" in again.notes[0]


def test_where_the_record_is_lost_an_approved_file_is_not_replaced(series: Series, store: ReviewFile) -> None:
    approved(series, store)
    folder = series.files[0].parent
    content = next(folder.glob("*-v1.nii.gz")).read_bytes()
    next(folder.glob("*.json")).write_bytes(b"")
    review = opened(series, store)
    assert review.state is ReviewState.IN_PROGRESS
    changed = approve(review, with_voxel(ball()), store, reviewer="Ada", comment="")
    assert changed.version == 2
    assert next(folder.glob("*-v1.nii.gz")).read_bytes() == content
    assert next(folder.glob("*.unusable-1")).read_bytes() == b""


def test_two_reviewers_do_not_overwrite_each_other(series: Series, store: ReviewFile) -> None:
    mine, theirs = opened(series, store), opened(series, store)
    decide(ReviewState.REJECTED, theirs, ball(), store, reviewer="Bo", comment="")
    with pytest.raises(ReviewChangedError):
        approve(mine, ball(), store, reviewer="Ada", comment="")
    assert opened(series, store).record.reviewer == "Bo"


def test_a_first_mask_of_another_grid_is_refused(series: Series, store: ReviewFile, tmp_path: Path) -> None:
    other = Geometry((6, 12, 11), np.eye(4))
    write_nifti(series.files[0].with_name("other.nii.gz"), ball(other).labels, other)
    with pytest.raises(MaskMismatchError):
        opened(series, store, "other.nii.gz")


def test_a_protected_series_is_not_reviewed(series: Series, store: ReviewFile) -> None:
    with pytest.raises(UnsupportedInputError, match="protected"):
        opened(replace(series, protected=True), store)


def test_a_mask_that_conflicts_leaves_the_other_one_as_it_was(series: Series, tmp_path: Path) -> None:
    one, other = ReviewFile(tmp_path / "one"), ReviewFile(tmp_path / "other")  # two windows
    mine, theirs = opened(series, one), opened(series, other)
    keep_mask(theirs, ball(radius=2.0), other)
    before = {path: path.read_bytes() for path in series.files[0].parent.iterdir()}
    for attempt in (keep_mask, keep_mask):
        with pytest.raises(ReviewChangedError):
            attempt(mine, ball(radius=1.0), one)
    with pytest.raises(ReviewChangedError):
        approve(mine, ball(radius=1.0), one, reviewer="Ada", comment="")
    assert {path: path.read_bytes() for path in series.files[0].parent.iterdir()} == before
    again = opened(series, other)
    assert again.notes == ()
    assert again.mask is not None
    assert (again.mask.labels == ball(radius=2.0).labels).all()


def test_a_file_is_looked_at_before_its_mask_is_called_kept(series: Series, store: ReviewFile) -> None:
    review = keep_mask(opened(series, store), ball(), store)
    write_mask(working_files(series)[0], with_voxel(ball()), force=True)  # another program
    decide(ReviewState.FLAGGED, review, ball(), store, reviewer="Ada", comment="")
    again = opened(series, store)
    assert again.sha256 == review.sha256
    assert again.notes == ()


@pytest.mark.parametrize("state", [ReviewState.FLAGGED, ReviewState.REJECTED])
def test_a_mask_that_cannot_be_read_for_a_moment_stays(
    series: Series, store: ReviewFile, monkeypatch: pytest.MonkeyPatch, state: ReviewState
) -> None:
    kept = keep_mask(opened(series, store), ball(), store)

    def fails(*_: object) -> RoiMask:
        raise UnreadableFileError("Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr("medcrypt_gui.adapters.review_file.read_labels", fails)
        review = opened(series, store, None)
        assert (review.mask, review.unread, review.state) == (None, True, ReviewState.IN_PROGRESS)
        decided = decide(state, review, None, store, reviewer="Ada", comment="cannot be read")
        assert decided.state is state
        decided = set_comment(decided, "still not", store)
        assert decided.unread
    again = opened(series, store)
    assert again.sha256 == kept.sha256
    assert again.state is decided.state


def test_a_new_mask_takes_away_none_that_could_not_be_read(series: Series, store: ReviewFile) -> None:
    keep_mask(opened(series, store), ball(), store)
    (old,) = working_files(series)
    old.write_bytes(b"damaged")
    review = keep_mask(opened(series, store), ball(radius=2.0), store)
    assert old.read_bytes() == b"damaged"
    assert not review.unread
    keep_mask(review, ball(radius=1.0), store)
    assert len(working_files(series)) == 2, "the damaged one, and the newest"


def test_an_approved_mask_that_cannot_be_read_is_not_approved(series: Series, store: ReviewFile) -> None:
    approved(series, store)
    version = next(series.files[0].parent.glob("*-v1.nii.gz"))
    version.chmod(0o644)
    version.write_bytes(b"damaged")
    review = opened(series, store, None)
    assert review.state is ReviewState.IN_PROGRESS
    assert len(review.notes) == 1, "nobody changed it"


def test_a_clock_that_goes_wrong_loses_no_decision(series: Series, store: ReviewFile) -> None:
    review = keep_mask(opened(series, store), ball(), store, when=MONDAY + timedelta(days=700))
    approve(review, ball(), store, reviewer="Ada", comment="", when=MONDAY)
    assert opened(series, store).approved


def test_another_image_of_the_same_name_and_grid_is_not_approved(series: Series, store: ReviewFile) -> None:
    review = approved(series, store)
    voxels = np.random.default_rng(99).integers(0, 900, series.geometry.shape).astype(np.int16)
    write_nifti(series.files[0], voxels, series.geometry)
    again = opened(series, store)
    assert again.state is ReviewState.IN_PROGRESS
    assert again.sha256 == review.sha256, "the mask is as it was"
    assert "The image is not the one" in again.notes[0]
    assert not is_approved(series, ball(), store)
    assert keep_mask(again, ball(), store).state is ReviewState.IN_PROGRESS
    anew = approve(again, ball(), store, reviewer="Ada", comment="")
    assert (anew.state, anew.notes) == (ReviewState.APPROVED, ())
    assert is_approved(series, ball(), store)


def test_a_study_with_a_name_as_long_as_names_may_be_is_reviewed(tmp_path: Path, store: ReviewFile) -> None:
    for name in ("n" * 248, "脳" * 82):
        series = nifti_series(write_study(tmp_path / "long", name))
        approve(opened(series, store, None), ball(), store, reviewer="Ada", comment="")
        assert opened(series, store, None).approved
