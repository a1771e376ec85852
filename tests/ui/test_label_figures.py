"""The statistics of the labels: reckoned aside, shown, following the mask, copied, saved."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QTableWidget
from ui.driver import Driver

from medcrypt_gui.core.mask.part import Part
from medcrypt_gui.core.mask.sink import SinkMode
from medcrypt_gui.ui.dialogs.label_figures_dialog import LabelFiguresDialog
from medcrypt_gui.ui.session import Step

_BOX = (slice(2, 4), slice(10, 20), slice(10, 16))


@pytest.fixture
def shown(opened: Driver) -> Driver:
    """A window with the statistics of two labels open, of which the second has 120 voxels."""
    opened.window.session.go_to(Step.CORRECT)
    opened.click("labelAdd")
    _mark(opened, 2)
    opened.click("labelFigures")
    opened.settle()
    opened.qtbot.wait(30)
    return opened


def _mark(window: Driver, number: int) -> None:
    editor = window.window.session.editor
    assert editor is not None
    editor.apply_parts([Part(np.ones((2, 10, 6), bool), _BOX, SinkMode.ADD, number)], "Test")


def _dialog(window: Driver) -> LabelFiguresDialog:
    return window.find("labelFiguresDialog", LabelFiguresDialog)


def _cells(window: Driver, row: int) -> list[str]:
    table = _dialog(window).findChild(QTableWidget, "labelFiguresTable")
    assert table is not None
    return [table.item(row, column).text() for column in range(table.columnCount())]


def _press(window: Driver, name: str) -> None:
    found = _dialog(window).findChild(QAbstractButton, name)
    assert found is not None
    window.qtbot.mouseClick(found, Qt.MouseButton.LeftButton)


def test_each_label_has_its_size_and_values(shown: Driver) -> None:
    volume = shown.window.session.volume
    assert volume is not None
    values = volume.stored[_BOX].astype(float) * volume.slope + volume.intercept
    number, name, _volume, voxels, mean, sd, lowest, highest = _cells(shown, 1)
    assert (number, name, voxels) == ("2", "Label 2", "120")
    assert float(mean) == pytest.approx(values.mean(), rel=1e-5)
    assert float(sd) == pytest.approx(values.std(), rel=1e-5)
    assert (float(lowest), float(highest)) == pytest.approx((values.min(), values.max()))
    assert _cells(shown, 0)[3:] == ["0", "", "", "", ""]


def test_it_follows_the_mask_and_the_names(shown: Driver) -> None:
    _mark(shown, 1)
    editor = shown.window.session.editor
    assert editor is not None
    shown.wait_until(lambda: _cells(shown, 0)[3] == "120")
    assert _cells(shown, 1)[3] == "0"
    shown.window.flows.labels.add()
    shown.wait_until(lambda: _dialog(shown).findChild(QTableWidget).rowCount() == 3)  # type: ignore[union-attr]
    _press(shown, "labelFiguresClose")


def test_it_is_copied_with_tabs(shown: Driver) -> None:
    _press(shown, "labelFiguresCopy")
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0].split("\t")[:4] == ["Number", "Name", "Volume (ml)", "Voxels"]
    assert lines[2].split("\t") == _cells(shown, 1)


def test_it_is_saved_as_csv(shown: Driver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_given: (str(tmp_path / "found"), ""))
    _press(shown, "labelFiguresSave")
    lines = (tmp_path / "found.csv").read_text("utf-8-sig").splitlines()
    assert lines[2].split(",") == _cells(shown, 1)
    assert "Saved found.csv" in shown.text("statusSentence")


def test_a_folder_that_cannot_be_written_is_named_as_the_reason(
    shown: Driver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_given: (str(tmp_path / "none" / "found.csv"), ""))
    _press(shown, "labelFiguresSave")
    assert shown.shown("correctNotice")


def test_it_closes_with_the_series(shown: Driver, tmp_path: Path) -> None:
    from builders.dicom import build_series

    dialog = _dialog(shown)
    gone = []
    dialog.destroyed.connect(lambda: gone.append(True))
    build_series(tmp_path / "other", slices=5, rows=32, columns=32)
    shown.answer_questions("questionLose")
    shown.open(tmp_path / "other")
    shown.wait_until(lambda: bool(gone))


def test_without_a_series_it_says_so(window: Driver) -> None:
    window.window.named_actions["labelFiguresAction"].trigger()
    assert "Nothing is open" in window.text("statusSentence")
