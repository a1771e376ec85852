"""What the options of tools and operations may speak of, as the session has it: labels, and the range of the values."""

from __future__ import annotations

from typing import Any

from medcrypt_gui.core.imaging.windowing import full_range
from medcrypt_gui.core.options import LabelNumber, Scale, option_hints
from medcrypt_gui.ui.session import Session
from medcrypt_gui.ui.widgets.option_editor import Surroundings


def surroundings_of(session: Session, options_type: type[Any]) -> Surroundings:
    """Only what these options speak of: looking for the range of a volume takes a moment."""
    hints = option_hints(options_type)
    labels = session.editor.table if session.editor is not None and _speaks_of_labels(options_type) else None
    if session.volume is None or all(hint.scale is Scale.FIXED for _, hint in hints):
        return Surroundings(labels)
    values = full_range(session.volume)
    lowest, highest = values.level - values.width / 2, values.level + values.width / 2
    return Surroundings(labels, lowest, highest, session.volume.unit)


def _speaks_of_labels(options_type: type[Any]) -> bool:
    return any(isinstance(field.default, LabelNumber) for field, _ in option_hints(options_type))
