"""Pictures of the views leave without names, to the clipboard and to PNG files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog
from ui.driver import Driver

from medcrypt_gui.ui.viewer.pictures import PictureOf, take_picture


def pixels(image: QImage | None) -> np.ndarray:
    assert image is not None
    plain = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.bytesPerLine())
    return rows[:, : plain.width() * 3].reshape(plain.height(), plain.width(), 3).copy()


@pytest.mark.parametrize("what", [PictureOf.VIEW, PictureOf.VIEWS])
def test_a_picture_shows_what_is_on_screen_when_names_are_hidden(opened: Driver, what: PictureOf) -> None:
    viewer = opened.window.viewer
    taken = pixels(take_picture(viewer, what))
    assert viewer.state.names_hidden is False, "the screen itself stays as it is"
    widget = viewer.active_canvas if what is PictureOf.VIEW else viewer
    with_names = pixels(widget.grab().toImage())
    viewer.shared.set_names_hidden(True)
    without = pixels(widget.grab().toImage())
    assert (taken == without).all()
    assert (taken != with_names).any()


def test_the_clipboard_takes_a_picture(opened: Driver) -> None:
    opened.window.named_actions["copyViewAction"].trigger()
    image = QGuiApplication.clipboard().image()
    assert (image.width(), image.height()) == (
        opened.window.viewer.active_canvas.width(),
        opened.window.viewer.active_canvas.height(),
    )
    assert "clipboard" in opened.text("statusSentence")


def test_a_contact_sheet_has_every_slice_of_a_small_series(
    opened: Driver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "sheet"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_arguments: (str(target), ""))
    opened.window.named_actions["saveSheetAction"].trigger()
    image = pixels(QImage(str(tmp_path / "sheet.png")))
    assert image.shape == (2 * 240, 6 * 240, 3)
    tiles = image.reshape(2, 240, 6, 240, 3).transpose(0, 2, 1, 3, 4).reshape(12, -1)
    assert [bool(tile.any()) for tile in tiles] == [True] * 9 + [False] * 3


def test_a_folder_that_cannot_be_written_to_is_told(
    opened: Driver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "no such folder" / "view.png"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_arguments: (str(target), ""))
    opened.window.named_actions["saveViewAction"].trigger()
    assert opened.text("openNotice")
    assert not target.exists()


def test_there_is_no_picture_of_nothing(window: Driver) -> None:
    window.window.named_actions["copyViewAction"].trigger()
    assert "Nothing is open" in window.text("statusSentence")
