"""The keys of the viewer. Keys that are dead or need AltGr on some keyboards have a second binding by position."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from medcrypt_gui.core.language import mark
from medcrypt_gui.ui.bindings import Bindable, mapping_of

_SLICES, _WINDOW, _LEFT = mark("Slices and series"), mark("Window"), mark("Left button")
_MASK, _VIEW, _MEASURE = mark("Mask and tools"), mark("Views"), mark("Measurements")

VIEW_KEYS = (
    Bindable("previous_slice", mark("Previous slice"), _SLICES, ("Up",)),
    Bindable("next_slice", mark("Next slice"), _SLICES, ("Down",)),
    Bindable("back_ten", mark("Ten slices back"), _SLICES, ("PgUp",)),
    Bindable("on_ten", mark("Ten slices on"), _SLICES, ("PgDown",)),
    Bindable("first_slice", mark("First slice"), _SLICES, ("Home",)),
    Bindable("last_slice", mark("Last slice"), _SLICES, ("End",)),
    Bindable("previous_series", mark("Previous series"), _SLICES, ("Left",)),
    Bindable("next_series", mark("Next series"), _SLICES, ("Right",)),
    Bindable("toggle_cine", mark("Play the slices, or stop"), _SLICES, ("C",)),
    Bindable("toggle_link", mark("Link scrolling of series side by side, or not"), _SLICES, ("L",)),
    Bindable("link_from_here", mark("Link scrolling from here"), _SLICES, ("Ctrl+L",)),
    Bindable("next_view", mark("Next view"), _VIEW, ("F6",)),
    Bindable("reset_view", mark("Reset the view"), _VIEW, ("R",)),
    Bindable("fit", mark("Fit the views"), _VIEW, ("Ctrl+F",)),
    Bindable("toggle_names", mark("Hide or show names"), _VIEW, ("Ctrl+H",)),
    Bindable("toggle_crosshair", mark("Hide or show the crosshair"), _VIEW, ("X",)),
    Bindable("stop", mark("Take the stroke or shape back; stop playing; discard what is suggested"), _VIEW, ("Esc",)),
    Bindable("preset_1", mark("CT: soft tissue"), _WINDOW, ("1",)),
    Bindable("preset_2", mark("CT: lung"), _WINDOW, ("2",)),
    Bindable("preset_3", mark("CT: liver"), _WINDOW, ("3",)),
    Bindable("preset_4", mark("CT: bone"), _WINDOW, ("4",)),
    Bindable("preset_5", mark("CT: brain"), _WINDOW, ("5",)),
    Bindable("preset_6", mark("CT: mediastinum"), _WINDOW, ("6",)),
    Bindable("preset_7", mark("CT: stroke"), _WINDOW, ("7",)),
    Bindable("preset_8", mark("CT: vessel"), _WINDOW, ("8",)),
    Bindable("preset_9", mark("Your own window"), _WINDOW, ("9",)),
    Bindable("keep_user_window", mark("Keep the present window as your own"), _WINDOW, ("Ctrl+9",)),
    Bindable("show_full_range", mark("Full range"), _WINDOW, ("0",)),
    Bindable("show_file_window", mark("The file's own window"), _WINDOW, ("`",)),
    Bindable("show_automatic_window", mark("Automatic window"), _WINDOW, ()),
    Bindable("toggle_inverted", mark("Invert"), _WINDOW, ("I",)),
    Bindable("drag_windows", mark("Window and level"), _LEFT, ("W",)),
    Bindable("drag_windows_box", mark("Window from a box"), _LEFT, ("Shift+W",)),
    Bindable("drag_pans", mark("Pan"), _LEFT, ("T",)),
    Bindable("drag_zooms", mark("Zoom"), _LEFT, ("Z",)),
    Bindable("drag_crosshair", mark("Crosshair"), _LEFT, ("H",)),
    Bindable("drag_measures_distance", mark("Distance"), _LEFT, ("D",)),
    Bindable("drag_measures_angle", mark("Angle"), _LEFT, ("A",)),
    Bindable("drag_measures_ellipse", mark("Ellipse"), _LEFT, ()),
    Bindable("drag_measures_rectangle", mark("Rectangle"), _LEFT, ()),
    Bindable(
        "remove_measurement",
        mark("Remove the point under the pointer, or the selected or last measurement"),
        _MEASURE,
        ("Del",),
    ),
    Bindable("remove_all_measurements", mark("Remove all measurements"), _MEASURE, ()),
    Bindable("complete", mark("Complete the shape; accept what is suggested"), _MASK, ("Return", "Enter")),
    Bindable("toggle_mask", mark("Hide or show the mask"), _MASK, ("S",)),
    Bindable("toggle_outline", mark("Mask as an outline or filled"), _MASK, ("O",)),
    Bindable("less_opaque", mark("Mask fainter"), _MASK, (";",)),
    Bindable("more_opaque", mark("Mask stronger"), _MASK, ("'",)),
    Bindable("smaller_tip", mark("Smaller tip"), _MASK, ("[",)),
    Bindable("larger_tip", mark("Larger tip"), _MASK, ("]",)),
    Bindable("drop_point", mark("Drop the last point"), _MASK, ("Backspace",)),
    Bindable("paste_shape", mark("Paste the last polygon into this slice"), _MASK, ("Ctrl+V",)),
)
"""The name is that of the method of `ViewerCommands`; ``preset_3`` is `apply_preset` with that number."""

_BY_POSITION = {
    "win32": {0x1A: "[", 0x1B: "]", 0x27: ";", 0x28: "'", 0x29: "`"},
    "darwin": {33: "[", 30: "]", 41: ";", 39: "'", 50: "`"},
    "linux": {34: "[", 35: "]", 47: ";", 48: "'", 49: "`"},
}
"""Scan codes (on macOS virtual key codes) of the keys that lie where a US keyboard has these."""


_NAMES = frozenset(one.name for one in VIEW_KEYS)


class KeyMap:
    """Which command a key press in the views means."""

    def __init__(self) -> None:
        self._commands: Mapping[str, str] = mapping_of({one.name: one.keys for one in VIEW_KEYS})

    def use(self, commands: Mapping[str, str]) -> None:
        """From now on these portable key texts mean these commands.

        Those of the window are left out: they are not for the views, not even while the window has them disabled.
        """
        self._commands = {key: name for key, name in commands.items() if name in _NAMES}

    def command(self, event: QKeyEvent) -> str | None:
        """By the press as it is, then without Shift (which some characters need), then by the key's position."""
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        plain = modifiers & ~Qt.KeyboardModifier.ShiftModifier
        for held in (modifiers, plain):
            named = self._commands.get(key_text(event.key(), held))
            if named is not None:
                return named
        if plain != Qt.KeyboardModifier.NoModifier:
            return None
        code = event.nativeVirtualKey() if sys.platform == "darwin" else event.nativeScanCode()
        return self._commands.get(_BY_POSITION.get(sys.platform, {}).get(code, ""))


def key_text(key: int, modifiers: Qt.KeyboardModifier) -> str:
    """The portable text of a key press, as ``Ctrl+H``; empty for a key that has none."""
    try:
        return QKeySequence(QKeyCombination(modifiers, Qt.Key(key))).toString(QKeySequence.SequenceFormat.PortableText)
    except ValueError:  # a key that Qt has no name for
        return ""
