"""The operation that is ready in the panel: which one, with which options, from where, and whether it is at work."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal

from medcrypt_gui.core.operations.base import Operation
from medcrypt_gui.core.operations.registry import operation as operation_of
from medcrypt_gui.core.tools.base import PointerSample

FIRST = "fill_holes"


class ChosenOperation(QObject):
    """Each operation keeps its own options. Setters check nothing; `OperationFlow` decides."""

    changed = Signal()
    options_changed = Signal()  # by the user
    suggested = Signal()  # by the operation itself
    working_changed = Signal()
    said_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.operation: Operation = operation_of(FIRST)
        self.seed: PointerSample | None = None  # where a tool asked for it; None is where the crosshair stands
        self.working = False
        self.said = ""  # what came of it last
        self._options: dict[str, Any] = {}

    @property
    def options(self) -> Any:
        """What was chosen for the one that is ready, else its plain options."""
        return self._options.get(self.operation.id, self.operation.options_type())

    def untouched(self, operation: Operation) -> bool:
        """Whether nobody has chosen options for it yet, so that it may suggest its own."""
        return operation.id not in self._options

    def choose(self, operation: Operation, seed: PointerSample | None = None) -> None:
        self.seed = seed
        if operation is not self.operation:
            self.operation = operation
            self.said = ""
            self.changed.emit()

    def set_options(self, options: Any) -> None:
        """What the user chose for the one that is ready."""
        if options != self.options:
            self._options[self.operation.id] = options
            self.options_changed.emit()

    def take_suggested(self, operation: Operation, options: Any) -> None:
        """The options that it suggested itself, and was done with."""
        if self.untouched(operation):
            self._options[operation.id] = options
            self.suggested.emit()

    def set_working(self, working: bool) -> None:
        if working is not self.working:
            self.working = working
            self.working_changed.emit()

    def say(self, sentence: str) -> None:
        self.said = sentence
        self.said_changed.emit()

    def forget(self) -> None:
        """Another volume: what suited the one before need not suit it."""
        self._options.clear()
        self.seed, self.said = None, ""
        self.changed.emit()
