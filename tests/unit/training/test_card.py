"""A card that was written is read back as it was."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from builders.head import small_card
from fakes.ball_segmenter import CARD

from medcrypt_gui.core.segmentation.model_card import DataSource, ModelCard, ScanResult, ValueWindow, read_card
from models.training.card import card_text, write_card

RESULTS = (ScanResult("one", "scans", "none seen", 0.95, 1.5, 0.2), ScanResult("two", "scans", "none", 0.0, None, 0.3))
SOURCES = (DataSource('scans of "somebody"\nelse', "https://example.org", "CC-BY"),)


def _read_back(card: ModelCard, folder: Path) -> ModelCard:
    assert card.network is not None
    write_card(card, folder / "small.toml")
    return read_card(folder / "small.toml")


def _in(folder: Path) -> ModelCard:
    card = small_card()
    assert card.network is not None
    return replace(card, network=replace(card.network, weights=folder / "small.onnx"))


@pytest.mark.parametrize("results", [(), RESULTS])
@pytest.mark.parametrize("sources", [(), SOURCES])
def test_what_is_written_is_read_back(
    tmp_path: Path, results: tuple[ScanResult, ...], sources: tuple[DataSource, ...]
) -> None:
    card = replace(_in(tmp_path), results=results, training_data=sources)
    assert _read_back(card, tmp_path) == card


def test_a_window_of_values_is_written_too(tmp_path: Path) -> None:
    card = _in(tmp_path)
    assert card.network is not None
    windowed = replace(card, network=replace(card.network, intensity=ValueWindow(-100.0, 300.0)))
    assert _read_back(windowed, tmp_path) == windowed


def test_what_is_no_network_has_no_such_card() -> None:
    with pytest.raises(ValueError, match="ball is no network"):
        card_text(CARD)
