"""NIfTI headers as bytes."""

from __future__ import annotations

import nibabel
import numpy as np
import pytest
from builders.nifti import build_nifti

from medcrypt_gui.core.errors import UnreadableFileError, UnsupportedInputError
from medcrypt_gui.core.protect.nifti_header import NiftiHeader, is_nifti


@pytest.mark.parametrize("big_endian", [True, False])
@pytest.mark.parametrize("kind", ["u1", "i1", "i2", "u2", "i4", "u4", "i8", "u8"])
def test_the_layout_is_that_of_nibabel(tmp_path, kind, big_endian):
    voxels = np.arange(24, dtype=kind).reshape(2, 3, 4)
    path = build_nifti(tmp_path / "a.nii", voxels, slope=2.0, intercept=-1.0, big_endian=big_endian)
    header = NiftiHeader.parse(path.read_bytes())
    layout = header.layout()
    assert (layout.frames, layout.rows, layout.columns) == (2, 3, 4)
    assert (layout.bits_stored, layout.signed) == (int(kind[1]) * 8, kind[0] == "i")
    assert header.dtype == np.dtype((">" if big_endian else "<") + kind)
    assert header.voxels_start == nibabel.load(path).dataobj.offset
    assert header.scaled(3) == 5.0


def test_nifti_2_is_read_too(tmp_path):
    image = nibabel.Nifti2Image(np.zeros((4, 3, 2), np.int16), np.eye(4))
    nibabel.save(image, tmp_path / "a.nii")
    header = NiftiHeader.parse((tmp_path / "a.nii").read_bytes())
    assert len(header.data) == 540
    assert (header.layout().columns, header.layout().rows, header.layout().frames) == (4, 3, 2)
    assert header.changed(vox_offset=4096).voxels_start == 4096


@pytest.mark.parametrize("kind", ["f4", "f8", "c8"])
def test_other_numbers_are_refused(tmp_path, kind):
    path = build_nifti(tmp_path / "a.nii", np.zeros((2, 2, 2), kind))
    with pytest.raises(UnsupportedInputError, match="whole numbers"):
        NiftiHeader.parse(path.read_bytes()).layout()


def test_four_dimensions_are_refused(tmp_path):
    nibabel.save(nibabel.Nifti1Image(np.zeros((2, 2, 2, 2), np.uint8), np.eye(4)), tmp_path / "a.nii")
    with pytest.raises(UnsupportedInputError, match="three dimensions"):
        NiftiHeader.parse((tmp_path / "a.nii").read_bytes()).layout()


def test_a_pair_is_refused(tmp_path):
    nibabel.save(nibabel.Nifti1Pair(np.zeros((2, 2, 2), np.uint8), np.eye(4)), tmp_path / "a.hdr")
    with pytest.raises(UnsupportedInputError, match="pairs"):
        NiftiHeader.parse((tmp_path / "a.hdr").read_bytes())


def test_what_is_no_nifti_is_refused():
    assert not is_nifti(b"DICM" * 200)
    with pytest.raises(UnreadableFileError):
        NiftiHeader.parse(b"\x5c\x01\0\0")
