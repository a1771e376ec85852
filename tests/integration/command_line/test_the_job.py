"""The command line does the whole job on files."""

from __future__ import annotations

import io
import json

import pytest
from builders.study import PASSPHRASE, SLICES, Study, medcrypt

from medcrypt_gui.bootstrap import build_workbench
from medcrypt_gui.cli.command_names import COMMAND_NAMES
from medcrypt_gui.cli.main import COMMANDS

pytestmark = pytest.mark.usefixtures("quick_passphrases")


def test_the_names_that_do_not_open_the_window_are_the_commands() -> None:
    assert set(COMMANDS) == set(COMMAND_NAMES)


def test_info_lists_the_series_without_the_patient(study: Study, capsys: pytest.CaptureFixture[str]) -> None:
    assert medcrypt("info", study.source, "--json", "--quiet") == 0
    text = capsys.readouterr().out
    record = json.loads(text)["series"][0]
    assert record["size"] == [20, 24, SLICES]
    assert not record["protected"]
    assert "^" not in text


def test_protect_then_restore_gives_every_byte_back(study: Study) -> None:
    before = {path: path.read_bytes() for path in study.files}
    assert study.protect() == 0
    assert study.restore() == 0
    assert study.everything_is_back()
    assert {path: path.read_bytes() for path in study.files} == before


def test_protect_says_that_the_originals_are_still_unprotected(
    study: Study, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ("protect", study.source, "-o", study.protected, "--mask", study.mask)
    assert medcrypt(*arguments, "--card", study.card, "--no-passphrase") == 0
    assert f"The originals at {study.source} are still unprotected." in capsys.readouterr().out


def test_the_json_result_names_no_secret(study: Study, capsys: pytest.CaptureFixture[str]) -> None:
    assert study.protect("--json") == 0
    out = capsys.readouterr().out
    assert len(json.loads(out)["files"]) == SLICES
    assert PASSPHRASE not in out
    assert "MC1P" not in out


def test_a_card_as_pdf_opens_the_study_too(study: Study) -> None:
    study.card = study.folder / "card.pdf"
    assert study.protect() == 0
    assert study.restore() == 0
    assert study.everything_is_back()


def test_verify_with_the_card_says_verified(protected: Study, capsys: pytest.CaptureFixture[str]) -> None:
    key = ("--card", protected.card, "--passphrase-file", protected.passphrase)
    assert medcrypt("verify", protected.protected, *key) == 0
    assert "verified" in capsys.readouterr().out


def test_verify_without_a_key_says_not_verified(protected: Study, capsys: pytest.CaptureFixture[str]) -> None:
    assert medcrypt("verify", protected.protected) == 0
    assert "not verified" in capsys.readouterr().out


def test_verify_without_a_key_notices_a_missing_file(protected: Study, capsys: pytest.CaptureFixture[str]) -> None:
    sorted(protected.protected.iterdir())[1].unlink()
    assert medcrypt("verify", protected.protected, "--json", "--quiet") == 7
    record = json.loads(capsys.readouterr().out)
    assert record["missing"] == [f"number 2 of {SLICES}"]
    assert not record["sets"][0]["verified"]


def test_a_key_file_may_hold_the_letters_of_the_card(protected: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    letters = build_workbench().qr_reader.read_card_text(protected.card)
    key_file = protected.folder / "key.txt"
    key_file.write_text(letters.lower(), encoding="utf-8")
    passphrase = ("--passphrase-file", protected.passphrase, "--quiet")
    assert medcrypt("verify", protected.protected, "--key-file", key_file, *passphrase) == 0
    monkeypatch.setattr("sys.stdin", io.StringIO(letters))
    assert medcrypt("verify", protected.protected, "--key-file", "-", *passphrase) == 0
