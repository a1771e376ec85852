"""What operations suggest themselves goes with the place and the volume; what users chose stays theirs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from builders.nifti import build_nifti
from PySide6.QtWidgets import QDoubleSpinBox, QSlider
from ui.driver import Driver
from ui.panel_driver import series_of

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.volume import Volume, Window
from medcrypt_gui.core.tools.base import PointerSample
from medcrypt_gui.ui.panels.operations_group import OperationsGroup
from medcrypt_gui.ui.session import Session, Step

_SHAPE = (12, 40, 40)
_QUIET, _NOISY = PointerSample((8.0, 20.0, 6.0), 2), PointerSample((30.0, 20.0, 6.0), 2)


@pytest.fixture
def halves(window: Driver) -> Driver:
    """Left hardly any noise, right much."""
    stored = np.random.default_rng(1).normal(0, 2, _SHAPE)
    stored[..., 20:] *= 15
    volume = Volume(stored.astype(np.int16), Geometry(_SHAPE, np.eye(4)), file_window=Window(0, 200))
    session = window.window.session
    session.show_series(series_of(volume), volume)
    session.set_complete()
    session.go_to(Step.CORRECT)
    window.settle()
    return window


def _number(window: Driver, option: str) -> QDoubleSpinBox:
    """In the panel's operations: tools have options of the same names."""
    group = window.window.findChild(OperationsGroup)
    assert group is not None
    found = group.findChild(QDoubleSpinBox, f"option_{option}_number")
    assert isinstance(found, QDoubleSpinBox)
    return found


def _grow_at(window: Driver, seed: PointerSample) -> float:
    """The tolerance it was done with."""
    window.window.flows.operation.choose("grow", seed)
    window.window.flows.operation.run()
    window.settle()
    return float(window.window.session.operations.options.tolerance)


def test_the_tolerance_is_suggested_anew_at_every_seed(halves: Driver) -> None:
    quiet = _grow_at(halves, _QUIET)
    noisy = _grow_at(halves, _NOISY)
    assert noisy > 4 * quiet
    assert _number(halves, "tolerance").value() == pytest.approx(noisy, abs=1)
    assert _grow_at(halves, _QUIET) == pytest.approx(quiet)


def test_a_tolerance_that_was_chosen_stays_at_the_next_seed(halves: Driver) -> None:
    _grow_at(halves, _QUIET)
    _number(halves, "tolerance").setValue(33.0)
    halves.wait_until(lambda: not halves.window.session.operations.working)
    assert _grow_at(halves, _NOISY) == 33.0


def test_another_option_that_was_chosen_does_not_keep_the_tolerance(halves: Driver) -> None:
    quiet = _grow_at(halves, _QUIET)
    _number(halves, "reach_mm").setValue(12.0)
    halves.wait_until(lambda: not halves.window.session.operations.working)
    assert _grow_at(halves, _NOISY) > 4 * quiet
    assert halves.window.session.operations.options.reach_mm == 12.0


@pytest.fixture
def phases(window: Driver, tmp_path: Path) -> Driver:
    """Two volumes: the second one is the first one, ten times as bright."""
    one = np.random.default_rng(2).integers(0, 90, (9, 32, 40)).astype(np.int16)
    window.open(build_nifti(tmp_path / "perfusion.nii.gz", np.stack([one, one * 10])))
    window.click("stepCorrect")
    window.settle()
    return window


def _show_second(window: Driver) -> None:
    window.find("phaseSlider", QSlider).setValue(1)
    window.wait_until(lambda: window.text("phaseName") == "Volume 2 of 2")
    window.wait_until(lambda: not window.window.session.operations.working)
    window.settle()


def test_a_preview_follows_the_phase_and_its_suggestion(phases: Driver) -> None:
    session: Session = phases.window.session
    phases.window.flows.operation.choose("threshold")
    phases.window.flows.operation.run()
    phases.settle()
    first, low = session.suggestion, session.operations.options.lower
    _show_second(phases)
    assert session.suggestion is not None
    assert session.suggestion is not first
    assert session.operations.options.lower == pytest.approx(10 * low, rel=0.1)


def test_a_phase_leaves_what_was_chosen_another_series_what_speaks_of_no_values(phases: Driver) -> None:
    session: Session = phases.window.session
    phases.window.flows.operation.choose("threshold")
    _number(phases, "lower").setValue(55.0)
    phases.window.flows.operation.choose("margin")
    _number(phases, "margin_mm").setValue(8.0)
    _show_second(phases)
    assert session.operations.options.margin_mm == 8.0
    phases.window.flows.operation.choose("threshold")
    assert session.operations.options.lower == 55.0
    volume = Volume(np.zeros(_SHAPE, np.int16), Geometry(_SHAPE, np.eye(4)))
    session.show_series(series_of(volume), volume)
    session.set_complete()
    phases.settle()
    assert session.operations.options.lower == 0.0
    phases.window.flows.operation.choose("margin")
    assert session.operations.options.margin_mm == 8.0
