"""The mask tools and their options, built from the registry: a new tool appears here by itself."""

from __future__ import annotations

from dataclasses import Field, replace
from enum import Enum
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from medcrypt_gui.core.language import tr
from medcrypt_gui.core.options import OptionHint, option_hints
from medcrypt_gui.core.tools.base import Tool
from medcrypt_gui.core.tools.registry import all_tools
from medcrypt_gui.ui import icons
from medcrypt_gui.ui.session import Session
from medcrypt_gui.ui.widgets.text import label

_SLIDER_STEPS = 200


class ToolOptions(QWidget):
    """A button per tool, and below it the options of the chosen one. The state itself lives in the session."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QToolButton] = {}
        self._editors: list[OptionEditor] = []
        self._help = label(look="muted", name="toolHelp")
        row = QHBoxLayout()
        row.setSpacing(8)
        for tool in all_tools():
            row.addWidget(self._button(tool), 1)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addLayout(row)
        layout.addLayout(self._grid)
        layout.addWidget(self._help)
        session.tool_changed.connect(self._refresh)
        session.tool_options_changed.connect(self._refresh_values)
        self._shown: Tool | None = None
        self._refresh()

    def _button(self, tool: Tool) -> QToolButton:
        made = QToolButton()
        made.setObjectName(f"tool{tool.id.title()}")
        made.setProperty("look", "tool")
        made.setText(tr(tool.title))
        made.setIcon(icons.icon(tool.icon))
        made.setIconSize(QSize(20, 20))
        made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        made.setToolTip(f"{tr(tool.title)} ({tool.shortcut})\n{tr(tool.help)}")
        made.setCheckable(True)
        made.setMinimumHeight(40)
        made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        made.clicked.connect(lambda: self._session.choose_tool(tool))
        self._group.addButton(made)
        self._buttons[tool.id] = made
        return made

    def _refresh(self) -> None:
        tool = self._session.tool
        self._buttons[tool.id].setChecked(True)
        self._help.setText(tr(tool.help))
        if tool is not self._shown:
            self._shown = tool
            self._build_editors(tool)
        self._refresh_values()

    def _build_editors(self, tool: Tool) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._editors.clear()
        for row, (field, hint) in enumerate(option_hints(tool.options_type)):
            editor = OptionEditor(field, hint, getattr(self._session.tool_options, field.name))
            editor.chosen.connect(self._on_chosen)
            self._grid.addWidget(QLabel(tr(hint.label)), row, 0)
            self._grid.addWidget(editor, row, 1)
            self._editors.append(editor)

    def _refresh_values(self) -> None:
        for editor in self._editors:
            editor.show_value(getattr(self._session.tool_options, editor.field_name))

    def _on_chosen(self, name: str, value: object) -> None:
        self._session.set_tool_options(replace(self._session.tool_options, **{name: value}))


class OptionEditor(QWidget):
    """One option: a slider with a number, a choice, or a tick."""

    chosen = Signal(str, object)

    def __init__(self, field: Field[Any], hint: OptionHint, value: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field_name = field.name
        self.setObjectName(f"option_{field.name}")
        self._silent = False
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        if isinstance(value, bool):
            self._show = self._tick(layout, hint)
        elif isinstance(value, Enum):
            self._show = self._choice(layout, type(value), hint)
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

    def _tick(self, layout: QHBoxLayout, hint: OptionHint) -> Any:
        box = QCheckBox()
        box.setAccessibleName(hint.label)
        box.toggled.connect(self._announce)
        layout.addWidget(box)
        return box.setChecked

    def _choice(self, layout: QHBoxLayout, kind: type[Enum], hint: OptionHint) -> Any:
        combo = QComboBox()
        combo.setObjectName(f"{self.objectName()}_choice")
        combo.setAccessibleName(hint.label)
        members = list(kind)
        combo.addItems([tr(str(member.value)) for member in members])
        combo.currentIndexChanged.connect(lambda index: self._announce(members[index]))
        layout.addWidget(combo, 1)
        return lambda value: combo.setCurrentIndex(members.index(value))

    def _number(self, layout: QHBoxLayout, hint: OptionHint) -> Any:
        """The slider is quadratic, so that small sizes are as easy to hit as large ones."""
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setObjectName(f"{self.objectName()}_slider")
        slider.setAccessibleName(hint.label)
        slider.setRange(0, _SLIDER_STEPS)
        spin = QDoubleSpinBox()
        spin.setObjectName(f"{self.objectName()}_number")
        spin.setAccessibleName(hint.label)
        spin.setRange(hint.minimum, hint.maximum)
        spin.setSingleStep(hint.step)
        spin.setDecimals(1)
        spin.setSuffix(f" {hint.unit}" if hint.unit else "")
        spin.setAlignment(Qt.AlignmentFlag.AlignRight)
        spin.setFixedWidth(88)
        span = hint.maximum - hint.minimum

        def from_slider(position: int) -> float:
            value = hint.minimum + span * (position / _SLIDER_STEPS) ** 2
            return float(round(value / hint.step) * hint.step)

        def show(value: float) -> None:
            spin.setValue(value)
            slider.setValue(round(((value - hint.minimum) / span) ** 0.5 * _SLIDER_STEPS))

        slider.valueChanged.connect(lambda position: self._announce(from_slider(position)))
        spin.valueChanged.connect(lambda value: self._announce(float(value)))
        layout.addWidget(slider, 1)
        layout.addWidget(spin)
        return show
