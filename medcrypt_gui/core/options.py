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
    SPREAD = "spread"
    """From 0 to the difference of these two; the hint's range serves without a volume."""


class LabelNumber(int):
    """An option of this type is one of the mask's labels; 0 is none."""


@dataclass(frozen=True)
class OptionHint:
    """How to show one option: its label, unit and range. Enums, booleans and labels need only the label.

    ``only_with`` names another option and the value it must have for this one to mean anything.
    """

    label: str
    unit: str = ""
    minimum: float = 0.0
    maximum: float = 1.0
    step: float = 0.1
    scale: Scale = Scale.FIXED
    help: str = ""
    only_with: tuple[str, Any] | None = None

    def matters(self, options: Any) -> bool:
        """Whether this option means anything beside the others."""
        return self.only_with is None or getattr(options, self.only_with[0]) == self.only_with[1]


def option(
    default: Any,
    label: str,
    unit: str = "",
    minimum: float = 0.0,
    maximum: float = 1.0,
    step: float = 0.1,
    scale: Scale = Scale.FIXED,
    help: str = "",
    only_with: tuple[str, Any] | None = None,
) -> Any:
    """A field of an options dataclass together with its hint."""
    hint = OptionHint(label, unit, minimum, maximum, step, scale, help, only_with)
    return field(default=default, metadata={"hint": hint})


def option_hints(options_type: type[Any]) -> tuple[tuple[Field[Any], OptionHint], ...]:
    """The fields of an options dataclass that users set, in order, each with its hint."""
    return tuple((f, f.metadata["hint"]) for f in fields(options_type) if "hint" in f.metadata)
