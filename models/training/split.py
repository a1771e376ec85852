"""Which scans a model learns from and which it is judged on: by person, and by data set."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

HELD_OUT_NICHART = frozenset({3, 7, 11, 16, 20, 22})
HELD_OUT_OPENMS = frozenset({"patient04"})


class Protocol(Enum):
    """What a training run may see. Each may start from the weights of the one before, which saw less."""

    WITHOUT_OPENMS = "without-openms"
    """17 of the 23 NiChart people, nothing of openms: judged on the other six and on all of openms."""
    LEAVE_SUBJECTS_OUT = "leave-subjects-out"
    """The same and openms patient01: judged on the six and on patient04."""
    FINAL = "final"
    """Every scan: what ships. Nothing is left to judge it on but data from elsewhere."""


@dataclass(frozen=True)
class Scan:
    """One image with its brain mask; ``labels`` are the anatomical regions, where the data has them."""

    name: str
    group: str  # "T1", "FLAIR" (both NiChart) or "openms"
    held_out_person: bool
    image: Path
    mask: Path
    labels: Path | None


def trained_on(scan: Scan, protocol: Protocol) -> bool:
    """Whether a run of that protocol may see the scan."""
    if protocol is Protocol.FINAL:
        return True
    return not scan.held_out_person and (scan.group != "openms" or protocol is Protocol.LEAVE_SUBJECTS_OUT)


def find_scans(data: Path) -> list[Scan]:
    """All scans under ``data`` (the folder with ``nichart`` and ``openms``), in a fixed order."""
    return sorted([*_nichart(data / "nichart"), *_openms(data / "openms")], key=lambda scan: scan.name)


def _nichart(folder: Path) -> list[Scan]:
    scans = []
    for group in ("T1", "FLAIR"):
        for mask in folder.glob(f"Subj*_{group}_brainmask.nii.gz"):
            stem = mask.name.removesuffix("_brainmask.nii.gz")
            held_out = int(stem.split("_")[0].removeprefix("Subj")) in HELD_OUT_NICHART
            labels = folder / f"{stem}_labels.nii.gz"
            known = labels if labels.exists() else None
            scans.append(Scan(f"nichart {stem}", group, held_out, folder / f"{stem}.nii.gz", mask, known))
    return scans


def _openms(folder: Path) -> list[Scan]:
    scans = []
    for mask in folder.glob("patient*_brainmask.nii.gz"):
        stem = mask.name.removesuffix("_brainmask.nii.gz")
        held_out = stem.split("_")[0] in HELD_OUT_OPENMS
        scans.append(Scan(f"openms {stem}", "openms", held_out, folder / f"{stem}.nii.gz", mask, None))
    return scans
