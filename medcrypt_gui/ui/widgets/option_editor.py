"""Options of tools and operations, built from their hints: a slider with a number, a choice, a tick, a label."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import Field, dataclass, replace
from enum import Enum
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QSlider,
    QSpinBox,
    QWidget,
)

from medcrypt_gui.core.imaging.label_look import Colour
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.mask.labels import LabelTable
from medcrypt_gui.core.options import LabelNumber, OptionHint, Scale, option_hints
from medcrypt_gui.ui.widgets.group import remove_widgets
from medcrypt_gui.ui.widgets.text import label
from medcrypt_gui.ui.widgets.tick_box import TickBox

_SLIDER_STEPS = 200
_NUMBER_WIDTH = 96
_SWATCH = 12


@dataclass(frozen=True)
class Surroundings:
    """What options may speak of: the mask's labels, and the lowest and highest value of the volume, in its unit.

    ``least`` and ``most`` are what may be typed beyond these two, which were found in a sample of the volume.
    """

    labels: LabelTable | None = None
    lowest: float | None = None
    highest: float | None = None
    unit: str = ""
    least: float | None = None
    most: float | None = None
    length: str = "mm"  # what lengths are in

    @property
    def has_values(self) -> bool:
        """Whether lowest and highest are known, and numbers."""
        return all(value is not None and math.isfinite(value) for value in (self.lowest, self.highest))


class OptionForm(QWidget):
    """The options of one thing, one below the other. The options themselves are kept by whoever shows them here."""

    chosen = Signal(object)  # the options, one of them changed

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[tuple[OptionEditor, QWidget | None]] = []
        self._options: Any = None
        self._surroundings = Surroundings()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(1, 1)

    def show_options(self, options: Any, surroundings: Surroundings | None = None) -> None:
        """Show these values; the controls are built anew only for options of another kind, or other surroundings."""
        around = surroundings if surroundings is not None else self._surroundings
        same = type(options) is type(self._options) and around == self._surroundings
        self._options, self._surroundings = options, around
        if not same:
            self._build()
        for editor, title in self._rows:
            editor.show_value(getattr(options, editor.field_name))
            for widget in (editor, title):
                if widget is not None:
                    widget.setVisible(editor.hint.matters(options))

    def _build(self) -> None:
        remove_widgets(self._grid)
        self._rows.clear()
        hints = option_hints(type(self._options))
        for row, (field, hint) in enumerate(hints):
            editor = OptionEditor(field, hint, getattr(self._options, field.name), self._surroundings)
            editor.setToolTip(tr(hint.help) if hint.help else "")
            editor.chosen.connect(self._on_chosen)
            title = None if editor.names_itself else label(tr(hint.label))
            if title is None:
                self._grid.addWidget(editor, row, 0, 1, 2)
            else:
                self._grid.addWidget(title, row, 0)
                self._grid.addWidget(editor, row, 1)
            self._rows.append((editor, title))
        self.setVisible(bool(hints))

    def _on_chosen(self, name: str, value: object) -> None:
        self._options = replace(self._options, **{name: value})
        self.chosen.emit(self._options)


class OptionEditor(QWidget):
    """One option. A tick carries its own name, the others want it beside them."""

    chosen = Signal(str, object)

    def __init__(
        self,
        field: Field[Any],
        hint: OptionHint,
        value: Any,
        surroundings: Surroundings | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.field_name = field.name
        self.hint = hint
        self.names_itself = isinstance(value, bool)
        self.setObjectName(f"option_{field.name}")
        self._silent = False
        self._around = surroundings or Surroundings()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        self._show: Callable[[Any], None]
        if isinstance(value, bool):
            self._show = self._tick(layout, hint)
        elif isinstance(value, Enum):
            self._show = self._choice(layout, type(value), hint)
        elif isinstance(value, LabelNumber):
            self._show = self._label(layout, hint)
        elif isinstance(value, int):
            self._show = self._whole_number(layout, hint)
        else:
            self._show = self._number(layout, hint)
        self.show_value(value)

    def show_value(self, value: Any) -> None:
        """Show a value without announcing it as chosen."""
        self._silent = True
        self._show(value)
        self._silent = False

    def _announce(self, value: Any) -> None:
        if not self._silent:
            self.chosen.emit(self.field_name, value)

    def _tick(self, layout: QHBoxLayout, hint: OptionHint) -> Callable[[Any], None]:
        box = TickBox(tr(hint.label), f"{self.objectName()}_tick")
        box.toggled.connect(self._announce)
        layout.addWidget(box, 1)
        return box.setChecked

    def _choice(self, layout: QHBoxLayout, kind: type[Enum], hint: OptionHint) -> Callable[[Any], None]:
        members = list(kind)
        combo = self._combo(layout, hint)
        combo.addItems([tr(str(member.value)) for member in members])
        combo.currentIndexChanged.connect(lambda index: self._announce(members[index]))
        return lambda value: combo.setCurrentIndex(members.index(value))

    def _label(self, layout: QHBoxLayout, hint: OptionHint) -> Callable[[Any], None]:
        combo = self._combo(layout, hint)
        combo.setIconSize(QSize(_SWATCH, _SWATCH))
        combo.addItem(tr("Choose a label"), 0)
        for one in self._around.labels or ():
            combo.addItem(swatch(one.colour), one.name, one.number)
        combo.currentIndexChanged.connect(lambda _index: self._announce(LabelNumber(combo.currentData())))
        return lambda value: combo.setCurrentIndex(max(combo.findData(int(value)), 0))

    def _combo(self, layout: QHBoxLayout, hint: OptionHint) -> QComboBox:
        combo = QComboBox()
        combo.setObjectName(f"{self.objectName()}_choice")
        combo.setAccessibleName(tr(hint.label))
        combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        combo.setMinimumContentsLength(8)
        layout.addWidget(combo, 1)
        return combo

    def _whole_number(self, layout: QHBoxLayout, hint: OptionHint) -> Callable[[Any], None]:
        spin = QSpinBox()
        spin.setRange(round(hint.minimum), round(hint.maximum))
        spin.setSingleStep(max(round(hint.step), 1))
        slider = self._slider(layout, spin, hint, hint.unit)
        slider.setRange(spin.minimum(), spin.maximum())
        slider.valueChanged.connect(self._announce)
        spin.valueChanged.connect(self._announce)

        def show(value: int) -> None:
            spin.setValue(value)
            slider.setValue(value)

        return show

    def _number(self, layout: QHBoxLayout, hint: OptionHint) -> Callable[[Any], None]:
        """The slider of a size is quadratic, so that small sizes are as easy to hit as large ones; values are not."""
        around = self._around
        of_values = hint.scale is not Scale.FIXED and around.has_values
        lowest, highest, step, unit, power = hint.minimum, hint.maximum, hint.step, hint.unit, 2
        least, most = lowest, highest
        if hint.scale is Scale.VALUES:
            power = 1
        if of_values:
            assert around.lowest is not None
            assert around.highest is not None
            lowest, highest, unit = around.lowest, max(around.highest, around.lowest + 1e-6), around.unit
            if hint.scale is Scale.SPREAD:
                lowest, highest = 0.0, highest - lowest
                least, most = lowest, highest
            else:
                least = lowest if around.least is None else min(around.least, lowest)
                most = highest if around.most is None else max(around.most, highest)
            step = value_step(highest - lowest)
        spin = QDoubleSpinBox()
        spin.setDecimals(max(0, -math.floor(math.log10(step) + 1e-9)))
        spin.setRange(least, most)
        spin.setSingleStep(step)
        slider = self._slider(layout, spin, hint, unit)
        slider.setRange(0, _SLIDER_STEPS)
        span = highest - lowest

        def from_slider(position: int) -> float:
            value = lowest + span * (position / _SLIDER_STEPS) ** power
            return float(min(max(round(value / step) * step, lowest), highest))

        def show(value: float) -> None:
            if not math.isfinite(value):
                return  # what is shown stays
            spin.setValue(value)
            share = min(max((value - lowest) / span, 0.0), 1.0)
            slider.setValue(round(share ** (1 / power) * _SLIDER_STEPS))

        slider.valueChanged.connect(lambda position: self._announce(from_slider(position)))
        spin.valueChanged.connect(lambda value: self._announce(float(value)))
        return show

    def _slider(self, layout: QHBoxLayout, spin: QSpinBox | QDoubleSpinBox, hint: OptionHint, unit: str) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setObjectName(f"{self.objectName()}_slider")
        spin.setObjectName(f"{self.objectName()}_number")
        for one in (slider, spin):
            one.setAccessibleName(tr(hint.label))
        unit = self._around.length if unit == "mm" else unit
        spin.setSuffix(f" {unit}" if unit else "")
        spin.setAlignment(Qt.AlignmentFlag.AlignRight)
        spin.setFixedWidth(_NUMBER_WIDTH)
        layout.addWidget(slider, 1)
        layout.addWidget(spin)
        return slider


def value_step(span: float) -> float:
    """The power of ten that makes some thousand steps of a span of values; whole ones where that is enough."""
    return 1.0 if span >= 100 else float(10.0 ** math.floor(math.log10(max(span, 1e-6) / 500)))


def swatch(colour: Colour) -> QIcon:
    """A square of a label's colour."""
    picture = QPixmap(_SWATCH, _SWATCH)
    picture.fill(QColor(*colour))
    return QIcon(picture)
