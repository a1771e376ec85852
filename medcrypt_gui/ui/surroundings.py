"""What the options of tools and operations may speak of, as the session has it: labels, and the range of the values."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.imaging.windowing import possible_range, sampled_range
from medcrypt_gui.core.mask.amount import length_unit
from medcrypt_gui.core.options import LabelNumber, Scale, option_hints
from medcrypt_gui.ui.session import Session
from medcrypt_gui.ui.widgets.option_editor import Surroundings

# The range of each volume, and of how many of its slices it is.
_ranges: WeakKeyDictionary[Volume, tuple[int, tuple[float, float]]] = WeakKeyDictionary()


def surroundings_of(session: Session, options_type: type[Any], with_values: bool = True) -> Surroundings:
    """Only what these options speak of: the range of a volume, too, is looked for only where it is shown."""
    hints = option_hints(options_type)
    labels = session.editor.table if session.editor is not None and _speaks_of_labels(options_type) else None
    volume = session.volume
    if volume is None:
        return Surroundings(labels)
    length = length_unit(volume.geometry)
    if not with_values or all(hint.scale is Scale.FIXED for _, hint in hints):
        return Surroundings(labels, length=length)
    return Surroundings(labels, *_range_of(volume), volume.unit, *possible_range(volume), length)


def _range_of(volume: Volume) -> tuple[float, float]:
    """Found once per volume, and again when more of its slices are there."""
    read = len(volume.stored) if volume.loaded is None else int(np.count_nonzero(volume.loaded))
    known = _ranges.get(volume)
    if known is None or known[0] != read:
        known = _ranges[volume] = read, sampled_range(volume)
    return known[1]


def _speaks_of_labels(options_type: type[Any]) -> bool:
    return any(isinstance(field.default, LabelNumber) for field, _ in option_hints(options_type))
