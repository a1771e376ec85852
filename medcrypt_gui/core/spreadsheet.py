"""Tables as text that spreadsheets read (RFC 4180), none of whose cells they take for a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# Where a spreadsheet of another country, which parts cells by semicolons or tabs, begins a cell of its own.
_FORMULA_WITHIN = re.compile(r"([;\t\r\n][ \"]*)(?=[=+\-@＝＋－＠])")
_NUMBER = re.compile(r"-?\d+(\.\d+)?(e[+-]?\d+)?")


def table_text(rows: Iterable[Sequence[str]], separator: str = ",", line_end: str = "\n", quoted: bool = False) -> str:
    """A line per row, cells quoted, all or where they need it, each as `safe` gives it."""
    written = io.StringIO()
    table = csv.writer(
        written, delimiter=separator, lineterminator=line_end, quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    )
    table.writerows([safe(cell) for cell in row] for row in rows)
    return written.getvalue()


def safe(cell: str) -> str:
    """The text as a spreadsheet shows it and never carries it out (OWASP, CSV injection); negative numbers stay."""
    is_formula = cell.lstrip(" ").startswith(_FORMULA) and not _NUMBER.fullmatch(cell)
    return _FORMULA_WITHIN.sub(r"\1'", f"'{cell}" if is_formula else cell)
