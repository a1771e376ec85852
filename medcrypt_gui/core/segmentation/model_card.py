"""What a segmentation model is, needs and achieved: a TOML file (docs/models.md lists its fields)."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from medcrypt_gui.core.errors import ModelUnavailableError
from medcrypt_gui.core.language import mark, tr
from medcrypt_gui.core.segmentation.card_entries import CardError, Entries
from medcrypt_gui.core.segmentation.familiar import Familiar, read_familiar

Kind = Literal["network", "algorithm", "ocr"]
Placement = Literal["head", "image"]

_ID = r"[a-z0-9][a-z0-9-]{0,63}"
_ID_MEANING = mark("small letters, digits and hyphens, at most 64")
_DISCLAIMER = "not a medical device"
_LARGEST_CARD_BYTES = 1 << 20
_LARGEST_INPUT_VOXELS = 16_777_216  # 256 cubed: what a network's layers need of memory grows with it


@dataclass(frozen=True)
class Percentiles:
    """Clip at two percentiles of the foreground (the head), then zero mean and unit variance over the foreground."""

    low_percentile: float
    high_percentile: float

    def __post_init__(self) -> None:
        if not 0.0 <= self.low_percentile < self.high_percentile <= 100.0:
            raise CardError(
                tr("intensity.low_percentile must be smaller than intensity.high_percentile, both in 0..100")
            )


@dataclass(frozen=True)
class ValueWindow:
    """Scaled values (HU in CT) from ``low`` to ``high`` become 0 to 1; what lies beyond is clipped."""

    low: float
    high: float

    def __post_init__(self) -> None:
        if not self.low < self.high:
            raise CardError(tr("intensity.low must be smaller than intensity.high"))


Intensity = Percentiles | ValueWindow


@dataclass(frozen=True)
class DataSource:
    """Data that a model learned from."""

    name: str
    source: str
    licence: str


@dataclass(frozen=True)
class ScanResult:
    """How well the model did on one scan. ``protocol`` says what the weights that were measured had not seen."""

    scan: str
    dataset: str
    protocol: str
    dice: float
    hd95_mm: float | None
    seconds: float


@dataclass(frozen=True)
class NetworkSpec:
    """The weights (an ONNX file) and what they expect.

    ``input_shape`` is ``(Z, Y, X)`` in voxels of ``spacing_mm``, axes along the patient's S, P and L. ``placement``
    "head" lays one such grid around the head; "image" covers the whole image, in tiles where it is larger.
    ``familiar`` is what is known about the training images; without it nobody is warned of unlike ones.
    """

    weights: Path
    sha256: str
    input_shape: tuple[int, int, int]
    spacing_mm: float
    placement: Placement
    intensity: Intensity
    threshold: float
    familiar: Familiar | None = None


@dataclass(frozen=True)
class ModelCard:
    """One model: a network (``network`` is set), a classical algorithm (``algorithm`` is its id), or a text reader."""

    id: str
    title: str
    summary: str
    intended_use: str
    limits: str
    licence: str
    kind: Kind
    modality: tuple[str, ...]
    labels: tuple[str, ...]
    training_data: tuple[DataSource, ...] = ()
    results: tuple[ScanResult, ...] = ()
    network: NetworkSpec | None = None
    algorithm: str | None = None

    def __post_init__(self) -> None:
        if not re.fullmatch(_ID, self.id):
            raise CardError(tr("id must be {meaning}", meaning=tr(_ID_MEANING)))
        if _DISCLAIMER not in self.intended_use.lower():
            raise CardError(tr("intended_use must say that the model is {disclaimer}", disclaimer=_DISCLAIMER))
        if (self.kind == "network") != (self.network is not None):
            raise CardError(tr("kind must be 'network' where there are weights, and only there"))
        if (self.kind == "algorithm") != (self.algorithm is not None):
            raise CardError(tr("kind must be 'algorithm' where an algorithm is named, and only there"))

    @property
    def mean_dice(self) -> float | None:
        """Mean Dice over the results; None when the card lists none."""
        return sum(r.dice for r in self.results) / len(self.results) if self.results else None


def read_card(path: Path) -> ModelCard:
    """The card in a TOML file; a network's weights lie beside it as ``<stem>.onnx``.

    Raises `ModelUnavailableError` naming the field when the card is missing, is not TOML, or an entry is missing,
    unknown or wrong.
    """
    try:
        with path.open("rb") as stream:
            raw = stream.read(_LARGEST_CARD_BYTES + 1)
    except OSError as exc:
        raise ModelUnavailableError(
            tr("the model card cannot be read: {strerror}", strerror=exc.strerror), path=path
        ) from exc
    if len(raw) > _LARGEST_CARD_BYTES:
        raise ModelUnavailableError(tr("the model card is larger than 1 MB"), path=path)
    try:
        return parse_card(raw.decode("utf-8"), path.with_suffix(".onnx"))
    except ValueError as exc:  # no UTF-8, no TOML, or CardError
        raise ModelUnavailableError(tr("the model card is not valid: {reason}", reason=exc), path=path) from exc


def parse_card(text: str, weights: Path) -> ModelCard:
    """The card in ``text``. Raises `ValueError`: `CardError` with the field's name, or what TOML forbids."""
    entries = Entries(tomllib.loads(text))
    kind = _kind(entries)
    card = ModelCard(
        id=entries.text("id", pattern=_ID, meaning=_ID_MEANING),
        title=entries.text("title"),
        summary=entries.text("summary"),
        intended_use=entries.text("intended_use"),
        limits=entries.text("limits"),
        licence=entries.text("licence"),
        kind=kind,
        modality=entries.texts("modality", pattern=r"[A-Z]{2,16}", meaning=mark("DICOM modalities such as MR")),
        labels=entries.texts("labels", meaning=mark("names")),
        training_data=_training_data(entries, kind),
        results=_results(entries),
        network=_network(entries, weights) if kind == "network" else None,
        algorithm=entries.text("algorithm", pattern=_ID, meaning=_ID_MEANING) if kind == "algorithm" else None,
    )
    entries.close()
    return card


def _kind(entries: Entries) -> Kind:
    match entries.text("kind"):
        case "network":
            return "network"
        case "algorithm":
            return "algorithm"
        case "ocr":
            return "ocr"
        case other:
            raise CardError(tr("kind must be 'network', 'algorithm' or 'ocr', not {other!r}", other=other))


def _network(entries: Entries, weights: Path) -> NetworkSpec:
    z, y, x = entries.whole_numbers("input_shape", 3, 8, 1024)
    if z * y * x > _LARGEST_INPUT_VOXELS:
        raise CardError(tr("input_shape must hold at most {largest} voxels", largest=_LARGEST_INPUT_VOXELS))
    threshold = entries.number("threshold", 0.0, 1.0)
    if not 0.0 < threshold < 1.0:
        raise CardError(tr("threshold must lie between 0 and 1, both excluded"))
    return NetworkSpec(
        weights=weights,
        sha256=entries.text("sha256", pattern=r"[0-9a-f]{64}", meaning=mark("64 lower-case hexadecimal digits")),
        input_shape=(z, y, x),
        spacing_mm=entries.number("spacing_mm", 0.2, 10.0),
        placement=_placement(entries),
        intensity=_intensity(entries.table("intensity")),
        threshold=threshold,
        familiar=read_familiar(entries.table("familiarity")) if entries.has("familiarity") else None,
    )


def _placement(entries: Entries) -> Placement:
    match entries.text("placement"):
        case "head":
            return "head"
        case "image":
            return "image"
        case other:
            raise CardError(tr("placement must be 'head' or 'image', not {other!r}", other=other))


def _intensity(entries: Entries) -> Intensity:
    intensity: Intensity
    match entries.text("kind"):
        case "percentile":
            percentiles = (entries.number(f"{end}_percentile", 0.0, 100.0) for end in ("low", "high"))
            intensity = Percentiles(*percentiles)
        case "window":
            intensity = ValueWindow(*(entries.number(end, -1e6, 1e6) for end in ("low", "high")))
        case other:
            raise CardError(
                tr("{name} must be 'percentile' or 'window', not {other!r}", name=entries.name("kind"), other=other)
            )
    entries.close()
    return intensity


def _training_data(entries: Entries, kind: Kind) -> tuple[DataSource, ...]:
    """Networks must say what they learned from (``training_data = []`` where that is not known); others need not."""
    if kind != "network" and not entries.has("training_data"):
        return ()
    sources = []
    for table in entries.tables("training_data"):
        sources.append(DataSource(table.text("name"), table.text("source"), table.text("licence")))
        table.close()
    return tuple(sources)


def _results(entries: Entries) -> tuple[ScanResult, ...]:
    results = []
    for table in entries.tables("results") if entries.has("results") else ():
        results.append(
            ScanResult(
                scan=table.text("scan"),
                dataset=table.text("dataset"),
                protocol=table.text("protocol"),
                dice=table.number("dice", 0.0, 1.0),
                hd95_mm=table.number("hd95_mm", 0.0, 1e4) if table.has("hd95_mm") else None,
                seconds=table.number("seconds", 0.0, 1e6),
            )
        )
        table.close()
    return tuple(results)
