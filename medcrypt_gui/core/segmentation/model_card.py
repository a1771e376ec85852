"""What a segmentation model is, needs and achieved: the TOML file that lies beside its weights."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from medcrypt_gui.core.errors import ModelUnavailableError


@dataclass(frozen=True)
class Intensity:
    """Brightness normalisation: clip at two percentiles of the head, then zero mean and unit variance over the head."""

    low_percentile: float
    high_percentile: float

    def __post_init__(self) -> None:
        if not 0.0 <= self.low_percentile < self.high_percentile <= 100.0:
            raise ValueError("the percentiles must satisfy 0 <= low < high <= 100")


@dataclass(frozen=True)
class ScanResult:
    """How well the model did on one scan that it was not trained on."""

    scan: str
    dice: float
    hd95_mm: float
    seconds: float


@dataclass(frozen=True)
class ModelCard:
    """One model. ``input_shape`` is ``(Z, Y, X)`` in voxels of ``spacing_mm``; ``weights`` is the ONNX file."""

    id: str
    title: str
    weights: Path
    sha256: str
    input_shape: tuple[int, int, int]
    spacing_mm: float
    intensity: Intensity
    threshold: float
    labels: tuple[str, ...]
    modality: tuple[str, ...]
    licence: str
    training_data: tuple[str, ...]
    held_out: tuple[ScanResult, ...]

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[0-9a-f]{64}", self.sha256):
            raise ValueError("sha256 must be 64 lower-case hexadecimal digits")
        if len(self.input_shape) != 3 or min(self.input_shape) < 8 or any(n % 8 for n in self.input_shape):
            raise ValueError("the input shape must be three multiples of 8")
        if not (0.2 <= self.spacing_mm <= 10.0 and 0.0 < self.threshold < 1.0):
            raise ValueError("the spacing must lie in 0.2..10 mm and the threshold between 0 and 1")
        if not (self.id and self.labels and self.modality):
            raise ValueError("id, labels and modality must not be empty")

    @property
    def mean_dice(self) -> float | None:
        """Mean Dice over the held-out scans; None when the card lists none."""
        return sum(r.dice for r in self.held_out) / len(self.held_out) if self.held_out else None


def read_card(path: Path) -> ModelCard:
    """The card in a TOML file; its weights lie beside it as ``<stem>.onnx``.

    Raises `ModelUnavailableError` when the card is missing, is not TOML, lacks an entry or contradicts itself.
    """
    try:
        return parse_card(path.read_text(encoding="utf-8"), path.with_suffix(".onnx"))
    except OSError as exc:
        raise ModelUnavailableError(f"the model card cannot be read: {exc.strerror}", path=path) from exc
    except KeyError as exc:
        raise ModelUnavailableError(f"the model card lacks {exc}", path=path) from exc
    except (ValueError, TypeError) as exc:
        raise ModelUnavailableError(f"the model card is not valid: {exc}", path=path) from exc


def parse_card(text: str, weights: Path) -> ModelCard:
    """The card in ``text``. Raises `KeyError` for a missing entry, `ValueError` or `TypeError` for a wrong one."""
    entries: dict[str, Any] = tomllib.loads(text)
    z, y, x = (int(n) for n in entries["input_shape"])
    intensity = entries["intensity"]
    return ModelCard(
        id=str(entries["id"]),
        title=str(entries["title"]),
        weights=weights,
        sha256=str(entries["sha256"]),
        input_shape=(z, y, x),
        spacing_mm=float(entries["spacing_mm"]),
        intensity=Intensity(float(intensity["low_percentile"]), float(intensity["high_percentile"])),
        threshold=float(entries["threshold"]),
        labels=tuple(entries["labels"]),
        modality=tuple(entries["modality"]),
        licence=str(entries["licence"]),
        training_data=tuple(str(d["name"]) for d in entries["training_data"]),
        held_out=tuple(
            ScanResult(str(r["scan"]), float(r["dice"]), float(r["hd95_mm"]), float(r["seconds"]))
            for r in entries.get("held_out", [])
        ),
    )
