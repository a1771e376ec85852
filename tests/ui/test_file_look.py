"""What a file says about how it is to be shown is seen in the window, and can be changed there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pydicom
import pytest
from builders.dicom import build_series
from pydicom.dataset import Dataset
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QMenu
from ui.driver import Driver

from medcrypt_gui.core.imaging.volume import Window

SIZE = 64


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """A ramp with a table that turns it round, two windows with names, and an overlay along its diagonal."""
    ramp = np.tile(np.arange(SIZE, dtype=np.uint16) * 16, (SIZE, 1))[None]
    table = Dataset()
    table.LUTDescriptor, table.LUTExplanation = [1024, 0, 12], "Film"
    table.add_new("LUTData", "US", list(range(4095, -1, -4))[:1024])
    names = {"WindowCenter": [512, 100], "WindowWidth": [1024, 50], "WindowCenterWidthExplanation": ["WIDE", "NARROW"]}
    (path,) = build_series(tmp_path / "film", voxels=ramp, VOILUTSequence=[table], PixelSpacing=[1, 1], **names)
    dataset = pydicom.dcmread(path)
    bits = np.packbits(np.eye(SIZE, dtype=np.uint8).ravel(), bitorder="little").tobytes()
    for element, vr, value in (
        (0x0010, "US", SIZE), (0x0011, "US", SIZE), (0x0040, "CS", "G"), (0x0050, "SS", [1, 1]),
        (0x0100, "US", 1), (0x0102, "US", 0), (0x3000, "OW", bits),
    ):  # fmt: skip
        dataset.add_new((0x6000, element), vr, value)
    dataset.save_as(path)
    return path


def colour(window: Driver, x: int, y: int) -> QColor:
    """Of the middle of a pixel of the image, as it is painted."""
    canvas = window.window.viewer.active_canvas
    picture = canvas.grab().toImage()
    place = canvas.position_of((float(x), float(y), 0.0)) * picture.devicePixelRatio()
    return picture.pixelColor(place.toPoint())


def choose(window: Driver, name: str) -> None:
    window.window.named_actions[name].trigger()


def windows_menu(window: Driver) -> QMenu:
    menu = window.window.findChild(QMenu, "menuFileWindows")
    menu.aboutToShow.emit()
    return menu


def test_the_files_table_shows_it_until_the_window_is_dragged(window: Driver, film: Path) -> None:
    window.open(film)
    left, right = (colour(window, x, 50).red() for x in (4, 45))
    assert left > 200 > 100 > right
    canvas = window.window.viewer.active_canvas
    middle = canvas.rect().center()
    window.qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=middle)
    window.qtbot.mouseMove(canvas, middle + QPoint(6, 0))
    window.qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=middle + QPoint(6, 0))
    assert type(window.window.viewer.state.window) is Window
    assert colour(window, 4, 50).red() < colour(window, 45, 50).red()
    window.qtbot.keyClick(canvas, Qt.Key.Key_QuoteLeft)
    assert colour(window, 4, 50).red() == left


def test_all_windows_of_the_file_can_be_chosen_by_name(window: Driver, film: Path) -> None:
    assert [action.text() for action in windows_menu(window).actions()] == ["The file names none"]
    window.open(film)
    texts = [action.text() for action in windows_menu(window).actions()]
    assert texts == ["Table Film", "WIDE   W 1024  L 512", "NARROW   W 50  L 100"]
    windows_menu(window).actions()[2].trigger()
    shown = window.window.viewer.state.window
    assert (shown.level, shown.width) == (100, 50)


def test_overlays_of_the_file_are_shown_until_they_are_switched_off(window: Driver, film: Path) -> None:
    window.open(film)
    drawn = colour(window, 45, 45)
    assert drawn.blue() > 240
    assert drawn.blue() > drawn.red() > 150
    choose(window, "graphicsAction")
    assert colour(window, 45, 45).blue() < 100
    choose(window, "graphicsAction")
    assert colour(window, 45, 45) == drawn


def test_pet_is_shown_in_suv(window: Driver, tmp_path: Path) -> None:
    drug = Dataset()
    drug.RadionuclideTotalDose, drug.RadionuclideHalfLife = 350e6, 6600
    voxels = np.full((3, 8, 8), 2000, np.uint16)
    suv = {"Units": "BQML", "DecayCorrection": "ADMIN", "CorrectedImage": ["ATTN", "DECY"], "PatientWeight": 70}
    build_series(
        tmp_path / "pet", modality="PT", voxels=voxels, RescaleSlope=10, RescaleIntercept=0, WindowCenter=1000,
        WindowWidth=2000, RadiopharmaceuticalInformationSequence=[drug], **suv,
    )  # fmt: skip
    window.open(tmp_path / "pet")
    viewer = window.window.viewer
    assert viewer.state.window == Window(3, 6)
    canvas = viewer.active_canvas
    window.qtbot.mouseMove(canvas, canvas.position_of((4.0, 4.0, 1.0)).toPoint())
    window.wait_until(lambda: "4 SUV" in window.text("statusValue"))
    window.qtbot.keyClick(canvas, Qt.Key.Key_QuoteLeft)
    assert viewer.state.window.width == pytest.approx(0.4)
