"""Writing the model card."""

from __future__ import annotations

import hashlib
from pathlib import Path

from medcrypt_gui.core.segmentation.model_card import ScanResult
from models.training.train import INTENSITY, SHAPE, SPACING_MM

_CARD = """\
# Made by `python -m models.training`; see models/training/README.md.
id = "brain-mr"
title = "Brain (head MR)"
summary = "Proposes the whole brain as region of interest in 3D MR images of the head, of any contrast and orientation."
intended_use = "A first proposal that a person looks at and corrects before protecting a study. Not a medical device."
limits = "Trained on adults, mostly aged 69 to 96. Not for CT, single slices, other body parts or children."
licence = "Apache-2.0"
sha256 = "{sha256}"
modality = ["MR"]
labels = ["brain"]
input_shape = {shape}  # voxels (z, y, x), axes along S, P, L
spacing_mm = {spacing}
threshold = 0.5

[intensity]  # over the head: clip at percentiles, then zero mean and unit variance
low_percentile = {low}
high_percentile = {high}

[[training_data]]
name = "NiChart_Project demo data: T1 and FLAIR of 17 of 23 people, 2 mm; Subj3, 7, 11, 16, 20, 22 held out"
source = "https://github.com/CBICA/NiChart_Project"
licence = "SBIA/AIBIL software licence"

[[training_data]]
name = "open_ms_data: FLAIR, T1 and T2 of patient01; patient04 held out (Lesjak et al. 2017)"
source = "https://github.com/muschellij2/open_ms_data"
licence = "CC-BY"
{results}"""

_RESULT = """
[[held_out]]
scan = "{scan}"
dice = {dice}
hd95_mm = {hd95_mm}
seconds = {seconds}
"""

_MEASURED = """
[measured]  # on the scans below, none of them trained on; seconds on 2 processor cores, all but reading the file
mean_dice = {mean:.4f}
minimum_dice = {least:.4f}
mean_seconds = {seconds:.2f}
"""


def write_card(weights: Path, results: tuple[ScanResult, ...]) -> Path:
    """Write the card beside the weights, naming their checksum; returns its path."""
    measured = ""
    if results:
        mean = sum(r.dice for r in results) / len(results)
        seconds = sum(r.seconds for r in results) / len(results)
        measured = _MEASURED.format(mean=mean, least=min(r.dice for r in results), seconds=seconds)
        measured += "".join(_RESULT.format(**vars(r)) for r in results)
    text = _CARD.format(
        sha256=hashlib.sha256(weights.read_bytes()).hexdigest(),
        shape=list(SHAPE),
        spacing=SPACING_MM,
        low=INTENSITY.low_percentile,
        high=INTENSITY.high_percentile,
        results=measured,
    )
    path = weights.with_suffix(".toml")
    path.write_text(text, encoding="utf-8", newline="\n")
    return path
