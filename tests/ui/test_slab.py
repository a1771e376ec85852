"""Slabs in place of slices: from the menu, said in the corner, as thick as asked for."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QInputDialog
from ui.driver import Driver

from medcrypt_gui.core.imaging.slab import Projection
from medcrypt_gui.ui.viewer.corner_text import corners


def said(window: Driver) -> str:
    viewer = window.window.viewer
    assert viewer.active_canvas.view is not None
    return "\n".join(corners(viewer.state, viewer.active_canvas.view, 1.0, (), 0).bottom_left)


def test_a_slab_changes_the_picture_and_says_so(opened: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    viewer, actions = opened.window.viewer, opened.window.named_actions
    plain = viewer.active_canvas.grab().toImage()
    actions["slabMaximumAction"].trigger()
    assert viewer.active_canvas.grab().toImage() != plain
    assert "MIP of 5 slices, 10 mm" in said(opened)
    assert said(opened).splitlines()[-3].startswith("W "), "small views show the third line from below alone"
    monkeypatch.setattr(QInputDialog, "getDouble", lambda *_arguments: (6.0, True))
    actions["slabThicknessAction"].trigger()
    assert viewer.state.slab is not None
    assert (viewer.state.slab.projection, viewer.state.slab.thickness_mm) == (Projection.MAXIMUM, 6.0)
    assert "MIP of 3 slices, 6 mm" in said(opened)
    actions["slabNoneAction"].trigger()
    assert viewer.active_canvas.grab().toImage() == plain
