"""Data sets as trees of elements."""

from __future__ import annotations

import contextlib
import io

import pydicom
import pytest
from builders.dicom import build_series
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset

from medcrypt_gui.core.errors import UnreadableFileError
from medcrypt_gui.core.protect.dicom_elements import new_element, parse_data_set, parse_file, serialise, walk


def nested_bytes(*, undefined: bool) -> bytes:
    inner, outer, top = Dataset(), Dataset(), Dataset()
    inner.ReferencedSOPInstanceUID = "1.2.3"
    outer.ReferencedSeriesSequence = [inner, Dataset()]
    outer.SeriesInstanceUID = "1.2"
    top.PatientName = "Muster^Erika"
    top.ReferencedStudySequence = [outer]
    top.Rows = 7
    for item in (top, outer):
        for element in item:
            if element.VR == "SQ":
                element.is_undefined_length = undefined
                for child in element.value:
                    child.is_undefined_length_sequence_item = undefined
    stream = pydicom.filebase.DicomBytesIO()
    stream.is_little_endian, stream.is_implicit_VR = True, False
    pydicom.filewriter.write_dataset(stream, top)
    return stream.getvalue()


@pytest.mark.parametrize("undefined", [True, False])
def test_nested_sequences_are_read_with_and_without_lengths(undefined):
    elements = parse_data_set(nested_bytes(undefined=undefined))
    (item,) = elements[0x00081110].items
    (series, empty) = item[0].items
    assert series[0].text == "1.2.3"
    assert empty == ()
    assert elements[0x00280010].u16() == 7


def test_what_is_written_pydicom_reads_alike():
    data = nested_bytes(undefined=True)
    written = serialise(parse_data_set(data).values())
    read = [pydicom.dcmread(io.BytesIO(b), force=True) for b in (data, written)]
    assert read[0].to_json() == read[1].to_json()


def test_elements_with_defined_lengths_are_written_as_they_were():
    data = nested_bytes(undefined=False)
    assert serialise(parse_data_set(data).values()) == data


def test_values_are_found_at_their_offsets(tmp_path):
    path = build_series(tmp_path, slices=1)[0]
    data = path.read_bytes()
    element = parse_file(data).data_set[0x7FE00010]
    assert data[element.value_start : element.value_start + 8] == element.raw[:8]
    assert element.raw == pydicom.dcmread(path).PixelData


def test_elements_can_be_removed_at_every_level():
    elements = parse_data_set(nested_bytes(undefined=True)).values()
    left = walk(elements, lambda element: None if element.vr == b"UI" else element)
    assert b"1.2" not in serialise(left)


@pytest.mark.parametrize(("vr", "padded"), [(b"UI", b"1\0"), (b"LO", b"1 "), (b"OB", b"1\0")])
def test_odd_values_are_padded_as_their_vr_demands(vr, padded):
    assert new_element(1, vr, "1").value == padded


@settings(deadline=None)
@given(st.integers(0, 400), st.integers(0, 7))
def test_no_damage_raises_anything_but_unreadable(position, bit):
    data = bytearray(nested_bytes(undefined=True))
    data[position % len(data)] ^= 1 << bit
    for damaged in (bytes(data), bytes(data[:position])):
        with contextlib.suppress(UnreadableFileError):
            parse_data_set(damaged)


def test_endless_nesting_is_refused():
    deep = b"\x08\0\x10\x11SQ\0\0\xff\xff\xff\xff\xfe\xff\0\xe0\xff\xff\xff\xff" * 5000
    with pytest.raises(UnreadableFileError, match="nested"):
        parse_data_set(deep)
