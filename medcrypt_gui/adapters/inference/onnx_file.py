"""What an ONNX file refers to beyond itself, read from its bytes without a library.

An ONNX file is a protocol buffer (onnx.proto3). Two things in it reach outside: tensors whose data lie in another file
(`TensorProto.external_data`), which would let a model name any file of this computer, and operators of a foreign
domain, which need a program library. Neither is wanted.
"""

from __future__ import annotations

from collections.abc import Iterator

from medcrypt_gui.core.errors import ModelUnavailableError
from medcrypt_gui.core.language import tr

_DOMAINS = frozenset({"", "ai.onnx", "ai.onnx.ml", "com.microsoft"})  # what ONNX Runtime itself brings
_DEEPEST = 40

# Message -> field number -> message of that field: the ways to every tensor (onnx.proto3, version 1.17).
_PARTS: dict[str, dict[int, str]] = {
    "model": {7: "graph", 8: "opset", 20: "training", 25: "function"},
    "training": {1: "graph", 2: "graph"},
    "function": {7: "node", 9: "opset", 11: "attribute"},
    "graph": {1: "node", 5: "tensor", 15: "sparse"},
    "node": {5: "attribute"},
    "attribute": {5: "tensor", 6: "graph", 10: "tensor", 11: "graph", 22: "sparse", 23: "sparse"},
    "sparse": {1: "tensor", 2: "tensor"},
}
_TENSOR_EXTERNAL_DATA, _TENSOR_DATA_LOCATION, _OPSET_DOMAIN = 13, 14, 1


def check_self_contained(model: bytes) -> None:
    """Raise `ModelUnavailableError` if the file needs other files or operators, or is no protocol buffer."""
    try:
        _check(memoryview(model), "model", 0)
    except (IndexError, UnicodeDecodeError) as exc:
        raise ModelUnavailableError(tr("the model file is not a model that can be run")) from exc


def _check(message: memoryview, kind: str, depth: int) -> None:
    if depth > _DEEPEST:
        raise ModelUnavailableError(tr("the model file is nested too deeply"))
    for number, value in _fields(message):
        if kind == "tensor" and (number == _TENSOR_EXTERNAL_DATA or (number == _TENSOR_DATA_LOCATION and value == 1)):
            raise ModelUnavailableError(
                tr("the model keeps part of its weights in another file; export it as one file")
            )
        if not isinstance(value, memoryview):
            continue
        if kind == "opset" and number == _OPSET_DOMAIN and str(value, "utf-8") not in _DOMAINS:
            name = str(value, "utf-8")
            raise ModelUnavailableError(
                tr("the model needs operators of {name!r}, which MedCrypt does not have", name=name)
            )
        part = _PARTS.get(kind, {}).get(number)
        if part is not None:
            _check(value, part, depth + 1)


def _fields(message: memoryview) -> Iterator[tuple[int, memoryview | int]]:
    """Field numbers and values: whole numbers, or the bytes of texts and messages. Raises `IndexError`."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        match key & 7:
            case 0:
                value, at = _varint(message, at)
                yield key >> 3, value
            case 1:
                at += 8
            case 5:
                at += 4
            case 2:
                length, at = _varint(message, at)
                if at + length > len(message):
                    raise IndexError("the field is cut short")
                yield key >> 3, message[at : at + length]
                at += length
            case _:
                raise IndexError("a wire type that ONNX does not use")


def _varint(message: memoryview, at: int) -> tuple[int, int]:
    """A number in groups of seven bits, and where it ends."""
    value = shift = 0
    while True:
        byte = message[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at
        if shift > 63:
            raise IndexError("a number that is too long")
