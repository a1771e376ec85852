"""The model card is read whole, and a wrong one is refused with the reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from medcrypt_gui.core.errors import ModelUnavailableError
from medcrypt_gui.core.segmentation.model_card import ScanResult, parse_card, read_card

CARD = """
id = "brain-mr"
title = "Brain"
sha256 = "{sha}"
input_shape = [96, 112, 96]
spacing_mm = 2.0
threshold = 0.5
labels = ["brain"]
modality = ["MR"]
licence = "Apache-2.0"
[intensity]
low_percentile = 0.5
high_percentile = 99.5
[[training_data]]
name = "some heads"
[[held_out]]
scan = "a"
dice = 0.9
hd95_mm = 2.0
seconds = 1.5
[[held_out]]
scan = "b"
dice = 0.8
hd95_mm = 3.0
seconds = 1.0
""".format(sha="0" * 64)


def test_a_card_tells_what_the_model_needs_and_achieved() -> None:
    card = parse_card(CARD, Path("brain-mr.onnx"))
    assert card.input_shape == (96, 112, 96)
    assert card.modality == ("MR",)
    assert card.training_data == ("some heads",)
    assert card.held_out[0] == ScanResult("a", 0.9, 2.0, 1.5)
    assert card.mean_dice == pytest.approx(0.85)


def test_the_weights_lie_beside_the_card(tmp_path: Path) -> None:
    path = tmp_path / "brain-mr.toml"
    path.write_text(CARD, encoding="utf-8")
    assert read_card(path).weights == tmp_path / "brain-mr.onnx"


def test_a_missing_card_is_said_to_be_unavailable(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailableError) as caught:
        read_card(tmp_path / "none.toml")
    assert caught.value.path == tmp_path / "none.toml"


@pytest.mark.parametrize(
    ("right", "wrong", "reason"),
    [
        ('id = "brain-mr"', "", "id"),
        ("0" * 64, "f00", "sha256"),
        ("[96, 112, 96]", "[96, 112]", "expected"),
        ("[96, 112, 96]", "[95, 112, 96]", "multiples of 8"),
        ("spacing_mm = 2.0", "spacing_mm = 0.0", "spacing"),
        ("low_percentile = 0.5", "low_percentile = 99.9", "percentiles"),
        ("threshold = 0.5", "threshold = 'half'", "float"),
        ("[intensity]", "intensity = [", "not valid"),
    ],
)
def test_a_wrong_entry_is_named(tmp_path: Path, right: str, wrong: str, reason: str) -> None:
    path = tmp_path / "brain-mr.toml"
    path.write_text(CARD.replace(right, wrong), encoding="utf-8")
    with pytest.raises(ModelUnavailableError, match=reason):
        read_card(path)
