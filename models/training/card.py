"""Writing a model card: the inverse of `core.segmentation.model_card.parse_card`."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from medcrypt_gui.core.segmentation.familiar import FEATURES, Familiar
from medcrypt_gui.core.segmentation.model_card import DataSource, ModelCard, NetworkSpec, Percentiles, ScanResult

_FIRST_LINE = "# Made by `python -m models.training`; see models/training/README.md."


def checksum(path: Path) -> str:
    """SHA-256 in hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_card(card: ModelCard, path: Path) -> None:
    """Write the card of a network as TOML."""
    path.write_text(card_text(card), encoding="utf-8", newline="\n")


def card_text(card: ModelCard) -> str:
    """The TOML file that `parse_card` reads as ``card``, which must be a network's. Raises `ValueError` for others."""
    network = card.network
    if network is None:
        raise ValueError(f"{card.id} is no network")
    lines = [_FIRST_LINE]
    lines += [f"{name} = {_text(getattr(card, name))}" for name in ("id", "title", "summary", "intended_use")]
    lines += [f"{name} = {_text(getattr(card, name))}" for name in ("limits", "licence", "kind")]
    lines += [f"modality = {_texts(card.modality)}", f"labels = {_texts(card.labels)}"]
    lines += [*_network_lines(network), "", *_intensity_lines(network)]
    lines += _familiar_lines(network.familiar) if network.familiar is not None else []
    for source in card.training_data:
        lines += ["", *_source_lines(source)]
    if not card.training_data:
        lines.insert(1, "training_data = []")
    for result in card.results:
        lines += ["", *_result_lines(result)]
    return "\n".join(lines) + "\n"


def _network_lines(network: NetworkSpec) -> list[str]:
    return [
        f'sha256 = "{network.sha256}"',
        f"input_shape = {list(network.input_shape)}  # voxels (z, y, x), axes along S, P, L",
        f"spacing_mm = {network.spacing_mm}",
        f'placement = "{network.placement}"',
        f"threshold = {network.threshold}",
    ]


def _intensity_lines(network: NetworkSpec) -> list[str]:
    intensity = network.intensity
    if isinstance(intensity, Percentiles):
        return [
            "[intensity]  # over the head: clip at percentiles, then zero mean and unit variance",
            'kind = "percentile"',
            f"low_percentile = {intensity.low_percentile}",
            f"high_percentile = {intensity.high_percentile}",
        ]
    return ["[intensity]", 'kind = "window"', f"low = {intensity.low}", f"high = {intensity.high}"]


def _familiar_lines(familiar: Familiar) -> list[str]:
    pairs = zip(FEATURES, familiar.mean, familiar.deviation, strict=True)
    return [
        "",
        "[familiarity]  # of the training images; made by `python -m models.training.familiarity`",
        f"limit = {familiar.limit}",
        f"volume_ml = {list(familiar.volume_ml)}",
        f"border_mm = {familiar.border_mm}",
        "",
        "[familiarity.features]  # mean and standard deviation",
        *(f"{name} = [{mean}, {deviation}]" for name, mean, deviation in pairs),
    ]


def _source_lines(source: DataSource) -> list[str]:
    values = {"name": source.name, "source": source.source, "licence": source.licence}
    return ["[[training_data]]", *(f"{name} = {_text(value)}" for name, value in values.items())]


def _result_lines(result: ScanResult) -> list[str]:
    lines = ["[[results]]", *(f"{name} = {_text(getattr(result, name))}" for name in ("scan", "dataset", "protocol"))]
    lines.append(f"dice = {result.dice}")
    if result.hd95_mm is not None:
        lines.append(f"hd95_mm = {result.hd95_mm}")
    return [*lines, f"seconds = {result.seconds}"]


def _text(value: str) -> str:
    """A TOML basic string; its escapes are those of JSON."""
    return json.dumps(value, ensure_ascii=False)


def _texts(values: tuple[str, ...]) -> str:
    return "[" + ", ".join(map(_text, values)) + "]"
