"""Each failure on the command line has its exit code, and destroys nothing."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nibabel
import numpy as np
import pytest
from builders.dicom import build_series
from builders.study import SLICES, Study, medcrypt

from medcrypt_gui.bootstrap import build_workbench

pytestmark = pytest.mark.usefixtures("quick_passphrases")


def test_a_wrong_passphrase_is_exit_4_and_writes_nothing(protected: Study) -> None:
    protected.passphrase.write_text("another one", encoding="utf-8")
    assert protected.restore() == 4
    assert not protected.restored.exists()


def test_a_card_of_another_study_is_known_before_its_passphrase_is_asked(
    protected: Study, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = Study(tmp_path / "other")
    assert other.protect() == 0
    assert medcrypt("verify", protected.protected, "--card", other.card, "--quiet") == 4
    assert "another study" in capsys.readouterr().err


def test_a_picture_without_a_code_is_exit_4(protected: Study) -> None:
    from PIL import Image

    Image.new("L", (200, 200), 128).save(protected.card)
    assert protected.restore() == 4


def test_a_flipped_bit_is_exit_5_and_writes_nothing(protected: Study) -> None:
    victim = sorted(protected.protected.iterdir())[1]
    damaged = bytearray(victim.read_bytes())
    damaged[-40] ^= 1
    victim.write_bytes(damaged)
    assert protected.restore() == 5
    assert not protected.restored.exists()


def test_a_missing_instance_is_named_and_the_rest_restored(
    protected: Study, capsys: pytest.CaptureFixture[str]
) -> None:
    sorted(protected.protected.iterdir())[2].unlink()
    assert protected.restore("--json") == 7
    record = json.loads(capsys.readouterr().out)
    assert len(record["missing"]) == 1
    assert len(record["restored"]) == SLICES - 1
    assert not (protected.restored / record["missing"][0]).exists()


def test_an_instance_there_twice_is_said_and_everything_restored(
    protected: Study, capsys: pytest.CaptureFixture[str]
) -> None:
    first = sorted(protected.protected.iterdir())[0]
    shutil.copy(first, first.with_name("again.dcm"))
    assert protected.restore("--json") == 0
    assert len(json.loads(capsys.readouterr().out)["duplicates"]) == 1
    assert protected.everything_is_back()


def test_an_instance_swapped_from_another_set_is_a_stray_and_its_slot_missing(
    protected: Study, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = Study(tmp_path / "other")
    assert other.protect() == 0
    victim = sorted(protected.protected.iterdir())[0]
    shutil.copy(other.protected / victim.name, victim)
    assert protected.restore("--json") == 7
    record = json.loads(capsys.readouterr().out)
    assert len(record["strays"]) == 1
    assert len(record["missing"]) == 1


def test_restore_does_not_replace_files_unless_forced(protected: Study) -> None:
    assert protected.restore() == 0
    assert protected.restore() == 6
    assert protected.restore("--force") == 0


def test_protect_into_the_folder_of_the_originals_is_a_usage_error(study: Study) -> None:
    study.protected = study.source
    assert study.protect() == 2


def test_a_card_in_the_protected_folder_is_a_usage_error_and_nothing_is_written(study: Study) -> None:
    study.card = study.protected / "card.png"
    assert study.protect() == 2
    assert not study.protected.exists()


def test_a_mask_that_marks_nothing_is_exit_3(study: Study) -> None:
    image = nibabel.load(study.mask)
    nibabel.save(nibabel.Nifti1Image(np.zeros(image.shape, np.uint8), image.affine), study.mask)
    assert study.protect() == 3
    assert not study.protected.exists()


def test_a_mask_in_another_place_is_exit_3(study: Study) -> None:
    image = nibabel.load(study.mask)
    away = image.affine.copy()
    away[:3, 3] += 1000
    nibabel.save(nibabel.Nifti1Image(np.ones((3, 4, 5), np.uint8), away), study.mask)
    assert study.protect() == 3


def test_several_series_need_a_choice(study: Study, capsys: pytest.CaptureFixture[str]) -> None:
    build_series(study.source / "second", slices=2, rows=24, columns=20)
    assert study.protect("--json") == 2
    assert len(json.loads(capsys.readouterr().out)["series"]) == 2
    shape = [series["files"] for series in _info(study.source, capsys)]
    assert study.protect("--series", shape.index(SLICES) + 1) == 0


def _info(path: Path, capsys: pytest.CaptureFixture[str]) -> list[dict[str, int]]:
    assert medcrypt("info", path, "--json", "--quiet") == 0
    series: list[dict[str, int]] = json.loads(capsys.readouterr().out)["series"]
    return series


def test_one_unreadable_file_stops_protect_unless_it_may_be_skipped(study: Study) -> None:
    whole = study.files[0].read_bytes()
    (study.source / "cut.dcm").write_bytes(whole[: len(whole) // 2])
    assert study.protect() == 3
    assert study.protect("--skip-unreadable") == 7
    assert len(list(study.protected.iterdir())) == SLICES


def test_an_empty_folder_is_exit_3(tmp_path: Path) -> None:
    assert medcrypt("info", tmp_path, "--quiet") == 3


def test_a_folder_of_text_files_is_exit_3(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing to see")
    assert medcrypt("info", tmp_path, "--quiet") == 3


def test_restoring_what_is_not_protected_is_exit_3(study: Study) -> None:
    assert study.protect() == 0
    study.protected = study.source
    assert study.restore() == 3


def test_without_a_passphrase_and_without_a_keyboard_protect_is_a_usage_error(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    arguments = ("protect", study.source, "-o", study.protected, "--mask", study.mask, "--card", study.card)
    assert medcrypt(*arguments, "--quiet") == 2
    assert not study.protected.exists()


def test_an_empty_passphrase_file_is_refused(study: Study) -> None:
    study.passphrase.write_text("\nsecond line\n", encoding="utf-8")
    assert study.protect() == 2


def test_a_full_disk_while_the_card_is_written_leaves_no_protected_files(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    from medcrypt_gui.core.errors import DiskFullError

    def full(*_args: object, **_kwargs: object) -> None:
        raise DiskFullError("no space left on device")

    monkeypatch.setattr("medcrypt_gui.services.print_key_card.write_atomically", full)
    assert study.protect() == 6
    assert not study.card.exists()
    assert not study.protected.exists() or not list(study.protected.iterdir())


def contents(*paths: Path) -> dict[Path, bytes]:
    files = [file for path in paths for file in ([path] if path.is_file() else sorted(path.iterdir()))]
    return {file: file.read_bytes() for file in files}


def test_a_forced_protect_that_fails_at_the_card_destroys_neither_the_old_copy_nor_its_card(protected: Study) -> None:
    before = contents(protected.protected, protected.card)
    assert protected.protect("--force", "--card", protected.folder / "no such folder" / "second.png") == 6
    assert contents(protected.protected, protected.card) == before
    assert protected.restore() == 0


def test_a_card_is_for_its_owner_alone(protected: Study) -> None:
    assert os.name != "posix" or protected.card.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("what", ["protected", "card"])
def test_a_name_too_long_for_the_disk_is_exit_6(study: Study, what: str) -> None:
    setattr(study, what, study.folder / ("x" * 300 + ".png"))
    assert study.protect() == 6


def test_names_that_the_terminal_cannot_show_do_not_end_a_command(protected: Study) -> None:
    folder = protected.protected.rename(protected.folder / "geschützt")
    command = (sys.executable, "-m", "medcrypt_gui", "verify", str(folder))
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    plain = subprocess.run(command, capture_output=True, env=environment, check=False)
    assert (plain.returncode, plain.stderr) == (0, b"")
    as_json = subprocess.run((*command, "--json"), capture_output=True, env=environment, check=False)
    assert folder.name in json.loads(as_json.stdout)["sets"][0]["files"][0]


def test_what_a_file_says_cannot_command_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    build_series(tmp_path / "study", slices=2, SeriesDescription="\x1b[2Jgone")
    assert medcrypt("info", tmp_path / "study") == 0
    out, err = capsys.readouterr()
    assert "\x1b" not in out + err
    assert "[2Jgone" in out


def test_ctrl_c_while_the_passphrase_is_asked_is_exit_130(protected: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("medcrypt_gui.cli.key_source.known_passphrase", interrupt)
    assert medcrypt("verify", protected.protected, "--card", protected.card) == 130


def test_a_key_file_may_begin_with_a_byte_order_mark(protected: Study) -> None:
    letters = build_workbench().qr_reader.read_card_text(protected.card)
    key_file = protected.folder / "key.txt"
    key_file.write_text(letters + "\r\n", encoding="utf-8-sig")
    key = ("--key-file", key_file, "--passphrase-file", protected.passphrase, "--quiet")
    assert medcrypt("verify", protected.protected, *key) == 0


def test_what_a_killed_protect_left_behind_is_no_series(study: Study, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(study.source, study.source / ".medcrypt-0123456789ab.part")
    assert len(_info(study.source, capsys)) == 1


def test_a_path_too_long_for_the_disk_is_exit_3(tmp_path: Path) -> None:
    assert medcrypt("info", tmp_path / ("x" * 300), "--quiet") == 3


def test_originals_are_never_restored_among_the_protected_files(protected: Study) -> None:
    protected.restored = protected.protected / ".." / protected.protected.name
    before = contents(protected.protected)
    assert protected.restore("--force") == 2
    assert contents(protected.protected) == before


@pytest.mark.parametrize("arguments", [["protect"], ["nonsense"], ["restore", "x"], ["info"]])
def test_usage_errors_are_exit_2(arguments: list[str]) -> None:
    assert medcrypt(*arguments) == 2
