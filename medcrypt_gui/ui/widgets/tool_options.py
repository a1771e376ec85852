"""The mask tools and their options, built from the registry: a new tool appears here by itself."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from medcrypt_gui.core.language import tr
from medcrypt_gui.core.options import Scale, option_hints
from medcrypt_gui.core.tools.base import SketchTool, Tool
from medcrypt_gui.core.tools.registry import all_tools
from medcrypt_gui.ui import icons
from medcrypt_gui.ui.session import Session
from medcrypt_gui.ui.surroundings import surroundings_of
from medcrypt_gui.ui.viewer.why_not import why_not_read
from medcrypt_gui.ui.widgets.option_editor import OptionForm
from medcrypt_gui.ui.widgets.text import button, label

_COLUMNS = 3


class ToolOptions(QWidget):
    """A button per tool, and below them the options of the chosen one. The state itself lives in the session."""

    paste_asked = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QToolButton] = {}
        self._form = OptionForm()
        self._form.chosen.connect(session.set_tool_options)
        self._help = label(look="muted", name="toolHelp")
        self._paste: QPushButton = button(tr("Paste the last polygon here"), "toolPaste", tip=tr("Ctrl+V"))
        self._paste.clicked.connect(self.paste_asked)
        tools = QGridLayout()
        tools.setSpacing(8)
        for number, tool in enumerate(all_tools()):
            tools.addWidget(self._button(tool), number // _COLUMNS, number % _COLUMNS)
            tools.setColumnStretch(number % _COLUMNS, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addLayout(tools)
        layout.addWidget(self._form)
        layout.addWidget(self._paste, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self._help)
        session.tool_changed.connect(self._refresh)
        session.tool_options_changed.connect(self._refresh_values)
        for signal in (session.labels_changed, session.mask_replaced, session.volume_changed):
            signal.connect(self._refresh_reasons)
        self._refresh()

    def _button(self, tool: Tool) -> QToolButton:
        made = QToolButton()
        made.setObjectName(f"tool{tool.id.title().replace('_', '')}")
        made.setProperty("look", "tool")
        made.setText(tr(tool.title))
        made.setIcon(icons.icon(tool.icon))
        made.setIconSize(QSize(20, 20))
        made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        made.setCheckable(True)
        made.setMinimumHeight(52)
        made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        made.clicked.connect(partial(self._session.choose_tool, tool))
        self._group.addButton(made)
        self._buttons[tool.id] = made
        return made

    def _why_not(self, tool: Tool) -> str:
        editor = self._session.editor
        if editor is None:
            return ""
        return editor.table.why_not_paint or why_not_read(tool, self._session.options_of(tool), self._session.volume)

    def _refresh_reasons(self) -> None:
        """A tool that cannot be used says why: where the pointer rests on it, and below while it is in the hand."""
        for tool in all_tools():
            reason = self._why_not(tool)
            made = self._buttons[tool.id]
            made.setEnabled(not reason)
            key = f" ({tool.shortcut})" if tool.shortcut else ""
            made.setToolTip(f"{tr(tool.title)}{key}\n{reason or tr(tool.help)}")
        self._help.setText(self._why_not(self._session.tool) or tr(self._session.tool.help))

    def _refresh(self) -> None:
        tool = self._session.tool
        self._buttons[tool.id].setChecked(True)
        self._paste.setVisible(isinstance(tool, SketchTool) and tool.pastes)
        self._refresh_values()

    def _refresh_values(self) -> None:
        options = self._session.tool_options
        hints = [hint for _, hint in option_hints(type(options))]
        # The range of a volume takes a moment to find, so it is looked for only where it is shown.
        asked = any(hint.scale is Scale.VALUES and hint.matters(options) for hint in hints)
        self._form.show_options(options, surroundings_of(self._session, type(options), asked))
        self._refresh_reasons()
