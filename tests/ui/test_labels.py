"""Several labels in the window: added, named, coloured, hidden, locked, painted with in every plane, taken back."""

from __future__ import annotations

import time

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton, QToolButton, QWidget
from ui.driver import Driver

from medcrypt_gui.core.mask.editor import MaskEditor
from medcrypt_gui.core.mask.labels import COLOURS, ROI, Overwrite
from medcrypt_gui.core.mask.part import Part
from medcrypt_gui.core.mask.sink import SinkMode
from medcrypt_gui.ui.session import Step
from medcrypt_gui.ui.viewer.plane_canvas import PlaneCanvas

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def correct(opened: Driver) -> Driver:
    """The window in step Correct, a brush in hand."""
    opened.window.session.go_to(Step.CORRECT)
    opened.window.named_actions["brushAction"].trigger()
    opened.settle()
    return opened


@pytest.fixture
def two(correct: Driver) -> Driver:
    """With a second label, which is active."""
    correct.click("labelAdd")
    return correct


def editor_of(window: Driver) -> MaskEditor:
    assert window.window.session.editor is not None
    return window.window.session.editor


def undo(window: Driver) -> None:
    window.window.named_actions["undoAction"].trigger()


def rest(window: Driver) -> None:
    """Until sizes are counted."""
    window.qtbot.wait(200)
    window.settle()


def dab(window: Driver, canvas: PlaneCanvas, at: tuple[float, float] = (0.5, 0.5)) -> None:
    place = QPoint(int(canvas.width() * at[0]), int(canvas.height() * at[1]))
    window.qtbot.mouseMove(canvas, place)
    window.qtbot.mousePress(canvas, LEFT, pos=place)
    window.qtbot.mouseRelease(canvas, LEFT, pos=place)


def key(window: Driver, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    canvas = window.window.viewer.active_canvas
    canvas.setFocus()
    window.qtbot.keyClick(canvas, key, modifier)


def painted(window: Driver) -> set[int]:
    return set(np.unique(editor_of(window).labels).tolist()) - {0}


def test_one_label_is_one_row_without_what_only_several_need(correct: Driver) -> None:
    assert correct.shown("label1")
    assert correct.shown("labelAdd")
    assert not correct.shown("labelRemove")
    assert not correct.shown("labelOverwrite")
    assert correct.find("labelList").height() < 50


def test_a_label_is_added_becomes_active_and_is_taken_back_by_undo(two: Driver) -> None:
    table = editor_of(two).table
    assert (len(table), table.active_number) == (2, 2)
    assert two.text("label2Name") == "Label 2"
    assert "Label 2" in two.text("statusSentence")
    undo(two)
    assert len(editor_of(two).table) == 1
    assert two.window.findChild(QWidget, "label2") is None or not two.shown("label2")
    two.window.named_actions["redoAction"].trigger()
    two.qtbot.wait(10)
    assert two.text("label2Name") == "Label 2"


def test_a_double_click_renames_in_place_and_undo_gives_the_name_back(two: Driver) -> None:
    row = two.find("label2")
    two.qtbot.mouseDClick(row, LEFT, pos=QPoint(60, row.height() // 2))
    field = two.find("label2NameField", QLineEdit)
    assert field.isVisible()
    two.qtbot.keyClicks(field, "Vessel q")
    two.qtbot.keyClick(field, Qt.Key.Key_Return)
    assert two.text("label2Name") == "Vessel q", "letters that are keys of the window are letters here"
    assert editor_of(two).table.active_number == 2
    undo(two)
    assert two.text("label2Name") == "Label 2"


def test_f2_renames_and_escape_keeps_the_name(two: Driver) -> None:
    row = two.find("label2")
    row.setFocus()
    two.qtbot.keyClick(row, Qt.Key.Key_F2)
    field = two.find("label2NameField", QLineEdit)
    two.qtbot.keyClicks(field, "Nothing")
    two.qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert not field.isVisible()
    assert two.text("label2Name") == "Label 2"
    assert editor_of(two).undo_name == "Add label"


def test_a_name_of_spaces_is_none(two: Driver) -> None:
    two.find("label2").setFocus()
    two.qtbot.keyClick(two.find("label2"), Qt.Key.Key_F2)
    two.type("label2NameField", "   ")
    two.qtbot.keyClick(two.find("label2NameField"), Qt.Key.Key_Return)
    assert two.text("label2Name") == "Label 2"


def test_a_label_is_coloured_from_the_set_or_at_will(two: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    swatch = two.find("label2Colour", QToolButton)
    two.window.findChild(object, "label2Colour_3").trigger()  # type: ignore[attr-defined]
    assert editor_of(two).table[2].colour == COLOURS[3]
    monkeypatch.setattr(
        "medcrypt_gui.ui.widgets.label_colour.QColorDialog.getColor", lambda *_given: QColor(12, 34, 56)
    )
    two.window.findChild(object, "label2Colour_other").trigger()  # type: ignore[attr-defined]
    assert editor_of(two).table[2].colour == (12, 34, 56)
    assert swatch.icon().pixmap(16, 16).toImage().pixelColor(8, 8).name() == "#0c2238"


@pytest.mark.parametrize("plane", range(3))
def test_the_second_label_is_painted_with_in_every_plane(two: Driver, plane: int) -> None:
    two.window.named_actions["equalViewsAction"].trigger()
    two.qtbot.wait(30)
    dab(two, two.window.viewer.canvases[plane])
    assert painted(two) == {2}
    undo(two)
    assert painted(two) == set()


def test_q_makes_the_next_label_active_and_shift_q_the_previous(two: Driver) -> None:
    two.click("labelAdd")
    active = []
    for modifier in (Qt.KeyboardModifier.NoModifier,) * 3 + (Qt.KeyboardModifier.ShiftModifier,):
        key(two, Qt.Key.Key_Q, modifier)
        active.append(editor_of(two).table.active_number)
    assert active == [1, 2, 3, 2]
    assert "label 2" in two.text("statusSentence")


def test_with_one_label_q_says_that_there_is_no_other(correct: Driver) -> None:
    key(correct, Qt.Key.Key_Q)
    assert "one label only" in correct.text("statusSentence")


def test_a_click_on_a_row_makes_its_label_active(two: Driver) -> None:
    two.qtbot.mouseClick(two.find("label1"), LEFT, pos=QPoint(60, 12))
    assert editor_of(two).table.active_number == ROI
    assert two.find("label1").property("active") is True
    dab(two, two.window.viewer.active_canvas)
    assert painted(two) == {1}


def test_a_locked_label_takes_no_stroke_and_says_why_where_one_looks(two: Driver) -> None:
    canvas = two.window.viewer.active_canvas
    two.click("label2Lock")
    assert "locked" in two.text("labelWhyNot")
    assert canvas.cursor().shape() is Qt.CursorShape.ForbiddenCursor
    dab(two, canvas)
    assert painted(two) == set()
    assert "locked" in two.text("statusSentence")
    assert not two.window.session.editor.in_gesture  # type: ignore[union-attr]
    two.click("label2Lock")
    assert two.text("labelWhyNot") == ""
    dab(two, canvas)
    assert painted(two) == {2}


def test_a_hidden_label_is_not_drawn_and_takes_no_stroke(two: Driver) -> None:
    canvas = two.window.viewer.active_canvas
    bare = canvas.grab().toImage()
    dab(two, canvas)
    two.qtbot.mouseMove(canvas, QPoint(2, 2))
    assert canvas.grab().toImage() != bare
    two.click("label2Eye")
    assert "hidden" in two.text("labelWhyNot")
    dab(two, canvas, (0.3, 0.3))
    assert "hidden" in two.text("statusSentence")
    assert editor_of(two).undo_name == "Brush"


def test_a_new_colour_is_seen_at_once_in_all_views(two: Driver) -> None:
    two.window.named_actions["equalViewsAction"].trigger()
    two.qtbot.wait(30)
    dab(two, two.window.viewer.active_canvas)
    two.qtbot.wait(30)
    before = [canvas.grab().toImage() for canvas in two.window.viewer.canvases]
    two.window.findChild(object, "label2Colour_6").trigger()  # type: ignore[attr-defined]
    assert all(
        canvas.grab().toImage() != image for canvas, image in zip(two.window.viewer.canvases, before, strict=True)
    )


def test_q_in_mid_stroke_leaves_the_stroke_with_its_label(two: Driver) -> None:
    canvas = two.window.viewer.active_canvas
    middle = canvas.rect().center()
    two.qtbot.mousePress(canvas, LEFT, pos=middle)
    two.window.named_actions["nextLabelAction"].trigger()
    two.qtbot.mouseMove(canvas, middle + QPoint(30, 0))
    two.qtbot.mouseRelease(canvas, LEFT, pos=middle + QPoint(30, 0))
    assert painted(two) == {2}
    assert editor_of(two).table.active_number == ROI


@pytest.mark.parametrize("action", ["undoAction", "addLabelAction"])
def test_a_command_in_mid_stroke_ends_the_stroke_and_the_mouse_may_go_on_in_vain(two: Driver, action: str) -> None:
    canvas = two.window.viewer.active_canvas
    middle = canvas.rect().center()
    two.qtbot.mousePress(canvas, LEFT, pos=middle)
    two.window.named_actions[action].trigger()
    before = editor_of(two).labels.copy()
    two.qtbot.mouseMove(canvas, middle + QPoint(30, 0))
    two.qtbot.mouseRelease(canvas, LEFT, pos=middle + QPoint(30, 0))
    assert np.array_equal(editor_of(two).labels, before)
    assert bool(before.any()) is (action == "addLabelAction")


def test_the_roi_cannot_be_removed_and_says_why(two: Driver) -> None:
    two.qtbot.mouseClick(two.find("label1"), LEFT, pos=QPoint(60, 12))
    remove = two.find("labelRemove", QPushButton)
    assert not remove.isEnabled()
    assert "always there" in remove.toolTip()


def test_a_removed_label_takes_its_voxels_along_and_undo_brings_both_back(two: Driver) -> None:
    dab(two, two.window.viewer.active_canvas)
    rest(two)
    before = editor_of(two).labels.copy()
    two.click("labelRemove")
    assert painted(two) == set()
    assert "Undo brings it back" in two.text("statusSentence")
    assert editor_of(two).table.active_number == ROI
    undo(two)
    two.qtbot.wait(10)
    assert np.array_equal(editor_of(two).labels, before)
    assert two.text("label2Name") == "Label 2"


def test_a_locked_label_cannot_be_removed(two: Driver) -> None:
    two.click("label2Lock")
    remove = two.find("labelRemove", QPushButton)
    assert not remove.isEnabled()
    assert "locked" in remove.toolTip()


def test_the_overwrite_rule_is_chosen_and_followed(two: Driver) -> None:
    canvas = two.window.viewer.active_canvas
    dab(two, canvas)
    before = editor_of(two).labels.copy()
    two.find("labelOverwrite", QComboBox).setCurrentIndex(list(Overwrite).index(Overwrite.NOTHING))
    key(two, Qt.Key.Key_Q)
    dab(two, canvas)
    assert np.array_equal(editor_of(two).labels, before), "nothing but empty voxels is painted over"
    two.find("labelOverwrite", QComboBox).setCurrentIndex(list(Overwrite).index(Overwrite.EVERYTHING))
    dab(two, canvas)
    assert painted(two) == {1}


def test_what_protect_leaves_readable_says_so_in_its_row_and_is_undone(two: Driver) -> None:
    dab(two, two.window.viewer.active_canvas)
    rest(two)
    assert two.find("correctPrimary").isEnabled()
    two.click("label2Roi")
    rest(two)
    assert two.text("label2Note") == "not protected"
    assert "readable" in two.text("statusSentence")
    assert not editor_of(two).table[2].in_roi
    assert not two.find("correctPrimary").isEnabled(), "nothing is left that would be protected"
    undo(two)
    rest(two)
    assert two.text("label2Note") == ""
    assert two.find("correctPrimary").isEnabled()


def test_rows_tell_how_large_their_labels_are(two: Driver) -> None:
    assert two.text("label2Size") == "empty"
    dab(two, two.window.viewer.active_canvas)
    rest(two)
    voxels = int(np.count_nonzero(editor_of(two).labels == 2))
    volume_ml = voxels * editor_of(two).geometry.voxel_volume_ml
    assert two.text("label2Size") == f"{volume_ml:.2f} ml"
    assert two.text("label1Size") == "empty"


def test_scrolling_changes_no_voxel_and_keeps_undo(two: Driver) -> None:
    dab(two, two.window.viewer.active_canvas)
    before = editor_of(two).labels.copy()
    for turned in (Qt.Key.Key_Down, Qt.Key.Key_PageDown, Qt.Key.Key_End, Qt.Key.Key_Home, Qt.Key.Key_Up):
        key(two, turned)
    assert np.array_equal(editor_of(two).labels, before)
    assert editor_of(two).undo_name == "Brush"


def test_the_corner_names_the_label_that_is_painted_with_where_there_are_several(correct: Driver) -> None:
    from medcrypt_gui.ui.viewer.corner_text import corners

    def lines() -> tuple[str, ...]:
        canvas = correct.window.viewer.active_canvas
        assert canvas.view is not None
        return corners(correct.window.viewer.state, canvas.view, 1.0, (), 0).bottom_right

    assert len(lines()) == 1
    correct.click("labelAdd")
    assert lines()[0] == "Into label 2: Label 2"


def test_twenty_labels_scroll_within_a_bounded_height(correct: Driver) -> None:
    for _ in range(19):
        correct.click("labelAdd")
    correct.qtbot.wait(30)
    assert len(editor_of(correct).table) == 20
    assert correct.find("labelList").height() < 230
    row, area = correct.find("label20"), correct.find("labelList")
    assert area.rect().contains(row.mapTo(area, row.rect().center())), "the active one is in sight"
    for _ in range(19):
        undo(correct)
    correct.qtbot.wait(30)
    assert correct.find("labelList").height() < 50


def test_arrows_move_among_rows_and_enter_activates(two: Driver) -> None:
    second = two.find("label2")
    second.setFocus()
    two.qtbot.keyClick(second, Qt.Key.Key_Up)
    first = two.find("label1")
    assert two.window.focusWidget() is first
    two.qtbot.keyClick(first, Qt.Key.Key_Return)
    assert editor_of(two).table.active_number == ROI


def test_another_series_begins_with_one_label(two: Driver, tmp_path) -> None:  # type: ignore[no-untyped-def]
    from builders.dicom import build_series

    build_series(tmp_path / "other", slices=5, rows=32, columns=32)
    two.answer_questions("questionLose")
    two.open(tmp_path / "other")
    two.window.session.go_to(Step.CORRECT)
    assert len(editor_of(two).table) == 1
    two.qtbot.wait(30)
    assert two.find("labelList").height() < 50


def test_the_surface_view_shows_each_label_in_its_colour_unless_it_is_hidden(two: Driver) -> None:
    from medcrypt_gui.ui.viewer.surface_view import SurfaceView

    dab(two, two.window.viewer.active_canvas, (0.35, 0.5))
    key(two, Qt.Key.Key_Q)
    dab(two, two.window.viewer.active_canvas, (0.65, 0.5))
    two.window.named_actions["extraSurfaceAction"].trigger()
    two.qtbot.wait(350)
    two.settle()
    view = two.find("surfaceView", SurfaceView)

    def shown() -> set[tuple[int, int, int]]:
        return {layer.colour for layer in view.layers if layer.surface is not view.builder.skin}

    assert shown() == {COLOURS[0], COLOURS[1]}
    before = view.grab().toImage()
    two.window.findChild(object, "label2Colour_4").trigger()  # type: ignore[attr-defined]
    assert shown() == {COLOURS[0], COLOURS[4]}
    assert view.grab().toImage() != before
    two.click("label2Eye")
    assert shown() == {COLOURS[0]}


def test_into_a_locked_roi_nothing_is_proposed_and_the_reason_is_said(two: Driver) -> None:
    two.click("label1Lock")
    two.window.session.go_to(Step.ROI)
    two.click("roiPrimary")
    assert "is locked, so nothing is proposed" in two.text("statusSentence")
    assert painted(two) == set()


def test_large_masks_are_counted_in_the_background_and_what_changes_meanwhile_again(
    two: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("medcrypt_gui.ui.flows.size_flow._AT_ONCE", 0)
    editor, jobs = editor_of(two), []
    two.window.jobs.job_started.connect(jobs.append)
    for z in range(editor.labels.shape[0]):
        box = (slice(z, z + 1), slice(5, 15), slice(5, 15))
        editor.apply_parts([Part(np.ones((1, 10, 10), bool), box, SinkMode.ADD)], "Test")
        if z == 3:
            two.wait_until(lambda: bool(jobs))
    rest(two)
    assert jobs
    assert all(job.quiet for job in jobs)
    sizes = two.window.session.sizes
    assert sizes is not None
    assert sizes.label(2).voxels == int(np.count_nonzero(editor.labels == 2)) == 100 * editor.labels.shape[0]
    assert int(sizes.counts.sum()) == editor.labels.size


def test_with_all_labels_there_can_be_the_next_one_comes_at_once(two: Driver) -> None:
    editor = editor_of(two)
    editor.change_labels(editor.table.naming(frozenset(range(1, 256))), "Test")
    two.qtbot.wait(50)
    began = time.perf_counter()
    key(two, Qt.Key.Key_Q)
    assert time.perf_counter() - began < 0.25
    two.click("labelAdd")
    assert "at most 255" in two.text("statusSentence")
