"""Every text for users, as it stands in the source: collected for translation, and filled in completely."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

import medcrypt_gui

_ROOT = Path(medcrypt_gui.__file__).parent
_TEXTS = {"tr": 1, "trn": 2, "mark": 1}  # how many of the arguments are texts


def _calls() -> Iterator[tuple[str, ast.Call, bool]]:
    """Where, the call, and whether it runs while its module is imported."""
    for path in sorted(_ROOT.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        later = {inner for outer in ast.walk(tree) for inner in _runs_later(outer)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _TEXTS:
                yield f"{path.relative_to(_ROOT)}:{node.lineno}", node, node not in later


def _runs_later(node: ast.AST) -> Iterator[ast.AST]:
    body: list[ast.AST] = []
    if isinstance(node, ast.FunctionDef):
        body = list(node.body)
    elif isinstance(node, ast.Lambda):
        body = [node.body]
    for part in body:
        yield from ast.walk(part)


def _name(call: ast.Call) -> str:
    assert isinstance(call.func, ast.Name)
    return call.func.id


def _texts(call: ast.Call) -> list[ast.expr]:
    return call.args[: _TEXTS[_name(call)]]


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_no_text_is_put_together_before_it_is_looked_up() -> None:
    glued = [
        where
        for where, call, _ in _calls()
        for text in _texts(call)
        if isinstance(text, ast.JoinedStr | ast.BinOp) or (isinstance(text, ast.Call) and _name_of(text) == "format")
    ]
    assert glued == []


def _name_of(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def test_every_place_in_a_text_is_filled_and_every_value_has_its_place() -> None:
    wrong = []
    for where, call, _ in _calls():
        given = {keyword.arg for keyword in call.keywords} | ({"count"} if _name(call) == "trn" else set())
        for text in _texts(call):
            if _name(call) == "mark" or not (isinstance(text, ast.Constant) and isinstance(text.value, str)):
                continue
            unsaid = {"count"} if _name(call) == "trn" else set()  # a text for one may do without its number
            if given and _fields(text.value) | unsaid != given:
                wrong.append(f"{where}: {text.value!r} gets {sorted(map(str, given))}")
            if not given and "{" in text.value:
                wrong.append(f"{where}: {text.value!r} gets nothing")
    assert wrong == []


def test_nothing_is_looked_up_while_modules_are_imported() -> None:
    early = [where for where, call, at_import in _calls() if at_import and _name(call) != "mark"]
    assert early == []


@pytest.mark.parametrize("function", sorted(_TEXTS))
def test_the_source_is_seen_to_use(function: str) -> None:
    """The tests above would pass on a source they cannot read."""
    assert sum(_name(call) == function for _, call, _ in _calls()) > 10
