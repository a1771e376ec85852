"""What else lies in the folder, or hides behind a small file, must not stop or exhaust a restore."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest
from builders.dicom import build_series
from builders.nifti import build_nifti
from pydicom.uid import DeflatedExplicitVRLittleEndian

from medcrypt_gui.adapters.images import deflated
from medcrypt_gui.adapters.images.dicom import DicomReader
from medcrypt_gui.adapters.protection import PROTECTORS
from medcrypt_gui.core.age import HybridIdentity
from medcrypt_gui.core.errors import IntegrityError, UnreadableFileError, UnsupportedInputError
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.protect import protected_files
from medcrypt_gui.core.protect.nifti_source import NiftiOriginal
from medcrypt_gui.core.protect.restore_record import Place
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.protect_study import ProtectRequest, plan_protection, protect
from medcrypt_gui.services.restore_study import inspect_protected, restore


@pytest.fixture
def protected(tmp_path: Path) -> tuple[Path, HybridIdentity]:
    """A protected series of three, and what opens it."""
    files = build_series(tmp_path / "study", slices=3)
    (series,) = DicomReader().find(files, TaskContext()).series
    mask = RoiMask.from_bool(np.ones(series.geometry.shape, bool), series.geometry)
    identity = HybridIdentity.generate()
    plan = plan_protection(ProtectRequest(series, mask, tmp_path / "protected"), PROTECTORS)
    protect(plan, identity, TaskContext())
    return tmp_path / "protected", identity


def test_a_large_file_beside_the_set_is_not_read_whole(
    protected: tuple[Path, HybridIdentity], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, identity = protected
    video = folder / "video.mp4"
    video.write_bytes(b"not an image" * 1000)
    whole = protected_files.read_file

    def read_file(path: Path) -> bytes:
        assert path != video
        return whole(path)

    monkeypatch.setattr(protected_files, "read_file", read_file)
    assert len(restore([folder], [identity], tmp_path / "restored", TaskContext()).restored) == 3


def test_a_file_of_the_set_that_lost_its_first_bytes_is_still_noticed(
    protected: tuple[Path, HybridIdentity], tmp_path: Path
) -> None:
    folder, identity = protected
    victim = sorted(folder.iterdir())[0]
    victim.write_bytes(bytes(200) + victim.read_bytes()[200:])
    with pytest.raises(IntegrityError):
        restore([folder], [identity], tmp_path / "restored", TaskContext())
    assert not (tmp_path / "restored").exists()


def test_a_path_too_long_for_the_system_is_an_unreadable_one() -> None:
    with pytest.raises(UnreadableFileError):
        inspect_protected([Path("x" * 5000)])


def test_gigabytes_behind_the_voxels_are_not_inflated(tmp_path: Path) -> None:
    file = build_nifti(tmp_path / "scan.nii", np.zeros((4, 5, 6), np.int16)).read_bytes()
    with pytest.raises(UnsupportedInputError, match="follows the voxels"):
        NiftiOriginal.parse(gzip.compress(file + bytes(1 << 25)))


def test_a_deflated_file_that_would_fill_the_memory_is_listed_as_unsupported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = build_series(tmp_path, slices=1, rows=64, columns=64, transfer_syntax=DeflatedExplicitVRLittleEndian)
    assert DicomReader().find(files, TaskContext()).series
    monkeypatch.setattr(deflated, "MOST_BYTES", 1000)
    (entry,) = DicomReader().find(files, TaskContext()).unreadable
    assert isinstance(entry.reason, UnsupportedInputError)


def test_an_absurd_number_of_instances_is_refused() -> None:
    with pytest.raises(IntegrityError):
        Place.decode(Place(0, 2**31).encode())
