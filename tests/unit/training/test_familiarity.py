"""What the training images are like is measured on them, whole and cut, and stands on the card."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from builders.head import all_orientations, head, reoriented, small_card

from medcrypt_gui.core.segmentation.familiar import FEATURES, Familiar
from medcrypt_gui.core.segmentation.model_card import read_card
from models.training.card import write_card
from models.training.familiarity import familiar_of, variants

FAMILIAR = Familiar(tuple(float(n) for n in range(len(FEATURES))), (0.25,) * len(FEATURES), 1.75, (900.0, 1800.0), 1.25)


def test_it_is_written_and_read_back(tmp_path: Path) -> None:
    card = small_card()
    assert card.network is not None
    network = replace(card.network, weights=tmp_path / "small.onnx", familiar=FAMILIAR)
    write_card(replace(card, network=network), tmp_path / "small.toml")
    assert read_card(tmp_path / "small.toml").network == network


@pytest.mark.parametrize(("axes", "flips"), all_orientations()[::13])
def test_a_scan_is_cut_above_and_below_whatever_way_it_is_stored(axes, flips) -> None:
    volume, _ = head()
    whole, *cut = variants(reoriented(volume, axes, flips))
    plain, *plain_cut = variants(volume)
    assert whole.stored.sum() == plain.stored.sum()
    assert [part.stored.size for part in cut] == [part.stored.size for part in plain_cut]
    assert np.array_equal([part.stored.sum() for part in cut[:2]], [part.stored.sum() for part in plain_cut[:2]])
    shape = np.array(cut[0].geometry.shape[::-1], dtype=np.float64)
    middle, below = cut[0].geometry.to_mm((shape - 1) / 2)[2], cut[1].geometry.to_mm((shape - 1) / 2)[2]
    assert middle > below


def test_a_large_data_set_does_not_outvote_a_small_one() -> None:
    features = np.zeros((10, len(FEATURES)))
    features[9] = 1.0
    familiar = familiar_of(features, ["large"] * 9 + ["small"], [1000.0, 1500.0], [0.8, 1.0])
    assert familiar.mean == pytest.approx((0.5,) * len(FEATURES))
    assert familiar.limit == pytest.approx(1.15, abs=0.01)
    assert familiar.volume_ml == (740.0, 2030.0)
    assert familiar.border_mm == 1.3
