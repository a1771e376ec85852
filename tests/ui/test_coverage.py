"""What is said before protecting: what is covered and what is not, the face, and doubts about the proposal."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from builders.dicom import build_series
from fakes import ball_segmenter
from fakes.ball_segmenter import BallSegmenter
from fakes.soft_ball_segmenter import SoftBallSegmenter
from ui.driver import Driver

from medcrypt_gui.core.ports import Segmenter
from medcrypt_gui.ui.session import Step

DOUBT = "The values of this image are unlike any that the model was trained on."


class Face(BallSegmenter):
    card = replace(ball_segmenter.CARD, id="face", title="Face", labels=("face",), algorithm="face")


@pytest.fixture
def segmenters() -> dict[str, Segmenter]:
    return {"soft-ball": SoftBallSegmenter((DOUBT,)), "ball": BallSegmenter(), "face": Face()}


@pytest.fixture
def study(tmp_path: Path) -> Path:
    build_series(tmp_path / "study", slices=16, rows=32, columns=32)
    return tmp_path / "study"


def propose(window: Driver, study: Path, model: str) -> None:
    window.open(study)
    window.click("stepRoi")
    window.click(f"roiModel_{model}")
    window.click("roiPrimary")
    window.settle()


def go_to_protect(window: Driver) -> None:
    window.click("correctPrimary")
    window.wait_until(lambda: window.text("protectShare").endswith("%"))
    window.settle()


def test_it_is_said_what_is_covered_and_what_is_not(window: Driver, study: Path) -> None:
    propose(window, study, "soft-ball")
    go_to_protect(window)
    assert "ml" in window.text("protectShareText")
    assert "Brain, as “Ball with a soft border” proposed it" in window.text("protectCovered")
    assert "The face: it can be reconstructed from this scan" in window.text("protectOpen")
    assert "Everything else in the picture" in window.text("protectOpen")


def test_the_face_can_be_added_and_is_covered_then(window: Driver, study: Path) -> None:
    propose(window, study, "soft-ball")
    before = window.window.session.editor.mask.roi()
    go_to_protect(window)
    window.click("protectFace")
    window.wait_until(lambda: window.window.session.step is Step.CORRECT)
    window.settle()
    assert window.window.session.editor.mask.roi()[before].all()
    go_to_protect(window)
    assert "Face, as “Face” proposed it" in window.text("protectCovered")
    assert "face" not in window.text("protectOpen").lower()
    assert not window.shown("protectFace")


def test_where_no_head_is_known_of_the_face_is_a_possibility(window: Driver, study: Path) -> None:
    propose(window, study, "ball")
    go_to_protect(window)
    assert "if this scan shows a head" in window.text("protectOpen")
    assert not window.shown("protectFace")


def test_what_was_drawn_by_hand_is_called_that(window: Driver, study: Path) -> None:
    window.open(study)
    window.click("stepCorrect")
    window.paint((0.4, 0.5), (0.6, 0.5))
    window.wait_until(lambda: window.text("correctSize").endswith(" ml"))
    go_to_protect(window)
    assert "marked by hand or read from a file" in window.text("protectCovered")


class TestDoubts:
    def test_they_stay_in_sight_while_correcting(self, window: Driver, study: Path) -> None:
        propose(window, study, "soft-ball")
        window.wait_until(lambda: DOUBT in window.text("correctResult"))
        window.paint((0.4, 0.5), (0.6, 0.5))
        assert DOUBT in window.text("correctResult")

    def test_they_are_said_again_and_must_be_answered_before_protecting(self, window: Driver, study: Path) -> None:
        propose(window, study, "soft-ball")
        go_to_protect(window)
        assert DOUBT in window.text("protectDoubts")
        assert not window.find("protectPrimary").isEnabled()
        window.click("protectLooked")
        window.wait_until(window.find("protectPrimary").isEnabled)

    def test_a_mask_that_changed_since_must_be_looked_at_anew(self, window: Driver, study: Path) -> None:
        self.test_they_are_said_again_and_must_be_answered_before_protecting(window, study)
        window.click("stepCorrect")
        window.paint((0.2, 0.3), (0.4, 0.3))
        go_to_protect(window)
        assert not window.find("protectPrimary").isEnabled()

    def test_without_any_nothing_stands_in_the_way(self, window: Driver, study: Path) -> None:
        propose(window, study, "ball")
        go_to_protect(window)
        assert not window.shown("protectDoubts")
        assert window.find("protectPrimary").isEnabled()


def test_labels_left_readable_are_said_before_anything_is_written(window: Driver, study: Path) -> None:
    propose(window, study, "soft-ball")
    assert not window.shown("protectSpared")
    window.click("labelAdd")
    window.paint((0.2, 0.2), (0.3, 0.3))
    window.click("label2Roi")
    window.qtbot.wait(200)
    go_to_protect(window)
    assert window.shown("protectSpared")
    assert "Label 2" in window.text("protectSpared")
    assert "Label “ROI”" in window.text("protectCovered") or "Brain" in window.text("protectCovered")
    assert "marked, but not protected" in window.text("protectOpen")
    window.click("stepCorrect")
    window.click("label2Roi")
    window.qtbot.wait(200)
    go_to_protect(window)
    assert not window.shown("protectSpared")
    assert "Label “Label 2”" in window.text("protectCovered")
