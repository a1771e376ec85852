"""DICOM series protected and restored."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path

import numpy as np
import pydicom
import pytest
from builders.dicom import build_series, phantom
from builders.protection import IDENTITY, box_mask, protect_files, request_for
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian, ImplicitVRLittleEndian

from medcrypt_gui.adapters.protection import PROTECTORS
from medcrypt_gui.core.errors import UnsupportedInputError
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.protect.instance import open_instance
from medcrypt_gui.core.protect.key_blob import open_key
from medcrypt_gui.core.protect.recognise import read_protected
from medcrypt_gui.core.protect.restore_record import Mode
from medcrypt_gui.core.protect.set_keys import SetKeys
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.protect_study import plan_protection
from medcrypt_gui.services.restore_study import restore, unlock

SHAPE = (3, 9, 7)


def restored(folder: Path, out: Path) -> dict[str, bytes]:
    report = restore([folder], [IDENTITY], out, TaskContext())
    assert report.complete
    return {path.name: path.read_bytes() for path in report.restored}


def mode_of(path: Path) -> Mode:
    instance = read_protected(path.read_bytes())
    return open_instance(instance, SetKeys(*open_key(instance.block.key_blob, [IDENTITY]))).original.mode


@settings(max_examples=15, deadline=None)
@given(st.sampled_from([8, 10, 12, 16]), st.booleans(), st.integers(0, 2**32 - 1), st.floats(0.01, 1))
def test_restoring_is_the_identity_and_only_the_region_changes(bits_stored, signed, seed, share):
    mask = np.random.default_rng(seed).random(SHAPE) < share
    mask[0, 0, 0] = True
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        voxels = phantom(*SHAPE, bits_stored, signed, seed)
        files = build_series(folder / "in", voxels=voxels, bits_stored=bits_stored, signed=signed)
        protected = protect_files(files, mask, folder / "protected")
        visible = np.stack([pydicom.dcmread(path).pixel_array for path in protected.outcome.files])
        assert np.array_equal(visible[~mask], voxels[~mask])
        assert restored(protected.folder, folder / "out") == protected.original_bytes()
        assert unlock([protected.folder], [IDENTITY], TaskContext()).samples.keys() == set(protected.outcome.files)


@pytest.mark.parametrize(
    ("syntax", "mode"),
    [
        (ImplicitVRLittleEndian, Mode.PATCH),
        (DeflatedExplicitVRLittleEndian, Mode.WHOLE),
        (ExplicitVRBigEndian, Mode.WHOLE),
    ],
    ids=["implicit", "deflated", "big-endian"],
)
def test_every_native_transfer_syntax_is_protected(tmp_path, syntax, mode):
    voxels = phantom(2, 9, 8)
    files = build_series(tmp_path / "in", voxels=voxels, transfer_syntax=syntax)
    mask = box_mask(voxels.shape)
    protected = protect_files(files, mask, tmp_path / "protected")
    visible = np.stack([pydicom.dcmread(path).pixel_array for path in protected.outcome.files])
    assert np.array_equal(visible[~mask], voxels[~mask])
    assert (visible[mask] != voxels[mask]).mean() > 0.9
    assert mode_of(protected.outcome.files[0]) is mode
    assert restored(protected.folder, tmp_path / "out") == protected.original_bytes()


def test_an_overlay_in_the_high_bits_does_not_stay_visible(tmp_path):
    clean = phantom(1, 8, 8)
    files = build_series(tmp_path / "in", voxels=clean | np.uint16(0x8000))
    protected = protect_files(files, box_mask(clean.shape), tmp_path / "protected")
    assert pydicom.dcmread(protected.outcome.files[0]).pixel_array.max() < 4096
    assert mode_of(protected.outcome.files[0]) is Mode.WHOLE
    assert restored(protected.folder, tmp_path / "out") == protected.original_bytes()


def test_samples_in_the_middle_of_their_words_are_moved_down(tmp_path):
    clean = phantom(1, 8, 8, bits_stored=8).astype(np.uint16)
    files = build_series(tmp_path / "in", voxels=clean << 4, bits_stored=12, BitsStored=8, HighBit=11)
    mask = box_mask(clean.shape)
    protected = protect_files(files, mask, tmp_path / "protected")
    dataset = pydicom.dcmread(protected.outcome.files[0])
    assert (dataset.BitsStored, dataset.HighBit) == (8, 7)
    assert np.array_equal(dataset.pixel_array[~mask[0]], clean[~mask])
    opened = unlock([protected.folder], [IDENTITY], TaskContext())
    assert np.array_equal(next(iter(opened.samples.values())), clean)
    assert restored(protected.folder, tmp_path / "out") == protected.original_bytes()


def test_an_odd_number_of_bytes_is_padded(tmp_path):
    files = build_series(tmp_path / "in", slices=1, rows=5, columns=5, bits_stored=8)
    protected = protect_files(files, box_mask((1, 5, 5)), tmp_path / "protected")
    assert mode_of(protected.outcome.files[0]) is Mode.PATCH
    assert restored(protected.folder, tmp_path / "out") == protected.original_bytes()


def test_protected_files_read_without_a_warning_and_say_what_they_are(tmp_path):
    files = build_series(tmp_path / "in", slices=2)
    protected = protect_files(files, box_mask((2, 16, 20)), tmp_path / "protected")
    originals = [pydicom.dcmread(path) for path in files]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        datasets = [pydicom.dcmread(path) for path in protected.outcome.files]
        texts = [str(dataset) for dataset in datasets]
        pixels = [dataset.pixel_array for dataset in datasets]
    assert len(texts) == len(pixels) == 2
    assert [path.name for path in protected.outcome.files] == ["IM000001.dcm", "IM000002.dcm"]
    first, original = datasets[0], originals[0]
    assert first.file_meta.TransferSyntaxUID.name == "Explicit VR Little Endian"
    assert first.file_meta.MediaStorageSOPInstanceUID == first.SOPInstanceUID
    assert first.preamble == bytes(128)
    assert first.private_block(0x0099, "MEDCRYPT 1")[0x00].VR == "OB"
    assert first.SOPInstanceUID != original.SOPInstanceUID
    assert first.SeriesInstanceUID == datasets[1].SeriesInstanceUID != original.SeriesInstanceUID
    assert first.StudyInstanceUID == original.StudyInstanceUID
    assert first.FrameOfReferenceUID == original.FrameOfReferenceUID
    assert first.ImagePositionPatient == original.ImagePositionPatient


def test_a_protected_file_is_hardly_larger(tmp_path):
    files = build_series(tmp_path / "in", slices=1, rows=256, columns=256)
    protected = protect_files(files, box_mask((1, 256, 256)), tmp_path / "protected")
    assert protected.outcome.files[0].stat().st_size <= files[0].stat().st_size * 1.05 + 32_000


def test_an_unlocked_study_shows_what_was_there(tmp_path):
    voxels = phantom(3, 8, 8, 12, signed=True)
    files = build_series(tmp_path / "in", voxels=voxels, signed=True)
    protected = protect_files(files, box_mask(voxels.shape), tmp_path / "protected")
    hidden = np.stack([pydicom.dcmread(path).pixel_array for path in protected.outcome.files])
    locked = Volume(hidden, Geometry(voxels.shape, np.eye(4)), slope=2.0)
    shown = unlock([protected.folder], [IDENTITY], TaskContext()).reveal(locked, protected.outcome.files)
    assert np.array_equal(shown.stored, voxels)
    assert shown.slope == 2.0
    assert not np.array_equal(hidden, voxels)


@pytest.mark.parametrize(
    ("tags", "reason"),
    [
        ({"NumberOfFrames": "2"}, "multi-frame"),
        ({"PhotometricInterpretation": "RGB"}, "colour"),
        ({"PhotometricInterpretation": "PALETTE COLOR"}, "colour"),
    ],
)
def test_what_this_version_does_not_protect_is_refused_in_advance(tmp_path, tags, reason):
    files = build_series(tmp_path / "in", slices=2, **tags)
    with pytest.raises(UnsupportedInputError, match=reason):
        plan_protection(request_for(files, box_mask((2, 16, 20)), tmp_path / "protected"), PROTECTORS)
    assert not (tmp_path / "protected").exists()


def test_compressed_images_are_refused_in_advance(shared_data, tmp_path):
    files = sorted((shared_data / "dicom" / "ct-jpeg2000").iterdir())[:2]
    with pytest.raises(UnsupportedInputError, match="compressed"):
        plan_protection(request_for(files, box_mask((2, 512, 512)), tmp_path / "protected"), PROTECTORS)


def test_a_protected_series_is_not_protected_again(tmp_path):
    files = build_series(tmp_path / "in", slices=1)
    protected = protect_files(files, box_mask((1, 16, 20)), tmp_path / "protected")
    with pytest.raises(UnsupportedInputError, match="already protected"):
        plan_protection(request_for(protected.outcome.files, protected.mask, tmp_path / "again"), PROTECTORS)
