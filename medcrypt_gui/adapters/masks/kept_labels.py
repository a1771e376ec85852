"""The labels of a mask as one line of text, for formats that hold numbers only."""

from __future__ import annotations

import json
from typing import Any

from medcrypt_gui.core.mask.labels import MOST_LABELS, LabelTable
from medcrypt_gui.core.mask.mask_file import StoredLabel

_KEY = "medcrypt_labels"
_LONGEST = 1 << 20
_LONGEST_NAME = 256


def written(table: LabelTable) -> str:
    """Numbers, names, colours, and which of them belong to the ROI, as JSON."""
    labels = [
        {"number": one.number, "name": one.name, "colour": list(one.colour), "in_roi": one.in_roi} for one in table
    ]
    return json.dumps({_KEY: labels})


def read(text: str) -> tuple[StoredLabel, ...]:
    """What `written` wrote; nothing where the text is something else or damaged."""
    if _KEY not in text or len(text) > _LONGEST:
        return ()
    try:
        entries = json.loads(text.strip("\0 \n"))[_KEY]
        labels = [_label(entry) for entry in entries]
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return ()
    return tuple({label.number: label for label in labels}.values())


def _label(entry: dict[str, Any]) -> StoredLabel:
    number, colour = int(entry["number"]), tuple(int(part) for part in entry["colour"])
    if not 1 <= number <= MOST_LABELS or len(colour) != 3 or not all(0 <= part <= 255 for part in colour):
        raise ValueError("no label")
    name, in_roi = entry["name"], entry["in_roi"]
    if not isinstance(name, str) or not isinstance(in_roi, bool):
        raise ValueError("no label")
    printable = "".join(character for character in name if character.isprintable())
    return StoredLabel(number, printable[:_LONGEST_NAME] or None, (colour[0], colour[1], colour[2]), in_roi)
