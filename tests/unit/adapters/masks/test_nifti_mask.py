"""Masks come back on the image's own grid, or are refused."""

import nibabel
import numpy as np
import pytest
from builders.grids import KINDS, grid
from builders.nifti import AFFINE_RAS, build_nifti

from medcrypt_gui.adapters.masks.nifti_mask import NiftiMaskFile, read_mask, write_mask
from medcrypt_gui.core.errors import MaskMismatchError, TargetExistsError, UnreadableFileError
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.mask.roi_mask import RoiMask

SHAPE = (5, 16, 20)
GEOMETRY = Geometry.from_ras(SHAPE, AFFINE_RAS)
LABELS = (np.random.default_rng(1).random(SHAPE) > 0.7).astype(np.uint8)


@pytest.mark.parametrize("name", ["m.nii", "m.nii.gz"])
@pytest.mark.parametrize("oriented", [True, False])
def test_a_written_mask_is_read_back(tmp_path, name, oriented):
    geometry = Geometry.from_ras(SHAPE, AFFINE_RAS, oriented)
    NiftiMaskFile().write(tmp_path / name, RoiMask(LABELS, geometry))
    assert (NiftiMaskFile().read(tmp_path / name, geometry).labels == LABELS).all()
    image = nibabel.load(tmp_path / name)
    assert image.get_data_dtype() == np.uint8
    assert (np.asarray(image.dataobj).T == LABELS).all()


def test_an_existing_file_is_replaced_only_by_force(tmp_path):
    path = tmp_path / "m.nii.gz"
    write_mask(path, RoiMask.empty(GEOMETRY))
    with pytest.raises(TargetExistsError):
        write_mask(path, RoiMask(LABELS, GEOMETRY))
    write_mask(path, RoiMask(LABELS, GEOMETRY), force=True)
    assert read_mask(path, GEOMETRY).labels.any()


def test_equal_masks_give_equal_files(tmp_path):
    write_mask(tmp_path / "a.nii.gz", RoiMask(LABELS, GEOMETRY))
    write_mask(tmp_path / "b.nii.gz", RoiMask(LABELS, GEOMETRY))
    assert (tmp_path / "a.nii.gz").read_bytes() == (tmp_path / "b.nii.gz").read_bytes()


@pytest.mark.parametrize("dtype", ["i2", "f4", "f8", "u1"])
def test_whatever_is_not_zero_is_inside(tmp_path, dtype):
    voxels = (LABELS * 7).astype(dtype)
    assert (read_mask(build_nifti(tmp_path / "m.nii", voxels), GEOMETRY).labels == LABELS).all()


def test_not_a_number_is_outside(tmp_path):
    voxels = np.where(LABELS, np.float32(1), np.float32(np.nan))
    assert (read_mask(build_nifti(tmp_path / "m.nii", voxels), GEOMETRY).labels == LABELS).all()


@pytest.mark.parametrize("target", ["LAS", "RAS", "PSR", "SAL", "IRP"])
def test_a_mask_in_another_axis_order_is_reordered(tmp_path, target):
    image = nibabel.Nifti1Image(LABELS.T, AFFINE_RAS)
    moved = image.as_reoriented(
        nibabel.orientations.ornt_transform(
            nibabel.io_orientation(AFFINE_RAS), nibabel.orientations.axcodes2ornt(target)
        )
    )
    nibabel.save(moved, tmp_path / "m.nii.gz")
    assert (read_mask(tmp_path / "m.nii.gz", GEOMETRY).labels == LABELS).all()


def test_a_mask_of_another_shape_is_refused_and_named(tmp_path):
    path = build_nifti(tmp_path / "m.nii", LABELS[:, :, :-1])
    with pytest.raises(MaskMismatchError) as raised:
        read_mask(path, GEOMETRY)
    assert raised.value.path == path


@pytest.mark.parametrize("shift", [0.3, 5.0, -100.0])
def test_a_mask_in_another_place_is_refused(tmp_path, shift):
    affine = AFFINE_RAS.copy()
    affine[0, 3] += shift
    with pytest.raises(MaskMismatchError, match="another place"):
        read_mask(build_nifti(tmp_path / "m.nii", LABELS, affine), GEOMETRY)


def test_rounding_in_the_header_does_not_matter(tmp_path):
    affine = AFFINE_RAS.copy()
    affine[:3, 3] += 0.02
    assert read_mask(build_nifti(tmp_path / "m.nii", LABELS, affine), GEOMETRY).labels.any()


def test_images_without_orientation_take_masks_without_orientation(tmp_path):
    path = build_nifti(tmp_path / "m.nii", LABELS, affine_ras=None)
    unoriented = Geometry(SHAPE, np.diag([0.7, 0.7, 2.0, 1.0]), oriented=False)
    assert (read_mask(path, unoriented).labels == LABELS).all()
    with pytest.raises(MaskMismatchError):
        read_mask(path, GEOMETRY)


def test_a_file_that_is_no_mask_is_unreadable(tmp_path):
    path = tmp_path / "m.nii.gz"
    path.write_bytes(b"words")
    with pytest.raises(UnreadableFileError):
        read_mask(path, GEOMETRY)


def test_a_mask_of_another_size_is_refused_before_it_is_inflated(tmp_path, monkeypatch):
    def inflate(*_, **__):
        raise AssertionError("the voxels were read")

    path = build_nifti(tmp_path / "m.nii.gz", np.ones((40, 16, 20), np.uint8))
    monkeypatch.setattr("medcrypt_gui.adapters.masks.nifti_mask.NiftiReader.load", inflate)
    with pytest.raises(MaskMismatchError, match="20 x 16 x 40"):
        read_mask(path, GEOMETRY)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("order", "signs"), [((0, 1, 2), (1, 1, 1)), ((0, 1, 2), (-1, 1, 1)), ((2, 0, 1), (1, -1, 1))])
def test_other_programs_find_the_mask_where_it_lies(tmp_path, kind, order, signs):
    """nibabel reads every grid; SimpleITK the same places, or it says that it cannot shear, never another place."""
    sitk = pytest.importorskip("SimpleITK")
    geometry = grid(kind, order, signs, shape=SHAPE)
    write_mask(tmp_path / "m.nii.gz", RoiMask(LABELS, geometry))
    image = nibabel.load(tmp_path / "m.nii.gz")
    np.testing.assert_allclose(image.affine, geometry.affine_ras, atol=1e-5)
    assert (read_mask(tmp_path / "m.nii.gz", geometry).labels == LABELS).all()
    if kind == "tilted":
        with pytest.raises(RuntimeError, match="orthonormal"):
            sitk.ReadImage(str(tmp_path / "m.nii.gz"))
        return
    other = sitk.ReadImage(str(tmp_path / "m.nii.gz"))
    assert (sitk.GetArrayFromImage(other) == LABELS).all()
    for index in ((0, 0, 0), (19, 0, 0), (3, 15, 4)):
        np.testing.assert_allclose(other.TransformIndexToPhysicalPoint(index), geometry.to_mm(index), atol=1e-4)
