"""Any ONNX file with a card runs if it fits the card; what does not fit is said in words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from builders.head import all_orientations, head, reorient_array, reoriented
from builders.onnx_model import FLOAT16, INT64, onnx_model, write_model

from medcrypt_gui.adapters.inference.onnx_segmenter import OnnxSegmenter
from medcrypt_gui.core.errors import ModelUnavailableError, UnsupportedInputError
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.mask.dice import dice
from medcrypt_gui.core.segmentation.model_card import read_card
from medcrypt_gui.core.segmentation.proposal import Proposal
from medcrypt_gui.core.task import TaskContext


def _propose(folder: Path, weights: bytes, volume: Volume | None = None, **changes: str) -> Proposal:
    segmenter = OnnxSegmenter(read_card(write_model(folder, "bright", weights, **changes)))
    return segmenter.propose(volume or head()[0], "MR", TaskContext())


@pytest.mark.parametrize(
    "weights",
    [
        onnx_model(),
        onnx_model(shape=(1, 1, "z", "y", "x")),
        onnx_model(shape=("batch", 1, 16, "y", 16)),
        onnx_model(dtype=FLOAT16),
    ],
    ids=["fixed", "free", "partly free", "half precision"],
)
def test_a_network_of_fixed_or_free_size_runs_over_the_whole_image(tmp_path: Path, weights: bytes) -> None:
    volume, _ = head()
    proposal = _propose(tmp_path, weights, volume)
    bright = volume.stored > 500
    assert dice(proposal.mask.roi(), bright) > 0.9  # voxels of 8 mm
    assert proposal.probability is not None
    assert proposal.probability.values.shape > (16, 16, 16)


def test_many_tiles_give_what_one_large_tile_gives(tmp_path: Path) -> None:
    weights = onnx_model(shape=(1, 1, "z", "y", "x"))
    tiled = _propose(tmp_path, weights, spacing_mm="4.0")
    whole = _propose(tmp_path, weights, spacing_mm="4.0", input_shape="[64, 64, 64]")
    assert dice(tiled.mask.roi(), whole.mask.roi()) > 0.995


@pytest.mark.parametrize(("axes", "flips"), all_orientations()[::11])
def test_the_mask_follows_the_image_through_every_orientation(tmp_path: Path, axes, flips) -> None:
    volume, _ = head()
    plain = _propose(tmp_path, onnx_model(), volume).mask.roi()
    other = _propose(tmp_path, onnx_model(), reoriented(volume, axes, flips)).mask.roi()
    assert dice(other, reorient_array(plain, axes, flips)) > 0.99


def test_a_window_of_hounsfield_units_sees_scaled_values(tmp_path: Path) -> None:
    volume, brain = head()
    stored = np.where(brain, 1064, 24).astype(np.int16)
    ct = Volume(stored, volume.geometry, slope=1.0, intercept=-1024.0, unit="HU")
    window = '{ kind = "window", low = -1000, high = 40 }'
    proposal = _propose(tmp_path, onnx_model(), ct, intensity=window, threshold="0.6")
    assert dice(proposal.mask.roi(), brain) > 0.9


@pytest.mark.parametrize(
    ("weights", "reason"),
    [
        (
            onnx_model(shape=(1, 1, 16, 16)),
            "input is 1 x 1 x 16 x 16; with the card's input_shape it must be 1 x 1 x 16",
        ),
        (onnx_model(shape=(1, 3, 16, 16, 16)), "input is 1 x 3 x 16 x 16 x 16"),
        (onnx_model(shape=(1, 1, 32, 16, 16)), "input is 1 x 1 x 32 x 16 x 16"),
        (onnx_model(inputs=2), "has 2 inputs; it must have one"),
        (onnx_model(("Identity",), dtype=INT64), r"input is tensor\(int64\); it must be float32 or float16"),
        (onnx_model(("Flatten",), out_shape=(1, 4096)), "output is 1 x 4096"),
        (onnx_model(("Identity",)), "its output reaches from .*; probabilities lie in 0 to 1"),
        (onnx_model(("Sqrt",)), "values that are no numbers"),
        (onnx_model(("Wish",)), "not a model that can be run"),
        (onnx_model(("Wish",), domain="evil.ops"), "operators of 'evil.ops'"),
        (onnx_model(external=True), "weights in another file"),
        (b"not a model", "not a model that can be run"),
        (b"", "not a model that can be run"),
    ],
)
def test_what_does_not_fit_is_named(tmp_path: Path, weights: bytes, reason: str) -> None:
    with pytest.raises(ModelUnavailableError, match=reason) as caught:
        _propose(tmp_path, weights)
    assert caught.value.path == tmp_path / "bright.onnx"


@pytest.mark.parametrize("value", [0, 7, np.nan, np.inf])
def test_an_image_without_contents_is_refused(tmp_path: Path, value: float) -> None:
    empty = Volume(np.full((20, 40, 40), value, np.float32), Geometry((20, 40, 40), np.diag([4.0, 4.0, 4.0, 1.0])))
    with pytest.raises(UnsupportedInputError, match="the image is empty"):
        _propose(tmp_path, onnx_model(), empty)


@pytest.mark.parametrize("shape", [(1, 64, 64), (64, 3, 64), (2, 2, 2)])
def test_single_images_and_crumbs_are_refused(tmp_path: Path, shape: tuple[int, int, int]) -> None:
    random = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    with pytest.raises(UnsupportedInputError, match="at least 8 slices"):
        _propose(tmp_path, onnx_model(), Volume(random, Geometry(shape, np.diag([4.0, 4.0, 4.0, 1.0]))))


def test_an_image_too_large_for_the_memory_is_refused_before_it_is_read(tmp_path: Path) -> None:
    shape = (2000, 512, 512)
    huge = Volume(
        np.broadcast_to(np.arange(512, dtype=np.int16), shape), Geometry(shape, np.diag([9.0, 9.0, 9.0, 1.0]))
    )
    with pytest.raises(UnsupportedInputError, match="too large for this model: 746 million voxels"):
        _propose(tmp_path, onnx_model(), huge)


def test_values_that_are_no_numbers_here_and_there_do_no_harm(tmp_path: Path) -> None:
    volume, _ = head()
    stored = volume.stored.astype(np.float32)
    stored[::7, ::5, ::3] = np.nan
    found = _propose(tmp_path, onnx_model(), Volume(stored, volume.geometry)).mask.roi()
    assert dice(found, volume.stored > 500) > 0.9
