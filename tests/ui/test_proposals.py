"""What becomes of a proposal: cut at another threshold, looked through, corrected, learned from, added to another."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from builders.dicom import build_series
from fakes.ball_segmenter import BallSegmenter
from fakes.soft_ball_segmenter import SoftBallSegmenter
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QSlider
from ui.driver import Driver

from medcrypt_gui.core.errors import NothingToLearnError
from medcrypt_gui.core.ports import Segmenter
from medcrypt_gui.core.segmentation.adapt import MaskChange
from medcrypt_gui.services import learn_from_corrections
from medcrypt_gui.ui.session import Step

CORNER = (0.1, 0.26), (0.2, 0.26)  # of the axial view: inside the image, outside the ball


@pytest.fixture
def segmenters() -> dict[str, Segmenter]:
    return {"soft-ball": SoftBallSegmenter(), "ball": BallSegmenter()}


@pytest.fixture
def study(tmp_path: Path) -> Path:
    build_series(tmp_path / "study", slices=24, rows=48, columns=56)
    return tmp_path / "study"


@pytest.fixture
def proposed(window: Driver, study: Path) -> Driver:
    """A window in step Correct, with the soft ball proposed."""
    window.open(study)
    window.click("stepRoi")
    window.click("roiPrimary")
    window.settle()
    assert window.window.session.step is Step.CORRECT
    return window


def mask(window: Driver) -> NDArray[np.bool_]:
    region: NDArray[np.bool_] = window.window.session.editor.mask.roi()
    return region


def slide(window: Driver, hundredths: int) -> None:
    """Drag the slider there and let it go."""
    slider = window.find("thresholdSlider", QSlider)
    slider.setSliderDown(True)
    slider.setValue(hundredths)
    slider.setSliderDown(False)
    window.settle()


class TestThreshold:
    def test_while_it_moves_the_views_follow_and_the_mask_stays(self, proposed: Driver) -> None:
        before = mask(proposed)
        slider = proposed.find("thresholdSlider", QSlider)
        slider.setSliderDown(True)
        slider.setValue(20)
        trial, view = proposed.window.viewer.state.trial, proposed.window.viewer.active_canvas.view
        assert trial.plane(view, 12).sum() > before[12].sum()
        assert np.array_equal(mask(proposed), before)
        assert proposed.text("thresholdValue") == "0.20"
        assert not proposed.find("correctPrimary").isEnabled()

    def test_what_was_shown_while_it_moved_is_what_is_cut(self, proposed: Driver) -> None:
        slider = proposed.find("thresholdSlider", QSlider)
        slider.setSliderDown(True)
        slider.setValue(30)
        view = proposed.window.viewer.active_canvas.view
        shown = proposed.window.viewer.state.trial.plane(view, 10).copy()
        slider.setSliderDown(False)
        proposed.settle()
        assert np.array_equal(shown, view.slice_of(mask(proposed).view(np.uint8), 10))
        assert proposed.window.viewer.state.trial is None

    def test_one_gesture_is_one_undo_step_and_undo_brings_the_slider_back(self, proposed: Driver) -> None:
        before = mask(proposed)
        slider = proposed.find("thresholdSlider", QSlider)
        slider.setSliderDown(True)
        for hundredths in (45, 40, 30):
            slider.setValue(hundredths)
        slider.setSliderDown(False)
        proposed.settle()
        assert mask(proposed).sum() > before.sum()
        proposed.click("correctUndo")
        assert np.array_equal(mask(proposed), before)
        assert proposed.text("thresholdValue") == "0.50"
        proposed.click("correctRedo")
        assert proposed.text("thresholdValue") == "0.30"

    def test_keys_cut_once_they_rest(self, proposed: Driver) -> None:
        before = mask(proposed)
        slider = proposed.find("thresholdSlider", QSlider)
        for _ in range(3):
            proposed.qtbot.keyClick(slider, Qt.Key.Key_PageDown)
        proposed.wait_until(lambda: proposed.window.session.trial is None)
        assert mask(proposed).sum() > before.sum()
        assert proposed.window.session.origin.threshold == 0.35

    def test_handwork_is_not_lost(self, proposed: Driver) -> None:
        proposed.paint(*CORNER)
        painted = mask(proposed)
        by_hand = painted & ~proposed.window.session.origin.made.unpacked()
        assert by_hand.any()
        slide(proposed, 20)
        slide(proposed, 90)
        assert mask(proposed)[by_hand].all()
        assert mask(proposed).sum() < painted.sum()

    def test_reset_brings_the_threshold_of_the_card_back(self, proposed: Driver) -> None:
        before = mask(proposed)
        slide(proposed, 20)
        proposed.click("thresholdReset")
        proposed.settle()
        assert np.array_equal(mask(proposed), before)
        assert proposed.text("thresholdValue") == "0.50"

    def test_a_classical_algorithm_has_none_and_says_so(self, window: Driver, study: Path) -> None:
        window.open(study)
        window.click("stepRoi")
        window.click("roiModel_ball")
        window.click("roiPrimary")
        window.settle()
        assert not window.find("thresholdSlider").isEnabled()
        assert "classical algorithm" in window.text("thresholdWhy")
        assert not window.shown("doubtStrip")

    def test_a_cleared_mask_has_none_until_undo(self, proposed: Driver) -> None:
        proposed.click("correctClear")
        proposed.settle()
        assert not proposed.find("thresholdSlider").isEnabled()
        proposed.click("correctUndo")
        assert proposed.find("thresholdSlider").isEnabled()


class TestDoubt:
    def test_the_next_doubtful_slice_is_shown_and_named(self, proposed: Driver) -> None:
        proposed.wait_until(lambda: proposed.shown("doubtStrip"))
        order = proposed.window.session.doubts.order
        proposed.click("doubtNext")
        assert proposed.window.viewer.state.crosshair[2] == order[0]
        assert proposed.text("doubtText") == f"Slice {order[0] + 1} is number 1 of {len(order)} to look at."
        proposed.qtbot.keyClick(proposed.window, Qt.Key.Key_N)
        assert proposed.window.viewer.state.crosshair[2] == order[1]
        proposed.qtbot.keyClick(proposed.window, Qt.Key.Key_N, Qt.KeyboardModifier.ShiftModifier)
        assert proposed.window.viewer.state.crosshair[2] == order[0]

    def test_a_click_on_the_strip_shows_that_slice(self, proposed: Driver) -> None:
        proposed.wait_until(lambda: proposed.shown("doubtStrip"))
        strip = proposed.find("doubtStrip")
        proposed.qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=QPoint(int(strip.width() * 7.5 / 24), 10))
        assert proposed.window.viewer.state.crosshair[2] == 7

    def test_doubtful_places_are_marked_until_the_tick_or_its_key_takes_the_marks_away(self, proposed: Driver) -> None:
        proposed.wait_until(lambda: proposed.shown("doubtStrip"))
        (mark,) = proposed.window.viewer.state.marks
        assert mark.hatched
        proposed.click("doubtMarked")
        assert proposed.window.viewer.state.marks == ()
        proposed.qtbot.keyClick(proposed.window, Qt.Key.Key_U)
        assert proposed.window.viewer.state.marks
        assert proposed.find("doubtMarked", QAbstractButton).isChecked()

    def test_without_a_proposal_the_key_says_why_nothing_happens(self, window: Driver, study: Path) -> None:
        window.open(study)
        window.qtbot.keyClick(window.window, Qt.Key.Key_N)
        assert "No doubtful slice is known" in window.text("statusSentence")


class TestAddOrReplace:
    def test_a_second_proposal_is_added_when_asked(self, proposed: Driver) -> None:
        first = mask(proposed)
        proposed.click("stepRoi")
        proposed.click("roiModel_ball")
        proposed.click("roiAdd")
        proposed.click("roiPrimary")
        proposed.settle()
        assert mask(proposed)[first].all()
        assert mask(proposed).sum() > first.sum()
        assert [finding.model_id for finding in proposed.window.session.origin.findings] == ["soft-ball", "ball"]

    def test_the_first_ones_threshold_still_works_beside_what_an_algorithm_added(self, proposed: Driver) -> None:
        self.test_a_second_proposal_is_added_when_asked(proposed)
        ball = proposed.window.session.origin.findings[1].region.unpacked()
        slide(proposed, 90)
        assert mask(proposed)[ball].all()

    def test_it_replaces_what_is_marked_otherwise(self, proposed: Driver) -> None:
        proposed.click("stepRoi")
        proposed.click("roiModel_ball")
        proposed.click("roiPrimary")
        proposed.settle()
        assert [finding.model_id for finding in proposed.window.session.origin.findings] == ["ball"]

    def test_nothing_is_asked_while_nothing_is_marked(self, window: Driver, study: Path) -> None:
        window.open(study)
        window.click("stepRoi")
        assert not window.shown("roiReplace")


class TestLearning:
    @pytest.fixture
    def change(self, monkeypatch: pytest.MonkeyPatch) -> list[tuple[tuple[int, int], ...]]:
        """Learning that adds a slice's corner and takes the middle slice away; returns what it was taught with."""
        taught: list[tuple[tuple[int, int], ...]] = []

        def learned(_volume, _proposal, corrected, slices, _task):  # type: ignore[no-untyped-def]
            taught.append(tuple(slices))
            current = corrected.roi()
            add, remove = np.zeros_like(current), np.zeros_like(current)
            add[3, :4, :4] = True
            remove[12] = current[12]
            whole = tuple(slice(0, n) for n in current.shape)
            return MaskChange(whole, add, remove, 0.5)

        monkeypatch.setattr(learn_from_corrections, "learn_from_corrections", learned)
        return taught

    def corrected(self, window: Driver) -> None:
        window.window.viewer.set_crosshair((20, 20, 9))
        window.paint(*CORNER)
        window.wait_until(lambda: bool(window.window.session.corrected))

    def test_before_anything_is_corrected_it_says_so(self, proposed: Driver) -> None:
        proposed.wait_until(lambda: "Nothing is corrected yet" in proposed.text("learnText"))
        assert not proposed.find("learnStart").isEnabled()

    def test_corrected_slices_are_found_and_named(self, proposed: Driver) -> None:
        self.corrected(proposed)
        assert proposed.text("learnText") == "Slices to learn from: axial 10."
        proposed.click("correctUndo")
        proposed.wait_until(lambda: not proposed.window.session.corrected)

    def test_slices_called_right_are_learned_from_as_well(
        self, proposed: Driver, change: list[tuple[tuple[int, int], ...]]
    ) -> None:
        self.corrected(proposed)
        proposed.window.viewer.set_crosshair((20, 20, 15))
        proposed.click("learnRight")
        proposed.wait_until(lambda: len(proposed.window.session.corrected) == 2)
        proposed.click("learnStart")
        proposed.settle()
        assert change == [((0, 9), (0, 15))]

    def test_the_changes_are_shown_and_made_only_when_accepted(
        self, proposed: Driver, change: list[tuple[tuple[int, int], ...]]
    ) -> None:
        self.corrected(proposed)
        before = mask(proposed)
        proposed.click("learnStart")
        proposed.settle()
        assert np.array_equal(mask(proposed), before)
        assert "ml would be added" in proposed.text("learnAdded")
        assert not proposed.shown("learnWarning")
        added, removed = proposed.window.viewer.state.marks
        assert removed.hatched
        assert not added.hatched
        assert proposed.window.viewer.state.crosshair[2] == 12
        assert not proposed.find("correctPrimary").isEnabled()
        proposed.click("learnAccept")
        assert mask(proposed)[3, :4, :4].all()
        assert not mask(proposed)[12].any()
        proposed.click("correctUndo")
        assert np.array_equal(mask(proposed), before)

    def test_a_suggestion_of_half_the_mask_comes_with_a_warning(
        self, proposed: Driver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def learned(_volume, _proposal, corrected, _slices, _task):  # type: ignore[no-untyped-def]
            current = corrected.roi()
            remove = current.copy()
            remove[:12] = False
            return MaskChange(tuple(slice(0, n) for n in current.shape), np.zeros_like(current), remove, 0.5)

        monkeypatch.setattr(learn_from_corrections, "learn_from_corrections", learned)
        self.corrected(proposed)
        proposed.click("learnStart")
        proposed.settle()
        assert "much of the mask" in proposed.text("learnWarning")

    def test_no_threshold_undoes_what_was_accepted(
        self, proposed: Driver, change: list[tuple[tuple[int, int], ...]]
    ) -> None:
        self.corrected(proposed)
        proposed.click("learnStart")
        proposed.settle()
        proposed.click("learnAccept")
        slide(proposed, 20)
        assert mask(proposed)[3, :4, :4].all()

    def test_rejected_changes_leave_the_mask_alone(
        self, proposed: Driver, change: list[tuple[tuple[int, int], ...]]
    ) -> None:
        self.corrected(proposed)
        before = mask(proposed)
        proposed.click("learnStart")
        proposed.settle()
        proposed.click("learnReject")
        assert np.array_equal(mask(proposed), before)
        assert proposed.shown("learnStart")

    def test_a_stroke_drops_the_suggestion_and_says_so(
        self, proposed: Driver, change: list[tuple[tuple[int, int], ...]]
    ) -> None:
        self.corrected(proposed)
        proposed.click("learnStart")
        proposed.settle()
        proposed.paint((0.4, 0.26), (0.5, 0.26))
        assert "The suggestion was dropped" in proposed.text("statusSentence")
        assert proposed.window.session.suggestion is None

    def test_when_nothing_can_be_learned_the_reason_is_said(
        self, proposed: Driver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(*_given: object) -> MaskChange:
            raise NothingToLearnError("what was corrected follows no rule")

        monkeypatch.setattr(learn_from_corrections, "learn_from_corrections", refuse)
        self.corrected(proposed)
        proposed.click("learnStart")
        proposed.settle()
        assert "follows no rule" in proposed.text("correctNotice")
