"""A journal gives back a state that the mask had, whatever happened to the file, or says why it does not."""

from __future__ import annotations

import numpy as np
import pytest
from builders.grids import grid
from builders.journal import SALT, SHAPE, Written, written
from fakes.memory_keys import SECRET
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from medcrypt_gui.core.errors import MedcryptError, UnreadableFileError, WrongKeyError
from medcrypt_gui.core.journal.kept_work import replayed, snapshot, subject_of
from medcrypt_gui.core.journal.record import Record, Subject, Voxels, encode
from medcrypt_gui.core.journal.seal import HEADER_BYTES, Ending, Header, Sealer, open_records
from medcrypt_gui.core.mask.labels import LabelTable, Overwrite
from medcrypt_gui.core.mask.packed_labels import PackedLabels
from medcrypt_gui.core.mask.roi_mask import RoiMask


@pytest.fixture(scope="module")
def journal() -> Written:
    return written(SECRET)


def test_the_last_state_comes_back_with_names_grid_and_paths(journal: Written) -> None:
    work = replayed(journal.content, SECRET)
    np.testing.assert_array_equal(work.mask.labels, journal.states[-1])
    assert work.mask.table[2].name == "Tumour of Mrs Example"
    assert work.mask.table[2].locked
    assert work.mask.geometry.same_grid(journal.geometry)
    assert work.subject.paths == ("/home/example/Mrs Example",)
    assert (work.when, work.ending) == (112.0, Ending.WHOLE)
    assert subject_of(journal.content, SECRET).identity == b"i" * 32


def test_cut_anywhere_it_gives_the_last_state_that_was_whole_before_the_cut(journal: Written) -> None:
    ends = (*journal.starts[1:], len(journal.content))
    for cut in range(len(journal.content)):
        whole = sum(end <= cut for end in ends)
        if whole == 0:
            with pytest.raises(UnreadableFileError):
                replayed(journal.content[:cut], SECRET)
            continue
        work = replayed(journal.content[:cut], SECRET)
        np.testing.assert_array_equal(work.mask.labels, journal.states[whole - 1])
        assert work.ending is (Ending.WHOLE if cut in ends else Ending.CUT)


def test_zeros_behind_it_as_a_power_cut_leaves_them_are_a_cut(journal: Written) -> None:
    work = replayed(journal.content + bytes(4096), SECRET)
    np.testing.assert_array_equal(work.mask.labels, journal.states[-1])
    assert work.ending is Ending.CUT


@pytest.mark.parametrize("secret", [SECRET, None])
def test_a_flipped_byte_anywhere_never_gives_labels_that_never_were(secret: bytes | None) -> None:
    journal = written(secret, edits=5)
    for place in range(len(journal.content)):
        spoiled = bytearray(journal.content)
        spoiled[place] ^= 0x41
        try:
            work = replayed(bytes(spoiled), secret)
        except (UnreadableFileError, WrongKeyError):
            assert place < journal.starts[1]
            continue
        before = sum(start <= place for start in journal.starts) - 1
        np.testing.assert_array_equal(work.mask.labels, journal.states[before - 1])
        assert work.ending is not Ending.WHOLE


def _records(journal: Written) -> list[bytes]:
    ends = (*journal.starts[1:], len(journal.content))
    return [journal.content[start:end] for start, end in zip(journal.starts, ends, strict=True)]


def test_records_in_another_order_twice_or_left_out_are_refused(journal: Written) -> None:
    head, records = journal.content[:HEADER_BYTES], _records(journal)
    swapped = [*records[:4], records[5], records[4], *records[6:]]
    doubled = [*records[:5], records[4], *records[5:]]
    without = [*records[:4], *records[5:]]
    for spoiled, good in ((swapped, 4), (doubled, 5), (without, 4)):
        contents, ending = open_records(head + b"".join(spoiled), SECRET)
        assert (len(contents), ending) == (good, Ending.DAMAGED)


def test_a_record_of_another_file_is_refused(journal: Written) -> None:
    other = written(SECRET, salt=bytes([1]) * 32)
    mixed = journal.content[:HEADER_BYTES] + _records(journal)[0] + b"".join(_records(other)[1:])
    contents, ending = open_records(mixed, SECRET)
    assert (len(contents), ending) == (1, Ending.DAMAGED)


def test_another_key_is_named_as_such_and_no_key_too(journal: Written) -> None:
    for secret in (bytes(32), None):
        with pytest.raises(WrongKeyError, match="no longer in the system's keyring"):
            replayed(journal.content, secret)


def test_what_is_no_journal_is_named_as_such() -> None:
    for content in (b"", b"\x89PNG" + bytes(100), Header.of(None, SALT).to_bytes()[:-1]):
        with pytest.raises(UnreadableFileError, match="no journal"):
            replayed(content, None)


def test_without_a_key_neither_names_nor_paths_are_in_the_file() -> None:
    journal = written(None)
    plain = b"".join(open_records(journal.content, None)[0])
    for content in (journal.content, plain):
        for told in (b"Example", b"Tumour", b"/home"):
            assert told not in content
    work = replayed(journal.content, None)
    np.testing.assert_array_equal(work.mask.labels, journal.states[-1])
    assert [one.name for one in work.mask.table] == ["ROI", "Label 2"]
    assert work.mask.table[2].locked
    assert work.subject.paths == ()


def test_with_a_key_nothing_can_be_read_in_the_file(journal: Written) -> None:
    for told in (b"Example", b"when", b"affine", b"Tumour"):
        assert told not in journal.content


def test_records_count_only_together_until_one_is_whole() -> None:
    geometry = grid(shape=SHAPE)
    sealer = Sealer(header := Header.of(None, SALT), None)
    subject = Subject(geometry, b"i")
    box = (slice(0, 2), slice(0, 10), slice(0, 12))
    ones = PackedLabels.of(np.ones((2, 10, 12), np.uint8))
    first = sealer.seal(encode(snapshot(RoiMask.empty(geometry), subject, 1.0), names=True))
    half = sealer.seal(encode(Record(2.0, Voxels(box, ones), whole=False), names=True))
    rest = sealer.seal(encode(Record(3.0, None, LabelTable(overwrite=Overwrite.NOTHING)), names=True))
    before = replayed(header.to_bytes() + first + half, None)
    assert not before.mask.labels.any()
    assert before.ending is Ending.CUT
    after = replayed(header.to_bytes() + first + half + rest, None)
    assert after.mask.labels.sum() == 240
    assert after.mask.table.overwrite is Overwrite.NOTHING


_LABELS = st.integers(0, 2**32 - 1).map(
    lambda seed: (np.random.default_rng(seed).integers(0, 4, SHAPE) ** 2 % 5).astype(np.uint8)
)


@settings(max_examples=60, deadline=None)
@given(st.lists(_LABELS, min_size=1, max_size=5), st.binary(min_size=32, max_size=32))
def test_any_masks_one_after_another_come_back_as_the_last_one(masks: list[NDArray[np.uint8]], salt: bytes) -> None:
    geometry = grid(shape=SHAPE)
    sealer = Sealer(header := Header.of(SECRET, salt), SECRET)
    content = header.to_bytes()
    for number, labels in enumerate(masks):
        content += sealer.seal(
            encode(snapshot(RoiMask(labels, geometry), Subject(geometry, b"i"), float(number)), names=True)
        )
        if number + 1 < len(masks):
            wiped = Voxels((slice(0, 6), slice(0, 10), slice(0, 12)), PackedLabels.of(np.zeros(SHAPE, np.uint8)))
            content += sealer.seal(encode(Record(0.0, wiped, whole=False), names=True))
    np.testing.assert_array_equal(replayed(content, SECRET).mask.labels, masks[-1])


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_content_that_was_sealed_by_somebody_else_is_refused_or_read_but_never_breaks(content: bytes) -> None:
    """Without a key anybody can seal a record: what it holds is not to be trusted."""
    sealer = Sealer(header := Header.of(None, SALT), None)
    first = encode(snapshot(RoiMask.empty(grid(shape=SHAPE)), Subject(grid(shape=SHAPE), b"i"), 1.0), names=True)
    for forged in (content, first[: len(content)] + content):
        with pytest.raises(MedcryptError):
            replayed(header.to_bytes() + sealer.seal(first) + sealer.seal(forged), None)


@pytest.mark.parametrize(
    ("good", "forged"),
    [
        (b'"box": [0, 0, 0, 0, 0, 0]', b'"box": [0, 9, 0, 9, 0, 99]'),
        (b'"box": [0, 0, 0, 0, 0, 0]', b'"box": [-3, 0, 0, 9, 0, 9]'),
        (b'"box": [0, 0, 0, 0, 0, 0]', b'"box": [0, 99999, 0, 99999, 0, 99999]'),
        (b'"shape": [6, 10, 12]', b'"shape": [99999, 99999, 99999]'),
        (b'"active": 1', b'"active": 7'),
        (b'"when": 1.0', b'"when": {}'),
        (b'"overwrite": "EVERYTHING"', b'"overwrite": "ANYTHING"'),
    ],
)
def test_forged_fields_are_refused(good: bytes, forged: bytes) -> None:
    geometry = grid(shape=SHAPE)
    first = encode(snapshot(RoiMask.empty(geometry), Subject(geometry, b"i"), 1.0), names=True)
    assert good in first
    changed = first[4:].replace(good, forged)
    length = int.from_bytes(first[:4], "little") + len(forged) - len(good)
    sealer = Sealer(header := Header.of(None, SALT), None)
    with pytest.raises(UnreadableFileError):
        replayed(header.to_bytes() + sealer.seal(length.to_bytes(4, "little") + changed), None)
