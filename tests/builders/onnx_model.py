"""Small ONNX files, written field by field (onnx.proto3): networks of one layer, and what no application should run."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

FLOAT, FLOAT16, INT64 = 1, 10, 7


def onnx_model(
    operators: Sequence[str] = ("Sigmoid",),
    shape: Sequence[int | str] = (1, 1, 16, 16, 16),
    *,
    dtype: int = FLOAT,
    out_shape: Sequence[int | str] | None = None,
    inputs: int = 1,
    domain: str = "",
    external: bool = False,
) -> bytes:
    """A chain of operators of one input each, from "image" to "probability"."""
    names = ["image", *(f"t{number}" for number in range(len(operators) - 1)), "probability"]
    nodes = [
        _field(1, _text(1, names[i]) + _text(2, names[i + 1]) + _text(4, operator) + _text(7, domain))
        for i, operator in enumerate(operators)
    ]
    given = [_field(11, _value("image" if number == 0 else f"other{number}", dtype, shape)) for number in range(inputs)]
    result = _field(12, _value("probability", dtype, out_shape if out_shape is not None else shape))
    tensor = _field(5, _number(1, 1) + _number(2, FLOAT) + _text(8, "w") + _elsewhere()) if external else b""
    graph = b"".join(nodes) + _text(2, "graph") + tensor + b"".join(given) + result
    opsets = _field(8, _text(1, "") + _number(2, 17)) + (_field(8, _text(1, domain) + _number(2, 1)) if domain else b"")
    return _number(1, 8) + _field(7, graph) + opsets


def write_model(folder: Path, model_id: str, weights: bytes, **changes: str) -> Path:
    """Weights and card side by side; ``changes`` are entries of the card as TOML. Returns the card's path."""
    (folder / f"{model_id}.onnx").write_bytes(weights)
    entries = {
        "id": f'"{model_id}"',
        "title": '"Bright things"',
        "summary": '"Finds what is bright."',
        "intended_use": '"Tests. Not a medical device."',
        "limits": '"Knows nothing."',
        "licence": '"none"',
        "kind": '"network"',
        "modality": '["MR", "CT"]',
        "labels": '["bright"]',
        "sha256": f'"{hashlib.sha256(weights).hexdigest()}"',
        "input_shape": "[16, 16, 16]",
        "spacing_mm": "8.0",
        "placement": '"image"',
        "threshold": "0.5",
        "training_data": "[]",
        "intensity": '{ kind = "percentile", low_percentile = 0.5, high_percentile = 99.5 }',
    } | changes
    path = folder / f"{model_id}.toml"
    path.write_text("".join(f"{name} = {value}\n" for name, value in entries.items()), "utf-8")
    return path


def _value(name: str, dtype: int, shape: Sequence[int | str]) -> bytes:
    sizes = [_field(1, _text(2, n) if isinstance(n, str) else _number(1, n)) for n in shape]
    return _text(1, name) + _field(2, _field(1, _number(1, dtype) + _field(2, b"".join(sizes))))


def _elsewhere() -> bytes:
    return _field(13, _text(1, "location") + _text(2, "/etc/hostname")) + _number(14, 1)


def _text(number: int, text: str) -> bytes:
    return _field(number, text.encode())


def _field(number: int, value: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(value)) + value


def _number(number: int, value: int) -> bytes:
    return _varint(number << 3) + _varint(value)


def _varint(value: int) -> bytes:
    groups = bytearray()
    while value > 0x7F:
        groups.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*groups, value])
