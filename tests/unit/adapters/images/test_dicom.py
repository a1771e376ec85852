"""DICOM series are found, loaded exactly, and what is wrong with them is said."""

import shutil
from pathlib import Path

import numpy as np
import pydicom
import pytest
from builders.dicom import CORONAL, SAGITTAL, build_series, build_structured_report, phantom
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    RLELossless,
)

from medcrypt_gui.adapters.images.dicom import DicomReader
from medcrypt_gui.core.errors import Cancelled, UnreadableFileError, UnsupportedInputError
from medcrypt_gui.core.imaging.series import OpenResult, Series
from medcrypt_gui.core.task import TaskContext

READER = DicomReader()


def find(folder: Path) -> OpenResult:
    return READER.find(sorted(path for path in folder.rglob("*") if path.is_file()), TaskContext())


def only(folder: Path) -> Series:
    result = find(folder)
    assert not result.unreadable
    (series,) = result.series
    return series


def load(series: Series):
    return READER.load(series, TaskContext())


def edit(path: Path, **tags) -> None:
    dataset = pydicom.dcmread(path)
    for keyword, value in tags.items():
        setattr(dataset, keyword, value)
    dataset.save_as(path)


@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize("bits_stored", [8, 10, 12, 16])
@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian, ExplicitVRBigEndian])
def test_every_native_layout_is_read_exactly(tmp_path, syntax, bits_stored, signed):
    files = build_series(tmp_path, 3, 5, 7, bits_stored, signed, transfer_syntax=syntax)
    series = only(tmp_path)
    assert list(series.files) == files
    assert (load(series).stored == phantom(3, 5, 7, bits_stored, signed)).all()


@pytest.mark.parametrize("syntax", [DeflatedExplicitVRLittleEndian, RLELossless, JPEG2000Lossless])
@pytest.mark.parametrize("signed", [False, True])
def test_compressed_syntaxes_are_decoded_exactly(tmp_path, syntax, signed):
    files = build_series(tmp_path, 3, 32, 40, 12, signed)
    for path in files:
        dataset = pydicom.dcmread(path)
        if syntax == DeflatedExplicitVRLittleEndian:
            dataset.file_meta.TransferSyntaxUID = syntax
        else:
            dataset.compress(syntax, generate_instance_uid=False)
        dataset.save_as(path)
    series = only(tmp_path)
    assert list(series.files) == files
    assert (load(series).stored == phantom(3, 32, 40, 12, signed)).all()


@pytest.mark.parametrize("orientation", [SAGITTAL, CORONAL, (0.8, 0.6, 0, -0.6, 0.8, 0)])
def test_voxels_lie_where_the_file_says(tmp_path, orientation):
    files = build_series(tmp_path, orientation=orientation, spacing=(0.8, 0.7, 2.0))
    series = only(tmp_path)
    assert series.geometry.spacing_mm == pytest.approx((0.7, 0.8, 2.0))
    for k, path in enumerate(files):
        assert series.geometry.to_mm((0, 0, k)) == pytest.approx(pydicom.dcmread(path).ImagePositionPatient, abs=1e-5)


def test_the_header_is_told_in_words(tmp_path):
    build_series(tmp_path, WindowCenter=[40, 300], WindowWidth=[400, 1500], RepetitionTime=500, EchoTime=4.6)
    series = only(tmp_path)
    assert (series.modality, series.description, series.number) == ("MR", "Phantom", 3)
    assert series.text.name == "Muster, Erika"
    assert (series.text.birth_date, series.text.study_date) == ("1970-01-31", "2024-02-29")
    assert series.details == ("TR 500 ms", "TE 4.6 ms", "Thickness 2 mm")
    assert (series.file_window.level, series.file_window.width) == (40, 400)
    assert not series.protected
    assert series.notes == ()


def test_names_in_other_scripts_are_decoded(tmp_path):
    build_series(tmp_path, 1, SpecificCharacterSet="ISO_IR 192", PatientName="Müller^Jürgen")
    assert only(tmp_path).text.name == "Müller, Jürgen"


def test_ct_values_are_hounsfield_units(tmp_path):
    build_series(tmp_path, modality="CT")
    volume = load(only(tmp_path))
    assert (volume.slope, volume.intercept, volume.unit) == (1, -1024, "HU")


def test_slices_with_scales_of_their_own_are_shown_scaled(tmp_path):
    build_series(tmp_path, 3, RescaleSlope=lambda n: n + 1, RescaleIntercept=5)
    series = only(tmp_path)
    volume = load(series)
    assert "scaled differently" in series.notes[0]
    assert volume.stored.dtype == np.float32
    assert (volume.stored == phantom(3, 16, 20) * np.array([1, 2, 3])[:, None, None] + 5).all()


def test_overlays_in_unused_bits_are_no_part_of_the_value(tmp_path):
    voxels = phantom(2, 6, 6, 12)
    build_series(tmp_path, voxels=voxels | np.uint16(0xA000))
    assert (load(only(tmp_path)).stored == voxels).all()


def test_values_that_do_not_end_at_bit_zero_are_shifted_down(tmp_path):
    voxels = phantom(2, 6, 6, 12)
    build_series(tmp_path, voxels=voxels << 4, HighBit=15)
    assert (load(only(tmp_path)).stored == voxels).all()


def test_signed_values_without_extended_sign_are_read_as_negative(tmp_path):
    voxels = phantom(2, 6, 6, 12, signed=True)
    build_series(tmp_path, voxels=(voxels & 0xFFF).astype(np.int16), signed=True)
    assert (load(only(tmp_path)).stored == voxels).all()


def test_monochrome1_is_marked_as_inverted(tmp_path):
    build_series(tmp_path, PhotometricInterpretation="MONOCHROME1")
    assert load(only(tmp_path)).inverted


def test_a_protected_series_is_recognised_by_its_private_block(tmp_path):
    files = build_series(tmp_path)
    dataset = pydicom.dcmread(files[0])
    dataset.private_block(0x0099, "SOMEBODY ELSE", create=True).add_new(0, "OB", b"1234")
    dataset.private_block(0x0099, "MEDCRYPT 1", create=True).add_new(0, "OB", b"1234")
    dataset.save_as(files[0])
    assert only(tmp_path).protected


def test_two_series_in_one_folder_stay_apart(tmp_path):
    build_series(tmp_path / "a", seed=1, SeriesDescription="one")
    build_series(tmp_path / "b", seed=2, SeriesDescription="two", spacing=(1, 1, 1))
    assert sorted(series.description for series in find(tmp_path).series) == ["one", "two"]


def test_stacks_split_from_one_series_have_identifiers_of_their_own(tmp_path):
    shared = {"SeriesInstanceUID": "1.2.3", "StudyInstanceUID": "1.2", "FrameOfReferenceUID": "1.9"}
    build_series(tmp_path / "a", **shared)
    build_series(tmp_path / "b", orientation=SAGITTAL, seed=1, **shared)
    found = find(tmp_path).series
    assert len({series.uid for series in found}) == 2
    assert {series.series_instance_uid for series in found} == {"1.2.3"}


def test_an_identical_copy_is_noted_and_left_out(tmp_path):
    files = build_series(tmp_path)
    shutil.copy(files[2], tmp_path / "ZZ copy.dcm")
    series = only(tmp_path)
    assert len(series.files) == 5
    assert "1 file is there twice" in series.notes[0]


def test_a_different_file_with_the_same_identifier_is_reported(tmp_path):
    files = build_series(tmp_path)
    shutil.copy(files[2], tmp_path / "ZZ copy.dcm")
    edit(tmp_path / "ZZ copy.dcm", SliceThickness=9)
    (entry,) = find(tmp_path).unreadable
    assert entry.path.name == "ZZ copy.dcm"
    assert "same SOP Instance UID as IM0003.dcm" in entry.reason.detail


@pytest.mark.parametrize(
    "absent",
    ["ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing", "FrameOfReferenceUID", "SliceThickness"],
)
def test_missing_geometry_never_stops_a_series_from_opening(tmp_path, absent):
    build_series(tmp_path, **{absent: None})
    series = only(tmp_path)
    assert load(series).stored.shape == (5, 16, 20)
    oriented = absent not in ("ImagePositionPatient", "ImageOrientationPatient")
    assert series.geometry.oriented == oriented
    assert oriented or any("InstanceNumber" in note for note in series.notes)


def test_files_without_any_identifier_are_kept_together_with_a_note(tmp_path):
    build_series(tmp_path, SeriesInstanceUID=None, StudyInstanceUID=None, FrameOfReferenceUID=None)
    series = only(tmp_path)
    assert len(series.files) == 5
    assert "name no series" in series.notes[0]


@pytest.mark.parametrize("keep", [0, 100, 131, 132, 200, 400, 700, -400, -1])
def test_a_truncated_file_is_named_and_the_others_open(tmp_path, keep):
    files = build_series(tmp_path)
    content = files[1].read_bytes()
    files[1].write_bytes(content[:keep])
    result = find(tmp_path)
    (entry,) = result.unreadable
    assert entry.path == files[1]
    assert isinstance(entry.reason, UnreadableFileError)
    assert [len(series.files) for series in result.series] == [4]


def test_a_file_cut_within_compressed_fragments_is_unreadable(tmp_path):
    (path,) = build_series(tmp_path, 1, 32, 40)
    dataset = pydicom.dcmread(path)
    dataset.compress(RLELossless)
    dataset.save_as(path)
    path.write_bytes(path.read_bytes()[:-60])
    (entry,) = find(tmp_path).unreadable
    assert "cut off" in entry.reason.detail


def test_a_file_that_changes_between_finding_and_loading_is_refused(tmp_path):
    files = build_series(tmp_path)
    series = only(tmp_path)
    files[2].write_bytes(files[2].read_bytes()[:-1])
    with pytest.raises(UnreadableFileError) as raised:
        load(series)
    assert raised.value.path == files[2]


def test_a_file_that_vanishes_before_loading_is_named(tmp_path):
    files = build_series(tmp_path)
    series = only(tmp_path)
    files[0].unlink()
    with pytest.raises(UnreadableFileError) as raised:
        load(series)
    assert raised.value.path == files[0]


@pytest.mark.parametrize(
    ("tags", "words"),
    [
        ({"BitsAllocated": 64, "BitsStored": 64, "HighBit": 63}, "samples of 64 bits"),
        ({"PhotometricInterpretation": "CMYK"}, "colour model CMYK"),
    ],
)
def test_kinds_not_supported_yet_are_listed_as_such(tmp_path, tags, words):
    build_series(tmp_path, 1, **tags)
    (entry,) = find(tmp_path).unreadable
    assert isinstance(entry.reason, UnsupportedInputError)
    assert words in entry.reason.detail


def test_a_report_is_skipped_and_an_image_without_pixels_is_unreadable(tmp_path):
    build_structured_report(tmp_path / "report.dcm")
    (path,) = build_series(tmp_path, 1)
    dataset = pydicom.dcmread(path)
    del dataset.PixelData
    dataset.save_as(path)
    result = find(tmp_path)
    assert [entry.reason for entry in result.skipped] == ["DICOM without pixels: Basic Text SR Storage"]
    assert "no pixel data" in result.unreadable[0].reason.detail


def test_files_are_recognised_by_content_or_name(tmp_path):
    (path,) = build_series(tmp_path, 1)
    bare = tmp_path / "bare"
    bare.write_bytes(path.read_bytes()[132:])
    note = tmp_path / "note.txt"
    note.write_text("Not an image at all, only words.")
    renamed = path.rename(tmp_path / "without ending")
    assert READER.recognises(renamed)
    assert READER.recognises(bare)
    assert not READER.recognises(note)
    assert len(READER.find([bare], TaskContext()).series) == 1


def test_the_middle_slice_is_there_at_once_and_the_rest_follows_outward(tmp_path):
    build_series(tmp_path, 7)
    volume, fill = READER.start(only(tmp_path))
    assert volume.loaded.tolist() == [False] * 3 + [True] + [False] * 3
    assert (volume.stored[3] == phantom(7, 16, 20)[3]).all()
    seen: list[int] = []
    fill(TaskContext(), seen.append)
    assert seen == [2, 4, 1, 5, 0, 6]
    assert volume.loaded.all()
    assert (volume.stored == phantom(7, 16, 20)).all()


def test_loading_ends_when_cancelled(tmp_path):
    build_series(tmp_path, 7)
    volume, fill = READER.start(only(tmp_path))
    task = TaskContext()
    with pytest.raises(Cancelled):
        fill(task, lambda z: task.cancel())
    assert 1 < volume.loaded.sum() < 7


def test_the_preview_is_the_middle_slice_in_its_place(tmp_path):
    build_series(tmp_path, 5)
    series = only(tmp_path)
    preview = READER.preview(series)
    assert (preview.stored[0] == phantom(5, 16, 20)[2]).all()
    assert preview.geometry.to_mm((0, 0, 0)) == pytest.approx(series.geometry.to_mm((0, 0, 2)))


@pytest.mark.parametrize(("folder", "shape"), [("trio-mprage", (176, 256, 256)), ("ct-jpeg2000", (20, 512, 512))])
def test_real_series_are_read_exactly(shared_data, folder, shape):
    series = only(shared_data / "dicom" / folder)
    volume = load(series)
    assert volume.stored.shape == shape
    for z in range(0, shape[0], 7):
        assert np.array_equal(volume.stored[z], pydicom.dcmread(series.files[z]).pixel_array)


def test_the_series_of_a_study_come_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    study = "1.2.826.0.1.3680043.8.498.7"
    for name, number in (("a", 12), ("b", 3), ("c", None), ("d", 5)):
        build_series(
            tmp_path / name,
            seed=ord(name),
            StudyInstanceUID=study,
            SeriesInstanceUID=f"{study}.{ord(name)}",
            SeriesNumber=number,
        )
    assert [series.number for series in find(tmp_path).series] == [3, 5, 12, None]
