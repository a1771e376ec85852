"""NIfTI headers that contradict themselves: the right place as nibabel has it, a note, or a refusal."""

import struct

import nibabel
import numpy as np
import pytest
from builders.nifti import AFFINE_RAS, build_nifti
from builders.plain_formats import OBLIQUE

from medcrypt_gui.adapters.images.nifti import NiftiReader
from medcrypt_gui.core.errors import UnreadableFileError, UnsupportedInputError
from medcrypt_gui.core.task import TaskContext

READER = NiftiReader()
BITPIX, PIXDIM, OFFSET, UNITS, QFORM_CODE, SFORM_CODE, QUATERN, SFORM, MAGIC = 72, 76, 108, 123, 252, 254, 256, 280, 344


def patch(path, *changes):
    data = bytearray(path.read_bytes())
    for at, form, *values in changes:
        struct.pack_into(form, data, at, *values)
    path.write_bytes(data)
    return path


def series_of(path):
    found = READER.find([path], TaskContext())
    assert not found.unreadable, found.unreadable[0].reason.detail
    return found.series[0]


def refusal(path):
    (entry,) = READER.find([path], TaskContext()).unreadable
    return entry.reason


def same_voxels(path, voxels):
    return (READER.load(series_of(path), TaskContext()).stored == voxels).all()


def oblique_affine():
    affine = np.eye(4)
    affine[:3, :3] = OBLIQUE @ np.diag([0.8, 1.1, 2.2])
    affine[:3, 3] = (-20.0, 11.0, 7.5)
    return affine


@pytest.mark.parametrize("big_endian", [False, True])
@pytest.mark.parametrize("mirrored", [False, True])
def test_an_oblique_image_lies_where_nibabel_puts_it(tmp_path, big_endian, mirrored):
    affine = oblique_affine() @ np.diag([-1.0 if mirrored else 1.0, 1, 1, 1])
    path = build_nifti(tmp_path / "a.nii", affine_ras=affine, big_endian=big_endian)
    series = series_of(path)
    np.testing.assert_allclose(series.geometry.affine_ras, nibabel.load(path).affine, atol=1e-5)
    assert series.notes == ()


def test_the_qform_alone_is_read_as_nibabel_reads_it(tmp_path):
    path = patch(build_nifti(tmp_path / "a.nii", affine_ras=oblique_affine()), (SFORM_CODE, "<h", 0))
    np.testing.assert_allclose(series_of(path).geometry.affine_ras, nibabel.load(path).affine, atol=1e-4)


@pytest.mark.parametrize(("qfac", "like"), [(0.0, 1.0), (2.0, 1.0), (-3.0, -1.0), (float("nan"), 1.0)])
def test_a_handedness_that_is_none_counts_by_its_sign(tmp_path, qfac, like):
    path = build_nifti(tmp_path / "a.nii", affine_ras=oblique_affine())
    patch(path, (SFORM_CODE, "<h", 0), (PIXDIM, "<f", like))
    expected = nibabel.load(path).affine
    patch(path, (PIXDIM, "<f", qfac))
    np.testing.assert_allclose(series_of(path).geometry.affine_ras, expected, atol=1e-4)


def test_negative_voxel_sizes_are_taken_as_positive_as_in_nibabel(tmp_path):
    path = patch(build_nifti(tmp_path / "a.nii"), (SFORM_CODE, "<h", 0), (PIXDIM + 4, "<3f", -0.9, 1.1, -2.0))
    np.testing.assert_allclose(series_of(path).geometry.affine_ras, nibabel.load(path).affine, atol=1e-4)
    assert "negative voxel sizes" in " ".join(series_of(path).notes)


@pytest.mark.parametrize("sizes", [(0.0, 0.0, 0.0), (float("nan"), 1.0, 1.0), (float("inf"), 1.0, 1.0)])
def test_voxel_sizes_that_are_none_count_as_one(tmp_path, sizes):
    path = build_nifti(tmp_path / "a.nii")
    patch(path, (SFORM_CODE, "<h", 0), (QFORM_CODE, "<h", 0), (PIXDIM + 4, "<3f", *sizes))
    series = series_of(path)
    assert series.geometry.spacing_mm == (1.0, 1.0, 1.0)
    assert not series.geometry.oriented


def test_a_sheared_sform_is_kept_and_said(tmp_path):
    sheared = AFFINE_RAS.copy()
    sheared[0, 1] = 0.4
    path = patch(build_nifti(tmp_path / "a.nii"), (SFORM, "<12f", *sheared[:3].ravel()), (QFORM_CODE, "<h", 0))
    series = series_of(path)
    np.testing.assert_allclose(series.geometry.affine_ras, nibabel.load(path).affine, atol=1e-5)
    assert "not at right angles" in series.notes[0]


@pytest.mark.parametrize("row", [(0.0,) * 12, (1.0, 0, 0, 0) * 3, (float("nan"),) * 12, (float("inf"),) * 12])
def test_a_singular_sform_gives_way_and_without_a_qform_there_are_no_letters(tmp_path, row):
    path = patch(build_nifti(tmp_path / "a.nii"), (SFORM, "<12f", *row))
    np.testing.assert_allclose(series_of(path).geometry.affine_ras, AFFINE_RAS, atol=1e-5)
    patch(path, (QFORM_CODE, "<h", 0))
    assert not series_of(path).geometry.oriented


@pytest.mark.parametrize("quaternion", [(0.9, 0.9, 0.9), (float("nan"), 0.0, 0.0), (1e30, 1e30, 1e30)])
def test_a_rotation_that_is_none_leaves_an_image_without_letters(tmp_path, quaternion):
    path = patch(build_nifti(tmp_path / "a.nii"), (SFORM_CODE, "<h", 0), (QUATERN, "<3f", *quaternion))
    assert not series_of(path).geometry.oriented


def test_disagreeing_orientations_are_said_and_the_sform_counts(tmp_path):
    path = patch(build_nifti(tmp_path / "a.nii"), (QUATERN + 12, "<3f", 100.0, 100.0, 100.0))
    series = series_of(path)
    np.testing.assert_allclose(series.geometry.affine_ras, nibabel.load(path).affine, atol=1e-5)
    assert "disagree" in series.notes[0]


@pytest.mark.parametrize(("code", "factor"), [(1, 1000.0), (3, 0.001), (2, 1.0), (0, 1.0), (1 | 8, 1000.0), (7, 1.0)])
def test_lengths_in_metres_and_microns_become_millimetres(tmp_path, code, factor):
    path = patch(build_nifti(tmp_path / "a.nii"), (UNITS, "<B", code))
    np.testing.assert_allclose(series_of(path).geometry.spacing_mm, np.array((0.9, 1.1, 2.0)) * factor, rtol=1e-5)


@pytest.mark.parametrize("offset", [0.0, 352.0])
def test_voxels_begin_where_the_header_says_or_right_behind_it(tmp_path, offset):
    path = build_nifti(tmp_path / "a.nii")
    voxels = np.asarray(nibabel.load(path).dataobj).transpose()
    assert same_voxels(patch(path, (OFFSET, "<f", offset)), voxels)


@pytest.mark.parametrize("offset", [-1.0, 352.5, float("nan"), float("inf"), 1e6, 1e20])
def test_an_impossible_place_of_the_voxels_is_refused(tmp_path, offset):
    assert isinstance(refusal(patch(build_nifti(tmp_path / "a.nii"), (OFFSET, "<f", offset))), UnreadableFileError)


def test_bits_that_contradict_the_type_are_said_and_the_type_counts(tmp_path):
    path = build_nifti(tmp_path / "a.nii")
    voxels = np.asarray(nibabel.load(path).dataobj).transpose()
    patch(path, (BITPIX, "<h", 8))
    assert same_voxels(path, voxels)
    assert "contradicts itself about the bits" in " ".join(series_of(path).notes)


@pytest.mark.parametrize(("slope", "intercept"), [(0.0, 5.0), (float("nan"), 5.0), (float("inf"), 5.0)])
def test_a_slope_that_is_none_leaves_the_values_as_they_are(tmp_path, slope, intercept):
    path = patch(build_nifti(tmp_path / "a.nii"), (112, "<2f", slope, intercept))
    volume = READER.load(series_of(path), TaskContext())
    assert (volume.slope, volume.intercept) == (1.0, 0.0)


@pytest.mark.parametrize("magic", [b"\0\0\0\0", b"n+9\0", b"abcd"])
def test_another_magic_is_refused(tmp_path, magic):
    assert isinstance(refusal(patch(build_nifti(tmp_path / "a.nii"), (MAGIC, "<4s", magic))), UnsupportedInputError)


def test_the_byte_order_follows_from_the_header_and_not_from_the_machine(tmp_path):
    voxels = np.arange(24, dtype=np.int16).reshape(2, 3, 4)
    for big_endian in (False, True):
        path = build_nifti(tmp_path / f"{big_endian}.nii", voxels, big_endian=big_endian)
        assert same_voxels(path, voxels)
        np.testing.assert_allclose(series_of(path).geometry.affine_ras, nibabel.load(path).affine, atol=1e-5)


@pytest.mark.parametrize("big_endian", [False, True])
def test_random_bytes_in_the_header_end_in_an_image_or_an_input_error(tmp_path, big_endian):
    data = build_nifti(tmp_path / "a.nii", big_endian=big_endian).read_bytes()
    random, path = np.random.default_rng(11), tmp_path / "b.nii"
    for _ in range(600):
        changed = bytearray(data)
        for at in random.integers(0, 352, 4):
            changed[at] = random.integers(0, 256)
        path.write_bytes(changed)
        found = READER.find([path], TaskContext())
        assert len(found.series) + len(found.unreadable) == 1
        for series in found.series:
            try:
                READER.load(series, TaskContext())
            except (UnreadableFileError, UnsupportedInputError):
                continue
