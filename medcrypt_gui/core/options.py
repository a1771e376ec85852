"""Options of tools and operations that describe themselves, so that panels build themselves from them."""

from __future__ import annotations

from dataclasses import Field, dataclass, field, fields
from enum import Enum
from typing import Any


class Scale(Enum):
    """What the range of a number is."""

    FIXED = "fixed"
    """That of the hint."""
    VALUES = "values"
    """From the lowest to the highest value of the open volume, in its unit; the hint's range serves without one."""


class LabelNumber(int):
    """An option of this type is one of the mask's labels; 0 is none."""


@dataclass(frozen=True)
class OptionHint:
    """How to show one option: its label, unit and range. Enums, booleans and labels need only the label."""

    label: str
    unit: str = ""
    minimum: float = 0.0
    maximum: float = 1.0
    step: float = 0.1
    scale: Scale = Scale.FIXED
    help: str = ""


def option(
    default: Any,
    label: str,
    unit: str = "",
    minimum: float = 0.0,
    maximum: float = 1.0,
    step: float = 0.1,
    scale: Scale = Scale.FIXED,
    help: str = "",
) -> Any:
    """A field of an options dataclass together with its hint."""
    return field(default=default, metadata={"hint": OptionHint(label, unit, minimum, maximum, step, scale, help)})


def option_hints(options_type: type[Any]) -> tuple[tuple[Field[Any], OptionHint], ...]:
    """The fields of an options dataclass that users set, in order, each with its hint."""
    return tuple((f, f.metadata["hint"]) for f in fields(options_type) if "hint" in f.metadata)
