"""The keys of the viewer. Keys that are dead or need AltGr on some keyboards have a second binding by position."""

from __future__ import annotations

import sys
from typing import TypeAlias

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

Chord: TypeAlias = tuple[Qt.Key, bool]  # the key, and whether Ctrl is held

_K = Qt.Key
BINDINGS: dict[Chord, str] = {
    (_K.Key_Up, False): "previous_slice",
    (_K.Key_Down, False): "next_slice",
    (_K.Key_PageUp, False): "back_ten",
    (_K.Key_PageDown, False): "on_ten",
    (_K.Key_Home, False): "first_slice",
    (_K.Key_End, False): "last_slice",
    (_K.Key_Left, False): "previous_series",
    (_K.Key_Right, False): "next_series",
    (_K.Key_F6, False): "next_view",
    (_K.Key_C, False): "toggle_cine",
    (_K.Key_R, False): "reset_view",
    (_K.Key_F, True): "fit",
    (_K.Key_0, False): "show_full_range",
    (_K.Key_QuoteLeft, False): "show_file_window",
    (_K.Key_9, True): "keep_user_window",
    (_K.Key_I, False): "toggle_inverted",
    (_K.Key_W, False): "drag_windows",
    (_K.Key_T, False): "drag_pans",
    (_K.Key_Z, False): "drag_zooms",
    (_K.Key_H, False): "drag_crosshair",
    (_K.Key_D, False): "drag_measures_distance",
    (_K.Key_Delete, False): "remove_last_measurement",
    (_K.Key_S, False): "toggle_mask",
    (_K.Key_Semicolon, False): "less_opaque",
    (_K.Key_Apostrophe, False): "more_opaque",
    (_K.Key_O, False): "toggle_outline",
    (_K.Key_BracketLeft, False): "smaller_tip",
    (_K.Key_BracketRight, False): "larger_tip",
    (_K.Key_Escape, False): "stop",
    (_K.Key_H, True): "toggle_names",
    (_K.Key_X, False): "toggle_crosshair",
    (_K.Key_L, False): "toggle_link",
    (_K.Key_L, True): "link_from_here",
}
"""Chord to the method of `ViewerCommands` that it calls. The presets 1 to 9 are not listed: they carry a number."""

_BY_POSITION = {
    "win32": {0x1A: _K.Key_BracketLeft, 0x1B: _K.Key_BracketRight, 0x27: _K.Key_Semicolon, 0x28: _K.Key_Apostrophe,
              0x29: _K.Key_QuoteLeft},
    "darwin": {33: _K.Key_BracketLeft, 30: _K.Key_BracketRight, 41: _K.Key_Semicolon, 39: _K.Key_Apostrophe,
               50: _K.Key_QuoteLeft},
    "linux": {34: _K.Key_BracketLeft, 35: _K.Key_BracketRight, 47: _K.Key_Semicolon, 48: _K.Key_Apostrophe,
              49: _K.Key_QuoteLeft},
}  # fmt: skip
"""Scan codes (on macOS virtual key codes) of the keys that lie where a US keyboard has these."""


def command(event: QKeyEvent) -> str | None:
    """The name of the method that a key press calls, by its character first, then by its position."""
    modifiers = event.modifiers() & ~(Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier)
    if modifiers not in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier):
        return None
    held = modifiers == Qt.KeyboardModifier.ControlModifier
    named = BINDINGS.get((Qt.Key(event.key()), held))
    if named is not None or held:
        return named
    code = event.nativeVirtualKey() if sys.platform == "darwin" else event.nativeScanCode()
    position = _BY_POSITION.get(sys.platform, {}).get(code)
    return BINDINGS.get((position, False)) if position is not None else None


def preset_number(event: QKeyEvent) -> int | None:
    """1 to 9 when that digit was pressed alone, on the row or the keypad."""
    alone = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier == Qt.KeyboardModifier.NoModifier
    number = event.key() - int(_K.Key_0)
    return number if alone and 1 <= number <= 9 else None
