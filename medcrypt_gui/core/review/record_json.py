"""The record of a review as text that is kept beside a study: hashes, states, what reviewers typed; no patient."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from medcrypt_gui.core.errors import UnreadableFileError, UnsupportedInputError
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.mask.labels import Label, LabelTable
from medcrypt_gui.core.review.record import Decision, KeptMask, ReviewRecord
from medcrypt_gui.core.review.state import ReviewState

LARGEST_BYTES = 4 << 20
_VERSION = 1


def record_text(record: ReviewRecord, key: str) -> bytes:
    """The file's content; ``key`` is that of the series."""
    content = {
        "version": _VERSION,
        "series": key,
        "state": record.state.name.lower(),  # for readers of the file; the program works it out anew
        "comment": record.comment,
        "revision": record.revision,
        "saved": record.saved.isoformat() if record.saved is not None else None,
        "working": _mask_as_json(record.working),
        "decisions": [_decision_as_json(one) for one in record.decisions],
    }
    return json.dumps(content, indent=1).encode("ascii")  # names of files need not be proper text


def record_in(content: bytes, key: str) -> ReviewRecord:
    """The record of the series with that key.

    Raises `UnreadableFileError` for a damaged file or one of another series, `UnsupportedInputError` for a file of
    another version.
    """
    try:
        kept = json.loads(content.decode("utf-8"))
        version = kept["version"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise UnreadableFileError(tr("the record of the review is damaged")) from error
    if type(version) is int and version > _VERSION:
        raise UnsupportedInputError(tr("the record of the review was written by a newer version"))
    try:
        if version != _VERSION or not isinstance(kept["decisions"], list):
            raise ValueError("decisions are a list")
        if kept["series"] != key:
            raise UnreadableFileError(tr("the record of the review belongs to another series"))
        return ReviewRecord(
            working=_mask_in(kept["working"]),
            decisions=tuple(_decision_in(one) for one in kept["decisions"]),
            comment=_text(kept["comment"]),
            saved=_time(kept["saved"]) if kept["saved"] is not None else None,
            revision=_whole(kept.get("revision", 0)),
        )
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise UnreadableFileError(tr("the record of the review is damaged")) from error


def _decision_as_json(one: Decision) -> dict[str, Any]:
    return {
        "state": one.state.name.lower(),
        "version": one.version,
        "when": one.when.isoformat(),
        "reviewer": one.reviewer,
        "comment": one.comment,
        "mask": _mask_as_json(one.mask),
        "image": one.image,
    }


def _decision_in(kept: dict[str, Any]) -> Decision:
    return Decision(
        state=ReviewState[_text(kept["state"]).upper()],
        version=_whole(kept["version"]),
        mask=_mask_in(kept["mask"]),
        when=_time(kept["when"]),
        reviewer=_text(kept["reviewer"]),
        comment=_text(kept["comment"]),
        image=_text(kept.get("image", "")),
    )


def _mask_as_json(mask: KeptMask | None) -> dict[str, Any] | None:
    if mask is None:
        return None
    labels = [
        {"number": one.number, "name": one.name, "colour": list(one.colour), "in_roi": one.in_roi} for one in mask.table
    ]
    return {"file": mask.file, "sha256": mask.sha256, "volume_ml": mask.volume_ml, "labels": labels}


def _mask_in(kept: dict[str, Any] | None) -> KeptMask | None:
    if kept is None:
        return None
    table = LabelTable(tuple(_label_in(one) for one in kept["labels"]))
    return KeptMask(_text(kept["file"]), _text(kept["sha256"]), table, float(kept["volume_ml"]))


def _label_in(kept: dict[str, Any]) -> Label:
    red, green, blue = (_whole(part) for part in kept["colour"])
    if not all(0 <= part <= 255 for part in (red, green, blue)) or type(kept["in_roi"]) is not bool:
        raise ValueError("a label has a colour, and counts to the ROI or not")
    return Label(_whole(kept["number"]), _text(kept["name"]), (red, green, blue), in_roi=kept["in_roi"])


def _time(kept: object) -> datetime:
    when = datetime.fromisoformat(_text(kept))
    if when.tzinfo is None:
        raise ValueError("a time without its zone")
    return when.astimezone(UTC)


def _text(kept: object) -> str:
    if not isinstance(kept, str):
        raise TypeError("text was expected")
    return kept


def _whole(kept: object) -> int:
    if type(kept) is not int:
        raise TypeError("a whole number was expected")
    return kept
