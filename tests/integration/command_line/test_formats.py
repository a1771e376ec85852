"""Other formats and archives on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from builders.archives import PASSWORD, zip_folder, zip_with_aes
from builders.dicom import build_series
from builders.key_card import write_key_card_picture
from builders.nifti import AFFINE_RAS
from builders.plain_formats import voxels, write_mgh, write_with_itk
from builders.study import Study, medcrypt
from PIL import Image

pytestmark = pytest.mark.usefixtures("quick_passphrases")


@pytest.fixture
def encrypted(tmp_path: Path) -> Path:
    build_series(tmp_path / "study", slices=4)
    return zip_with_aes(tmp_path / "study", tmp_path / "study.zip")


def password_file(tmp_path: Path, password: str = PASSWORD) -> Path:
    path = tmp_path / "password.txt"
    path.write_text(password + "\n", encoding="utf-8")
    return path


def test_info_lists_every_format(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a.nrrd", "b.mha"):
        write_with_itk(tmp_path / name, voxels())
    write_mgh(tmp_path / "c.mgz", voxels(), AFFINE_RAS)
    assert medcrypt("info", tmp_path, "--json") == 0
    record = json.loads(capsys.readouterr().out)
    assert [series["format"] for series in record["series"]] == ["MetaImage", "MGH", "NRRD"]
    Image.fromarray(voxels(np.uint8, (8, 8))).save(tmp_path / "photo.png")
    assert medcrypt("info", tmp_path / "photo.png") == 0
    assert "Picture  8 x 8 x 1" in capsys.readouterr().out


def test_info_looks_into_an_archive(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    build_series(tmp_path / "study", slices=4)
    assert medcrypt("info", zip_folder(tmp_path / "study", tmp_path / "study.zip"), "--json") == 0
    assert json.loads(capsys.readouterr().out)["series"][0]["size"][2] == 4


def test_the_password_of_an_archive_comes_from_a_file(
    encrypted: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert medcrypt("info", encrypted, "--password-file", password_file(tmp_path)) == 0
    capsys.readouterr()
    assert medcrypt("info", encrypted, "--password-file", password_file(tmp_path, "wrong")) == 4
    said = capsys.readouterr().err
    assert "password is wrong" in said
    assert "wrong\n" not in said.replace("is wrong\n", "")


def test_without_a_keyboard_the_password_is_asked_for_with_a_sentence(
    encrypted: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    assert medcrypt("info", encrypted) == 2
    assert "--password-file" in capsys.readouterr().err


@pytest.mark.parametrize(("typed", "code"), [(["wrong", PASSWORD], 0), (["a", "b", "c"], 4)])
def test_a_wrong_password_typed_may_be_typed_again(
    encrypted: Path, monkeypatch: pytest.MonkeyPatch, typed: list[str], code: int
) -> None:
    answers = iter(typed)
    monkeypatch.setattr("medcrypt_gui.cli.secrets.sys.stdin", type("Terminal", (), {"isatty": lambda self: True})())
    monkeypatch.setattr("medcrypt_gui.cli.secrets.getpass.getpass", lambda prompt: next(answers))
    assert medcrypt("info", encrypted, "--quiet") == code
    assert not list(answers)


def test_a_study_in_an_archive_is_not_protected_and_nothing_is_written(
    study: Study, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archive = zip_folder(study.source, tmp_path / "study.zip")
    study.source = archive
    assert study.protect() == 3
    assert "unpack it" in capsys.readouterr().err
    assert not study.protected.exists()
    assert not study.card.exists()


def test_a_key_card_given_as_a_study_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert medcrypt("info", write_key_card_picture(tmp_path / "card.png")) == 3
    assert "key card, not a study" in capsys.readouterr().err


def test_a_damaged_archive_is_exit_3(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "study.zip").write_bytes(b"PK\x03\x04" + bytes(100))
    assert medcrypt("info", tmp_path / "study.zip") == 3
    assert "damaged or cut off" in capsys.readouterr().err
