"""Why a tool cannot draw, in words for the user; no Qt, so that they can be read in tests."""

from __future__ import annotations

from typing import Any

from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.tools.base import Tool
from medcrypt_gui.ui.viewer.view_state import ViewState


def why_not_read(tool: Tool, options: Any, volume: Volume | None) -> str:
    """Why a tool that goes by the values of the image cannot be used on this one; empty when it can."""
    if not tool.reads_values(options) or volume is None or volume.rgb is None:
        return ""
    return tr("This image has colours, and no single value per voxel that the tool could go by.")


def why_not_draw(state: ViewState, normal_axis: int, slice_number: int) -> str:
    """Why the tool in hand cannot draw in this slice; empty when it can."""
    if state.tool is None or state.editor is None:
        return ""
    if state.trial is not None:
        return tr("Another mask is only being tried: take it or leave it first.")
    if not state.mask_visible:
        return tr("The mask is hidden: show it first (S).")
    reason = state.why_not_paint or why_not_read(state.tool, state.options, state.volume)
    if not reason and state.tool.reads_values(state.options) and _is_unread(state.volume, normal_axis, slice_number):
        return tr("This slice is still being read: the tool goes by its values.")
    return reason


def _is_unread(volume: Volume | None, normal_axis: int, slice_number: int) -> bool:
    """Whether values are missing; across other axes than the stored one every slice needs all of them."""
    if volume is None or volume.loaded is None:
        return False
    if normal_axis != 2:
        return not bool(volume.loaded.all())
    return 0 <= slice_number < len(volume.loaded) and not volume.loaded[slice_number]
