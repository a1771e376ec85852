"""The model card is read whole, and a wrong one is refused with the field's name."""

from __future__ import annotations

from pathlib import Path

import pytest

from medcrypt_gui.core.errors import ModelUnavailableError
from medcrypt_gui.core.segmentation.card_entries import CardError
from medcrypt_gui.core.segmentation.familiar import FEATURES
from medcrypt_gui.core.segmentation.model_card import (
    DataSource,
    ModelCard,
    Percentiles,
    ScanResult,
    ValueWindow,
    parse_card,
    read_card,
)

CARD = """
id = "brain-mr"
title = "Brain"
summary = "Proposes the brain."
intended_use = "A first proposal. Not a medical device."
limits = "Adults only."
licence = "Apache-2.0"
kind = "network"
modality = ["MR"]
labels = ["brain"]
sha256 = "{sha}"
input_shape = [96, 112, 96]
spacing_mm = 2.0
placement = "head"
threshold = 0.5
[intensity]
kind = "percentile"
low_percentile = 0.5
high_percentile = 99.5
[[training_data]]
name = "some heads"
source = "a shelf"
licence = "CC-BY"
[[results]]
scan = "a"
dataset = "shelf"
protocol = "leave-subjects-out"
dice = 0.9
hd95_mm = 2.0
seconds = 1.5
[[results]]
scan = "b"
dataset = "shelf"
protocol = "leave-subjects-out"
dice = 0.8
seconds = 1.0
""".format(sha="0" * 64)

ALGORITHM = """
id = "body"
title = "Body"
summary = "Finds the patient."
intended_use = "A first proposal; it is not a medical device."
limits = "None known."
licence = "Apache-2.0"
kind = "algorithm"
algorithm = "body"
modality = ["CT", "MR", "PT"]
labels = ["body"]
"""


def test_a_card_tells_what_the_network_needs_and_achieved() -> None:
    card = parse_card(CARD, Path("brain-mr.onnx"))
    assert card.network is not None
    assert card.network.input_shape == (96, 112, 96)
    assert card.network.intensity == Percentiles(0.5, 99.5)
    assert card.modality == ("MR",)
    assert card.training_data == (DataSource("some heads", "a shelf", "CC-BY"),)
    assert card.results[0] == ScanResult("a", "shelf", "leave-subjects-out", 0.9, 2.0, 1.5)
    assert card.results[1].hd95_mm is None
    assert card.mean_dice == pytest.approx(0.85)


def test_an_algorithm_needs_no_weights() -> None:
    card = parse_card(ALGORITHM, Path("body.onnx"))
    assert (card.kind, card.algorithm, card.network) == ("algorithm", "body", None)
    assert card.mean_dice is None


def test_a_window_of_values_may_stand_for_percentiles() -> None:
    old = 'kind = "percentile"\nlow_percentile = 0.5\nhigh_percentile = 99.5'
    card = parse_card(CARD.replace(old, 'kind = "window"\nlow = -1000\nhigh = 400'), Path("x.onnx"))
    assert card.network is not None
    assert card.network.intensity == ValueWindow(-1000.0, 400.0)


def test_the_weights_lie_beside_the_card(tmp_path: Path) -> None:
    path = tmp_path / "brain-mr.toml"
    path.write_text(CARD, encoding="utf-8")
    network = read_card(path).network
    assert network is not None
    assert network.weights == tmp_path / "brain-mr.onnx"


def test_a_missing_card_is_said_to_be_unavailable(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailableError) as caught:
        read_card(tmp_path / "none.toml")
    assert caught.value.path == tmp_path / "none.toml"


@pytest.mark.parametrize(
    ("right", "wrong", "reason"),
    [
        ('id = "brain-mr"', "", "id is missing"),
        ('id = "brain-mr"', 'id = "../brain"', "id must be small letters"),
        ('title = "Brain"', "title = 7", "title must be text"),
        ('title = "Brain"', 'title = " "', "title must be text"),
        ('title = "Brain"', 'title = "Br\\u001bain"', "title must be text"),
        ("Not a medical device", "For diagnosis", "intended_use must say that the model is not a medical device"),
        ('"network"', '"magic"', "kind must be 'network', 'algorithm' or 'ocr', not 'magic'"),
        ('["MR"]', '"MR"', "modality must be a list"),
        ('["MR"]', '["mri"]', "modality.0 must be DICOM modalities"),
        ('["brain"]', "[]", "labels must be a list of names, at least one"),
        ("0" * 64, "f00", "sha256 must be 64"),
        ("[96, 112, 96]", "[96, 112]", "input_shape must be 3 whole numbers"),
        ("[96, 112, 96]", "[96, 112, 96.5]", "input_shape must be 3 whole numbers"),
        ("[96, 112, 96]", "[4, 112, 96]", "input_shape must be 3 whole numbers from 8"),
        ("[96, 112, 96]", "[1024, 1024, 1024]", "input_shape must hold at most"),
        ("spacing_mm = 2.0", "spacing_mm = 0.0", "spacing_mm must be a number from 0.2 to 10"),
        ("spacing_mm = 2.0", "spacing_mm = nan", "spacing_mm must be a number"),
        ('placement = "head"', 'placement = "neck"', "placement must be 'head' or 'image'"),
        ("low_percentile = 0.5", "low_percentile = 99.9", "intensity.low_percentile must be smaller"),
        ("low_percentile = 0.5", "low_percentile = true", "intensity.low_percentile must be a number"),
        ("low_percentile = 0.5", "lowest_percentile = 0.5", "intensity.low_percentile is missing"),
        ('kind = "percentile"', 'kind = "wish"', "intensity.kind must be 'percentile' or 'window'"),
        ("[intensity]", "[intensities]", "intensity is missing"),
        ("threshold = 0.5", "threshold = 'half'", "threshold must be a number"),
        ("threshold = 0.5", "threshold = 1.0", "threshold must lie between 0 and 1"),
        ("threshold = 0.5", "threshold = 0.5\ntreshold = 0.4", "treshold is not known here; known are: .*threshold"),
        ('source = "a shelf"', "", "training_data.0.source is missing"),
        ('source = "a shelf"', 'source = "a shelf"\nyear = 3', "training_data.0.year is not known"),
        ("dice = 0.8", "dice = 80", "results.1.dice must be a number from 0 to 1"),
        ("seconds = 1.0", "second = 1.0", "results.1.seconds is missing"),
        ("[intensity]", "intensity = [", "not valid"),
    ],
)
def test_a_wrong_entry_is_named(tmp_path: Path, right: str, wrong: str, reason: str) -> None:
    path = tmp_path / "brain-mr.toml"
    assert right in CARD
    path.write_text(CARD.replace(right, wrong), encoding="utf-8")
    with pytest.raises(ModelUnavailableError, match=reason) as caught:
        read_card(path)
    assert caught.value.path == path


def _familiarity(**changes: str) -> str:
    entries = {"limit": "1.5", "volume_ml": "[900, 1800]", "border_mm": "1.2"} | changes
    lines = [f"{name} = {value}" for name, value in entries.items()]
    features = [f"{name} = [0.0, 1.0]" for name in FEATURES]
    return "\n".join([CARD, "[familiarity]", *lines, "[familiarity.features]", *features])


def test_a_card_may_tell_what_its_training_images_were_like() -> None:
    network = parse_card(_familiarity(), Path("x.onnx")).network
    assert network is not None
    assert network.familiar is not None
    assert network.familiar.volume_ml == (900.0, 1800.0)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (_familiarity(limit="0"), "familiarity.limit must be a number from 0.1"),
        (_familiarity(volume_ml="[900]"), "familiarity.volume_ml must be two numbers"),
        (_familiarity(volume_ml="[900, 100]"), "familiarity.volume_ml must be two numbers"),
        (_familiarity(mood="3"), "familiarity.mood is not known"),
        (_familiarity().replace("air = [0.0, 1.0]", ""), "familiarity.features.air is missing"),
        (_familiarity().replace("air = [0.0, 1.0]", "air = [0.0]"), "familiarity.features.air must be a mean and"),
        (_familiarity().replace("air = [0.0, 1.0]", "air = [0.0, 0.0]"), "familiarity.features must be all features"),
        (_familiarity() + "\nhair = [0.0, 1.0]", "familiarity.features.hair is not known"),
    ],
)
def test_wrong_entries_about_the_training_images_are_named(text: str, reason: str) -> None:
    with pytest.raises(CardError, match=reason):
        parse_card(text, Path("x.onnx"))


def test_a_network_must_say_what_it_learned_from(tmp_path: Path) -> None:
    start, end = CARD.index("[[training_data]]"), CARD.index("[[results]]")
    with pytest.raises(CardError, match="training_data is missing"):
        parse_card(CARD[:start] + CARD[end:], Path("x.onnx"))


def test_an_algorithm_has_no_entries_of_a_network() -> None:
    with pytest.raises(CardError, match="spacing_mm is not known here"):
        parse_card(ALGORITHM + "spacing_mm = 2.0\n", Path("x.onnx"))
    with pytest.raises(CardError, match="algorithm is missing"):
        parse_card(ALGORITHM.replace('algorithm = "body"', ""), Path("x.onnx"))


@pytest.mark.parametrize("raw", [b"\xff\xfe\x00", b"a" * (2 << 20)])
def test_what_is_no_text_or_far_too_long_is_refused(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "brain-mr.toml"
    path.write_bytes(raw)
    with pytest.raises(ModelUnavailableError):
        read_card(path)


def test_a_card_made_in_code_is_checked_too() -> None:
    with pytest.raises(CardError, match="kind must be 'algorithm'"):
        ModelCard("a", "A", "a", "not a medical device", "a", "a", "algorithm", ("MR",), ("a",))
