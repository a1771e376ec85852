"""The 3D surface as the fourth view: built in the background, turned, clicked, and put away."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import nibabel
import numpy as np
import pytest
from builders.dicom import build_series
from builders.head import head
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtWidgets import QApplication
from ui.driver import Driver

from medcrypt_gui.core.imaging import render_surface
from medcrypt_gui.core.mask.box import whole_box
from medcrypt_gui.services import build_surfaces
from medcrypt_gui.ui.viewer import surface_texts
from medcrypt_gui.ui.viewer.extra_views import Extra
from medcrypt_gui.ui.viewer.pictures import PictureOf, take_picture
from medcrypt_gui.ui.viewer.surface_controls import SkinLook
from medcrypt_gui.ui.viewer.surface_view import SurfaceView
from medcrypt_gui.ui.viewer.view_grid import Arrangement


@pytest.fixture
def head_file(tmp_path: Path) -> Path:
    volume, _ = head(4.0, (48, 58, 50))
    path = tmp_path / "head.nii.gz"
    nibabel.save(nibabel.Nifti1Image(volume.stored.transpose(2, 1, 0), volume.geometry.affine_ras), path)
    return path


@pytest.fixture
def surface(window: Driver, head_file: Path) -> SurfaceView:
    """The view of a head whose skin is built."""
    window.open(head_file)
    window.settle()
    return shown(window)


def shown(window: Driver) -> SurfaceView:
    window.window.named_actions["extraSurfaceAction"].trigger()
    at_rest(window)
    return window.find("surfaceView", SurfaceView)


def at_rest(window: Driver) -> None:
    """Until surfaces are built and nothing moves."""
    window.qtbot.wait(350)
    window.settle()
    window.qtbot.wait(200)


def picture(view: SurfaceView) -> QImage:
    return view.grab().toImage()


def drag(window: Driver, view: SurfaceView, button: Qt.MouseButton, by: QPoint) -> None:
    start = view.rect().center()
    window.qtbot.mousePress(view, button, pos=start)
    for part in range(1, 6):
        window.qtbot.mouseMove(view, start + by * part / 5)
    window.qtbot.mouseRelease(view, button, pos=start + by)
    window.qtbot.wait(20)


def mark_ball(window: Driver) -> None:
    editor = window.window.session.editor
    assert editor is not None
    z, y, x = editor.geometry.shape
    region = np.zeros((z, y, x), bool)
    region[z // 3 : 2 * z // 3, y // 3 : 2 * y // 3, x // 3 : 2 * x // 3] = True
    editor.apply_whole(region, "Test", whole_box((z, y, x)))


def test_the_skin_is_shown_and_the_view_says_that_there_is_no_mask(surface: SurfaceView) -> None:
    assert surface.builder.skin is not None
    assert surface_texts.statement(surface) == ""
    assert "No mask yet" in surface_texts.caption(surface)
    assert "may show the face" in surface_texts.badges(surface)


def test_a_left_drag_turns_it(window: Driver, surface: SurfaceView) -> None:
    before, camera = picture(surface), surface.camera
    drag(window, surface, Qt.MouseButton.LeftButton, QPoint(60, 0))
    assert picture(surface) != before
    assert surface.camera is not None
    assert camera is not None
    assert surface.camera.rotation[2, 0] < 0, "the patient's right comes to the front"
    assert surface.camera.zoom == camera.zoom


def test_a_right_drag_and_the_wheel_zoom(window: Driver, surface: SurfaceView) -> None:
    assert surface.camera is not None
    drag(window, surface, Qt.MouseButton.RightButton, QPoint(0, -60))
    assert surface.camera.zoom > 1.3
    zoom = surface.camera.zoom
    for modifier, sign in ((Qt.KeyboardModifier.ControlModifier, -1), (Qt.KeyboardModifier.NoModifier, 1)):
        centre = QPointF(surface.rect().center())
        event = QWheelEvent(
            centre, surface.mapToGlobal(centre), QPoint(), QPoint(0, 120 * sign), Qt.MouseButton.NoButton,
            modifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(surface, event)
    assert surface.camera.zoom == pytest.approx(zoom)


def test_a_middle_drag_moves_it(window: Driver, surface: SurfaceView) -> None:
    drag(window, surface, Qt.MouseButton.MiddleButton, QPoint(30, -20))
    assert surface.camera is not None
    right, up = surface.camera.pan_mm
    assert right > 0
    assert up > 0


def test_the_buttons_look_from_each_side(window: Driver, surface: SurfaceView) -> None:
    seen = []
    for name in ("Back", "Left", "Right", "Top", "Bottom", "Front"):
        window.click(f"surfaceFrom{name}")
        seen.append(picture(surface))
    assert all(one != other for one, other in itertools.pairwise(seen))


def test_keys_turn_zoom_and_reset_while_it_has_the_focus(window: Driver, surface: SurfaceView) -> None:
    surface.setFocus()
    series = window.window.session.series
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_Plus):
        window.qtbot.keyClick(surface, key)
    assert surface.camera is not None
    assert surface.camera.zoom > 1
    assert surface.camera.rotation[2, 1] > -0.99
    window.qtbot.keyClick(surface, Qt.Key.Key_R)
    assert surface.camera.zoom == 1
    assert surface.camera.rotation[2, 1] == pytest.approx(-1)
    assert window.window.session.series is series
    window.qtbot.keyClick(surface, Qt.Key.Key_S)
    assert not window.window.viewer.state.mask_visible, "other keys mean what they mean elsewhere"


def test_a_click_moves_the_crosshair_to_the_skin_that_is_seen_there(window: Driver, surface: SurfaceView) -> None:
    viewer = window.window.viewer
    centre = surface.rect().center()
    window.qtbot.mouseClick(surface, Qt.MouseButton.LeftButton, pos=centre)
    assert viewer.state.volume is not None
    assert surface.builder.skin is not None
    place = viewer.state.volume.geometry.to_mm(tuple(map(float, viewer.state.crosshair)))
    assert np.linalg.norm(surface.builder.skin.vertices - place, axis=1).min() < 4.5, "within a voxel of the skin"
    assert place[1] < surface.camera.centre_mm[1] - 40, "in front"  # type: ignore[union-attr]
    before = viewer.state.crosshair
    window.qtbot.mouseClick(surface, Qt.MouseButton.LeftButton, pos=QPoint(3, 60))
    assert viewer.state.crosshair == before, "beside the head nothing happens"


def test_the_mask_appears_after_an_edit_and_goes_with_undo(window: Driver, surface: SurfaceView) -> None:
    before = picture(surface)
    mark_ball(window)
    assert surface.builder.updating
    at_rest(window)
    assert surface.builder.masks
    assert picture(surface) != before
    assert surface_texts.caption(surface) == ""
    window.window.named_actions["undoAction"].trigger()
    at_rest(window)
    assert not surface.builder.masks
    assert picture(surface) == before


def test_a_click_through_the_veil_finds_the_mask(window: Driver, surface: SurfaceView) -> None:
    mark_ball(window)
    at_rest(window)
    window.qtbot.mouseClick(surface, Qt.MouseButton.LeftButton, pos=surface.rect().center())
    state = window.window.viewer.state
    assert state.volume is not None
    assert surface.builder.masks
    place = state.volume.geometry.to_mm(tuple(map(float, state.crosshair)))
    assert np.linalg.norm(surface.builder.masks[1].vertices - place, axis=1).min() < 4.5


def test_of_many_edits_the_newest_wins(window: Driver, surface: SurfaceView, monkeypatch: pytest.MonkeyPatch) -> None:
    built = []
    real = build_surfaces.mask_surfaces
    monkeypatch.setattr(
        build_surfaces, "mask_surfaces", lambda labels, *rest: built.append(int(labels.sum())) or real(labels, *rest)
    )
    editor = window.window.session.editor
    assert editor is not None
    for edge in range(4, 24):
        region = np.zeros(editor.geometry.shape, bool)
        region[4:edge, 4:edge, 4:edge] = True
        editor.apply_whole(region, "Test")
    at_rest(window)
    assert built == [19**3], "one surface for all of them"
    assert surface.builder.masks


def test_skin_and_mask_are_shown_and_hidden(window: Driver, surface: SurfaceView) -> None:
    mark_ball(window)
    at_rest(window)
    veiled = picture(surface)
    surface.controls.findChild(object, "skinSolidAction").trigger()
    solid = picture(surface)
    surface.controls.findChild(object, "skinNoneAction").trigger()
    bare = picture(surface)
    assert veiled != solid != bare != veiled
    assert "may show the face" not in surface_texts.badges(surface)
    window.qtbot.keyClick(window.window.viewer.active_canvas, Qt.Key.Key_S)
    assert "both hidden" in surface_texts.statement(surface)


def test_the_skin_is_hidden_with_the_names_and_in_every_picture(window: Driver, surface: SurfaceView) -> None:
    viewer = window.window.viewer
    mark_ball(window)
    at_rest(window)
    surface.setFocus()
    on_screen = picture(surface)
    taken = take_picture(viewer, PictureOf.VIEW)
    viewer.shared.set_names_hidden(True)
    assert "hidden with the names" in surface_texts.caption(surface)
    surface.controls.hide()
    assert picture(surface) == taken != on_screen
    surface.controls.show()
    assert all(layer.surface is not surface.builder.skin for layer in surface.layers)
    viewer.shared.set_names_hidden(False)
    assert picture(surface) == on_screen


def test_a_picture_has_no_buttons_and_leaves_the_focus_where_it_was(window: Driver, surface: SurfaceView) -> None:
    button = window.find("surfaceFromLeft")
    button.setFocus()
    taken = take_picture(window.window.viewer, PictureOf.VIEW)
    assert taken is not None
    assert taken.size() == surface.size()
    assert surface.controls.isVisible()
    assert window.window.focusWidget() is button
    corner = surface.controls.geometry()
    assert {taken.pixelColor(x, corner.center().y()).name() for x in range(10, 60)} == {"#0a0c0e"}


def test_a_double_click_maximises_it_and_keeps_what_was_built(window: Driver, surface: SurfaceView) -> None:
    skin = surface.builder.skin
    window.qtbot.mouseDClick(surface, Qt.MouseButton.LeftButton)
    assert not any(canvas.isVisible() for canvas in window.window.viewer.canvases)
    window.qtbot.mouseDClick(surface, Qt.MouseButton.LeftButton)
    assert all(canvas.isVisible() for canvas in window.window.viewer.canvases)
    window.qtbot.mouseDClick(window.window.viewer.active_canvas, Qt.MouseButton.LeftButton)
    assert not surface.isVisible()
    assert surface.builder.skin is skin
    window.window.named_actions["maximiseAction"].trigger()
    assert surface.isVisible()


@pytest.mark.parametrize("away", ["histogram", "focus"])
def test_put_away_it_gives_its_memory_back_and_builds_anew_when_it_returns(
    window: Driver, surface: SurfaceView, away: str
) -> None:
    viewer = window.window.viewer
    if away == "histogram":
        viewer.show_extra(Extra.HISTOGRAM)
    else:
        viewer.set_arrangement(Arrangement.FOCUS)
    assert surface.builder.skin is None
    mark_ball(window)
    at_rest(window)
    assert not surface.builder.masks, "nothing is built while nobody looks"
    viewer.show_extra(Extra.SURFACE)
    at_rest(window)
    assert surface.builder.skin is not None
    assert surface.builder.masks


def test_another_series_replaces_it(window: Driver, surface: SurfaceView, tmp_path: Path) -> None:
    first = surface.builder.skin
    drag(window, surface, Qt.MouseButton.LeftButton, QPoint(60, 0))
    build_series(tmp_path / "other", slices=24, rows=40, columns=40)
    window.open(tmp_path / "other")
    assert surface.builder.skin is not first
    at_rest(window)
    assert surface.builder.skin is not None
    assert surface.camera is not None
    assert surface.camera.rotation[2, 1] == pytest.approx(-1), "another image is looked at from the front"


def test_another_series_stops_the_work_for_the_one_before(
    window: Driver, head_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped = []

    def endless(_volume: object, _modality: str, task: object) -> None:
        try:
            while True:
                task.progress(0.3, "")  # type: ignore[attr-defined]
        finally:
            stopped.append(True)

    with monkeypatch.context() as patch:
        patch.setattr(build_surfaces, "skin", endless)
        window.open(head_file)
        window.window.named_actions["extraSurfaceAction"].trigger()
        view = window.find("surfaceView", SurfaceView)
        window.wait_until(lambda: view.builder.progress not in (None, 0.0))
        assert "Building" in surface_texts.statement(view)
        assert not stopped
        window.window.viewer.show_extra(Extra.HISTOGRAM)
        window.qtbot.waitUntil(lambda: bool(stopped), timeout=500)
    window.settle()
    assert view.builder.skin is None


def test_closing_the_window_while_it_is_built_leaves_no_thread(
    window: Driver, head_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.open(head_file)
    window.window.named_actions["extraSurfaceAction"].trigger()
    window.window.close()  # the test for leaked threads does the rest


def test_a_locked_series_shows_the_skin_of_what_is_visible(window: Driver, surface: SurfaceView) -> None:
    """Other voxels of the same grid are looked at from where the user stands."""
    viewer, skin = window.window.viewer, surface.builder.skin
    drag(window, surface, Qt.MouseButton.LeftButton, QPoint(60, 0))
    camera, volume = surface.camera, viewer.state.volume
    assert volume is not None
    covered = volume.stored.copy()
    covered[covered.shape[0] // 2 :] = 0
    viewer.set_editor(None)
    viewer.set_volume(replace(volume, stored=covered), viewer.state.series, keep_view=True)
    at_rest(window)
    assert surface.camera is camera
    assert surface.builder.skin is not skin
    assert surface.builder.skin is not None
    assert skin is not None
    assert surface.builder.skin.volume_ml < 0.8 * skin.volume_ml


def test_a_single_image_has_no_surface(window: Driver, tmp_path: Path) -> None:
    build_series(tmp_path / "one", slices=1, rows=40, columns=40)
    window.open(tmp_path / "one")
    window.settle()
    view = shown(window)
    assert "slices that lie side by side" in surface_texts.statement(view)
    assert view.builder.skin is None


def test_an_image_without_air_says_what_to_do(window: Driver, tmp_path: Path) -> None:
    build_series(tmp_path / "full", voxels=np.full((12, 30, 30), 500, np.uint16))
    window.open(tmp_path / "full")
    window.settle()
    view = shown(window)
    assert "Mark a region first" in surface_texts.statement(view)
    mark_ball(window)
    at_rest(window)
    assert surface_texts.statement(view) == ""
    assert view.skin_look is SkinLook.VEIL


def test_without_numba_the_view_says_so(window: Driver, head_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from medcrypt_gui.core.errors import UnsupportedInputError

    def missing() -> None:
        raise UnsupportedInputError("surfaces need numba, which does not work here")

    monkeypatch.setattr(render_surface, "_kernels", missing)
    window.open(head_file)
    window.settle()
    view = shown(window)
    assert "numba" in surface_texts.statement(view)
