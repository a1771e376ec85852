"""The models in step Find ROI: which are offered, what their cards say, and those that a user brings along."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from builders.dicom import build_series
from builders.onnx_model import onnx_model, write_model
from fakes.ball_segmenter import BallSegmenter
from fakes.soft_ball_segmenter import SoftBallSegmenter
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLabel, QRadioButton, QWidget
from ui.driver import Driver

from medcrypt_gui.adapters.inference.model_folders import ModelFolders
from medcrypt_gui.core.catalog import ModelLibrary
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.ports import Segmenter
from medcrypt_gui.core.segmentation.proposal import Proposal
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.ui.session import Step
from medcrypt_gui.ui.widgets.model_list import ModelList, OfferedModel


@pytest.fixture
def study(tmp_path: Path) -> Path:
    build_series(tmp_path / "study", slices=9, rows=48, columns=56)
    return tmp_path / "study"


@pytest.fixture
def segmenters() -> dict[str, Segmenter]:
    return {"ball": BallSegmenter(), "soft-ball": SoftBallSegmenter()}


def at_find_roi(window: Driver, study: Path) -> None:
    window.open(study)
    window.click("stepRoi")


class TestShippedModels:
    def test_each_is_offered_with_its_kind_and_the_chosen_one_with_its_card(self, window: Driver, study: Path) -> None:
        at_find_roi(window, study)
        assert window.shown("roiModel_ball")
        assert window.window.steps.roi.model_id == "soft-ball", "networks come first"
        assert window.text("roiModelInfo") == "Proposes a ball whose border is in doubt."
        assert "Dice 0.900 on average over 2 scans, 0.850 at worst." in window.text("roiModelMeasured")
        assert "Not a medical device" in window.text("roiModelMeasured")

    def test_a_long_title_is_shortened_rather_than_the_panel_widened(self, window: Driver, study: Path) -> None:
        at_find_roi(window, study)
        title = "A model of which the name says more than there is room for in any panel of any width"
        models = window.window.steps.roi.findChild(ModelList)
        assert models is not None
        models.show_models([OfferedModel(replace(BallSegmenter().card, title=title))])
        radio = window.find("roiModel_ball", QRadioButton)
        window.wait_until(lambda: radio.text().endswith("…"))
        assert radio.accessibleName() == title
        assert models.minimumSizeHint().width() <= 320

    def test_all_about_a_model_is_one_click_away(self, window: Driver, study: Path) -> None:
        at_find_roi(window, study)
        window.click("roiModel_soft-ball")
        assert window.text("roiModelTrained") == ""
        window.click("roiModelMore")
        assert window.text("roiModelTrained") == "balls of all sizes (CC0)"
        assert window.text("roiModelLimits") == "Knows balls only."
        assert window.text("roiModelLicence") == "Apache-2.0"
        cells = [cell.text() for cell in window.find("roiModelResults", QWidget).findChildren(QLabel)]
        assert cells[4:8] == ["balls at hand\ntrained on others", "1", "0.950", "0.950"]

    def test_those_for_other_images_stand_apart_with_the_reason(self, window: Driver, tmp_path: Path) -> None:
        build_series(tmp_path / "ct", slices=9, rows=32, columns=32, modality="CT")
        at_find_roi(window, tmp_path / "ct")
        assert window.text("roiModelsState") == "No model serves this series."
        assert window.text("roiWhyNot_soft-ball") == "Made for MR; this series is CT."
        assert not window.find("roiPrimary").isEnabled()
        assert "draw the region" in window.find("roiPrimary").toolTip()

    def test_a_network_is_not_offered_for_a_few_slices(self, window: Driver, tmp_path: Path) -> None:
        build_series(tmp_path / "few", slices=3, rows=32, columns=32)
        at_find_roi(window, tmp_path / "few")
        assert window.shown("roiModel_ball")
        window.click("roiOtherModels")
        assert window.text("roiWhyNot_soft-ball") == "Needs a volume of at least 8 slices."

    def test_the_choice_stays_when_another_series_is_opened(self, window: Driver, study: Path) -> None:
        at_find_roi(window, study)
        window.click("roiModel_ball")
        at_find_roi(window, study)
        assert window.window.steps.roi.model_id == "ball"


class TestModelsOfTheUser:
    @pytest.fixture
    def models(self, tmp_path: Path) -> ModelLibrary:
        (tmp_path / "shipped").mkdir()
        write_model(tmp_path / "shipped", "shipped", onnx_model())
        (tmp_path / "user").mkdir()
        (tmp_path / "user" / "broken.toml").write_text('id = "broken"\n', "utf-8")
        return ModelFolders(lambda: tmp_path / "shipped", tmp_path / "user")

    @pytest.fixture
    def download(self, tmp_path: Path) -> Path:
        (tmp_path / "download").mkdir()
        return tmp_path / "download"

    def choose(self, monkeypatch: pytest.MonkeyPatch, *answers: Path) -> None:
        """Answer the system's file dialogs one after the other."""
        left = [str(answer) for answer in answers]
        monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args: (left.pop(0), ""))

    def test_a_card_that_is_not_valid_is_listed_with_the_field(self, window: Driver, study: Path) -> None:
        at_find_roi(window, study)
        assert "broken.toml cannot be used" in window.text("roiModelProblems")
        assert "kind" in window.text("roiModelProblems")

    def test_one_is_added_used_and_removed(
        self, window: Driver, study: Path, download: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        card = write_model(download, "mine", onnx_model())
        self.choose(monkeypatch, card.with_suffix(".onnx"))
        at_find_roi(window, study)
        window.click("roiAddModel")
        window.wait_until(lambda: window.window.flows.models.card("mine") is not None)
        window.settle()
        window.click("roiModel_mine")
        asked = window.answer_questions("questionLose")
        window.click("roiRemoveModel")
        window.wait_until(lambda: window.window.flows.models.card("mine") is None)
        window.settle()
        assert "would be deleted" in asked[0]
        assert window.window.steps.roi.model_id == "shipped"

    def test_shipped_ones_cannot_be_removed(self, window: Driver, study: Path) -> None:
        at_find_roi(window, study)
        window.click("roiModel_shipped")
        assert not window.shown("roiRemoveModel")

    def test_a_wrong_card_is_refused_by_the_name_of_its_field(
        self, window: Driver, study: Path, download: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        card = write_model(download, "mine", onnx_model(), threshold="2")
        self.choose(monkeypatch, card.with_suffix(".onnx"))
        at_find_roi(window, study)
        window.click("roiAddModel")
        window.settle()
        assert "threshold must be" in window.text("roiNotice")
        assert "The models are as they were" in window.text("roiNotice")

    def test_the_card_is_asked_for_where_none_lies_beside_the_network(
        self, window: Driver, study: Path, download: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        card = write_model(download, "mine", onnx_model())
        weights = card.with_suffix(".onnx").rename(download / "weights.onnx")
        self.choose(monkeypatch, weights, card)
        at_find_roi(window, study)
        window.click("roiAddModel")
        window.wait_until(lambda: window.window.flows.models.card("mine") is not None)

    def test_one_that_was_added_before_is_replaced_only_after_asking(
        self, window: Driver, study: Path, download: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        weights = write_model(download, "mine", onnx_model()).with_suffix(".onnx")
        self.choose(monkeypatch, weights, weights)
        at_find_roi(window, study)
        asked = window.answer_questions("questionKeep")
        window.click("roiAddModel")
        window.wait_until(lambda: window.window.flows.models.card("mine") is not None)
        window.settle()
        window.click("roiAddModel")
        window.wait_until(lambda: bool(asked))
        window.settle()
        assert "was added before" in asked[0]

    def test_weights_that_changed_since_are_refused_and_the_mask_stays(
        self, window: Driver, study: Path, tmp_path: Path
    ) -> None:
        (tmp_path / "shipped" / "shipped.onnx").write_bytes(onnx_model(("Relu",)))
        at_find_roi(window, study)
        window.click("roiPrimary")
        window.settle()
        assert "not the one its card names" in window.text("roiNotice")
        assert window.window.session.step is Step.ROI
        assert not window.window.session.editor.mask.labels.any()


class TestSeveralSeries:
    @pytest.fixture
    def study(self, tmp_path: Path) -> Path:
        """Two series of one head, the second of twice the slices, and one of another examination."""
        same = {"StudyInstanceUID": "1.2.9", "FrameOfReferenceUID": "1.2.3"}
        shape = {"rows": 32, "columns": 32}
        build_series(
            tmp_path / "study" / "t1", slices=12, seed=1, SeriesInstanceUID="1.1", SeriesNumber=1, **shape, **same
        )
        build_series(
            tmp_path / "study" / "t2", slices=24, seed=2, SeriesInstanceUID="1.2", SeriesNumber=2, **shape, **same
        )
        other = {"StudyInstanceUID": "1.2.8", "FrameOfReferenceUID": "1.2.4"}
        build_series(
            tmp_path / "study" / "z-other", slices=12, seed=3, SeriesInstanceUID="1.3", SeriesNumber=3, **shape, **other
        )
        return tmp_path / "study"

    def test_those_of_one_frame_are_offered_to_be_proposed_together(
        self, window: Driver, study: Path, segmenters: dict[str, Segmenter], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        at_find_roi(window, study)
        window.click("roiModel_soft-ball")
        assert window.text("roiTogether") == "Use all 2 series of this study together"
        asked: list[int] = []
        propose = SoftBallSegmenter.propose

        def watched(self: SoftBallSegmenter, volume: Volume, modality: str, task: TaskContext) -> Proposal:
            asked.append(volume.geometry.shape[0])
            return propose(self, volume, modality, task)

        monkeypatch.setattr(SoftBallSegmenter, "propose", watched)
        window.click("roiTogether")
        window.click("roiPrimary")
        window.settle()
        assert sorted(asked) == [12, 24]
        assert window.window.session.editor.mask.labels.any()

    def test_a_classical_algorithm_takes_one_series(self, window: Driver, study: Path) -> None:
        at_find_roi(window, study)
        window.click("roiModel_ball")
        assert not window.shown("roiTogether")


def test_the_button_beside_drawing_loads_a_mask(
    window: Driver, study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_find_roi(window, study)
    window.click("roiPrimary")
    window.settle()
    window.window.flows.roi.save_mask(tmp_path / "mask.nii.gz")
    window.settle()
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args: (str(tmp_path / "mask.nii.gz"), ""))
    window.qtbot.mouseClick(window.find("correctClear"), Qt.MouseButton.LeftButton)
    window.click("stepRoi")
    window.click("roiLoadMask")
    window.settle()
    assert window.window.session.editor.mask.labels.any()
    assert "read from a file" in window.text("thresholdWhy")
