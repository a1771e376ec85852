"""Which scans the model learns from and which it is judged on, by person: nobody is in both."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

HELD_OUT_NICHART = frozenset({3, 7, 11, 16, 20, 22})
HELD_OUT_OPENMS = frozenset({"patient04"})


@dataclass(frozen=True)
class Scan:
    """One image with its brain mask; ``labels`` are the anatomical regions, where the data has them."""

    name: str
    group: str  # "T1", "FLAIR" (both NiChart) or "openms"
    image: Path
    mask: Path
    labels: Path | None
    held_out: bool


def find_scans(data: Path) -> list[Scan]:
    """All scans under ``data`` (the folder with ``nichart`` and ``openms``), in a fixed order."""
    return sorted([*_nichart(data / "nichart"), *_openms(data / "openms")], key=lambda scan: scan.name)


def _nichart(folder: Path) -> list[Scan]:
    scans = []
    for group in ("T1", "FLAIR"):
        for mask in folder.glob(f"Subj*_{group}_brainmask.nii.gz"):
            stem = mask.name.removesuffix("_brainmask.nii.gz")
            subject = int(stem.split("_")[0].removeprefix("Subj"))
            labels = folder / f"{stem}_labels.nii.gz"
            known = labels if labels.exists() else None
            held_out = subject in HELD_OUT_NICHART
            scans.append(Scan(f"nichart {stem}", group, folder / f"{stem}.nii.gz", mask, known, held_out))
    return scans


def _openms(folder: Path) -> list[Scan]:
    scans = []
    for mask in folder.glob("patient*_brainmask.nii.gz"):
        stem = mask.name.removesuffix("_brainmask.nii.gz")
        held_out = stem.split("_")[0] in HELD_OUT_OPENMS
        scans.append(Scan(f"openms {stem}", "openms", folder / f"{stem}.nii.gz", mask, None, held_out))
    return scans
