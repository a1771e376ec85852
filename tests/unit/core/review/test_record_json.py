"""The record comes back as it was written; anything else is damaged, and never half believed."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from builders.review import MONDAY, decision, record

from medcrypt_gui.core.errors import UnreadableFileError, UnsupportedInputError
from medcrypt_gui.core.mask.labels import Label, LabelTable
from medcrypt_gui.core.review.record import KeptMask, ReviewRecord
from medcrypt_gui.core.review.record_json import record_in, record_text
from medcrypt_gui.core.review.state import ReviewState

TABLE = LabelTable((Label(1, "Gehirn ü", (1, 2, 3)), Label(9, "x", (255, 0, 0), in_roi=False)))
FULL = replace(
    record(decision(ReviewState.REJECTED, None), decision(ReviewState.APPROVED, reviewer="Žofie Ω")),
    working=KeptMask("A\udcff.medcrypt-mask.nii.gz", "b" * 64, TABLE, 12.345),
    comment="=2+2\nsecond line",
)


@pytest.mark.parametrize("made", [ReviewRecord(), FULL, replace(FULL, working=None)])
def test_it_comes_back_as_it_was(made: ReviewRecord) -> None:
    assert record_in(record_text(made, "key"), "key") == made


def test_the_state_in_the_file_is_for_readers_only() -> None:
    kept = json.loads(record_text(FULL, "key"))
    assert kept["state"] == "in_progress"
    kept["state"] = "approved"
    assert record_in(json.dumps(kept).encode(), "key").state is ReviewState.IN_PROGRESS


def test_a_record_of_another_series_is_refused() -> None:
    with pytest.raises(UnreadableFileError, match="another series"):
        record_in(record_text(FULL, "key"), "other")


def test_a_newer_version_is_not_damaged() -> None:
    with pytest.raises(UnsupportedInputError, match="newer"):
        record_in(b'{"version": 2}', "key")


@pytest.mark.parametrize("content", [b"", b"\xff", b"[]", b"null", b"{}", b'{"version": 1}', b"[" * 100_000])
def test_what_is_no_record_is_damaged(content: bytes) -> None:
    with pytest.raises(UnreadableFileError, match="damaged"):
        record_in(content, "key")


def _set(kept: dict[str, Any], path: str, value: object) -> None:
    *steps, last = path.split(".")
    for step in steps:
        kept = kept[int(step)] if step.isdigit() else kept[step]
    kept[last] = value


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("version", "1"),
        ("version", 0),
        ("comment", 1),
        ("saved", "yesterday"),
        ("saved", "2026-01-01T00:00:00"),
        ("working", 3),
        ("working.file", "../../secret"),
        ("working.sha256", "zz"),
        ("working.volume_ml", "much"),
        ("working.volume_ml", float("nan")),
        ("working.labels", []),
        ("working.labels.0.number", 0),
        ("working.labels.0.number", True),
        ("working.labels.0.colour", [1, 2, 256]),
        ("working.labels.0.in_roi", "no"),
        ("decisions", {}),
        ("decisions.1.state", "blessed"),
        ("decisions.1.version", 0),
        ("decisions.1.version", 1.0),
        ("decisions.1.mask", None),
        ("decisions.1.when", 5),
        ("decisions.1.reviewer", None),
        ("decisions.1.image", 7),
        ("revision", -1),
        ("revision", "1"),
    ],
)
def test_a_damaged_field_damages_the_record(path: str, value: object) -> None:
    kept = json.loads(record_text(FULL, "key"))
    _set(kept, path, value)
    with pytest.raises(UnreadableFileError, match="damaged"):
        record_in(json.dumps(kept).encode(), "key")


def test_times_of_other_zones_are_understood() -> None:
    kept = json.loads(record_text(FULL, "key"))
    kept["saved"] = "2026-03-02T09:30:00+01:00"
    assert record_in(json.dumps(kept).encode(), "key").saved == MONDAY
