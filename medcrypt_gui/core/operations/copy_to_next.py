"""Copy to the next slice: the label here becomes the label there."""

from __future__ import annotations

from medcrypt_gui.core.language import mark
from medcrypt_gui.core.operations.copy_slice import CopySlice


class CopyToNext(CopySlice):
    id = "copy_to_next"
    title = mark("Copy to the next slice")
    help = mark("Put the label of the shown slice into the next slice of the active view, and go there.")
    keys = ("Ctrl+Down",)
    step = 1


OPERATION = CopyToNext()
