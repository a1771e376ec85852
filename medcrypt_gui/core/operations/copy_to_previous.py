"""Copy to the previous slice: the label here becomes the label there."""

from __future__ import annotations

from medcrypt_gui.core.language import mark
from medcrypt_gui.core.operations.copy_slice import CopySlice


class CopyToPrevious(CopySlice):
    id = "copy_to_previous"
    title = mark("Copy to the previous slice")
    help = mark("Put the label of the shown slice into the previous slice of the active view, and go there.")
    keys = ("Ctrl+Up",)
    step = -1


OPERATION = CopyToPrevious()
