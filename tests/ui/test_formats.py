"""Other formats in the window: an encrypted archive, a dropped picture or key card, a clip of pages."""

import numpy as np
import pytest
from builders.archives import PASSWORD, zip_folder, zip_with_aes
from builders.dicom import build_series
from builders.key_card import write_key_card_picture
from builders.mixed_folder import build_mixed_folder
from builders.plain_formats import voxels, write_with_itk
from builders.protection import protect_files
from PIL import Image
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton

from medcrypt_gui.core.errors import UnsupportedInputError
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.services.protect_study import ProtectRequest, plan_protection
from medcrypt_gui.ui.dialogs.archive_password import ArchivePassword
from medcrypt_gui.ui.session import Lock


def shown(window):
    """The question for the password, once it is there."""
    window.wait_until(lambda: isinstance(QApplication.activeModalWidget(), ArchivePassword))
    return QApplication.activeModalWidget()


def text(dialog, name):
    found = dialog.findChild(QLabel, name)
    return found.text() if found.isVisible() else ""


def answer(window, password):
    dialog = shown(window)
    dialog.findChild(QLineEdit, "archivePasswordField").insert(password)  # QTest cannot type an umlaut
    window.qtbot.mouseClick(dialog.findChild(QPushButton, "archivePasswordOpen"), Qt.MouseButton.LeftButton)
    window.settle()


@pytest.fixture
def encrypted(tmp_path):
    build_series(tmp_path / "study", slices=4)
    return zip_with_aes(tmp_path / "study", tmp_path / "study.zip")


def test_an_archive_dropped_on_the_window_is_opened(window, tmp_path, workbench):
    build_series(tmp_path / "study", slices=4)
    archive = zip_folder(tmp_path / "study", tmp_path / "study.zip")
    window.open(archive)
    assert window.window.session.volume.stored.shape[0] == 4
    assert workbench.recent.list() == (archive,)


def test_an_encrypted_archive_asks_for_its_password_and_again_when_it_was_wrong(window, encrypted, workbench):
    window.open(encrypted)
    first = shown(window)
    assert "study.zip" in text(first, "archivePasswordTitle")
    assert text(first, "archivePasswordWrong") == ""
    assert not first.findChild(QPushButton, "archivePasswordOpen").isEnabled()
    answer(window, "wrong")
    assert "wrong" in text(shown(window), "archivePasswordWrong")
    answer(window, PASSWORD)
    window.wait_until(lambda: window.window.session.volume is not None)
    assert window.window.session.volume.stored.shape[0] == 4
    assert workbench.recent.list() == (encrypted,)


def test_giving_up_on_the_password_leaves_what_was_open(opened, encrypted):
    before = opened.window.session.series
    opened.open(encrypted)
    opened.qtbot.keyClick(shown(opened), Qt.Key.Key_Escape)
    opened.settle()
    assert opened.window.session.series is before
    assert "not opened" in opened.text("statusSentence")


def test_a_picture_dropped_with_nothing_locked_is_opened_as_an_image(window, tmp_path):
    path = tmp_path / "xray.png"
    Image.fromarray(voxels(np.uint16, (30, 40))).save(path)
    window.open(path)
    window.wait_until(lambda: window.window.session.series is not None)
    window.settle()
    assert window.window.session.volume.stored.shape == (1, 30, 40)


def test_a_key_card_dropped_with_nothing_locked_is_none(window, tmp_path, card_picture):
    window.open(card_picture)
    assert window.window.session.series is None
    assert window.text("statusSentence").startswith("That looks like a key card.")


def test_a_key_card_that_is_opened_says_what_to_do_with_it(window, card_picture):
    window.window.opening.open_paths((card_picture,))
    window.settle()
    assert window.window.session.series is None


@pytest.fixture
def card_picture(tmp_path):
    return write_key_card_picture(tmp_path / "card.png")


def test_pages_are_scrolled_in_one_view(window, tmp_path):
    first, *rest = [Image.fromarray(page) for page in voxels(np.uint8, (6, 30, 40))]
    first.save(tmp_path / "pages.tif", save_all=True, append_images=rest)
    window.open(tmp_path / "pages.tif")
    window.wait_until(lambda: window.window.session.series is not None)
    window.settle()
    assert window.window.session.series.is_flat
    assert window.window.session.volume.stored.shape == (6, 30, 40)


def test_a_series_of_another_format_is_refused_before_anything_is_written(window, tmp_path, workbench):
    path = tmp_path / "scan.nrrd"
    write_with_itk(path, voxels())
    window.open(path)
    series = window.window.session.series
    mask = RoiMask.from_bool(np.ones(series.geometry.shape, bool), series.geometry)
    with pytest.raises(UnsupportedInputError, match="NRRD images cannot be protected"):
        plan_protection(ProtectRequest(series, mask, tmp_path / "out"), workbench.protectors)
    assert not (tmp_path / "out").exists()


def test_a_protected_study_in_an_archive_unlocks_but_is_not_restored_from_there(tmp_path, window, workbench):

    files = build_series(tmp_path / "study", slices=4)
    mask = np.zeros((4, 16, 20), bool)
    mask[1:3, 4:9, 5:11] = True
    protect_files(files, mask, tmp_path / "protected")
    window.open(zip_folder(tmp_path / "protected", tmp_path / "protected.zip"))
    locked = window.window.session.volume.stored.copy()
    window.open(write_key_card_picture(tmp_path / "card.png"))
    window.settle()
    window.click("unlockPrimary")
    window.settle()
    assert window.window.session.lock is Lock.UNLOCKED
    assert not np.array_equal(window.window.session.volume.stored, locked)
    said = []
    window.window.flows.unlock.failed.connect(said.append)
    window.window.flows.unlock.restore(tmp_path / "restored")
    window.settle()
    assert "unpack it" in said[0].text
    assert not (tmp_path / "restored").exists()


def test_the_window_stays_alive_while_a_mixed_folder_is_looked_through(window, tmp_path):
    build_mixed_folder(tmp_path / "mixed", 400)
    ticks = []
    timer = QTimer(window.window, interval=10)
    timer.timeout.connect(lambda: ticks.append(1))
    timer.start()
    window.window.opening.open_paths((tmp_path / "mixed",))
    window.wait_until(lambda: window.window.session.found is not None)
    assert len(ticks) > 5
    timer.stop()
    window.window.jobs.abandon_all()
    window.settle()
