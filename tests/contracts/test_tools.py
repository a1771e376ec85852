"""Every mask tool says all that toolbar, options panel and help need, and draws through the sink alone."""

from __future__ import annotations

import dataclasses
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from fakes.hand import Hand

from medcrypt_gui.core.options import option_hints
from medcrypt_gui.core.tools import registry
from medcrypt_gui.core.tools.base import Event, SketchTool, Tool
from medcrypt_gui.ui.viewer.keys import VIEW_KEYS

_ROOT = Path(__file__).resolve().parents[2]
_ICONS = _ROOT / "resources" / "icons"


def test_the_tools_are_there() -> None:
    ids = {one.id for one in registry.all_tools()}
    assert {"brush", "eraser", "fill", "lasso", "level_trace", "polygon", "scissors"} <= ids


def test_the_import_contract_names_every_tool() -> None:
    project = tomllib.loads((_ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    named = next(one["modules"] for one in contracts if one["name"] == "One mask tool knows no other")
    assert set(named) == {type(one).__module__ for one in registry.all_tools()}


def test_no_tool_has_a_key_of_the_views() -> None:
    of_views = {key for one in VIEW_KEYS for key in one.keys}
    assert not of_views & {one.shortcut for one in registry.all_tools()}


@pytest.mark.parametrize("one", registry.all_tools(), ids=lambda one: one.id)
def test_a_tool_describes_itself(one: Tool) -> None:
    assert one.title
    assert one.help.endswith(".")
    assert len(one.shortcut) <= 1
    assert (_ICONS / f"{one.icon}.svg").is_file()
    options = one.options_type()
    assert dataclasses.is_dataclass(options)
    for field, hint in option_hints(one.options_type):
        value = getattr(options, field.name)
        assert hint.label
        assert not isinstance(value, float) or hint.minimum <= value <= hint.maximum


@pytest.mark.parametrize("one", [one for one in registry.all_tools() if not one.operation], ids=lambda one: one.id)
@pytest.mark.parametrize("axis", [0, 1, 2])
def test_a_gesture_changes_the_mask_in_one_step_that_undo_takes_back(one: Tool, axis: int) -> None:
    hand = _hand(axis)
    before = hand.labels.copy()
    steps = hand.editor.undo_name
    hand.drag(one.id, _around(axis))
    if isinstance(one, SketchTool):
        hand.tell(one.id, Event.CLOSE, _around(axis)[-1])
    assert hand.editor.undo_name == one.title != steps
    after = hand.labels.copy()
    hand.editor.undo()
    assert np.array_equal(hand.labels, before)
    hand.editor.redo()
    assert np.array_equal(hand.labels, after)


@pytest.mark.parametrize("one", [one for one in registry.all_tools() if not one.operation], ids=lambda one: one.id)
def test_outside_the_grid_nothing_happens_and_nothing_breaks(one: Tool) -> None:
    hand = _hand(2)
    before = hand.labels.copy()
    hand.drag(one.id, [(-30.0, -30.0, 8.0), (-31.0, -35.0, 8.0), (-40.0, -30.0, 8.0)])
    if isinstance(one, SketchTool):
        hand.tell(one.id, Event.CLOSE, (-30.0, -30.0, 8.0))
    assert np.array_equal(hand.labels, before)


def _hand(axis: int) -> Hand:
    """A bright ball, and a shell of label 1 around its middle with a hole in it."""
    z, y, x = np.mgrid[:16, :16, :16]
    away = np.sqrt((x - 8) ** 2 + (y - 8) ** 2 + (z - 8) ** 2)
    hand = Hand((16, 16, 16), values=np.clip(1000 - 120 * away, 0, 900).astype(np.int16), axis=axis)
    hand.set_labels((away <= 5) & (away >= 3))
    return hand


def _around(axis: int) -> list[tuple[float, float, float]]:
    """From the middle of the hole on, around an area that holds a part of the shell."""
    first, second = (one for one in range(3) if one != axis)
    places = []
    for u, v in ((0, 0), (5, 0), (5, 5), (0, 5)):
        place = [8.0, 8.0, 8.0]
        place[first] += u
        place[second] += v
        places.append((place[0], place[1], place[2]))
    return places


def test_finding_no_tools_is_an_error(tmp_path: Path) -> None:
    empty = ModuleType("nothing")
    empty.__path__ = [str(tmp_path)]
    with pytest.raises(RuntimeError, match="nothing found"):
        registry.discover(empty)


def test_two_tools_with_one_key_are_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "twin_tools"
    folder.mkdir()
    for name in ("__init__", "first", "second"):
        text = "" if name == "__init__" else f"class T:\n    id = title = {name!r}\n    shortcut = 'X'\nTOOL = T()\n"
        (folder / f"{name}.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    package = __import__("twin_tools")
    with pytest.raises(RuntimeError, match="shortcut"):
        registry.discover(package)
    for name in [name for name in sys.modules if name.startswith("twin_tools")]:
        del sys.modules[name]
