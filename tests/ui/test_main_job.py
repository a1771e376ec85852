"""The whole way in the window: open, find, correct, protect, card; another day: card, passphrase, every byte back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from builders.dicom import build_series, phantom
from builders.nifti import build_nifti
from PySide6.QtWidgets import QComboBox, QLineEdit, QListWidget
from ui.driver import Driver

from medcrypt_gui.adapters.qr.decode import ZxingQrReader
from medcrypt_gui.ui.session import Lock, Step

PASSPHRASE = "copper violin eleven marsh"


@pytest.fixture
def study(tmp_path: Path) -> Path:
    build_series(tmp_path / "study", slices=9, rows=48, columns=56)
    return tmp_path / "study"


def protect(window: Driver, study: Path, target: Path) -> None:
    """Everything up to the written copy, which still lacks its card."""
    window.open(study)
    window.click("openPrimary")
    window.click("roiPrimary")
    window.settle()
    window.click("correctPrimary")
    window.type("protectFolder", str(target))
    window.click("protectPrimary")
    window.settle()


def make_card(window: Driver, folder: Path, passphrase: str = PASSPHRASE) -> list[Path]:
    window.type("passphraseFirst", passphrase)
    window.type("passphraseSecond", passphrase)
    window.type("cardFolder", str(folder))
    window.click("cardPrimary")
    window.settle()
    return sorted(folder.glob("*"))


def test_an_empty_window_says_how_to_begin(window: Driver) -> None:
    assert window.text("welcomeTitle") == "Drop a study here"
    assert window.shown("welcomeSample")


def test_a_study_is_protected_carded_reopened_unlocked_and_restored_byte_for_byte(
    window: Driver, study: Path, tmp_path: Path
) -> None:
    protect(window, study, tmp_path / "protected")
    assert window.window.session.step is Step.CARD
    assert f"The originals at {study} are still unprotected." in window.text("cardResult")
    cards = make_card(window, tmp_path / "cards")
    assert [card.suffix for card in cards] == [".pdf", ".png"]
    assert "Read back from the file and tried on the protected copy" in window.text("cardResult")

    window.click("cardPrimary")
    window.settle()
    assert window.window.session.lock is Lock.LOCKED
    assert window.text("statusLock") == "locked, not verified"
    window.click("openPrimary")
    assert not window.shown("unlockPassphrase")
    window.open(cards[1])
    assert "belongs to this study" in window.text("unlockCardState")
    window.type("unlockPassphrase", PASSPHRASE)
    window.click("unlockPrimary")
    window.settle()
    assert window.window.session.lock is Lock.UNLOCKED
    window.type("restoreFolder", str(tmp_path / "restored"))
    window.click("unlockPrimary")
    window.settle()
    assert "byte for byte" in window.text("unlockResult")
    originals = {path.name: path.read_bytes() for path in study.iterdir()}
    assert {path.name: path.read_bytes() for path in (tmp_path / "restored").iterdir()} == originals


def test_before_writing_the_window_shows_what_others_will_see(window: Driver, study: Path) -> None:
    window.open(study)
    window.click("stepRoi")
    window.click("roiPrimary")
    window.settle()
    window.click("correctPrimary")
    window.wait_until(lambda: window.text("protectShare").endswith("%"))
    assert window.find("protectAfter").has_picture
    assert "name" in window.text("protectReadable")


def test_the_brush_marks_what_the_mouse_draws_and_undo_takes_it_back(window: Driver, study: Path) -> None:
    window.open(study)
    window.click("openPrimary")
    window.click("roiManual")
    assert window.text("correctSize") == "Nothing marked yet"
    assert not window.find("correctPrimary").isEnabled()
    window.paint((0.4, 0.5), (0.6, 0.5))
    window.wait_until(lambda: window.text("correctSize").endswith(" ml"))
    drawn = int(window.window.session.editor.mask.labels.sum())
    window.paint((0.4, 0.4), (0.6, 0.4))
    assert int(window.window.session.editor.mask.labels.sum()) > drawn
    window.click("correctUndo")
    assert int(window.window.session.editor.mask.labels.sum()) == drawn


def test_tools_and_their_options_come_from_the_registry(window: Driver, study: Path) -> None:
    window.open(study)
    window.click("stepCorrect")
    window.click("toolEraser")
    choice = window.find("option_shape_choice", QComboBox)
    assert [choice.itemText(index) for index in range(choice.count())] == ["2D disc", "3D sphere"]
    choice.setCurrentIndex(1)
    assert window.window.session.tool_options.shape.value == "3D sphere"
    assert window.window.viewer.state.options.shape.value == "3D sphere"


def test_a_wrong_passphrase_is_named_and_can_be_typed_again(window: Driver, study: Path, tmp_path: Path) -> None:
    protect(window, study, tmp_path / "protected")
    cards = make_card(window, tmp_path / "cards")
    window.open(tmp_path / "protected")
    window.click("openPrimary")
    window.open(cards[1])
    window.type("unlockPassphrase", "not the passphrase")
    window.click("unlockPrimary")
    window.settle()
    assert "passphrase" in window.text("unlockNotice").lower()
    assert window.window.session.lock is Lock.LOCKED
    window.type("unlockPassphrase", PASSPHRASE)
    window.click("unlockPrimary")
    window.settle()
    assert window.window.session.lock is Lock.UNLOCKED


def test_a_card_of_another_study_is_recognised_before_the_passphrase_is_asked(
    window: Driver, study: Path, tmp_path: Path
) -> None:
    protect(window, study, tmp_path / "first")
    first_cards = make_card(window, tmp_path / "cards1")
    build_series(tmp_path / "other", slices=9, rows=48, columns=56, seed=5)
    protect(window, tmp_path / "other", tmp_path / "second")
    make_card(window, tmp_path / "cards2")
    window.click("cardPrimary")
    window.settle()
    window.click("openPrimary")
    window.open(first_cards[1])
    assert "another study" in window.text("unlockNotice")
    assert not window.shown("unlockPassphrase")
    assert not window.find("unlockPrimary").isEnabled()


def test_a_picture_without_a_code_is_named_as_such(window: Driver, study: Path, tmp_path: Path) -> None:
    protect(window, study, tmp_path / "protected")
    make_card(window, tmp_path / "cards")
    window.open(tmp_path / "protected")
    window.click("openPrimary")
    photo = tmp_path / "photo.png"
    window.window.grab().scaled(320, 200).save(str(photo))
    window.open(photo)
    assert "QR" in window.text("unlockNotice")


def test_leaving_before_the_card_is_saved_asks_and_staying_keeps_the_key(
    window: Driver, study: Path, tmp_path: Path
) -> None:
    protect(window, study, tmp_path / "protected")
    asked = window.answer_questions("questionKeep")
    window.window.close()
    assert window.window.isVisible()
    assert "nobody can ever open it" in asked[0]
    make_card(window, tmp_path / "cards")
    assert window.window.session.outcome.card


def test_leaving_anyway_removes_the_copy_that_nobody_could_open(window: Driver, study: Path, tmp_path: Path) -> None:
    originals = {path: path.read_bytes() for path in study.iterdir()}
    protect(window, study, tmp_path / "protected")
    window.answer_questions("questionLose")
    window.window.close()
    assert not (tmp_path / "protected").exists()
    assert {path: path.read_bytes() for path in study.iterdir()} == originals


def test_the_card_is_refused_a_place_in_the_protected_folder(window: Driver, study: Path, tmp_path: Path) -> None:
    protect(window, study, tmp_path / "protected")
    before = sorted((tmp_path / "protected").iterdir())
    make_card(window, tmp_path / "protected")
    assert "must not lie in the folder" in window.text("cardNotice")
    assert sorted((tmp_path / "protected").iterdir()) == before
    make_card(window, tmp_path / "cards")
    assert window.window.session.outcome.card


def test_the_passphrase_must_be_entered_alike_twice(window: Driver, study: Path, tmp_path: Path) -> None:
    protect(window, study, tmp_path / "protected")
    window.type("passphraseFirst", "one thing")
    window.type("passphraseSecond", "another thing")
    assert window.text("passphraseHint") == "The two entries differ."
    assert not window.find("cardPrimary").isEnabled()
    assert window.find("passphraseFirst", QLineEdit).echoMode() is QLineEdit.EchoMode.Password


def test_a_protected_series_has_no_thumbnail_and_enters_at_unlock(window: Driver, study: Path, tmp_path: Path) -> None:
    protect(window, study, tmp_path / "protected")
    make_card(window, tmp_path / "cards")
    window.open(tmp_path / "protected")
    assert window.shown("stepUnlock")
    assert not window.shown("stepProtect")
    assert "Protected" in window.find("seriesList", QListWidget).item(0).text()


def test_a_card_without_passphrase_unlocks_from_its_pasted_text_and_locks_again(
    window: Driver, study: Path, tmp_path: Path
) -> None:
    protect(window, study, tmp_path / "protected")
    (tmp_path / "cards").mkdir()
    window.type("cardFolder", str(tmp_path / "cards"))
    window.click("cardNoPassphrase")
    assert "whoever finds" in window.text("cardNoPassphraseWarning")
    window.click("cardPrimary")
    window.settle()
    text = ZxingQrReader().read_card_text(next((tmp_path / "cards").glob("*.png")))
    window.open(tmp_path / "protected")
    window.click("openPrimary")
    locked = window.window.session.volume.stored.copy()
    window.type("unlockCardText", text)
    window.settle()
    assert not window.shown("unlockPassphrase")
    window.click("unlockPrimary")
    window.settle()
    assert not np.array_equal(window.window.session.volume.stored, locked)
    window.click("unlockRelock")
    assert np.array_equal(window.window.session.volume.stored, locked)
    assert window.window.session.lock is Lock.LOCKED
    assert not window.find("unlockPrimary").isEnabled()


@pytest.mark.parametrize("name", ["head.nii", "head.nii.gz"])
def test_a_nifti_study_comes_back_byte_for_byte(window: Driver, tmp_path: Path, name: str) -> None:
    original = build_nifti(tmp_path / "study" / name, phantom(9, 24, 28).astype(np.int16))
    protect(window, original, tmp_path / "protected")
    cards = make_card(window, tmp_path / "cards")
    window.click("cardPrimary")
    window.settle()
    window.click("openPrimary")
    window.open(cards[0])
    window.type("unlockPassphrase", PASSPHRASE)
    window.click("unlockPrimary")
    window.settle()
    window.type("restoreFolder", str(tmp_path / "restored"))
    window.click("unlockPrimary")
    window.settle()
    assert (tmp_path / "restored" / name).read_bytes() == original.read_bytes()


def test_a_damaged_protected_file_is_refused_and_nothing_is_shown(window: Driver, study: Path, tmp_path: Path) -> None:
    protect(window, study, tmp_path / "protected")
    cards = make_card(window, tmp_path / "cards")
    victim = sorted((tmp_path / "protected").iterdir())[3]
    content = bytearray(victim.read_bytes())
    content[-40] ^= 1
    victim.write_bytes(content)
    window.open(tmp_path / "protected")
    window.click("openPrimary")
    window.open(cards[1])
    window.type("unlockPassphrase", PASSPHRASE)
    window.click("unlockPrimary")
    window.settle()
    assert window.window.session.lock is Lock.LOCKED
    assert window.text("unlockNotice")
