"""A series of several volumes: a slider below the views changes the volume and nothing else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from builders.nifti import build_nifti
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QSlider, QWidget
from ui.driver import Driver

VOLUMES = 4


@pytest.fixture
def study(tmp_path: Path) -> Path:
    rng = np.random.default_rng(2)
    return build_nifti(tmp_path / "perfusion.nii.gz", rng.integers(0, 900, (VOLUMES, 9, 32, 40)).astype(np.int16))


def test_the_slider_shows_another_volume_and_keeps_mask_and_place(window: Driver, study: Path) -> None:
    window.open(study)
    window.settle()
    session, viewer = window.window.session, window.window.viewer
    assert window.text("phaseName") == "Volume 1 of 4"
    assert session.volume is not None
    first = session.volume.stored.copy()
    viewer.set_crosshair((3, 4, 5))
    assert session.editor is not None
    session.editor.mask.labels[5, 4, 3] = 1
    window.find("phaseSlider", QSlider).setValue(2)
    window.wait_until(lambda: window.text("phaseName") == "Volume 3 of 4")
    window.settle()
    assert session.series is not None
    assert session.series.phase == 2
    assert (session.volume.stored != first).any()
    assert session.editor.mask.labels[5, 4, 3] == 1
    assert viewer.state.crosshair == (3, 4, 5)
    assert viewer.state.volume is session.volume
    assert session.complete


def test_shift_and_wheel_go_through_the_volumes(window: Driver, study: Path) -> None:
    window.open(study)
    window.settle()
    canvas = window.window.viewer.active_canvas
    turned = QWheelEvent(
        QPointF(20, 20), canvas.mapToGlobal(QPointF(20, 20)), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.ShiftModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(canvas, turned)
    window.wait_until(lambda: window.text("phaseName") == "Volume 2 of 4")


def test_a_volume_that_cannot_be_read_leaves_the_one_before(window: Driver, study: Path) -> None:
    window.open(study)
    window.settle()
    session = window.window.session
    before = session.volume
    study.unlink()
    window.find("phaseSlider", QSlider).setValue(1)
    window.settle()
    assert session.volume is before
    assert session.editor is not None
    window.wait_until(lambda: window.text("openNotice") != "" or window.text("roiNotice") != "")
    assert window.find("phaseSlider", QSlider).value() == 0


def test_one_volume_has_no_slider(window: Driver, tmp_path: Path) -> None:
    window.open(build_nifti(tmp_path / "one.nii"))
    window.settle()
    assert not window.find("phaseBar", QWidget).isVisible()
