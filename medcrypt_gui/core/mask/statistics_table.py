"""The sizes and values of all labels as a table, for the window, a spreadsheet or a report."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from medcrypt_gui.core.language import mark, tr
from medcrypt_gui.core.mask.statistics import LabelStatistics

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
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator, lineterminator="\n")
    writer.writerow(titles(unit, valued))
    writer.writerows(tuple(map(_harmless, row)) for row in rows(found, valued))
    return text.getvalue()


def _size(one: LabelStatistics) -> tuple[str, ...]:
    return str(one.number), one.name, f"{one.extent.volume_ml:.4f}", str(one.extent.voxels)


def _values(one: LabelStatistics) -> tuple[str, ...]:
    if one.values is None:
        return ("",) * len(_VALUES)
    of = one.values
    return tuple(f"{value:.6g}" for value in (of.mean, of.sd, of.minimum, of.maximum))


def _harmless(cell: str) -> str:
    """A name that a spreadsheet would take for a formula is marked as text; a negative number is one."""
    return f"'{cell}" if cell[:1] in ("=", "+", "@") or (cell[:1] == "-" and not _is_number(cell)) else cell


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
