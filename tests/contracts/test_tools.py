"""Every mask tool says all that toolbar, options panel and help need, and draws through the sink alone."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.mask.edit import Box
from medcrypt_gui.core.mask.sink import SinkMode
from medcrypt_gui.core.options import option_hints
from medcrypt_gui.core.tools import registry
from medcrypt_gui.core.tools.base import Draft, PointerSample, Tool

_ICONS = Path(__file__).resolve().parents[2] / "resources" / "icons"


class _Recorder:
    """A drawing that keeps what it is given."""

    geometry = Geometry((8, 16, 16), np.eye(4))
    label = 1

    def __init__(self) -> None:
        self.given: list[tuple[np.ndarray, Box]] = []
        self.labels = np.zeros(self.geometry.shape, np.uint8)
        self.drafts: list[Draft | None] = []
        self.seeds: list[PointerSample] = []

    def values(self, box: Box) -> np.ndarray:
        return np.zeros([r.stop - r.start for r in box], np.float32)

    def show(self, draft: Draft | None) -> None:
        self.drafts.append(draft)

    def place_seed(self, seed: PointerSample) -> None:
        self.seeds.append(seed)

    def extend(self, region: np.ndarray, box: Box, how: SinkMode) -> None:
        self.given.append((region, box))


def test_brush_and_eraser_are_there() -> None:
    assert {"brush", "eraser"} <= {one.id for one in registry.all_tools()}


@pytest.mark.parametrize("one", registry.all_tools(), ids=lambda one: one.id)
def test_a_tool_describes_itself(one: Tool) -> None:
    assert one.title
    assert one.help.endswith(".")
    assert len(one.shortcut) == 1
    assert (_ICONS / f"{one.icon}.svg").is_file()
    options = one.options_type()
    assert dataclasses.is_dataclass(options)
    for field, hint in option_hints(one.options_type):
        value = getattr(options, field.name)
        assert hint.label
        assert not isinstance(value, float) or hint.minimum <= value <= hint.maximum


@pytest.mark.parametrize("one", registry.all_tools(), ids=lambda one: one.id)
def test_a_drag_gives_regions_that_fill_their_boxes_and_ends_on_release(one: Tool) -> None:
    drawing = _Recorder()
    drag = one.drag(drawing, PointerSample((8.0, 8.0, 4.0), 2), one.options_type())
    next(drag)
    drag.send(PointerSample((12.0, 9.0, 4.0), 2))
    with pytest.raises(StopIteration):
        drag.send(None)
    assert drawing.given
    for region, box in drawing.given:
        assert region.dtype == np.bool_
        assert region.shape == tuple(r.stop - r.start for r in box)


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
