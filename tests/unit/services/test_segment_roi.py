"""The proposal is never empty: finding nothing is an error of its own."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from builders.head import head, small_card

from medcrypt_gui.core.errors import NoRoiError
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.segmentation.model_card import ModelCard
from medcrypt_gui.core.segmentation.proposal import Proposal
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.segment_roi import segment_roi


@dataclass(frozen=True)
class _Finds:
    card: ModelCard
    anything: bool

    def propose(self, volume: Volume, modality: str, task: TaskContext) -> Proposal:
        assert modality == "MR"
        found = volume.stored > (500 if self.anything else 10_000)
        return Proposal(RoiMask.from_bool(found, volume.geometry))


def test_what_the_model_finds_is_the_proposal() -> None:
    volume, _ = head()
    assert segment_roi(volume, "MR", _Finds(small_card(), True), TaskContext()).mask.labels.any()


def test_finding_nothing_is_said() -> None:
    with pytest.raises(NoRoiError, match="Small model found nothing"):
        segment_roi(head()[0], "MR", _Finds(small_card(), False), TaskContext())
