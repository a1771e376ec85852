"""Masks come back on the image's own grid with their labels; what is done to others is said."""

import nibabel
import numpy as np
import pytest
from builders.grids import KINDS, grid
from builders.masks import TABLE, load, mask_of, random_labels, save, series_of
from builders.nifti import AFFINE_RAS, build_nifti

from medcrypt_gui.core.errors import (
    MaskMismatchError,
    TargetExistsError,
    UnreadableFileError,
    UnsupportedInputError,
    WriteError,
)
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.mask.labels import Label, LabelTable

SHAPE = (5, 16, 20)
GEOMETRY = Geometry.from_ras(SHAPE, AFFINE_RAS)
SERIES = series_of(GEOMETRY)
REGION = (np.random.default_rng(1).random(SHAPE) > 0.7).astype(np.uint8)
LABELS = random_labels(SHAPE)


@pytest.mark.parametrize("name", ["m.nii", "m.nii.gz"])
@pytest.mark.parametrize("oriented", [True, False])
def test_a_written_mask_is_read_back_with_names_and_colours(tmp_path, name, oriented):
    series = series_of(Geometry.from_ras(SHAPE, AFFINE_RAS, oriented))
    loaded = load(save(tmp_path / name, LABELS, series), series)
    assert (loaded.mask.labels == LABELS).all()
    assert loaded.mask.table == TABLE
    assert not loaded.notices
    image = nibabel.load(tmp_path / name)
    assert image.get_data_dtype() == np.uint8
    assert (np.asarray(image.dataobj).T == LABELS).all()


def test_a_lonely_label_keeps_its_number(tmp_path):
    path = save(tmp_path / "m.nii", REGION * 9, SERIES)
    assert (load(path, SERIES).mask.labels == REGION * 9).all()


def test_a_file_without_names_keeps_those_that_the_numbers_have(tmp_path):
    present = LabelTable().with_label(Label(2, "Nose", (1, 2, 3), locked=True, in_roi=False))
    table = load(build_nifti(tmp_path / "m.nii", LABELS), SERIES, present).mask.table
    assert table[2] == present[2]
    assert table[7].name == "Label 7"


def test_names_of_the_file_count_and_what_is_new_belongs_to_the_roi(tmp_path):
    present = LabelTable().with_label(Label(2, "Nose", (1, 2, 3), visible=False, in_roi=False))
    table = load(save(tmp_path / "m.nii", LABELS, SERIES), SERIES, present).mask.table
    assert table[2] == TABLE[2]


def test_an_existing_file_is_replaced_only_by_force(tmp_path):
    path = save(tmp_path / "m.nii.gz", LABELS * 0, SERIES)
    with pytest.raises(TargetExistsError):
        save(path, LABELS, SERIES)
    save(path, LABELS, SERIES, force=True)
    assert load(path, SERIES).mask.labels.any()


def test_equal_masks_give_equal_files(tmp_path):
    one, other = (save(tmp_path / name, LABELS, SERIES) for name in ("a.nii.gz", "b.nii.gz"))
    assert one.read_bytes() == other.read_bytes()


def test_a_file_that_does_not_give_the_mask_back_is_not_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(
        "medcrypt_gui.adapters.masks.nifti_mask._plain", lambda mask: nibabel.Nifti1Image(
            (mask.labels[::-1]).T, mask.geometry.affine_ras).to_bytes())  # fmt: skip
    with pytest.raises(WriteError, match="differs"):
        save(tmp_path / "m.nii", LABELS, SERIES)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("dtype", ["i2", "f4", "f8", "u1"])
def test_of_one_value_whatever_is_not_zero_is_the_roi(tmp_path, dtype):
    voxels = (REGION * 7).astype(dtype)
    loaded = load(build_nifti(tmp_path / "m.nii", voxels), SERIES)
    assert (loaded.mask.labels == REGION).all()
    assert loaded.notices == ("The file's one value, 7, is the ROI.",)


@pytest.mark.parametrize("dtype", ["i2", "f4", "f8", "u1"])
def test_several_whole_numbers_are_labels(tmp_path, dtype):
    loaded = load(build_nifti(tmp_path / "m.nii", LABELS.astype(dtype)), SERIES)
    assert (loaded.mask.labels == LABELS).all()
    assert not loaded.notices


def test_fractions_are_the_roi_where_they_are_not_zero(tmp_path):
    voxels = REGION * np.float32(0.3)
    loaded = load(build_nifti(tmp_path / "m.nii", voxels), SERIES)
    assert (loaded.mask.labels == REGION).all()
    assert "fractions" in loaded.notices[0]


def test_negative_values_are_inside(tmp_path):
    loaded = load(build_nifti(tmp_path / "m.nii", -REGION.astype(np.int16)), SERIES)
    assert (loaded.mask.labels == REGION).all()


def test_labels_above_255_get_free_numbers_and_keep_theirs_as_names(tmp_path):
    voxels = LABELS.astype(np.int16)
    voxels[voxels == 7] = 1035
    loaded = load(build_nifti(tmp_path / "m.nii", voxels), SERIES)
    assert ((loaded.mask.labels == 3) == (LABELS == 7)).all()
    assert ((loaded.mask.labels == 2) == (LABELS == 2)).all()
    assert loaded.mask.table[3].name == "Label 1035"
    assert "1035 → 3" in loaded.notices[0]


def test_an_image_is_no_mask(tmp_path):
    voxels = np.arange(np.prod(SHAPE), dtype=np.int16).reshape(SHAPE)
    with pytest.raises(UnsupportedInputError, match="different labels"):
        load(build_nifti(tmp_path / "m.nii", voxels), SERIES)


def test_not_a_number_is_outside(tmp_path):
    voxels = np.where(REGION, np.float32(1), np.float32(np.nan))
    assert (load(build_nifti(tmp_path / "m.nii", voxels), SERIES).mask.labels == REGION).all()


@pytest.mark.parametrize("target", ["LAS", "RAS", "PSR", "SAL", "IRP"])
def test_a_mask_in_another_axis_order_is_reordered(tmp_path, target):
    image = nibabel.Nifti1Image(LABELS.T, AFFINE_RAS)
    moved = image.as_reoriented(
        nibabel.orientations.ornt_transform(
            nibabel.io_orientation(AFFINE_RAS), nibabel.orientations.axcodes2ornt(target)
        )
    )
    nibabel.save(moved, tmp_path / "m.nii.gz")
    loaded = load(tmp_path / "m.nii.gz", SERIES)
    assert (loaded.mask.labels == LABELS).all()
    assert not loaded.notices


def test_a_part_of_the_grid_is_put_where_it_lies(tmp_path):
    loaded = load(build_nifti(tmp_path / "m.nii", LABELS[:, :, :-1]), SERIES)
    assert (loaded.mask.labels[:, :, :-1] == LABELS[:, :, :-1]).all()
    assert not loaded.mask.labels[:, :, -1].any()
    assert not loaded.notices


@pytest.mark.parametrize("shift", [0.3, 5.0])
def test_a_mask_beside_the_voxels_is_resampled_and_it_is_said(tmp_path, shift):
    affine = AFFINE_RAS.copy()
    affine[0, 3] += shift
    loaded = load(build_nifti(tmp_path / "m.nii", LABELS, affine), SERIES)
    assert loaded.mask.labels.any()
    assert "another grid" in loaded.notices[0]


def test_a_mask_in_another_place_is_refused_and_named(tmp_path):
    affine = AFFINE_RAS.copy()
    affine[0, 3] -= 100
    path = build_nifti(tmp_path / "m.nii", LABELS, affine)
    with pytest.raises(MaskMismatchError, match="another place") as raised:
        load(path, SERIES)
    assert raised.value.path == path


def test_rounding_in_the_header_does_not_matter(tmp_path):
    affine = AFFINE_RAS.copy()
    affine[:3, 3] += 0.02
    loaded = load(build_nifti(tmp_path / "m.nii", LABELS, affine), SERIES)
    assert (loaded.mask.labels == LABELS).all()
    assert not loaded.notices


def test_images_without_orientation_take_masks_without_orientation(tmp_path):
    path = build_nifti(tmp_path / "m.nii", LABELS, affine_ras=None)
    unoriented = Geometry(SHAPE, np.diag([0.7, 0.7, 2.0, 1.0]), oriented=False)
    assert (mask_of(path, unoriented).labels == LABELS).all()
    with pytest.raises(MaskMismatchError):
        load(path, SERIES)


def test_a_file_that_is_no_mask_is_unreadable(tmp_path):
    path = tmp_path / "m.nii.gz"
    path.write_bytes(b"words")
    with pytest.raises(UnreadableFileError):
        load(path, SERIES)
    (tmp_path / "m.txt").write_text("words")
    with pytest.raises(UnsupportedInputError, match="no mask that MedCrypt reads"):
        load(tmp_path / "m.txt", SERIES)
    with pytest.raises(UnreadableFileError):
        load(tmp_path / "missing.dcm", SERIES)


def test_a_mask_that_cannot_fit_is_refused_before_it_is_inflated(tmp_path, monkeypatch):
    def inflate(*_, **__):
        raise AssertionError("the voxels were read")

    path = build_nifti(tmp_path / "m.nii.gz", np.ones((40, 16, 20), np.uint8), affine_ras=None)
    monkeypatch.setattr("medcrypt_gui.adapters.images.nifti.NiftiReader.load", inflate)
    with pytest.raises(MaskMismatchError, match="20 x 16 x 40"):
        load(path, SERIES)


def test_of_several_volumes_the_first_is_taken_and_it_is_said(tmp_path):
    both = np.stack([LABELS, LABELS * 0 + 3])
    nibabel.save(nibabel.Nifti1Image(both.T, AFFINE_RAS), tmp_path / "m.nii.gz")
    loaded = load(tmp_path / "m.nii.gz", SERIES)
    assert (loaded.mask.labels == LABELS).all()
    assert "2 volumes" in loaded.notices[0]


@pytest.mark.parametrize("name", ["m.nrrd", "m.mha"])
def test_labels_of_other_programs_formats(tmp_path, name):
    sitk = pytest.importorskip("SimpleITK")
    image = sitk.GetImageFromArray(LABELS.astype(np.int16))
    image.SetSpacing(GEOMETRY.spacing_mm)
    image.SetOrigin(GEOMETRY.affine_lps[:3, 3].tolist())
    image.SetDirection((GEOMETRY.affine_lps[:3, :3] / np.array(GEOMETRY.spacing_mm)).ravel().tolist())
    sitk.WriteImage(image, str(tmp_path / name))
    loaded = load(tmp_path / name, SERIES)
    assert (loaded.mask.labels == LABELS).all()
    assert not loaded.notices


@pytest.mark.parametrize(
    "damage",
    [
        '{"medcrypt_labels": 5}',
        '{"medcrypt_labels": [{"number": 999}]}',
        "[" * 9999,
        '{"medcrypt_labels": [{"number": 1e999, "name": "a", "colour": [1, 2, 3], "in_roi": true}]}',
    ],
)
def test_a_damaged_comment_only_costs_the_names(tmp_path, damage):
    image = nibabel.Nifti1Image(LABELS.T, AFFINE_RAS)
    image.header.extensions.append(nibabel.nifti1.Nifti1Extension(6, damage.encode()))
    nibabel.save(image, tmp_path / "m.nii")
    assert (load(tmp_path / "m.nii", SERIES).mask.labels == LABELS).all()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("order", "signs"), [((0, 1, 2), (1, 1, 1)), ((0, 1, 2), (-1, 1, 1)), ((2, 0, 1), (1, -1, 1))])
def test_other_programs_find_the_mask_where_it_lies(tmp_path, kind, order, signs):
    """nibabel reads every grid; SimpleITK the same places, or it says that it cannot shear, never another place."""
    sitk = pytest.importorskip("SimpleITK")
    geometry = grid(kind, order, signs, shape=SHAPE)
    path = save(tmp_path / "m.nii.gz", LABELS, series_of(geometry))
    image = nibabel.load(path)
    np.testing.assert_allclose(image.affine, geometry.affine_ras, atol=1e-5)
    assert (mask_of(path, geometry).labels == LABELS).all()
    if kind == "tilted":
        with pytest.raises(RuntimeError, match="orthonormal"):
            sitk.ReadImage(str(path))
        return
    other = sitk.ReadImage(str(path))
    assert (sitk.GetArrayFromImage(other) == LABELS).all()
    for index in ((0, 0, 0), (19, 0, 0), (3, 15, 4)):
        np.testing.assert_allclose(other.TransformIndexToPhysicalPoint(index), geometry.to_mm(index), atol=1e-4)
