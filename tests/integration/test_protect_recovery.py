"""The stand-alone recovery script, a second implementation, restores what the program protects."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from builders.dicom import build_series
from builders.nifti import build_nifti
from builders.protection import IDENTITY, Protected, box_mask, protect_files
from conftest import REPOSITORY
from pydicom.uid import ExplicitVRBigEndian

from medcrypt_gui.core.keys.key_card import Purpose, encode_plain, encode_protected
from medcrypt_gui.core.keys.passphrase import Argon2Params

SCRIPT = REPOSITORY / "packaging" / "recover.py"


def recover(folder: Path, protected: Path, key_text: str, passphrase: str | None = None) -> subprocess.CompletedProcess:
    (folder / "key.txt").write_text(key_text)
    extra = []
    if passphrase is not None:
        (folder / "passphrase.txt").write_text(passphrase + "\n", encoding="utf-8")
        extra = ["--passphrase-file", str(folder / "passphrase.txt")]
    command = [sys.executable, "-I", str(SCRIPT), str(folder / "key.txt"), str(protected), "-o", str(folder / "out")]
    return subprocess.run([*command, *extra], cwd=folder, capture_output=True, text=True, timeout=60, check=False)


def assert_recovered(protected: Protected, folder: Path) -> None:
    done = recover(folder, protected.folder, f"# made today\n{IDENTITY.secret_string}\n")
    assert done.returncode == 0, done.stderr
    assert {path.name: path.read_bytes() for path in (folder / "out").iterdir()} == protected.original_bytes()


@pytest.mark.parametrize(("bits", "signed"), [(8, False), (12, True), (16, True)])
def test_dicom_series(tmp_path, bits, signed):
    files = build_series(tmp_path / "in", slices=3, rows=9, columns=7, bits_stored=bits, signed=signed)
    assert_recovered(protect_files(files, box_mask((3, 9, 7)), tmp_path / "protected"), tmp_path)


def test_dicom_files_that_are_kept_whole(tmp_path):
    files = build_series(tmp_path / "in", slices=2, rows=8, columns=8, transfer_syntax=ExplicitVRBigEndian)
    assert_recovered(protect_files(files, box_mask((2, 8, 8)), tmp_path / "protected"), tmp_path)


@pytest.mark.parametrize("name", ["scan.nii", "scan.nii.gz"])
@pytest.mark.parametrize("kind", ["u1", "i2", "i4", "u8"])
@pytest.mark.parametrize("big_endian", [False, True])
def test_nifti_files(tmp_path, name, kind, big_endian):
    voxels = np.random.default_rng(1).integers(0, 100, (4, 5, 6)).astype(kind)
    files = [build_nifti(tmp_path / "in" / name, voxels, big_endian=big_endian)]
    assert_recovered(protect_files(files, box_mask(voxels.shape), tmp_path / "protected"), tmp_path)


def test_a_region_of_more_than_one_epoch(tmp_path):
    files = build_series(tmp_path / "in", slices=1, rows=400, columns=400, bits_stored=16)
    assert_recovered(protect_files(files, np.ones((1, 400, 400), bool), tmp_path / "protected"), tmp_path)


@pytest.fixture
def protected(tmp_path) -> Protected:
    files = build_series(tmp_path / "in", slices=3, rows=8, columns=8)
    return protect_files(files, box_mask((3, 8, 8)), tmp_path / "protected")


def test_a_plain_card_opens_it(protected, tmp_path):
    assert recover(tmp_path, protected.folder, encode_plain(IDENTITY, Purpose.ROI)).returncode == 0


def test_a_card_with_a_passphrase_opens_it(protected, tmp_path):
    card = encode_protected(IDENTITY, Purpose.ROI, "grüne Insel", params=Argon2Params(16, 1, 1))
    assert "wrong" in recover(tmp_path, protected.folder, card, "gelbe Insel").stderr
    assert recover(tmp_path, protected.folder, card.lower(), "grüne Insel").returncode == 0


def test_a_missing_file_is_named(protected, tmp_path):
    protected.outcome.files[1].unlink()
    done = recover(tmp_path, protected.folder, IDENTITY.secret_string)
    assert done.returncode == 1
    assert f"MISSING: {protected.originals[1].name}" in done.stderr


def test_a_damaged_file_is_not_restored(protected, tmp_path):
    path = protected.outcome.files[1]
    data = bytearray(path.read_bytes())
    data[-9] ^= 1
    path.write_bytes(data)
    done = recover(tmp_path, protected.folder, IDENTITY.secret_string)
    assert done.returncode == 1
    assert "FAILED" in done.stderr
    assert not (tmp_path / "out" / protected.originals[1].name).exists()


@pytest.mark.parametrize("name", ["dicom", "nii", "nii.gz", "words"])
def test_golden_sets(tmp_path, name):
    vectors = REPOSITORY / "tests" / "vectors" / "protect"
    golden = json.loads((vectors / "golden.json").read_text(encoding="utf-8"))
    assert recover(tmp_path, vectors / name, golden["identity"]).returncode == 0
    digests = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (tmp_path / "out").iterdir()}
    assert digests == golden["sets"][name]["originals"]


def test_the_script_is_short_and_stands_alone():
    text = SCRIPT.read_text(encoding="utf-8")
    assert len(text.splitlines()) < 400
    assert "medcrypt_gui" not in text
