"""The table that the comparison with other readers prints, in a run that is not quiet."""

from __future__ import annotations

import pytest

_ROWS = pytest.StashKey[list[tuple[str, ...]]]()
_WIDEST = 60  # letters
_HEADINGS = ("file", "transfer syntax", "ours", "gdcm", "dcmtk", "SimpleITK geometry")


@pytest.fixture
def peer_table(pytestconfig: pytest.Config) -> list[tuple[str, ...]]:
    """Rows as the headings name them."""
    return pytestconfig.stash.setdefault(_ROWS, [])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    rows = config.stash.get(_ROWS, [])
    # The project's own options make a run quiet; "-v" takes that back.
    if not rows or config.get_verbosity() < 0:
        return
    table = [_HEADINGS, *(tuple(cell[:_WIDEST] for cell in row) for row in rows)]
    widths = [max(len(row[column]) for row in table) for column in range(len(_HEADINGS))]
    terminalreporter.section("read as others read it")
    for row in table:
        terminalreporter.line("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
