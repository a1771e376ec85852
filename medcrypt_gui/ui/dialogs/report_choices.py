"""Before a report is written: as what, where, and whether it names the patients."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFileDialog, QRadioButton, QVBoxLayout, QWidget

from medcrypt_gui.core.language import mark, tr
from medcrypt_gui.ui.widgets.text import button, label
from medcrypt_gui.ui.widgets.tick_box import TickBox

_KINDS = (
    (".pdf", mark("Document with a picture per study (PDF)"), mark("PDF (*.pdf)")),
    (".csv", mark("Table (CSV)"), mark("Table (*.csv)")),
)
_NAMES = mark("Patients’ names in the report. Whoever reads it then knows whose images they are.")


class ReportChoices(QDialog):
    """Emits the path and whether names go in, which they do not at first."""

    chosen = Signal(object, bool)

    def __init__(self, summary: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("reportChoices")
        self.setWindowTitle(tr("Write the report"))
        self.setMinimumWidth(440)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(12)
        column.addWidget(label(tr("Report of the review"), "title"))
        column.addWidget(label(summary, "subtitle"))
        self._kinds: dict[str, QRadioButton] = {}
        for suffix, text, _filter in _KINDS:
            made = QRadioButton(tr(text))
            made.setObjectName(f"report{suffix[1:].title()}")
            column.addWidget(made)
            self._kinds[suffix] = made
        self._kinds[".pdf"].setChecked(True)
        self._names = TickBox(tr(_NAMES), "reportNames")
        column.addWidget(self._names)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        write = button(tr("Write…"), "reportWrite", "primary")
        buttons.addButton(write, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self._ask_path)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)

    def _ask_path(self) -> None:
        suffix, _text, kind = next(one for one in _KINDS if self._kinds[one[0]].isChecked())
        proposed = str(Path.home() / f"review{suffix}")
        chosen, _filter = QFileDialog.getSaveFileName(self, tr("Write the report"), proposed, tr(kind))
        if chosen:
            path = Path(chosen)
            self.chosen.emit(path if path.suffix else path.with_suffix(suffix), self._names.isChecked())
            self.accept()
