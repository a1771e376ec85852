"""NIfTI files are read exactly, and nothing their headers say is believed unchecked."""

import gzip
import struct
from dataclasses import replace
from pathlib import Path

import nibabel
import numpy as np
import pytest
from builders.dicom import phantom
from builders.nifti import AFFINE_RAS, build_nifti

from medcrypt_gui.adapters.images.nifti import NiftiReader
from medcrypt_gui.core.errors import Cancelled, UnreadableFileError, UnsupportedInputError
from medcrypt_gui.core.imaging.series import Series
from medcrypt_gui.core.task import TaskContext

READER = NiftiReader()
VOXELS = phantom(5, 16, 20)


def only(path: Path) -> Series:
    result = READER.find([path], TaskContext())
    assert not result.unreadable
    return result.series[0]


def refusal(path: Path):
    result = READER.find([path], TaskContext())
    assert not result.series
    assert result.unreadable[0].path == path
    return result.unreadable[0].reason


def load(path: Path):
    return READER.load(only(path), TaskContext())


def patch(path: Path, at: int, form: str, *values) -> Path:
    content = bytearray(path.read_bytes())
    struct.pack_into(form, content, at, *values)
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("big_endian", [False, True])
@pytest.mark.parametrize("name", ["a.nii", "a.nii.gz"])
@pytest.mark.parametrize("dtype", ["u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "f4", "f8"])
def test_every_type_and_byte_order_is_read_exactly(tmp_path, dtype, name, big_endian):
    voxels = (VOXELS % 100).astype(dtype)
    volume = load(build_nifti(tmp_path / name, voxels, big_endian=big_endian))
    assert volume.stored.dtype == np.dtype(dtype)
    assert (volume.stored == voxels).all()
    assert volume.loaded is None


def test_voxels_lie_where_nibabel_puts_them(tmp_path):
    series = only(build_nifti(tmp_path / "a.nii"))
    assert series.geometry.affine_ras == pytest.approx(AFFINE_RAS, abs=1e-6)
    assert series.geometry.shape == (5, 16, 20)


def test_scaling_is_kept_apart_from_the_stored_values(tmp_path):
    volume = load(build_nifti(tmp_path / "a.nii", slope=2.5, intercept=-7.0))
    assert (volume.slope, volume.intercept) == (2.5, -7.0)
    assert (volume.stored == VOXELS).all()


@pytest.mark.parametrize("slope", [0.0, float("nan"), float("inf")])
def test_a_slope_that_says_nothing_counts_as_one(tmp_path, slope):
    path = patch(build_nifti(tmp_path / "a.nii"), 112, "<ff", slope, 3.0)
    volume = load(path)
    assert (volume.slope, volume.intercept) == (1.0, 0.0)


def test_nifti_2_is_read_too(tmp_path):
    nibabel.save(nibabel.Nifti2Image(VOXELS.astype(np.int16).T, AFFINE_RAS), tmp_path / "a.nii")
    assert (load(tmp_path / "a.nii").stored == VOXELS).all()


@pytest.mark.parametrize("shape", [(20,), (20, 16), (20, 16, 5, 1), (20, 16, 5, 1, 1)])
def test_fewer_or_empty_further_dimensions_are_fine(tmp_path, shape):
    voxels = np.resize(VOXELS, shape[::-1])
    volume = load(build_nifti(tmp_path / "a.nii.gz", voxels))
    assert (volume.stored.ravel() == voxels.ravel()).all()


def test_without_sform_and_qform_there_is_no_orientation(tmp_path):
    path = patch(build_nifti(tmp_path / "a.nii", affine_ras=None), 80, "<fff", 0.5, 0.6, 0.7)
    series = only(path)
    assert not series.geometry.oriented
    assert series.geometry.spacing_mm == pytest.approx((0.5, 0.6, 0.7))
    assert series.geometry.affine_ras == pytest.approx(nibabel.load(path).affine)


def test_disagreeing_orientations_are_noted_and_the_sform_wins(tmp_path):
    image = nibabel.Nifti1Image(VOXELS.T.astype(np.int16), AFFINE_RAS)
    image.set_sform(AFFINE_RAS, 1)
    image.set_qform(np.diag([2.0, 2.0, 2.0, 1.0]), 1)
    nibabel.save(image, tmp_path / "a.nii")
    series = only(tmp_path / "a.nii")
    assert "disagree" in series.notes[0]
    assert series.geometry.affine_ras == pytest.approx(AFFINE_RAS, abs=1e-6)


def test_a_useless_sform_gives_way_to_the_qform(tmp_path):
    path = patch(build_nifti(tmp_path / "a.nii"), 280, "<12f", *[0.0] * 12)
    assert only(path).geometry.affine_ras == pytest.approx(AFFINE_RAS, abs=1e-4)


@pytest.mark.parametrize("name", ["a.nii", "a.nii.gz"])
def test_a_protected_file_is_recognised_by_its_extension(tmp_path, name):
    image = nibabel.Nifti1Image(VOXELS.T.astype(np.int16), AFFINE_RAS)
    image.header.extensions.append(nibabel.nifti1.Nifti1Extension("comment", b"only a remark"))
    nibabel.save(image, tmp_path / ("plain" + name))
    image.header.extensions.append(nibabel.nifti1.Nifti1Extension("comment", b"medcrypt-1\nAAAA"))
    nibabel.save(image, tmp_path / name)
    assert only(tmp_path / name).protected
    assert not only(tmp_path / ("plain" + name)).protected
    assert (load(tmp_path / name).stored == VOXELS).all()


@pytest.mark.parametrize("share", [0.0, 0.01, 0.1, 0.5, 0.99])
@pytest.mark.parametrize("name", ["a.nii", "a.nii.gz"])
def test_a_file_cut_in_the_middle_is_unreadable(tmp_path, name, share):
    path = build_nifti(tmp_path / name)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    assert isinstance(refusal(path), UnreadableFileError)


def test_a_flipped_bit_in_a_gzip_stream_is_noticed(tmp_path):
    path = build_nifti(tmp_path / "a.nii.gz")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 4
    path.write_bytes(content)
    with pytest.raises(UnreadableFileError):
        load(path)


def test_a_gzip_of_several_members_is_read(tmp_path):
    path = build_nifti(tmp_path / "a.nii")
    content = path.read_bytes()
    zipped = tmp_path / "b.nii.gz"
    zipped.write_bytes(gzip.compress(content[:700]) + gzip.compress(content[700:]))
    assert (load(zipped).stored == VOXELS).all()


@pytest.mark.parametrize("name", ["a.nii", "a.nii.gz"])
def test_a_header_that_promises_terabytes_is_refused_without_allocating(tmp_path, name):
    path = patch(build_nifti(tmp_path / "a.nii"), 40, "<8h", 3, 32000, 32000, 32000, 1, 1, 1, 1)
    if name.endswith("gz"):
        content = path.read_bytes()
        path = tmp_path / name
        path.write_bytes(gzip.compress(content))
    assert isinstance(refusal(path), UnreadableFileError)


@pytest.mark.parametrize(
    ("at", "form", "values"),
    [(40, "<8h", (3, 20, -16, 5, 1, 1, 1, 1)), (40, "<h", (9,)), (40, "<h", (0,)), (108, "<f", (float("nan"),)),
     (108, "<f", (1e9,)), (0, "<i", (17,)), (344, "<4s", (b"abcd",)), (70, "<h", (999,))],
)  # fmt: skip
def test_nonsense_in_the_header_is_an_input_error(tmp_path, at, form, values):
    path = patch(build_nifti(tmp_path / "a.nii"), at, form, *values)
    assert isinstance(refusal(path), (UnreadableFileError, UnsupportedInputError))


@pytest.mark.parametrize("ending", [".nii", ".nii.gz"])
def test_each_volume_of_a_4d_file_is_read(tmp_path, ending):
    voxels = np.arange(3 * 5 * 6 * 7, dtype=np.int16).reshape(3, 5, 6, 7)
    series = only(build_nifti(tmp_path / f"4d{ending}", voxels))
    assert series.phases == ("Volume 1 of 3", "Volume 2 of 3", "Volume 3 of 3")
    for phase in range(3):
        shown = replace(series, phase=phase)
        assert (READER.load(shown, TaskContext()).stored == voxels[phase]).all()
        assert (READER.preview(shown).stored[0] == voxels[phase][2]).all()


@pytest.mark.parametrize("dtype", [np.complex64, np.complex128])
def test_complex_numbers_are_shown_by_their_magnitude(tmp_path, dtype):
    voxels = np.full((2, 3, 4), 3 - 4j, dtype)
    volume = READER.load(only(build_nifti(tmp_path / "c.nii", voxels)), TaskContext())
    assert volume.stored.dtype.kind == "f"
    assert (volume.stored == 5).all()


@pytest.mark.parametrize("channels", ["RGB", "RGBA"])
def test_colours_are_read(tmp_path, channels):
    colours = np.random.default_rng(3).integers(0, 256, (4, 5, 6, len(channels)), dtype=np.uint8)
    voxels = colours.view([(name, "u1") for name in channels])[..., 0]
    nibabel.save(nibabel.Nifti1Image(voxels.transpose(), AFFINE_RAS), tmp_path / "rgb.nii")
    volume = READER.load(only(tmp_path / "rgb.nii"), TaskContext())
    assert (volume.rgb == colours[..., :3]).all()
    assert abs(volume.stored - colours[..., :3] @ [0.299, 0.587, 0.114]).max() <= 1


def test_a_pair_of_files_is_read_by_its_header(tmp_path):
    voxels = phantom(5, 16, 20).astype(np.int16)
    image = nibabel.Nifti1Pair(voxels.transpose(), AFFINE_RAS)
    nibabel.save(image, tmp_path / "a.hdr")
    assert (READER.load(only(tmp_path / "a.hdr"), TaskContext()).stored == voxels).all()
    (tmp_path / "a.img").unlink()
    assert ".img" in refusal(tmp_path / "a.hdr").detail


def test_text_under_a_nifti_name_is_unreadable(tmp_path):
    path = tmp_path / "a.nii"
    path.write_text("no image " * 100)
    assert "not a NIfTI file" in refusal(path).detail


def test_a_plain_file_shows_its_middle_slice_at_once(tmp_path):
    volume, fill = READER.start(only(build_nifti(tmp_path / "a.nii")))
    assert volume.loaded.tolist() == [False, False, True, False, False]
    fill(TaskContext())
    assert (volume.stored == VOXELS).all()


def test_loading_a_gzipped_file_can_be_cancelled(tmp_path):
    volume, fill = READER.start(only(build_nifti(tmp_path / "a.nii.gz")))
    assert not volume.loaded.any()
    task = TaskContext()
    with pytest.raises(Cancelled):
        fill(task, lambda z: task.cancel())
    assert volume.loaded.tolist() == [True, False, False, False, False]


@pytest.mark.parametrize("name", ["a.nii", "a.nii.gz"])
def test_the_preview_is_the_middle_slice(tmp_path, name):
    series = only(build_nifti(tmp_path / name, big_endian=True))
    assert (READER.preview(series).stored[0] == VOXELS[2]).all()


def test_a_real_scan_is_read_as_nibabel_reads_it(shared_data):
    path = shared_data / "brain" / "openms" / "patient01_study1_FLAIR.nii.gz"
    volume = load(path)
    assert np.array_equal(volume.stored.T, np.asarray(nibabel.load(path).dataobj.get_unscaled()))
