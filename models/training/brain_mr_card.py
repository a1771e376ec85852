"""What the card of ``brain-mr`` says beside its figures."""

from __future__ import annotations

from pathlib import Path

from medcrypt_gui.core.segmentation.model_card import DataSource, ModelCard, NetworkSpec, ScanResult
from models.training.brain_mr import INTENSITY, SHAPE, SPACING_MM
from models.training.card import checksum

SOURCES = (
    DataSource(
        "NiChart_Project demo data: T1 of 23 and FLAIR of 17 people aged 69 to 96, two sites, 2 mm",
        "https://github.com/CBICA/NiChart_Project",
        "SBIA/AIBIL software licence",
    ),
    DataSource(
        "open_ms_data: FLAIR, T1 and T2 of patient01 and patient04, 2D-acquired (Lesjak et al. 2017)",
        "https://github.com/muschellij2/open_ms_data",
        "CC-BY",
    ),
)


def brain_mr_card(weights: Path, results: tuple[ScanResult, ...] = ()) -> ModelCard:
    """The card for the weights as they are on disk; ``results`` are those of each protocol's own weights."""
    return ModelCard(
        id="brain-mr",
        title="Brain (head MR)",
        summary="Proposes the whole brain as region of interest in 3D MR images of the head, of any contrast and "
        "orientation.",
        intended_use="A first proposal that a person looks at and corrects before protecting a study. "
        "Not a medical device.",
        limits="Trained on adults, mostly aged 69 to 96. Not for CT, single slices, other body parts or children.",
        licence="Apache-2.0",
        kind="network",
        modality=("MR",),
        labels=("brain",),
        training_data=SOURCES,
        results=results,
        network=NetworkSpec(weights, checksum(weights), SHAPE, SPACING_MM, "head", INTENSITY, 0.5),
    )
