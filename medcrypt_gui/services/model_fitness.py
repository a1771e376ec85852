"""Whether a model can serve a series, as far as can be told before it runs; the segmenter looks closer."""

from __future__ import annotations

from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.segmentation.domain import UNKNOWN_MODALITIES
from medcrypt_gui.core.segmentation.model_card import ModelCard

_FEWEST_SLICES = 8  # as ``core.segmentation.domain`` has it for networks


def why_unfit(volume: Volume, modality: str, card: ModelCard) -> str:
    """Why the model cannot serve this series, as a sentence; empty when nothing speaks against it."""
    if modality not in UNKNOWN_MODALITIES and modality not in card.modality:
        return f"Made for {' and '.join(card.modality)}; this series is {modality}."
    if card.kind == "network" and min(volume.geometry.shape) < _FEWEST_SLICES:
        return f"Needs a volume of at least {_FEWEST_SLICES} slices."
    return ""
