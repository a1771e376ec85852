"""NIfTI files protected and restored."""

from __future__ import annotations

import tempfile
from pathlib import Path

import nibabel
import numpy as np
import pytest
from builders.nifti import build_nifti
from builders.protection import IDENTITY, box_mask, protect_files, request_for
from hypothesis import given, settings
from hypothesis import strategies as st

from medcrypt_gui.adapters.protection import PROTECTORS
from medcrypt_gui.core.errors import MaskMismatchError, UnreadableFileError, UnsupportedInputError
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.protect_study import plan_protection
from medcrypt_gui.services.restore_study import restore, unlock

KINDS = ["u1", "i1", "i2", "u2", "i4", "u4", "i8", "u8"]
SHAPE = (4, 5, 6)


def voxels_of(kind: str, seed: int = 0, shape: tuple[int, int, int] = SHAPE) -> np.ndarray:
    """Random values, smaller outside the middle so that there is a background."""
    limits = np.iinfo(kind)
    rng = np.random.default_rng(seed)
    voxels = rng.integers(limits.min, limits.max, shape, dtype=kind, endpoint=True)
    background = ~box_mask(shape)
    voxels[background] = rng.integers(0, 100, int(background.sum()))
    return voxels


def stored(path: Path) -> np.ndarray:
    return np.asanyarray(nibabel.load(path).dataobj.get_unscaled()).transpose()


def restored_bytes(folder: Path, out: Path) -> bytes:
    (path,) = restore([folder], [IDENTITY], out, TaskContext()).restored
    return path.read_bytes()


@settings(max_examples=12, deadline=None)
@given(st.sampled_from(KINDS), st.booleans(), st.booleans(), st.integers(0, 2**32 - 1))
def test_restoring_is_the_identity_and_only_the_region_changes(kind, big_endian, compressed, seed):
    voxels, mask = voxels_of(kind, seed), np.random.default_rng(seed).random(SHAPE) < 0.4
    mask[1, 2, 3] = True
    with tempfile.TemporaryDirectory() as name:
        suffix = ".nii.gz" if compressed else ".nii"
        original = build_nifti(Path(name) / f"scan{suffix}", voxels, big_endian=big_endian)
        protected = protect_files([original], mask, Path(name) / "protected")
        (visible,) = protected.outcome.files
        assert visible.name == f"IMAGE0001{suffix}"
        assert np.array_equal(stored(visible)[~mask], voxels[~mask])
        samples = unlock([protected.folder], [IDENTITY], TaskContext()).samples[visible]
        assert np.array_equal(samples, voxels)
        assert restored_bytes(protected.folder, Path(name) / "out") == original.read_bytes()


@pytest.mark.parametrize("kind", ["i4", "u8"])
def test_the_stand_ins_of_wide_integers_look_like_the_background(tmp_path, kind):
    voxels = voxels_of(kind, shape=(10, 10, 10))
    mask = box_mask(voxels.shape)
    protected = protect_files([build_nifti(tmp_path / "a.nii", voxels)], mask, tmp_path / "protected")
    noise = stored(protected.outcome.files[0])[mask]
    assert noise.min() >= 0
    assert noise.max() < 100
    assert len(np.unique(noise)) > 40


@pytest.mark.parametrize("suffix", [".nii", ".nii.gz"])
def test_the_visible_header_keeps_geometry_scaling_and_extensions(tmp_path, suffix):
    original = build_nifti(tmp_path / f"a{suffix}", voxels_of("i2"), slope=0.5, intercept=10.0)
    image = nibabel.load(original)
    image.header.extensions.append(nibabel.nifti1.Nifti1Extension(4, b"<a/>"))
    data = voxels_of("i2").transpose()
    extended = nibabel.Nifti1Image(data, image.affine, image.header)
    extended.header.set_slope_inter(0.5, 10.0)
    path = tmp_path / f"extended{suffix}"
    nibabel.save(extended, path)
    protected = protect_files([path], box_mask(SHAPE), tmp_path / "protected")
    visible = nibabel.load(protected.outcome.files[0])
    assert [e.get_code() for e in visible.header.extensions] == [4, 6]
    assert np.allclose(visible.affine, image.affine)
    assert (visible.dataobj.slope, visible.dataobj.inter) == (0.5, 10.0)
    assert 10.0 <= visible.header["cal_min"] <= visible.header["cal_max"] < 60.0
    assert restored_bytes(protected.folder, tmp_path / "out") == path.read_bytes()


def test_nifti_2_is_protected(tmp_path):
    path = tmp_path / "a.nii"
    nibabel.save(nibabel.Nifti2Image(voxels_of("u2").transpose(), np.eye(4)), path)
    protected = protect_files([path], box_mask(SHAPE), tmp_path / "protected")
    assert isinstance(nibabel.load(protected.outcome.files[0]), nibabel.Nifti2Image)
    assert restored_bytes(protected.folder, tmp_path / "out") == path.read_bytes()


def test_bytes_behind_the_voxels_come_back(tmp_path):
    path = build_nifti(tmp_path / "a.nii", voxels_of("u1"))
    path.write_bytes(path.read_bytes() + b"something else")
    protected = protect_files([path], box_mask(SHAPE), tmp_path / "protected")
    assert restored_bytes(protected.folder, tmp_path / "out").endswith(b"something else")


def test_floating_point_images_are_refused_in_advance(tmp_path):
    path = build_nifti(tmp_path / "a.nii", np.zeros(SHAPE, np.float32))
    with pytest.raises(UnsupportedInputError, match="whole numbers"):
        plan_protection(request_for([path], box_mask(SHAPE), tmp_path / "protected"), PROTECTORS)


@pytest.mark.parametrize("suffix", [".nii", ".nii.gz"])
def test_a_file_cut_in_the_middle_is_refused_in_advance(tmp_path, suffix):
    path = build_nifti(tmp_path / f"a{suffix}", voxels_of("i2"))
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(UnreadableFileError):
        plan_protection(request_for([path], box_mask(SHAPE), tmp_path / "protected"), PROTECTORS)


def test_a_mask_of_another_shape_is_refused_in_advance(tmp_path):
    path = build_nifti(tmp_path / "a.nii", voxels_of("i2"))
    with pytest.raises(MaskMismatchError):
        plan_protection(request_for([path], box_mask((6, 5, 4)), tmp_path / "protected"), PROTECTORS)


def test_a_protected_image_is_not_protected_again(tmp_path):
    protected = protect_files([build_nifti(tmp_path / "a.nii", voxels_of("i2"))], box_mask(SHAPE), tmp_path / "out")
    with pytest.raises(UnsupportedInputError, match="already protected"):
        plan_protection(request_for(protected.outcome.files, protected.mask, tmp_path / "again"), PROTECTORS)
