"""Restore records: what they say and what they refuse."""

from __future__ import annotations

import dataclasses

import pytest

from medcrypt_gui.core.errors import IntegrityError
from medcrypt_gui.core.protect.restore_record import Mode, OriginalRecord, Place, RegionRecord, is_safe_path

ORIGINAL = OriginalRecord(bytes(32), "a/b.dcm", Place(0, 2), "a/c.dcm", Mode.PATCH, (b"before", b"after"))
REGION = RegionRecord(bytes(32), Place(1, 2), "henon-w", b"mask", Mode.WHOLE, b"header")


def test_records_come_back():
    assert OriginalRecord.decode(ORIGINAL.encode()) == ORIGINAL
    assert RegionRecord.decode(REGION.encode()) == REGION


def test_a_whole_original_comes_back():
    whole = dataclasses.replace(ORIGINAL, mode=Mode.WHOLE, kept=(b"everything",))
    assert OriginalRecord.decode(whole.encode()) == whole


def test_a_name_that_is_not_unicode_comes_back():
    odd = dataclasses.replace(ORIGINAL, path="caf\udce9.dcm")
    assert OriginalRecord.decode(odd.encode()).path == "caf\udce9.dcm"


@pytest.mark.parametrize(
    "path",
    ["", "/etc/passwd", "../x", "a/../../x", "a//b", "./a", "c:x", "a\\b", "a\0b", "CON", "nul.dcm", "x/aux .y"],
)
def test_a_path_that_could_leave_its_folder_is_refused(path):
    assert not is_safe_path(path)
    with pytest.raises(IntegrityError):
        OriginalRecord.decode(dataclasses.replace(ORIGINAL, path=path).encode())


@pytest.mark.parametrize("path", ["a.dcm", "series 1/IM1", "1.2.840.1", "ü/ß.nii.gz", "console.dcm", "..a"])
def test_ordinary_paths_are_safe(path):
    assert is_safe_path(path)


def test_a_place_outside_its_series_is_refused():
    with pytest.raises(IntegrityError):
        OriginalRecord.decode(dataclasses.replace(ORIGINAL, place=Place(2, 2)).encode())


def test_a_record_does_not_show_the_exact_size_of_a_name():
    other = dataclasses.replace(ORIGINAL, path="a/bb.dcm")
    assert len(other.encode()) == len(ORIGINAL.encode())
