"""Graphics over images, images of single bits, and names in every script."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from builders.dicom import build_series, write
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, RLELossless

from medcrypt_gui.adapters.images.dicom import DicomReader
from medcrypt_gui.core.imaging.series import Series
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.imaging.windowing import default_window
from medcrypt_gui.core.task import TaskContext

READER = DicomReader()
DRAWN = np.array([[1, 0, 1], [0, 1, 1]], np.uint8)


def load(folder: Path) -> tuple[Series, Volume]:
    (series,) = READER.find(sorted(folder.iterdir()), TaskContext()).series
    return series, READER.load(series, TaskContext())


def packed(bits: NDArray[np.uint8]) -> bytes:
    content = np.packbits(bits.ravel(), bitorder="little").tobytes()
    return content + b"\0" * (len(content) % 2)


def lay_over(
    path: Path, bits: NDArray[np.uint8] = DRAWN, group: int = 0x6000, origin: tuple[int, int] = (1, 1), **more: Any
) -> None:
    """Add an overlay ``(rows, columns)``, or of several frames, to a file."""
    dataset = pydicom.dcmread(path)
    for element, vr, value in (
        (0x0010, "US", bits.shape[-2]), (0x0011, "US", bits.shape[-1]), (0x0040, "CS", more.get("kind", "G")),
        (0x0050, "SS", list(origin)), (0x0100, "US", 1), (0x0102, "US", 0), (0x3000, "OW", packed(bits)),
    ):  # fmt: skip
        dataset.add_new((group, element), vr, value)
    if bits.ndim == 3:
        dataset.add_new((group, 0x0015), "IS", len(bits))
        dataset.add_new((group, 0x0051), "US", more.get("first", 1))
    dataset.save_as(path)


@pytest.mark.parametrize("kind", ["G", "R"])
def test_an_overlay_is_laid_over_its_image(tmp_path: Path, kind: str) -> None:
    files = build_series(tmp_path, 3, 4, 5)
    lay_over(files[1], origin=(2, 3), kind=kind)
    _, volume = load(tmp_path)
    expected = np.zeros((3, 4, 5), np.uint8)
    expected[1, 1:3, 2:5] = DRAWN
    np.testing.assert_array_equal(volume.graphics, expected)


def test_several_overlays_are_shown_together(tmp_path: Path) -> None:
    (path,) = build_series(tmp_path, 1, 4, 5)
    lay_over(path, group=0x6000)
    lay_over(path, group=0x601E, origin=(3, 1))
    _, volume = load(tmp_path)
    np.testing.assert_array_equal(volume.graphics[0, :, :3], np.vstack([DRAWN, DRAWN]))


@pytest.mark.parametrize("origin", [(0, -1), (4, 4), (-50, 1), (100, 100)])
def test_an_overlay_may_reach_beyond_the_image(tmp_path: Path, origin: tuple[int, int]) -> None:
    (path,) = build_series(tmp_path, 1, 4, 5)
    lay_over(path, origin=origin)
    _, volume = load(tmp_path)
    around = np.zeros((400, 400), np.uint8)
    around[150 + origin[0] - 1 :, 150 + origin[1] - 1 :][:2, :3] = DRAWN
    np.testing.assert_array_equal(volume.graphics[0], around[150:154, 150:155])


def test_an_overlay_larger_than_its_data_is_left_out(tmp_path: Path) -> None:
    (path,) = build_series(tmp_path, 1, 4, 5)
    lay_over(path)
    dataset = pydicom.dcmread(path)
    dataset[0x6000, 0x0010].value = 65535
    dataset.save_as(path)
    assert load(tmp_path)[1].graphics is None


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, RLELossless])
def test_overlays_in_unused_bits_are_shown_and_are_no_part_of_the_values(tmp_path: Path, syntax: str) -> None:
    values = np.arange(20, dtype=np.uint16).reshape(1, 4, 5)
    bit = (values % 3 == 0).astype(np.uint16)
    (path,) = build_series(tmp_path, voxels=values | bit << 14 | np.uint16(1 << 13))
    dataset = pydicom.dcmread(path)
    for element, value in ((0x0010, 4), (0x0011, 5), (0x0100, 16), (0x0102, 14)):
        dataset.add_new((0x6000, element), "US", value)
    if syntax == RLELossless:
        dataset.compress(RLELossless)
    dataset.save_as(path)
    _, volume = load(tmp_path)
    np.testing.assert_array_equal(volume.stored, values)
    np.testing.assert_array_equal(volume.graphics, bit)


def test_an_overlay_that_claims_bits_of_the_values_is_left_out(tmp_path: Path) -> None:
    (path,) = build_series(tmp_path, 1, 4, 5)
    dataset = pydicom.dcmread(path)
    dataset.add_new((0x6000, 0x0100), "US", 16)
    dataset.add_new((0x6000, 0x0102), "US", 3)
    dataset.save_as(path)
    assert load(tmp_path)[1].graphics is None


def test_every_frame_has_its_own_graphics(tmp_path: Path) -> None:
    path = build_bits(tmp_path, np.zeros((4, 3, 3), np.uint8))
    frames = np.stack([np.eye(3, dtype=np.uint8), np.fliplr(np.eye(3, dtype=np.uint8))])
    lay_over(path, frames, first=2)
    _, volume = load(tmp_path)
    np.testing.assert_array_equal(volume.graphics[1:3], frames)
    assert not volume.graphics[[0, 3]].any()


def test_one_overlay_holds_for_all_frames(tmp_path: Path) -> None:
    lay_over(build_bits(tmp_path, np.zeros((2, 2, 3), np.uint8)))
    _, volume = load(tmp_path)
    np.testing.assert_array_equal(volume.graphics, np.stack([DRAWN, DRAWN]))


@pytest.mark.parametrize("name", ["examples_overlay.dcm", "MR-SIEMENS-DICOM-WithOverlays.dcm"])
def test_real_overlays_are_those_that_pydicom_finds(name: str) -> None:
    from pydicom.data import get_testdata_file

    found = get_testdata_file(name, download=False)
    if found is None:
        pytest.skip("pydicom-data is not installed")
    (series,) = READER.find([Path(str(found))], TaskContext()).series
    volume = READER.load(series, TaskContext())
    dataset = pydicom.dcmread(str(found))
    theirs = np.zeros(volume.stored.shape[1:], np.uint8)
    for group in range(0x6000, 0x6020, 2):
        if (group, 0x3000) in dataset:
            theirs |= dataset.overlay_array(group)
    np.testing.assert_array_equal(volume.graphics[0], theirs)


# Single bits


def build_bits(folder: Path, bits: NDArray[np.uint8], syntax: str = ExplicitVRLittleEndian, **tags: Any) -> Path:
    """One file of all frames of ``bits``, packed without a gap between them."""
    (path,) = build_series(folder, voxels=bits[:1], bits_stored=8)
    dataset = pydicom.dcmread(path)
    dataset.NumberOfFrames = len(bits)
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 1, 1, 0
    del dataset.ImagePositionPatient, dataset.ImageOrientationPatient
    for keyword, value in tags.items():
        setattr(dataset, keyword, value)
    dataset.PixelData = packed(bits)
    dataset["PixelData"].VR = "OB"
    return write(dataset, path, syntax)


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ExplicitVRBigEndian])
def test_frames_of_single_bits_follow_each_other_within_bytes(tmp_path: Path, syntax: str) -> None:
    bits = np.random.default_rng(1).integers(0, 2, (5, 3, 7), dtype=np.uint8)
    build_bits(tmp_path, bits, syntax)
    _, volume = load(tmp_path)
    np.testing.assert_array_equal(volume.stored, bits)
    window = default_window(volume)
    assert (window.level, window.width) == (0.5, 1)


def test_a_segmentation_is_shown_as_images_and_says_so(tmp_path: Path) -> None:
    build_bits(tmp_path, np.ones((2, 3, 7), np.uint8), Modality="SEG")
    series, _ = load(tmp_path)
    assert series.modality == "SEG"
    assert any("Find ROI" in note for note in series.notes)


def test_segments_at_the_same_places_become_series_of_their_own(tmp_path: Path) -> None:
    bits = np.random.default_rng(2).integers(0, 2, (4, 3, 7), dtype=np.uint8)

    def item(**values: Any) -> Dataset:
        made = Dataset()
        for keyword, value in values.items():
            setattr(made, keyword, value)
        return made

    frames = [
        item(
            PlanePositionSequence=[item(ImagePositionPatient=[0, 0, z])],
            SegmentIdentificationSequence=[item(ReferencedSegmentNumber=segment)],
        )
        for segment in (1, 2)
        for z in (0, 2)
    ]
    shared = item(
        PlaneOrientationSequence=[item(ImageOrientationPatient=[1, 0, 0, 0, 1, 0])],
        PixelMeasuresSequence=[item(PixelSpacing=[1, 1], SliceThickness=2)],
    )
    path = build_bits(
        tmp_path,
        bits,
        Modality="SEG",
        SharedFunctionalGroupsSequence=[shared],
        PerFrameFunctionalGroupsSequence=frames,
    )
    first, second = READER.find([path], TaskContext()).series
    assert ["segment 1" in first.description, "segment 2" in second.description] == [True, True]
    np.testing.assert_array_equal(READER.load(second, TaskContext()).stored, bits[2:])


# Names


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("chrArab.dcm", "قباني, لنزار"),
        ("chrFren.dcm", "Buc, Jérôme"),
        ("chrGerm.dcm", "Äneas, Rüdiger"),
        ("chrGreek.dcm", "Διονυσιος"),
        ("chrH31.dcm", "Yamada, Tarou (山田, 太郎)"),
        ("chrH32.dcm", "ﾔﾏﾀﾞ, ﾀﾛｳ (山田, 太郎)"),
        ("chrHbrw.dcm", "שרון, דבורה"),
        ("chrI2.dcm", "Hong, Gildong (洪, 吉洞)"),
        ("chrRuss.dcm", "Люкceмбypг"),
        ("chrX1.dcm", "Wang, XiaoDong (王, 小東)"),
        ("chrX2.dcm", "Wang, XiaoDong (王, 小东)"),
    ],
)
def test_names_are_read_in_their_scripts(tmp_path: Path, name: str, shown: str) -> None:
    from pydicom.data import get_charset_files

    source = pydicom.dcmread(get_charset_files(name)[0])
    (path,) = build_series(tmp_path, 1)
    dataset = pydicom.dcmread(path)
    dataset.SpecificCharacterSet = source.SpecificCharacterSet
    dataset.PatientName = source.PatientName
    dataset.save_as(path)
    assert load(tmp_path)[0].text.name == shown


def with_raw_name(folder: Path, character_set: str | None, raw: bytes) -> str:
    """The name shown of a file that holds these bytes."""
    (path,) = build_series(folder, 1, PatientName="X" * len(raw))
    content = path.read_bytes().replace(b"X" * len(raw), raw)
    if character_set is not None:
        value = character_set.encode() + b" " * (len(character_set) % 2)
        begin = 144 + int.from_bytes(content[140:144], "little")  # behind the meta information
        element = b"\x08\x00\x05\x00CS" + len(value).to_bytes(2, "little") + value
        content = content[:begin] + element + content[begin:]
    path.write_bytes(content)
    return load(folder)[0].text.name


@pytest.mark.parametrize("character_set", ["ISO_IR 999", "UTF-8", "ISO 2022 IR 87", "ISO_IR 13", "GB18030", "", None])
def test_no_character_set_garbles_plain_letters(tmp_path: Path, character_set: str | None) -> None:
    assert with_raw_name(tmp_path, character_set, b"Muster^Erika") == "Muster, Erika"


@pytest.mark.parametrize("character_set", ["ISO_IR 192", "ISO_IR 999", "ISO 2022 IR 149", "GB18030", "ISO_IR 13"])
def test_bytes_of_another_character_set_leave_the_plain_letters_readable(tmp_path: Path, character_set: str) -> None:
    assert "Erika" in with_raw_name(tmp_path, character_set, b"M\xfc\xff^Erika ")


@pytest.mark.parametrize("raw", ["Müller^Jürgen".encode(), "Müller^Jürgen ".encode("latin-1")])
def test_a_file_that_names_no_character_set_is_read_as_it_is_meant(tmp_path: Path, raw: bytes) -> None:
    assert with_raw_name(tmp_path, None, raw + b" " * (len(raw) % 2)) == "Müller, Jürgen"
