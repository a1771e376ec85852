"""The mask tools and their options, built from the registry: a new tool appears here by itself."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from medcrypt_gui.core.language import tr
from medcrypt_gui.core.tools.base import Tool
from medcrypt_gui.core.tools.registry import all_tools
from medcrypt_gui.ui import icons
from medcrypt_gui.ui.session import Session
from medcrypt_gui.ui.widgets.option_editor import OptionForm
from medcrypt_gui.ui.widgets.text import label


class ToolOptions(QWidget):
    """A button per tool, and below it the options of the chosen one. The state itself lives in the session."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QToolButton] = {}
        self._help = label(look="muted", name="toolHelp")
        row = QHBoxLayout()
        row.setSpacing(8)
        for tool in all_tools():
            row.addWidget(self._button(tool), 1)
        self._form = OptionForm()
        self._form.chosen.connect(session.set_tool_options)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addLayout(row)
        layout.addWidget(self._form)
        layout.addWidget(self._help)
        session.tool_changed.connect(self._refresh)
        session.tool_options_changed.connect(self._refresh_values)
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
        self._refresh_values()

    def _refresh_values(self) -> None:
        self._form.show_options(self._session.tool_options)
