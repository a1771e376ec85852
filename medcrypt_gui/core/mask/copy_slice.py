"""One slice's region as that of a neighbour."""

from __future__ import annotations

import numpy as np

from medcrypt_gui.core.language import tr
from medcrypt_gui.core.mask.edit import Box, whole_box
from medcrypt_gui.core.mask.editor import Part
from medcrypt_gui.core.mask.sink import SinkMode
from medcrypt_gui.core.operations.base import Change, Subject


def copied(subject: Subject, step: int) -> Change:
    """The label in the shown slice, put into the slice ``step`` further on in place of what the label is there."""
    axis, here = subject.slice_axis, subject.slice_number
    region = subject.mask.labels[_slice(subject, here)] == subject.label
    return Change((Part(np.asarray(region), _slice(subject, here + step), SinkMode.SET),), "", (2 - axis, here + step))


def why_not_copied(subject: Subject, step: int) -> str:
    """Why there is nothing to copy, or nowhere to."""
    if not 0 <= subject.slice_number + step < subject.mask.geometry.shape[subject.slice_axis]:
        return tr("This is the last slice.") if step > 0 else tr("This is the first slice.")
    if not (subject.mask.labels[_slice(subject, subject.slice_number)] == subject.label).any():
        return tr("{name} is not in this slice.", name=subject.mask.table.active.name)
    return ""


def _slice(subject: Subject, number: int) -> Box:
    ranges = list(whole_box(subject.mask.geometry.shape))
    ranges[subject.slice_axis] = slice(number, number + 1)
    return ranges[0], ranges[1], ranges[2]
