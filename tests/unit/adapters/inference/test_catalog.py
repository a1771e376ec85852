"""Shipped models must be right; a user's bad card stops nothing but itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from builders.head import head

from medcrypt_gui.adapters.inference.catalog import load_catalog
from medcrypt_gui.core.errors import ModelUnavailableError
from medcrypt_gui.core.segmentation.model_card import ModelCard
from medcrypt_gui.core.task import TaskContext

MODELS = Path(__file__).resolve().parents[4] / "models"


def card_text(model_id: str = "small") -> str:
    return f"""
id = "{model_id}"
title = "Small model"
summary = "Finds what is small."
intended_use = "Tests. Not a medical device."
limits = "Does not exist."
licence = "none"
kind = "network"
modality = ["MR"]
labels = ["brain"]
sha256 = "{"0" * 64}"
input_shape = [48, 56, 48]
spacing_mm = 4.0
placement = "head"
threshold = 0.5
training_data = []
intensity = {{ kind = "percentile", low_percentile = 0.5, high_percentile = 99.5 }}
"""


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    (tmp_path / "shipped").mkdir()
    (tmp_path / "shipped" / "small.toml").write_text(card_text(), "utf-8")
    return tmp_path / "shipped"


@pytest.fixture
def user(tmp_path: Path) -> Path:
    (tmp_path / "user").mkdir()
    return tmp_path / "user"


def test_every_shipped_card_is_valid() -> None:
    catalog = load_catalog(MODELS)
    assert "brain-mr" in catalog.segmenters
    assert all(isinstance(segmenter.card, ModelCard) for segmenter in catalog.segmenters.values())
    assert not catalog.problems


def test_a_folder_without_models_is_an_error(tmp_path: Path, user: Path) -> None:
    (user / "small.toml").write_text(card_text(), "utf-8")
    with pytest.raises(ModelUnavailableError, match="no model"):
        load_catalog(tmp_path, user)


def test_two_shipped_models_of_one_name_are_an_error(shipped: Path) -> None:
    (shipped / "other.toml").write_text(card_text(), "utf-8")
    with pytest.raises(ModelUnavailableError, match="two models are called 'small'"):
        load_catalog(shipped)


def test_a_bad_shipped_card_is_an_error(shipped: Path) -> None:
    (shipped / "other.toml").write_text("id = 3", "utf-8")
    with pytest.raises(ModelUnavailableError, match="kind is missing"):
        load_catalog(shipped)


def test_a_users_bad_cards_are_told_and_stop_nothing_else(shipped: Path, user: Path) -> None:
    (user / "a.toml").write_text(card_text("mine").replace("threshold = 0.5", "threshold = 5"), "utf-8")
    (user / "b.toml").write_text(card_text("small"), "utf-8")
    (user / "c.toml").write_text(card_text("other"), "utf-8")
    catalog = load_catalog(shipped, user)
    assert list(catalog.segmenters) == ["small", "other"]
    assert [problem.path for problem in catalog.problems] == [user / "a.toml", user / "b.toml"]
    assert "threshold" in catalog.problems[0].detail


def test_a_user_without_models_has_the_shipped_ones(shipped: Path, tmp_path: Path) -> None:
    assert list(load_catalog(shipped, tmp_path / "none").segmenters) == ["small"]


def test_an_algorithm_that_this_version_lacks_is_named(shipped: Path) -> None:
    network = card_text("magic").index("sha256")
    text = card_text("magic")[:network].replace('kind = "network"', 'kind = "algorithm"\nalgorithm = "magic"')
    (shipped / "magic.toml").write_text(text, "utf-8")
    with pytest.raises(ModelUnavailableError, match="algorithm: there is no algorithm 'magic'"):
        load_catalog(shipped)


def test_a_card_may_be_listed_though_its_weights_are_missing(shipped: Path) -> None:
    with pytest.raises(ModelUnavailableError, match="cannot be read"):
        load_catalog(shipped).segmenters["small"].propose(head()[0], "MR", TaskContext())
