"""Item lists and restore records, byte by byte."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medcrypt_gui.core.errors import IntegrityError
from medcrypt_gui.core.protect.items import (
    decode_items,
    decode_record,
    encode_items,
    encode_record,
    padme_length,
    single,
)

items = st.lists(st.tuples(st.integers(1, 255), st.binary(max_size=40)), max_size=6).map(
    lambda pairs: tuple(sorted(pairs, key=lambda pair: pair[0]))
)


@settings(deadline=None)
@given(items)
def test_a_record_gives_its_items_back(pairs):
    assert decode_record(encode_record(pairs)) == pairs


@settings(deadline=None)
@given(items)
def test_a_list_gives_its_items_back(pairs):
    assert decode_items(encode_items(pairs)) == pairs


@settings(deadline=None)
@given(st.integers(2, 2**40))
def test_padding_costs_at_most_an_eighth(length):
    assert length <= padme_length(length) <= length * 1.12 + 1


@pytest.mark.parametrize(("length", "padded"), [(0, 0), (1, 1), (9, 10), (100, 104), (1000, 1024), (65537, 67584)])
def test_padded_lengths_are_those_of_padme(length, padded):
    assert padme_length(length) == padded


def test_an_item_is_its_type_its_length_and_its_bytes():
    assert encode_items([(3, b"ab")]) == b"\x03\x02\0\0\0\0\0\0\0ab"


@pytest.mark.parametrize(
    "record",
    [
        b"",
        b"\x01",
        b"\x01\xff\0\0\0\0\0\0\0ab",
        encode_items([(3, b"a"), (1, b"b")]) + bytes(9),
        encode_items([(3, b"a")]) + bytes(9) + b"\1",
        encode_items([(3, b"a")]),
    ],
    ids=["empty", "cut head", "cut value", "descending", "something behind the end", "no end"],
)
def test_a_malformed_record_is_refused(record):
    with pytest.raises(IntegrityError):
        decode_record(record)


def test_an_item_that_is_there_twice_is_refused():
    with pytest.raises(IntegrityError):
        single(((1, b"a"), (1, b"b")), 1)
