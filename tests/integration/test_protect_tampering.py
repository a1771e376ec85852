"""One flipped bit anywhere, or a byte less, and a protected file is refused: never a wrong byte, never a bare error."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from builders.dicom import build_series
from builders.nifti import build_nifti
from builders.protection import IDENTITY, Protected, box_mask, protect_files

from medcrypt_gui.core.errors import InputError, IntegrityError, KeyMaterialError, RewrittenError, UnsupportedInputError
from medcrypt_gui.core.protect.dicom_elements import parse_file
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.restore_study import restore
from medcrypt_gui.services.verify_study import verify, verify_without_key

REFUSALS = (InputError, KeyMaterialError, IntegrityError)
SHAPE = (1, 6, 8)
FLIPS = 400


@pytest.fixture(scope="module", params=["dicom", "nii", "nii.gz", "wide.nii"])
def protected(request, tmp_path_factory) -> Protected:
    folder = tmp_path_factory.mktemp("tamper")
    if request.param == "dicom":
        files = build_series(folder / "in", slices=1, rows=6, columns=8)
    else:
        kind = np.int32 if request.param.startswith("wide") else np.int16
        voxels = np.arange(48, dtype=kind).reshape(SHAPE)
        files = [build_nifti(folder / "in" / f"scan.{request.param}", voxels)]
    return protect_files(files, box_mask(SHAPE), folder / "protected")


def refused(protected: Protected, tmp_path: Path, data: bytes) -> None:
    damaged = tmp_path / "damaged" / protected.outcome.files[0].name
    damaged.parent.mkdir(exist_ok=True)
    damaged.write_bytes(data)
    with pytest.raises(REFUSALS):
        restore([damaged.parent], [IDENTITY], tmp_path / "out", TaskContext())
    with pytest.raises(REFUSALS):
        verify([damaged.parent], [IDENTITY], TaskContext())
    assert not (tmp_path / "out").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["damaged"]


def test_a_flipped_bit_anywhere_is_refused(protected, tmp_path):
    data = protected.outcome.files[0].read_bytes()
    rng = np.random.default_rng(7)
    ends = np.r_[0:16, len(data) - 40 : len(data)]
    positions = np.unique(np.r_[rng.choice(len(data), FLIPS), np.arange(0, len(data), 17), ends])
    for position in positions:
        changed = bytearray(data)
        changed[position] ^= 1 << int(rng.integers(8))
        refused(protected, tmp_path, bytes(changed))


def test_a_shorter_or_longer_file_is_refused(protected, tmp_path):
    data = protected.outcome.files[0].read_bytes()
    for length in [0, 1, 100, 131, 132, 200, 348, 352, *range(400, len(data), 97), len(data) - 2, len(data) - 1]:
        refused(protected, tmp_path, data[:length])
    refused(protected, tmp_path, data + b"\0")
    refused(protected, tmp_path, data + data)


def test_the_untouched_file_is_verified(protected):
    assert verify([protected.folder], [IDENTITY], TaskContext()).complete


@pytest.fixture(scope="module")
def file(tmp_path_factory) -> Protected:
    folder = tmp_path_factory.mktemp("parts")
    return protect_files(build_series(folder / "in", slices=1), box_mask((1, 16, 20)), folder / "protected")


@pytest.mark.parametrize(
    ("tag", "offset", "error"),
    [
        (0x00100010, 0, RewrittenError),
        (0x00991051, 10, RewrittenError),
        (0x00991002, 9, RewrittenError),
        (0x00080018, 6, IntegrityError),
        (0x00991000, 8, UnsupportedInputError),
        (0x00991000, 9, UnsupportedInputError),
        (0x00991000, 13, IntegrityError),
        (0x00991000, 30, IntegrityError),
        (0x00991001, 9, RewrittenError),
        (0x00991020, 99, IntegrityError),
        (0x00991021, 99, IntegrityError),
        (0x00991041, 12, IntegrityError),
        (0x7FE00010, 3, IntegrityError),
    ],
)
def test_a_change_of_each_part_of_a_dicom_file_is_told_apart(file, tmp_path, tag, offset, error):
    data = bytearray(file.outcome.files[0].read_bytes())
    elements = parse_file(bytes(data)).data_set
    data[elements[tag].value_start + offset] ^= 4
    (tmp_path / "x.dcm").write_bytes(data)
    with pytest.raises(error) as caught:
        restore([tmp_path / "x.dcm"], [IDENTITY], tmp_path / "out", TaskContext())
    assert type(caught.value) is error


def test_a_damaged_key_blob_is_no_wrong_key(file, tmp_path):
    data = bytearray(file.outcome.files[0].read_bytes())
    blob = parse_file(bytes(data)).data_set[0x00991011]
    data[blob.value_start + len(blob.raw) - 20] ^= 1
    (tmp_path / "x.dcm").write_bytes(data)
    with pytest.raises(IntegrityError, match="key blob"):
        restore([tmp_path / "x.dcm"], [IDENTITY], tmp_path / "out", TaskContext())


def test_a_damaged_member_is_not_passed_over_in_its_folder(tmp_path):
    files = build_series(tmp_path / "in", slices=3, rows=6, columns=8)
    protected = protect_files(files, box_mask((3, 6, 8)), tmp_path / "protected")
    path = protected.outcome.files[1]
    data = path.read_bytes()
    rng = np.random.default_rng(3)
    for position in [0, 128, 130, 140, *rng.choice(len(data), 150)]:
        changed = bytearray(data)
        changed[position] ^= 1 << int(rng.integers(8))
        path.write_bytes(changed)
        with pytest.raises(REFUSALS):
            restore([protected.folder], [IDENTITY], tmp_path / "out", TaskContext())
        assert not (tmp_path / "out").exists()


def test_without_a_key_nothing_is_called_verified(protected):
    (report,) = verify_without_key([protected.folder])
    assert not report.verified
    assert report.complete
