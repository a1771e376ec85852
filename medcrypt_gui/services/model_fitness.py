"""Whether a model can serve a series, as far as can be told before it runs; the segmenter looks closer."""

from __future__ import annotations

from medcrypt_gui.core.enumeration import all_of
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.segmentation.domain import UNKNOWN_MODALITIES
from medcrypt_gui.core.segmentation.model_card import ModelCard

_FEWEST_SLICES = 8  # as ``core.segmentation.domain`` has it for networks


def why_unfit(volume: Volume, modality: str, card: ModelCard) -> str:
    """Why the model cannot serve this series, as a sentence; empty when nothing speaks against it."""
    if modality not in UNKNOWN_MODALITIES and modality not in card.modality:
        return tr("Made for {wanted}; this series is {modality}.", wanted=all_of(card.modality), modality=modality)
    if card.kind == "network" and min(volume.geometry.shape) < _FEWEST_SLICES:
        return tr("Needs a volume of at least {fewest_slices} slices.", fewest_slices=_FEWEST_SLICES)
    return ""
