"""Headers that lie: what they describe is shown rightly, or refused with the reason."""

from __future__ import annotations

import struct
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from builders.dicom import build_series, phantom
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    RLELossless,
)

from medcrypt_gui.adapters.images.dicom import DicomReader
from medcrypt_gui.core.errors import InputError
from medcrypt_gui.core.imaging.series import Series
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.imaging.windowing import default_window, window_to_grey
from medcrypt_gui.core.task import TaskContext

READER = DicomReader()
ROWS, COLUMNS = 32, 40
VOXELS = phantom(1, ROWS, COLUMNS)


def built(folder: Path, **tags: Any) -> Path:
    (path,) = build_series(folder, voxels=VOXELS, **tags)
    return path


def changed(path: Path, **tags: Any) -> Path:
    dataset = pydicom.dcmread(path)
    for keyword, value in tags.items():
        setattr(dataset, keyword, value)
    dataset.save_as(path)
    return path


def compressed(path: Path, syntax: str = RLELossless) -> Path:
    dataset = pydicom.dcmread(path)
    dataset.compress(syntax)
    dataset.save_as(path)
    return path


def load(path: Path) -> tuple[Series, Volume]:
    result = READER.find([path], TaskContext())
    assert not result.unreadable, result.unreadable[0].reason.detail
    (series,) = result.series
    return series, READER.load(series, TaskContext())


def refusal(path: Path) -> str:
    result = READER.find([path], TaskContext())
    if result.unreadable:
        return result.unreadable[0].reason.detail
    with pytest.raises(InputError) as raised:
        READER.load(result.series[0], TaskContext())
    return raised.value.detail


def said_syntax(path: Path, syntax: str) -> Path:
    """The same file under another transfer syntax than it is written in."""
    meta = pydicom.dcmread(path).file_meta.TransferSyntaxUID
    old, new = str(meta).encode(), str(syntax).encode()
    content = path.read_bytes()
    begin = content.index(b"\x02\0\x10\0UI")
    (length,) = struct.unpack_from("<H", content, begin + 6)
    assert content[begin + 8 : begin + 8 + len(old)] == old
    padded = new + b"\0" * (len(new) % 2)
    changed = content[: begin + 6] + struct.pack("<H", len(padded)) + padded + content[begin + 8 + length :]
    # The group length of the meta information.
    at = 132 + 8
    (group,) = struct.unpack_from("<I", changed, at)
    path.write_bytes(changed[:at] + struct.pack("<I", group + len(padded) - length) + changed[at + 4 :])
    return path


# Sizes


@pytest.mark.parametrize("tags", [{"Rows": ROWS + 1}, {"Columns": COLUMNS + 1}, {"NumberOfFrames": 2}])
def test_fewer_pixels_than_promised_are_refused(tmp_path: Path, tags: dict[str, int]) -> None:
    assert "cut off" in refusal(changed(built(tmp_path), **tags))


@pytest.mark.parametrize("tags", [{"Rows": ROWS - 3}, {"Columns": COLUMNS - 3}])
def test_more_pixels_than_described_are_refused(tmp_path: Path, tags: dict[str, int]) -> None:
    assert "the file holds" in refusal(changed(built(tmp_path), **tags))


def test_more_images_than_promised_are_said_and_the_promised_ones_shown(tmp_path: Path) -> None:
    path = built(tmp_path)
    series, volume = load(changed(path, PixelData=VOXELS.tobytes() * 3))
    np.testing.assert_array_equal(volume.stored, VOXELS)
    assert any("more images" in note for note in series.notes)


@pytest.mark.parametrize("padding", [1, 2, 13, 512, 4096])
def test_zeros_behind_the_pixels_are_passed_over(tmp_path: Path, padding: int) -> None:
    series, volume = load(changed(built(tmp_path), PixelData=VOXELS.tobytes() + b"\0" * padding))
    np.testing.assert_array_equal(volume.stored, VOXELS)
    assert not series.notes


@pytest.mark.parametrize("value", ["", "0", "1A"])
def test_a_number_of_frames_that_is_none_means_one(tmp_path: Path, value: str) -> None:
    path = changed(built(tmp_path), NumberOfFrames="10")
    path.write_bytes(path.read_bytes().replace(b"IS\x02\x0010", b"IS\x02\0" + value.ljust(2).encode()))
    np.testing.assert_array_equal(load(path)[1].stored, VOXELS)


@pytest.mark.parametrize("frames", [-1, 1 << 30])
def test_absurd_numbers_of_frames_are_refused(tmp_path: Path, frames: int) -> None:
    assert refusal(changed(built(tmp_path), NumberOfFrames=frames))


@pytest.mark.parametrize("syntax", [None, RLELossless, JPEG2000Lossless, DeflatedExplicitVRLittleEndian])
def test_absurd_sizes_are_refused_before_anything_is_allocated(tmp_path: Path, syntax: str | None) -> None:
    path = built(tmp_path)
    if syntax == DeflatedExplicitVRLittleEndian:
        dataset = pydicom.dcmread(path)
        dataset.file_meta.TransferSyntaxUID = syntax
        dataset.save_as(path)
    elif syntax is not None:
        compressed(path, syntax)
    changed(path, Rows=65535, Columns=65535)
    tracemalloc.start()
    try:
        assert refusal(path)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_a_compressed_image_of_another_size_is_refused(tmp_path: Path) -> None:
    assert "40 x 64 pixels, the compressed image is 40 x 32" in refusal(
        changed(compressed(built(tmp_path), JPEG2000Lossless), Rows=ROWS * 2)
    )


def test_more_frames_than_compressed_images_are_refused(tmp_path: Path) -> None:
    assert "promises 3 images" in refusal(changed(compressed(built(tmp_path)), NumberOfFrames=3))


# Samples


@pytest.mark.parametrize(
    "tags",
    [
        {"BitsStored": 17, "HighBit": 16},
        {"BitsStored": 0, "BitsAllocated": 12},
        {"PixelRepresentation": 2},
        {"SamplesPerPixel": 3},
        {"PhotometricInterpretation": "RGB"},
        {"BitsAllocated": 24, "BitsStored": 24, "HighBit": 23},
        {"Rows": 0},
    ],
)
def test_contradictions_about_the_samples_are_refused(tmp_path: Path, tags: dict[str, Any]) -> None:
    detail = refusal(changed(built(tmp_path), **tags))
    assert any(words in detail for words in ("contradicts itself", "not supported"))


@pytest.mark.parametrize("high", [0, 3, 16, 200])
def test_a_high_bit_that_cannot_be_is_that_of_the_stored_bits(tmp_path: Path, high: int) -> None:
    np.testing.assert_array_equal(load(changed(built(tmp_path), HighBit=high))[1].stored, VOXELS)


def test_colours_by_plane_are_read_as_colours_by_pixel(tmp_path: Path) -> None:
    colours = np.random.default_rng(3).integers(0, 256, (4, 5, 3), dtype=np.uint8)
    (path,) = build_series(tmp_path, voxels=colours[None, ..., 0], bits_stored=8)
    rgb = {"SamplesPerPixel": 3, "PhotometricInterpretation": "RGB", "PlanarConfiguration": 1}
    _, volume = load(changed(path, PixelData=colours.transpose(2, 0, 1).tobytes(), **rgb))
    np.testing.assert_array_equal(volume.rgb[0], colours)


def test_floats_that_are_no_numbers_are_black(tmp_path: Path) -> None:
    path = built(tmp_path)
    dataset = pydicom.dcmread(path)
    values = np.array([[np.nan, 0.0], [1.0, np.inf]], np.float32)
    for gone in ("PixelData", "BitsStored", "HighBit", "PixelRepresentation"):
        del dataset[gone]
    dataset.Rows = dataset.Columns = 2
    dataset.BitsAllocated, dataset.FloatPixelData = 32, values.tobytes()
    dataset.save_as(path)
    _, volume = load(path)
    np.testing.assert_array_equal(volume.stored[0], values)
    grey = window_to_grey(volume.stored[0], 1, 0, default_window(volume))
    assert grey.ravel().tolist() == [0, 0, 255, 255]


# Transfer syntaxes


def test_implicit_data_under_an_explicit_name_are_read(tmp_path: Path) -> None:
    path = built(tmp_path, transfer_syntax=ImplicitVRLittleEndian)
    np.testing.assert_array_equal(load(said_syntax(path, ExplicitVRLittleEndian))[1].stored, VOXELS)


def test_explicit_data_under_an_implicit_name_are_read(tmp_path: Path) -> None:
    path = said_syntax(built(tmp_path), ImplicitVRLittleEndian)
    np.testing.assert_array_equal(load(path)[1].stored, VOXELS)


@pytest.mark.parametrize("true", [RLELossless, JPEG2000Lossless])
@pytest.mark.parametrize("said", [ExplicitVRLittleEndian, JPEGBaseline8Bit, RLELossless, JPEG2000Lossless])
def test_compressed_data_are_decoded_as_what_they_are(tmp_path: Path, true: str, said: str) -> None:
    path = said_syntax(compressed(built(tmp_path), true), said)
    np.testing.assert_array_equal(load(path)[1].stored, VOXELS)


def test_plain_data_under_the_name_of_a_compression_are_read(tmp_path: Path) -> None:
    path = said_syntax(built(tmp_path), RLELossless)
    np.testing.assert_array_equal(load(path)[1].stored, VOXELS)


def test_a_codestream_without_fragments_is_refused(tmp_path: Path) -> None:
    path = compressed(built(tmp_path), JPEG2000Lossless)
    dataset = pydicom.dcmread(path)
    dataset.PixelData = dataset.PixelData[16:]
    dataset["PixelData"].is_undefined_length = False
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.save_as(path)
    assert "cut off" in refusal(path)
    assert "without fragments" in refusal(said_syntax(path, JPEG2000Lossless))


def test_a_file_without_meta_information_is_read(tmp_path: Path) -> None:
    path = built(tmp_path, transfer_syntax=ImplicitVRLittleEndian)
    content = path.read_bytes()
    (group,) = struct.unpack_from("<I", content, 140)
    path.write_bytes(content[144 + group :])
    np.testing.assert_array_equal(load(path)[1].stored, VOXELS)


@pytest.mark.parametrize("syntax", [RLELossless, JPEG2000Lossless])
def test_a_missing_delimiter_behind_whole_fragments_is_forgiven(tmp_path: Path, syntax: str) -> None:
    path = compressed(built(tmp_path), syntax)
    content = path.read_bytes()
    assert content.endswith(b"\xfe\xff\xdd\xe0\0\0\0\0")
    path.write_bytes(content[:-8])
    np.testing.assert_array_equal(load(path)[1].stored, VOXELS)


def test_an_odd_length_of_pixel_data_is_read(tmp_path: Path) -> None:
    voxels = np.arange(9, dtype=np.uint8).reshape(1, 3, 3)
    (path,) = build_series(tmp_path, voxels=voxels, bits_stored=8)
    content = path.read_bytes()
    at = content.index(b"\xe0\x7f\x10\x00OB") + 8
    path.write_bytes(content[:at] + struct.pack("<I", 9) + content[at + 4 : at + 13])
    np.testing.assert_array_equal(load(path)[1].stored, voxels)
