"""The operation that is ready in the panel: which one, with which options, from where, and whether it is at work."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from medcrypt_gui.core.operations.base import Operation
from medcrypt_gui.core.operations.registry import operation as operation_of
from medcrypt_gui.core.options import LabelNumber, Scale, option_hints
from medcrypt_gui.core.tools.base import PointerSample

FIRST = "fill_holes"


class ChosenOperation(QObject):
    """Each operation keeps its own options: those that the user chose, and for the others those that it suggested.

    Setters check nothing; `OperationFlow` decides.
    """

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
        self._choices: dict[str, dict[str, Any]] = {}
        self._suggested: dict[str, tuple[PointerSample | None, Any]] = {}

    @property
    def options(self) -> Any:
        """What was chosen for the one that is ready, else what it suggested last, else its plain options."""
        _, suggested = self._suggested.get(self.operation.id, (None, None))
        return self.with_choices(self.operation, suggested or self.operation.options_type())

    def with_choices(self, operation: Operation, options: Any) -> Any:
        """These options, but for what the user chose."""
        return replace(options, **self._choices.get(operation.id, {}))

    def suggested_at(self, operation: Operation, seed: PointerSample | None) -> bool:
        """Whether its options are those that it suggested for this place."""
        return operation.id in self._suggested and self._suggested[operation.id][0] == seed

    def choose(self, operation: Operation, seed: PointerSample | None = None) -> None:
        self.seed = seed
        if operation is not self.operation:
            self.operation = operation
            self.said = ""
            self.changed.emit()

    def set_options(self, options: Any) -> None:
        """What the user chose for the one that is ready."""
        before = self.options
        if options != before:
            names = [field.name for field, _ in option_hints(type(options))]
            chosen = {n: getattr(options, n) for n in names if getattr(options, n) != getattr(before, n)}
            self._choices.setdefault(self.operation.id, {}).update(chosen)
            self.options_changed.emit()

    def take_suggested(self, operation: Operation, options: Any, seed: PointerSample | None) -> None:
        """The options that it suggested itself for this place, and was done with."""
        self._suggested[operation.id] = seed, options
        self.suggested.emit()

    def set_working(self, working: bool) -> None:
        if working is not self.working:
            self.working = working
            self.working_changed.emit()

    def say(self, sentence: str) -> None:
        self.said = sentence
        self.said_changed.emit()

    def forget_suggested(self) -> None:
        """Other values in the same places: what was suggested from those before suits them no more."""
        self._suggested.clear()
        self.suggested.emit()

    def forget(self) -> None:
        """Another image: values and labels that were chosen for the one before mean nothing there; sizes still do."""
        self._suggested.clear()
        for operation_id, choices in self._choices.items():
            bound = _bound(operation_of(operation_id))
            self._choices[operation_id] = {name: one for name, one in choices.items() if name not in bound}
        self.seed, self.said = None, ""
        self.changed.emit()


def _bound(operation: Operation) -> set[str]:
    """The options that speak of the values of one volume or the labels of one mask."""
    hints = option_hints(operation.options_type)
    return {
        field.name for field, hint in hints if hint.scale is not Scale.FIXED or isinstance(field.default, LabelNumber)
    }
