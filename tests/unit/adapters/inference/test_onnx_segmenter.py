"""A model runs only if it is the one its card names, and stops when asked to."""

from __future__ import annotations

import hashlib
import shutil
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from builders.head import head

from medcrypt_gui.adapters.inference.onnx_segmenter import OnnxSegmenter
from medcrypt_gui.core.errors import Cancelled, ModelUnavailableError, UnsupportedInputError
from medcrypt_gui.core.segmentation.model_card import read_card
from medcrypt_gui.core.task import TaskContext

MODELS = Path(__file__).resolve().parents[4] / "models"


def _brain_in(folder: Path) -> OnnxSegmenter:
    return OnnxSegmenter(read_card(folder / "brain-mr.toml"))


@pytest.fixture(scope="module")
def brain() -> OnnxSegmenter:
    return _brain_in(MODELS)


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A folder with a copy of the model."""
    for name in ("brain-mr.onnx", "brain-mr.toml"):
        shutil.copy(MODELS / name, tmp_path / name)
    return tmp_path


def test_altered_weights_are_refused(copied: Path) -> None:
    weights = bytearray((copied / "brain-mr.onnx").read_bytes())
    weights[5000] ^= 1
    (copied / "brain-mr.onnx").write_bytes(weights)
    with pytest.raises(ModelUnavailableError, match="not the one its card names"):
        _brain_in(copied).propose(head()[0], "MR", TaskContext())


def test_missing_weights_are_named(copied: Path) -> None:
    (copied / "brain-mr.onnx").unlink()
    with pytest.raises(ModelUnavailableError, match="cannot be read") as caught:
        _brain_in(copied).propose(head()[0], "MR", TaskContext())
    assert caught.value.path == copied / "brain-mr.onnx"


def test_a_file_that_is_no_model_is_refused_though_its_checksum_fits(copied: Path) -> None:
    (copied / "brain-mr.onnx").write_bytes(b"not a model")
    card = (copied / "brain-mr.toml").read_text("utf-8")
    line = next(line for line in card.splitlines() if line.startswith("sha256"))
    checksum = hashlib.sha256(b"not a model").hexdigest()
    (copied / "brain-mr.toml").write_text(card.replace(line, f'sha256 = "{checksum}"'), "utf-8")
    with pytest.raises(ModelUnavailableError, match="not a model"):
        _brain_in(copied).propose(head()[0], "MR", TaskContext())


def test_ct_is_refused_before_the_weights_are_read(copied: Path) -> None:
    (copied / "brain-mr.onnx").unlink()
    with pytest.raises(UnsupportedInputError):
        _brain_in(copied).propose(head()[0], "CT", TaskContext())


def test_the_shipped_model_is_small_and_its_card_meets_the_bars(brain: OnnxSegmenter) -> None:
    card = brain.card
    assert card.network is not None
    assert card.network.weights.stat().st_size < 15e6
    assert card.mean_dice is not None
    assert card.mean_dice >= 0.92
    assert min(result.dice for result in card.results) >= 0.85


def test_the_same_volume_gives_the_same_mask(brain: OnnxSegmenter) -> None:
    volume, _ = head()
    first, second = (brain.propose(volume, "MR", TaskContext()).mask.labels for _ in range(2))
    assert np.array_equal(first, second)


def test_progress_runs_from_nothing_to_all(brain: OnnxSegmenter) -> None:
    seen: list[float] = []
    brain.propose(head()[0], "MR", TaskContext(lambda fraction, _text: seen.append(fraction)))
    assert seen == sorted(seen)
    assert seen[0] == 0.0
    assert seen[-1] == 1.0


@pytest.mark.parametrize("after_s", [0.0, 0.4, 1.0])
def test_cancelling_ends_it_soon(brain: OnnxSegmenter, after_s: float) -> None:
    task, asked = TaskContext(), [0.0]

    def ask() -> None:
        asked[0] = time.monotonic()
        task.cancel()

    if after_s == 0.0:
        ask()
    timer = threading.Timer(after_s, ask)
    timer.start()
    try:
        brain.propose(head()[0], "MR", task)
    except Cancelled:
        assert time.monotonic() - asked[0] < 1.0  # half a second when nothing else uses the processor
    timer.cancel()
    timer.join()
