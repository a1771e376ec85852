"""A table is what a spreadsheet reads, and never what it carries out."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medcrypt_gui.core.spreadsheet import safe, table_text


@given(st.text())
def test_nothing_is_lost_or_begins_like_a_formula(text: str) -> None:
    cell = safe(text)
    assert cell.replace("'", "") == text.replace("'", "")
    if cell.lstrip(" ").startswith(("=", "+", "-", "@")):
        assert float(cell) <= 0, "only a negative number may begin with a sign"


@pytest.mark.parametrize("number", ["-1", "-1024.5", "-3e-05", "-0"])
def test_negative_numbers_stay_numbers(number: str) -> None:
    assert safe(number) == number


@pytest.mark.parametrize("text", ["-inf", "-1+1", "-1_000", "--1", "+1", "=1"])
def test_what_only_looks_like_a_number_is_text(text: str) -> None:
    assert safe(text) == f"'{text}"


def test_a_cell_with_the_separator_is_quoted() -> None:
    assert table_text([("a;b", "c"), ("-2", "=d")], ";", "\r\n") == '"a;b";c\r\n-2;\'=d\r\n'


@pytest.mark.parametrize("text", ["ok;=1+1;", "ok\t@SUM(A1)", 'fine; "+1', "two\n-lines"])
def test_no_separator_of_another_country_begins_a_formula(text: str) -> None:
    content = table_text([("A", text)], quoted=True)
    assert content.startswith('"A","')
    for separator in ";\t":
        cells = [cell for row in csv.reader(io.StringIO(content), delimiter=separator) for cell in row]
        assert not any(cell.strip(' "').startswith(("=", "+", "-", "@")) for cell in cells)
