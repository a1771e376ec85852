"""PNG, JPEG, TIFF and BMP as images: the pixels that OpenCV sees, and nothing believed that the file does not say."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from builders.plain_formats import voxels
from PIL import Image, PngImagePlugin

from medcrypt_gui.adapters.images.picture import PictureReader
from medcrypt_gui.core.errors import UnreadableFileError, UnsupportedInputError
from medcrypt_gui.core.task import TaskContext

READER = PictureReader()


def find(path):
    assert READER.recognises(path)
    return READER.find([path], TaskContext())


def only_series(path):
    found = find(path)
    assert not found.unreadable, found.unreadable[0].reason.detail
    return found.series[0]


def loaded(path):
    return READER.load(only_series(path), TaskContext())


def saved(path, array, **options):
    Image.fromarray(array).save(path, **options)
    return path


GREY, RGB = voxels(np.uint8, (7, 9)), voxels(np.uint8, (7, 9, 3))


@pytest.mark.parametrize("ending", [".png", ".tif", ".bmp", ".jpg"])
def test_grey_pictures_are_read_as_opencv_reads_them(tmp_path, ending):
    path = saved(tmp_path / f"picture{ending}", GREY)
    np.testing.assert_array_equal(loaded(path).stored[0], cv2.imread(str(path), cv2.IMREAD_UNCHANGED))
    assert loaded(path).rgb is None


@pytest.mark.parametrize("ending", [".png", ".tif", ".bmp"])
def test_colours_are_read_as_opencv_reads_them(tmp_path, ending):
    volume = loaded(saved(tmp_path / f"picture{ending}", RGB))
    np.testing.assert_array_equal(volume.rgb[0], RGB)
    np.testing.assert_array_equal(volume.stored[0], cv2.cvtColor(RGB, cv2.COLOR_RGB2GRAY))


def test_a_jpeg_is_read_within_the_rounding_of_its_transform(tmp_path):
    smooth = np.stack([np.add.outer(np.arange(40), np.arange(60)) + k for k in (0, 40, 80)], -1).astype(np.uint8)
    path = saved(tmp_path / "picture.jpeg", smooth, quality=95)
    theirs = cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)
    assert np.abs(loaded(path).rgb[0].astype(int) - theirs).max() <= 3


@pytest.mark.parametrize("ending", [".png", ".tif"])
def test_sixteen_bits_stay_sixteen_bits(tmp_path, ending):
    array = voxels(np.uint16, (7, 9))
    volume = loaded(saved(tmp_path / f"picture{ending}", array))
    assert volume.stored.dtype == np.uint16
    np.testing.assert_array_equal(volume.stored[0], array)


@pytest.mark.parametrize("dtype", [np.int32, np.float32])
def test_a_tiff_of_long_or_broken_numbers_is_read(tmp_path, dtype):
    array = voxels(dtype, (7, 9))
    np.testing.assert_array_equal(loaded(saved(tmp_path / "picture.tif", array)).stored[0], array)


def test_a_big_endian_tiff_is_read(tmp_path):
    array = voxels(np.uint16, (7, 9)).astype(">u2")
    path = tmp_path / "picture.tif"
    tags = [(256, 9), (257, 7), (258, 16), (259, 1), (262, 1), (273, 200), (277, 1), (278, 7), (279, 126)]
    entries = b"".join(tag.to_bytes(2, "big") + b"\0\4\0\0\0\1" + value.to_bytes(4, "big") for tag, value in tags)
    head = b"MM\0*\0\0\0\x08" + len(tags).to_bytes(2, "big") + entries + bytes(4)
    path.write_bytes(head.ljust(200, b"\0") + array.tobytes())
    np.testing.assert_array_equal(loaded(path).stored[0], array)


def test_a_tiff_where_zero_is_white_is_shown_so(tmp_path):
    array = voxels(np.uint16, (7, 9))
    path = saved(tmp_path / "picture.tif", array, tiffinfo={262: 0})
    assert loaded(path).inverted
    np.testing.assert_array_equal(loaded(path).stored[0], array)


@pytest.mark.parametrize("mode", ["1", "P", "LA", "RGBA", "CMYK"])
def test_other_kinds_become_grey_or_colours(tmp_path, mode):
    image = Image.fromarray(RGB).convert(mode)
    path = tmp_path / ("picture.tif" if mode == "CMYK" else "picture.png")
    image.save(path)
    volume = loaded(path)
    if mode == "1":
        np.testing.assert_array_equal(volume.stored[0], np.asarray(image).astype(np.uint8) * 255)
    else:
        np.testing.assert_array_equal(volume.rgb[0], np.asarray(image.convert("RGB")))


def test_what_is_transparent_lies_on_black(tmp_path):
    array = np.full((4, 4, 4), 200, np.uint8)
    array[:2, :, 3], array[2:, :, 3] = 0, 255
    volume = loaded(saved(tmp_path / "picture.png", array))
    assert (volume.rgb[0, :2] == 0).all()
    assert (volume.rgb[0, 2:] == 200).all()


@pytest.mark.parametrize("ending", [".jpg", ".png", ".tif"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_photograph_stands_upright(tmp_path, ending, orientation):
    array = np.zeros((16, 32), np.uint8)
    array[:8, :8] = 255
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = saved(tmp_path / f"picture{ending}", array, exif=exif, dpi=(254, 127))
    series, volume = only_series(path), loaded(path)
    corners = {1: (0, 0), 2: (0, -1), 3: (-1, -1), 4: (-1, 0), 5: (0, 0), 6: (0, -1), 7: (-1, -1), 8: (-1, 0)}
    shape = (16, 32) if orientation < 5 else (32, 16)
    assert volume.stored.shape[1:] == series.geometry.shape[1:] == shape
    assert volume.stored[0][corners[orientation]] > 200
    np.testing.assert_allclose(series.geometry.spacing_mm[:2], (0.1, 0.2) if orientation < 5 else (0.2, 0.1), rtol=1e-2)


@pytest.mark.parametrize("dpi", [None, (72, 72), (96, 96), (0, 0), (1, 1)])
def test_without_a_resolution_that_means_something_lengths_mean_nothing(tmp_path, dpi):
    series = only_series(saved(tmp_path / "picture.png", GREY, **({"dpi": dpi} if dpi else {})))
    assert series.geometry.spacing_mm == (1.0, 1.0, 1.0)
    assert not series.geometry.oriented
    assert "lengths are in pixels" in series.notes[0]


def test_a_given_resolution_gives_lengths(tmp_path):
    series = only_series(saved(tmp_path / "picture.tif", GREY, dpi=(254, 508)))
    np.testing.assert_allclose(series.geometry.spacing_mm, (0.1, 0.05, 1.0))
    assert "own resolution" in series.notes[0]


def pages(path, arrays):
    first, *rest = [Image.fromarray(array) for array in arrays]
    first.save(path, save_all=True, append_images=rest)
    return path


def test_the_pages_of_a_tiff_are_slices_that_do_not_lie_side_by_side(tmp_path):
    array = voxels(np.uint16, (5, 7, 9))
    path = pages(tmp_path / "picture.tif", array)
    series = only_series(path)
    np.testing.assert_array_equal(loaded(path).stored, array)
    assert series.is_flat
    volume, _fill = READER.start(series)
    assert volume.loaded.tolist() == [False, False, True, False, False]
    np.testing.assert_array_equal(READER.preview(series).stored[0], array[2])


def test_pages_of_another_size_are_left_out_and_said(tmp_path):
    path = pages(tmp_path / "picture.tif", [GREY, GREY[:5], GREY, RGB])
    assert only_series(path).geometry.shape == (2, 7, 9)
    assert "2 pages of another size or kind are left out." in only_series(path).notes


def test_of_an_animation_the_first_image_is_shown(tmp_path):
    path = pages(tmp_path / "picture.png", [GREY, GREY // 2, GREY // 3])
    np.testing.assert_array_equal(loaded(path).stored[0], GREY)
    assert "animated" in " ".join(only_series(path).notes)


def test_too_many_pages_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("medcrypt_gui.adapters.images.picture_file._MOST_PAGES", 3)
    (entry,) = find(pages(tmp_path / "picture.tif", [GREY] * 4)).unreadable
    assert isinstance(entry.reason, UnsupportedInputError)


@pytest.mark.parametrize("size", [(60_000, 60_000), (12_000, 12_000)])
def test_a_decompression_bomb_is_refused_without_decoding(tmp_path, size):
    import struct
    import zlib

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    path = tmp_path / "bomb.png"
    header = struct.pack(">IIBBBBB", *size, 8, 0, 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))))
    (entry,) = find(path).unreadable
    assert isinstance(entry.reason, UnsupportedInputError)
    assert "too large" in entry.reason.detail


def test_a_bomb_of_text_is_refused(tmp_path):
    info = PngImagePlugin.PngInfo()
    info.add_text("comment", "x" * (8 << 20), zip=True)
    assert len(find(saved(tmp_path / "picture.png", GREY, pnginfo=info)).unreadable) == 1


@pytest.mark.parametrize("ending", [".png", ".jpg", ".tif", ".bmp"])
def test_damaged_pictures_are_input_errors(tmp_path, ending):
    array = np.add.outer(np.arange(48), np.arange(64)).astype(np.uint8)
    path = saved(tmp_path / f"picture{ending}", array)
    data, random = path.read_bytes(), np.random.default_rng(5)
    damaged = [data[:length] for length in range(1, len(data), max(1, len(data) // 40))]
    for _ in range(150):
        changed = bytearray(data)
        for at in random.integers(0, min(len(data), 400), 3):
            changed[at] = random.integers(0, 256)
        damaged.append(bytes(changed))
    for content in damaged:
        path.write_bytes(content)
        if not READER.recognises(path):
            continue
        found = READER.find([path], TaskContext())
        for series in found.series:
            try:
                READER.load(series, TaskContext())
            except (UnreadableFileError, UnsupportedInputError):
                continue


def test_a_picture_that_was_replaced_meanwhile_is_refused(tmp_path):
    path = saved(tmp_path / "picture.png", GREY)
    series = only_series(path)
    saved(path, GREY[:3])
    with pytest.raises(UnreadableFileError):
        READER.load(replace(series), TaskContext())


def test_the_header_says_what_the_file_is(tmp_path):
    series = only_series(saved(tmp_path / "picture.png", GREY))
    assert ("format", "PNG") in {(entry.name, entry.value) for entry in READER.header(series, 0)}
