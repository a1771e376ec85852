"""The sizes and values of all labels as a table, for the window, a spreadsheet or a report."""

from __future__ import annotations

from collections.abc import Sequence

from medcrypt_gui.core.language import mark, tr
from medcrypt_gui.core.mask.statistics import LabelStatistics
from medcrypt_gui.core.spreadsheet import table_text

_SIZES = (mark("Number"), mark("Name"), mark("Volume (ml)"), mark("Voxels"))
_VALUES = (mark("Mean"), mark("SD"), mark("Lowest"), mark("Highest"))


def titles(unit: str, valued: bool) -> tuple[str, ...]:
    """The words over the columns; of colours there are no values."""
    measured = tuple(f"{tr(title)} ({unit})" if unit else tr(title) for title in _VALUES) if valued else ()
    return (*(tr(title) for title in _SIZES), *measured)


def rows(found: Sequence[LabelStatistics], valued: bool) -> tuple[tuple[str, ...], ...]:
    """One row per label; numbers with a point, whatever the language."""
    return tuple((*_size(one), *(_values(one) if valued else ())) for one in found)


def table_of(found: Sequence[LabelStatistics], unit: str, valued: bool, separator: str = ",") -> str:
    """A line of titles and one line per label, quoted where a name needs it."""
    return table_text((titles(unit, valued), *rows(found, valued)), separator)


def _size(one: LabelStatistics) -> tuple[str, ...]:
    return str(one.number), one.name, f"{one.extent.volume_ml:.4f}", str(one.extent.voxels)


def _values(one: LabelStatistics) -> tuple[str, ...]:
    if one.values is None:
        return ("",) * len(_VALUES)
    of = one.values
    return tuple(f"{value:.6g}" for value in (of.mean, of.sd, of.minimum, of.maximum))
