"""Why a tool cannot be used: said at the press, and nothing is changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from ui.panel_driver import canvas_of, noisy_volume, series_of
from ui.tool_driver import CENTRE, DRAWN, labels_of, prepare, use

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.planes import Plane
from medcrypt_gui.core.imaging.volume import Volume, Window
from medcrypt_gui.core.mask.editor import MaskEditor
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.ui.viewer.viewer_panel import ViewerPanel


def _lock(panel: ViewerPanel) -> None:
    _relabel(panel, locked=True)


def _hide(panel: ViewerPanel) -> None:
    _relabel(panel, visible=False)


def _relabel(panel: ViewerPanel, **changes: bool) -> None:
    editor = panel.state.editor
    assert editor is not None
    editor.set_table(editor.table.with_label(replace(editor.table.active, **changes)))


def _hide_all(panel: ViewerPanel) -> None:
    panel.set_overlay(0.4, False, False)


@pytest.mark.parametrize("tool_id", [one.id for one in DRAWN])
@pytest.mark.parametrize(
    ("spoil", "word"), [(_lock, "locked"), (_hide, "hidden"), (_hide_all, "hidden")], ids=["locked", "hidden", "all"]
)
def test_a_tool_that_cannot_draw_says_why(
    panel: ViewerPanel, tool_id: str, spoil: Callable[[ViewerPanel], None], word: str
) -> None:
    said: list[str] = []
    panel.stroke_refused.connect(said.append)
    canvas = canvas_of(panel)
    prepare(panel, canvas, tool_id, CENTRE)
    before = labels_of(panel).copy()
    spoil(panel)
    use(tool_id, panel, canvas, CENTRE)
    assert np.array_equal(labels_of(panel), before)
    assert word in said[0]


def _colours(panel: ViewerPanel) -> None:
    rgb = np.zeros((20, 48, 40, 3), np.uint8)
    volume = Volume(rgb[..., 0], Geometry((20, 48, 40), np.eye(4)), rgb=rgb, file_window=Window(128, 256))
    panel.set_volume(volume, series_of(volume, "XC"))
    panel.set_editor(MaskEditor(RoiMask.empty(volume.geometry)))


def _half_read(panel: ViewerPanel) -> None:
    whole = noisy_volume()
    loaded = np.zeros(20, bool)
    volume = Volume(whole.stored, whole.geometry, unit="HU", file_window=Window(500, 1000), loaded=loaded)
    panel.set_volume(volume, series_of(volume))
    panel.set_editor(MaskEditor(RoiMask.empty(volume.geometry)))


@pytest.mark.parametrize(("spoil", "word"), [(_colours, "colours"), (_half_read, "read")])
@pytest.mark.parametrize("plane", [Plane.AXIAL, Plane.CORONAL])
def test_what_goes_by_values_says_where_there_are_none(
    panel: ViewerPanel, spoil: Callable[[ViewerPanel], None], word: str, plane: Plane
) -> None:
    said: list[str] = []
    panel.stroke_refused.connect(said.append)
    spoil(panel)
    canvas = canvas_of(panel, plane)
    use("level_trace", panel, canvas, CENTRE)
    assert word in said[0]
    assert not labels_of(panel).any()
    use("polygon", panel, canvas, (20.0, 24.0, 10.0))
    assert labels_of(panel).any()
