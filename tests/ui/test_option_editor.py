"""Controls of options: what is no number is never shown, and never asked of a slider."""

from __future__ import annotations

import math

import pytest
from PySide6.QtWidgets import QDoubleSpinBox
from pytestqt.qtbot import QtBot

from medcrypt_gui.core.tools.brush import BrushOptions
from medcrypt_gui.core.tools.round_stroke import Paints
from medcrypt_gui.ui.widgets.option_editor import OptionForm, Surroundings

_NO_NUMBERS = [math.nan, math.inf, -math.inf]


def _shown(form: OptionForm, name: str) -> QDoubleSpinBox:
    found = form.findChild(QDoubleSpinBox, f"option_{name}_number")
    assert isinstance(found, QDoubleSpinBox)
    return found


@pytest.mark.parametrize("value", _NO_NUMBERS)
def test_what_is_no_number_leaves_the_number_shown_before(qtbot: QtBot, value: float) -> None:
    form = OptionForm()
    qtbot.addWidget(form)
    form.show_options(BrushOptions(paints=Paints.IN_RANGE, lower=40.0, upper=80.0))
    form.show_options(BrushOptions(paints=Paints.IN_RANGE, lower=value, upper=90.0))
    assert (_shown(form, "lower").value(), _shown(form, "upper").value()) == (40.0, 90.0)


@pytest.mark.parametrize("value", _NO_NUMBERS)
def test_values_of_an_image_that_are_no_numbers_limit_nothing(qtbot: QtBot, value: float) -> None:
    form = OptionForm()
    qtbot.addWidget(form)
    form.show_options(BrushOptions(paints=Paints.IN_RANGE, lower=40.0), Surroundings(None, value, value, "HU"))
    assert _shown(form, "lower").value() == 40.0
