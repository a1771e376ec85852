"""Text in the pixels is found where it is, and who lacks the detector is told how to get it."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import cv2
import numpy as np
import pytest
from builders.burned_text import EVERYWHERE, burn
from numpy.typing import NDArray

from medcrypt_gui.adapters.inference.catalog import load_catalog
from medcrypt_gui.adapters.inference.onnx_session import processors
from medcrypt_gui.adapters.inference.text_boxes import TextBoxSegmenter, find_weights
from medcrypt_gui.core.errors import (
    Cancelled,
    ModelUnavailableError,
    TextReaderMissingError,
    UnsupportedInputError,
)
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.segmentation.model_card import ModelCard, read_card
from medcrypt_gui.core.segmentation.text_boxes import paint
from medcrypt_gui.core.segmentation.text_frames import first_frames
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.messages import explain

MODELS = Path(__file__).resolve().parents[4] / "models"


@pytest.fixture(scope="module")
def card() -> ModelCard:
    return read_card(MODELS / "burned-in-text.toml")


@pytest.fixture(scope="module")
def segmenter(card: ModelCard) -> TextBoxSegmenter:
    try:
        find_weights()
    except TextReaderMissingError:
        pytest.skip("the extra 'ocr' is not installed")
    return TextBoxSegmenter(card)


def volume_of(stored: NDArray[np.generic], inverted: bool = False) -> Volume:
    return Volume(stored, Geometry(stored.shape, np.eye(4)), inverted=inverted)


def ground(rng: np.random.Generator, shape: tuple[int, int] = (320, 400)) -> NDArray[np.uint8]:
    """Blurred noise in an ellipse on black: something between a head and a sector."""
    speckle = cv2.GaussianBlur(rng.integers(0, 256, shape, dtype=np.uint8), (0, 0), 4).astype(np.float32)
    y, x = np.mgrid[-1 : 1 : shape[0] * 1j, -1 : 1 : shape[1] * 1j]
    shown = np.clip((speckle - 100) * 4, 0, 200)
    return np.where(x**2 + y**2 < 0.7, shown, 0).astype(np.uint8)


def written(frame: NDArray[np.generic], value: int) -> NDArray[np.generic]:
    """``frame`` with a made-up name in ``value``."""
    letters = np.zeros(frame.shape, np.uint8)
    cv2.putText(letters, "MUSTERMANN ERIKA", (20, 40), cv2.FONT_HERSHEY_SIMPLEX, 0.7, 255, 2)
    return np.where(letters > 0, frame.dtype.type(value), frame)


def name_covered(mask: NDArray[np.bool_]) -> float:
    ink = written(np.zeros(mask.shape, np.uint8), 1) > 0
    return float(mask[ink].mean())


def test_who_lacks_the_detector_reads_how_to_install_it(card: ModelCard, tmp_path: Path) -> None:
    with pytest.raises(TextReaderMissingError) as caught:
        TextBoxSegmenter(card, [str(tmp_path)]).propose(volume_of(np.zeros((1, 64, 64), np.uint8)), "US", TaskContext())
    assert isinstance(caught.value, ModelUnavailableError)
    assert 'pip install "medcrypt-gui[ocr]"' in explain(caught.value).next_step


def test_a_package_with_another_detector_counts_as_missing(tmp_path: Path) -> None:
    (tmp_path / "rapidocr" / "models").mkdir(parents=True)
    (tmp_path / "rapidocr" / "__init__.py").write_text("raise AssertionError('never imported')")
    with pytest.raises(TextReaderMissingError):
        find_weights([str(tmp_path)])


def test_altered_weights_are_refused(card: ModelCard, tmp_path: Path) -> None:
    (tmp_path / "rapidocr" / "models").mkdir(parents=True)
    (tmp_path / "rapidocr" / "__init__.py").write_text("raise AssertionError('never imported')")
    (tmp_path / "rapidocr" / "models" / "PP-OCRv6_det_small.onnx").write_bytes(b"something else")
    with pytest.raises(ModelUnavailableError, match="not the one"):
        TextBoxSegmenter(card, [str(tmp_path)]).propose(volume_of(np.zeros((1, 64, 64), np.uint8)), "US", TaskContext())


def test_the_catalog_offers_it_whether_installed_or_not() -> None:
    assert isinstance(load_catalog(MODELS).segmenters["burned-in-text"], TextBoxSegmenter)


def test_what_is_no_picture_is_refused(card: ModelCard) -> None:
    with pytest.raises(UnsupportedInputError, match="RTDOSE"):
        TextBoxSegmenter(card).propose(volume_of(np.zeros((1, 64, 64), np.uint8)), "RTDOSE", TaskContext())
    with pytest.raises(UnsupportedInputError, match="no room"):
        TextBoxSegmenter(card).propose(volume_of(np.zeros((1, 3, 64), np.uint8)), "US", TaskContext())


def test_text_of_many_fonts_and_sizes_is_found_and_little_else(segmenter: TextBoxSegmenter) -> None:
    rng = np.random.default_rng(7)
    texts = found = boxes = right = 0
    for _ in range(6):
        frame, burned = burn(ground(rng), rng, EVERYWHERE, 3)
        marked = segmenter.find(frame, TaskContext())
        region = paint(marked, frame.shape, segmenter.margin)
        texts, found = texts + len(burned), found + sum(text.covered(region) >= 0.9 for text in burned)
        centres = [np.mean(box.corners, axis=0).astype(int) for box in marked]
        ink_box = np.zeros(frame.shape, bool)
        for text in burned:
            ink_box[text.top : text.top + text.ink.shape[0], text.left : text.left + text.ink.shape[1]] = True
        boxes, right = boxes + len(centres), right + sum(bool(ink_box[y, x]) for x, y in centres)
    assert texts >= 12
    assert found >= 0.9 * texts
    assert right >= 0.9 * boxes


def test_thin_grey_letters_on_black_and_in_a_box_are_found(segmenter: TextBoxSegmenter) -> None:
    frame = ground(np.random.default_rng(8))
    boxed = np.zeros_like(frame)
    for canvas in (frame, boxed):
        cv2.putText(canvas, "ID: 44780180", (260, 310), cv2.FONT_HERSHEY_PLAIN, 1.0, 170, 1, cv2.LINE_AA)
    frame[110:140, 90:230] = boxed[110:140, 90:230] = 20
    for canvas in (frame, boxed):
        cv2.putText(canvas, "PORTABLE AP", (100, 132), cv2.FONT_HERSHEY_PLAIN, 1.1, 130, 1, cv2.LINE_AA)
    ink = boxed > 75
    assert ink[100:150].any()
    assert ink[290:].any()
    region = segmenter.region(frame, TaskContext())
    assert region[100:150][ink[100:150]].mean() > 0.95
    assert region[290:][ink[290:]].mean() > 0.95


def test_frames_without_text_stay_empty(segmenter: TextBoxSegmenter) -> None:
    stored = np.stack([ground(np.random.default_rng(seed)) for seed in range(3)])
    assert not segmenter.propose(volume_of(stored), "US", TaskContext()).mask.labels.any()


@pytest.mark.parametrize("inverted", [False, True])
def test_twelve_bits_are_read_in_either_polarity(segmenter: TextBoxSegmenter, inverted: bool) -> None:
    frame = (ground(np.random.default_rng(1)).astype(np.uint16) * 4 + 200)[None]
    stored = np.stack([written(frame[0], 4095)])
    mask = segmenter.propose(volume_of(stored, inverted), "DX", TaskContext()).mask
    assert name_covered(mask.roi()[0]) > 0.95


def test_colour_pictures_are_read(segmenter: TextBoxSegmenter) -> None:
    grey = ground(np.random.default_rng(2))
    yellow = np.stack([written(grey, 255), written(grey, 230), grey], axis=-1)
    assert name_covered(segmenter.region(yellow, TaskContext())) > 0.95


def test_text_of_one_frame_marks_that_frame_alone(segmenter: TextBoxSegmenter) -> None:
    stored = np.stack([ground(np.random.default_rng(3))] * 3)
    stored[1] = written(stored[1], 255)
    covered = segmenter.propose(volume_of(stored), "OT", TaskContext()).mask.roi().any(axis=(1, 2))
    assert covered.tolist() == [False, True, False]


def test_in_a_long_stack_text_that_stays_is_marked_everywhere_and_what_was_not_read_is_said(
    segmenter: TextBoxSegmenter,
) -> None:
    rng = np.random.default_rng(4)
    stored = np.stack([written(ground(rng, (192, 300)), 255) for _ in range(24)])
    proposal = segmenter.propose(volume_of(stored), "US", TaskContext())
    assert min(name_covered(region) for region in proposal.mask.roi()) > 0.95
    assert "of 24 images" in proposal.doubts[0]


def test_a_cine_is_read_in_few_frames_and_loses_no_standing_name(
    segmenter: TextBoxSegmenter,
) -> None:
    rng = np.random.default_rng(9)
    at_rest = written(np.zeros((160, 300), np.uint8), 200)
    stored = np.stack([at_rest] * 48)
    stored[:, 70:150, 40:240] = rng.integers(0, 200, (48, 80, 200), dtype=np.uint8)
    said: list[str] = []
    proposal = segmenter.propose(volume_of(stored), "US", TaskContext(lambda _, text: said.append(text)))
    assert sum(text.startswith("Looking for text") for text in said) == len(first_frames(48))
    assert min(name_covered(region) for region in proposal.mask.roi()) > 0.95


def test_the_same_image_gives_the_same_mask(segmenter: TextBoxSegmenter) -> None:
    frame, _ = burn(ground(np.random.default_rng(5)), np.random.default_rng(5), EVERYWHERE, 3)
    first, second = (segmenter.region(frame, TaskContext()) for _ in range(2))
    assert np.array_equal(first, second)


def test_cancelling_ends_it_soon(segmenter: TextBoxSegmenter) -> None:
    stored = np.stack([written(ground(np.random.default_rng(6), (320, 480)), 255)] * 16)
    task, asked = TaskContext(), [0.0]

    def ask() -> None:
        asked[0] = time.process_time()
        task.cancel()

    timer = threading.Timer(0.6, ask)
    timer.start()
    with pytest.raises(Cancelled):
        segmenter.propose(volume_of(stored), "US", task)
    assert time.process_time() - asked[0] < 0.5 * processors()  # of all threads: half a second on a free machine
    timer.join()
