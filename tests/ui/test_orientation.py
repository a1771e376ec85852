"""Left is where it is said to be, and tilted slices are shown as they lie: in the views themselves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from builders.dicom import build_series
from builders.grids import ball, tilted_grid
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot
from scipy import ndimage
from ui.driver import Driver

from medcrypt_gui.adapters.images.dicom import DicomReader
from medcrypt_gui.core.imaging.planes import Plane
from medcrypt_gui.core.imaging.volume import Volume, Window
from medcrypt_gui.core.mask.editor import MaskEditor
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.core.tools.registry import tool
from medcrypt_gui.services.open_study import find_series, load_volume
from medcrypt_gui.ui.viewer.plane_canvas import PlaneCanvas
from medcrypt_gui.ui.viewer.viewer_panel import ViewerPanel

_LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def panel(qtbot: QtBot) -> Iterator[ViewerPanel]:
    shown = ViewerPanel()
    qtbot.addWidget(shown)
    shown.resize(900, 700)
    shown.show()
    qtbot.waitExposed(shown)
    yield shown
    shown.close()


def canvas(panel: ViewerPanel, plane: Plane) -> PlaneCanvas:
    return next(one for one in panel.canvases if one.plane is plane)


def tinted(view: PlaneCanvas) -> np.ndarray:
    """``(N, 2)``: x and y of the pixels that the opaque mask covers, in the widget as it is painted."""
    image = view.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    rows, columns = np.nonzero((pixels[..., 2] > 240) & (np.abs(pixels[..., 1] - 140.0) < 9) & (pixels[..., 0] < 20))
    return np.stack([columns, rows], axis=1) / image.devicePixelRatio()


def bright_capsule(volume: Volume) -> np.ndarray:
    """The bright piece of some hundred voxels that has the most air around it."""
    bright = volume.stored > 150
    pieces, _count = ndimage.label(bright)
    sizes = np.bincount(pieces.ravel())
    best: tuple[float, int] = (0.0, 0)
    for number, place in enumerate(ndimage.find_objects(pieces), 1):
        if 300 < sizes[number] < 5000:
            box = tuple(slice(max(s.start - 4, 0), s.stop + 4) for s in place)
            piece = pieces[box] == number
            around = ndimage.binary_dilation(piece, iterations=3) & ~ndimage.binary_dilation(piece)
            best = max(best, (float((volume.stored[box][around] < 80).mean()), number))
    assert best[0] > 0.7
    return np.asarray(pieces == best[1])


def test_a_marker_on_the_left_temple_is_on_the_side_of_the_l(panel: ViewerPanel, shared_data: Path) -> None:
    readers = (DicomReader(),)
    series = find_series([shared_data / "dicom" / "trio-mprage"], readers, TaskContext()).series[0]
    volume = load_volume(series, readers, TaskContext())
    marker = bright_capsule(volume)
    panel.set_volume(volume, series)
    panel.set_editor(MaskEditor(RoiMask(marker.astype(np.uint8), volume.geometry)))
    panel.set_overlay(1.0, False, True)
    panel.commands.toggle_crosshair()
    z, y, x = (int(i) for i in np.argwhere(marker)[marker.sum() // 2])
    panel.set_crosshair((x, y, z))
    for plane in (Plane.AXIAL, Plane.CORONAL):
        view = canvas(panel, plane)
        assert view.view is not None
        assert view.view.letters[1] == "L"
        assert tinted(view)[:, 0].min() > view.width() / 2
    panel.shared.set_neurological(True)
    for plane in (Plane.AXIAL, Plane.CORONAL):
        view = canvas(panel, plane)
        assert view.view is not None
        assert view.view.letters[:2] == ("L", "R")
        assert tinted(view)[:, 0].max() < view.width() / 2


@pytest.fixture
def tilted(panel: ViewerPanel) -> ViewerPanel:
    geometry = tilted_grid()
    inside = ball(geometry, 40.0)
    panel.set_volume(Volume(inside.astype(np.int16), geometry, file_window=Window(0.5, 1.0)))
    panel.set_editor(MaskEditor(RoiMask(inside.astype(np.uint8), geometry)))
    panel.set_overlay(1.0, False, True)
    panel.commands.toggle_crosshair()
    return panel


@pytest.mark.parametrize("plane", Plane)
def test_a_tilted_ball_is_round_on_the_screen_and_stays_round_zoomed_and_panned(
    tilted: ViewerPanel, plane: Plane
) -> None:
    view = canvas(tilted, plane)

    def roundness() -> float:
        away = tinted(view)
        axes = np.sqrt(np.linalg.eigvalsh(np.cov(away.T)))
        return float(axes[1] / axes[0])

    assert roundness() < 1.04
    view.zoom_by(1.2, QPointF(view.rect().center()))
    view.pan_by(QPointF(7, -5))
    assert roundness() < 1.04
    if plane is Plane.SAGITTAL:
        tilted.shared.set_tilted_as_stored(True)
        assert roundness() > 1.2


@pytest.mark.parametrize("as_stored", [False, True])
@pytest.mark.parametrize("plane", Plane)
def test_what_lies_under_the_cursor_follows_zoom_and_pan(tilted: ViewerPanel, plane: Plane, as_stored: bool) -> None:
    tilted.shared.set_tilted_as_stored(as_stored)
    view = canvas(tilted, plane)
    position = QPointF(70, 90)
    before = view.index_at(position)
    view.zoom_by(1.7, position)
    assert view.index_at(position) == pytest.approx(before)
    view.pan_by(QPointF(13, -21))
    assert view.index_at(position + QPointF(13, -21)) == pytest.approx(before)
    back = view.position_of(view.index_at(position))
    assert (back.x(), back.y()) == pytest.approx((position.x(), position.y()))
    QTest.mouseClick(view, _LEFT, Qt.KeyboardModifier.NoModifier, view.rect().center())
    where = view.position_of(tuple(float(i) for i in tilted.state.crosshair))  # type: ignore[arg-type]
    reach = view.frame().scale * 3.0
    assert (where - QPointF(view.rect().center())).manhattanLength() < reach


@pytest.mark.parametrize("plane", Plane)
def test_a_dab_of_the_brush_is_round_in_a_tilted_view(tilted: ViewerPanel, plane: Plane) -> None:
    brush = tool("brush")
    geometry = tilted.state.volume.geometry  # type: ignore[union-attr]
    tilted.set_editor(MaskEditor(RoiMask.empty(geometry)))
    tilted.set_tool(brush, brush.options_type(size_mm=50.0))
    view = canvas(tilted, plane)
    QTest.mouseClick(view, _LEFT, Qt.KeyboardModifier.NoModifier, view.rect().center())
    tilted.set_tool(None)
    covered = tinted(view)
    axes = np.sqrt(np.linalg.eigvalsh(np.cov(covered.T)))
    assert axes[1] / axes[0] < 1.05
    assert 4 * axes.mean() / view.frame().scale == pytest.approx(50.0, rel=0.05)


def test_a_tilted_series_says_so_and_can_be_shown_as_stored(window: Driver, tmp_path: Path) -> None:
    lean = np.sin(np.radians(15)), np.cos(np.radians(15))
    # The table moves upright while the slices lean.
    build_series(
        tmp_path / "tilted",
        slices=9,
        rows=48,
        columns=40,
        modality="CT",
        orientation=(1, 0, 0, 0, lean[1], lean[0]),
        ImagePositionPatient=lambda n: [0.0, 0.0, 2.0 * n / lean[1]],
    )
    window.open(tmp_path / "tilted")
    window.settle()
    viewer, stored = window.window.viewer, window.window.named_actions["tiltedAsStoredAction"]
    assert viewer.state.layout_badges == ("gantry tilt 15.0°",)
    sagittal = canvas(viewer, Plane.SAGITTAL)
    before = sagittal.grab().toImage()
    stored.trigger()
    assert stored.isChecked()
    assert viewer.state.layout_badges == ("shown as stored, tilted 15.0°",)
    assert sagittal.grab().toImage() != before
    stored.trigger()
    assert sagittal.grab().toImage() == before


def test_the_menu_flips_left_and_right_with_a_badge_and_ticks_what_is_on(opened: Driver) -> None:
    viewer, actions = opened.window.viewer, opened.window.named_actions
    neurological, menu = actions["neurologicalAction"], opened.find("menuOptions", QMenu)
    assert neurological.isCheckable()
    assert not neurological.isChecked()
    neurological.trigger()
    assert neurological.isChecked()
    assert viewer.state.layout_badges == ("neurological",)
    assert canvas(viewer, Plane.AXIAL).view.letters[:2] == ("L", "R")  # type: ignore[union-attr]
    neurological.trigger()
    viewer.commands.toggle_inverted()
    for shown in (menu, opened.find("menuView", QMenu), opened.find("menuWindow", QMenu)):
        shown.aboutToShow.emit()
    assert not neurological.isChecked()
    assert actions["invertAction"].isChecked()
    assert actions["crosshairAction"].isChecked()
    assert actions["slabNoneAction"].isChecked()
    actions["slabMaximumAction"].trigger()
    opened.find("menuSlab", QMenu).aboutToShow.emit()
    assert (actions["slabNoneAction"].isChecked(), actions["slabMaximumAction"].isChecked()) == (False, True)
    actions["slabMaximumAction"].trigger()
    assert actions["slabMaximumAction"].isChecked(), "chosen again it stays chosen"
