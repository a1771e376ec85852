"""The worklist at the left: how far the review is, which studies are shown, and where each of them stands."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QProgressBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from medcrypt_gui.core.language import mark, tr, trn
from medcrypt_gui.core.review.state import ReviewState
from medcrypt_gui.core.review.worklist import WorklistFilter, WorklistOrder
from medcrypt_gui.ui import icons
from medcrypt_gui.ui.session import Session
from medcrypt_gui.ui.widgets.disclosure import Disclosure
from medcrypt_gui.ui.widgets.text import button, label
from medcrypt_gui.ui.widgets.worklist_rows import RowPainter, WorklistRows

_WIDTH = 280
_STATES = (
    (mark("All"), frozenset[ReviewState]()),
    (mark("To do"), frozenset(state for state in ReviewState if not state.done)),
    (mark("Flagged"), frozenset({ReviewState.FLAGGED})),
    (mark("Rejected"), frozenset({ReviewState.REJECTED})),
    (mark("Approved"), frozenset({ReviewState.APPROVED})),
    (mark("Not segmented"), frozenset({ReviewState.NOT_SEGMENTED})),
)


class WorklistPanel(QWidget):
    """Asks for the study that is clicked, or chosen with Enter; what is selected follows the session."""

    study_asked = Signal(str)  # its id
    report_asked = Signal()
    export_asked = Signal()
    close_asked = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("worklistPanel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(_WIDTH)
        self._board = session.review
        self._rows = WorklistRows(self)
        self._list = _StudyList()
        self._list.setModel(self._rows)
        self._list.setItemDelegate(RowPainter(self._list))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 16, 12, 16)
        layout.setSpacing(8)
        layout.addLayout(self._head())
        layout.addWidget(self._progress())
        layout.addLayout(self._filters())
        layout.addWidget(self._list, 1)
        layout.addWidget(self._nothing())
        layout.addWidget(self._passed_over())
        layout.addWidget(self._all_done())
        self._list.clicked.connect(self._on_chosen)
        self._list.chosen.connect(self._on_chosen)
        board = self._board
        board.worklist_changed.connect(self._on_worklist_changed)
        board.items_changed.connect(self._refresh)
        board.standing_changed.connect(self._refresh)
        board.current_changed.connect(self._select)
        self._on_worklist_changed()

    def hide_names(self, hidden: bool) -> None:
        """Call studies by their number."""
        self._rows.hide_names(hidden)

    def _head(self) -> QHBoxLayout:
        self._count = label(look="heading", name="worklistCount")
        close = QToolButton()
        close.setObjectName("worklistClose")
        close.setIcon(icons.icon("close"))
        close.setToolTip(tr("Close the worklist; nothing is lost"))
        close.setAccessibleName(tr("Close the worklist"))
        close.clicked.connect(self.close_asked)
        row = QHBoxLayout()
        row.addWidget(self._count, 1)
        row.addWidget(close)
        return row

    def _progress(self) -> QProgressBar:
        self._bar = QProgressBar()
        self._bar.setObjectName("worklistProgress")
        self._bar.setProperty("look", "strength")
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(tr("Studies done"))
        return self._bar

    def _filters(self) -> QVBoxLayout:
        self._states = QComboBox()
        self._states.setObjectName("worklistStates")
        self._states.setAccessibleName(tr("Which studies are shown"))
        for text, states in _STATES:
            self._states.addItem(tr(text), states)
        self._order = QComboBox()
        self._order.setObjectName("worklistOrder")
        self._order.setAccessibleName(tr("In which order"))
        for order in WorklistOrder:
            self._order.addItem(tr(order.value), order)
        self._text = QLineEdit()
        self._text.setObjectName("worklistText")
        self._text.setPlaceholderText(tr("Find: name, comment, reviewer"))
        self._text.setAccessibleName(tr("Find a study"))
        self._text.setClearButtonEnabled(True)
        for choice in (self._states, self._order):
            choice.setMinimumContentsLength(6)
            choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            choice.currentIndexChanged.connect(self._on_wanted)
        self._text.textChanged.connect(self._on_wanted)
        column = QVBoxLayout()
        column.setSpacing(8)
        column.addWidget(self._text)
        column.addWidget(self._states)
        column.addWidget(self._order)
        return column

    def _nothing(self) -> QLabel:
        self._none = label(look="muted", name="worklistNone")
        return self._none

    def _passed_over(self) -> QWidget:
        """What could not be read is listed with its reason; it is no part of the queue."""
        self._reasons = label(look="muted", name="worklistPassedReasons")
        self._passed = Disclosure("", "worklistPassed", self._reasons)
        return self._passed

    def _all_done(self) -> QWidget:
        self._done = QWidget()
        column = QVBoxLayout(self._done)
        column.setContentsMargins(0, 0, 0, 0)
        self._done_text = label(look="body", name="worklistDone")
        report = button(tr("Write the report…"), "worklistReport")
        report.clicked.connect(self.report_asked)
        column.addWidget(self._done_text)
        column.addWidget(report)
        export = button(tr("Export the masks…"), "worklistExport")
        export.clicked.connect(self.export_asked)
        column.addWidget(export)
        return self._done

    # What the session says

    def _on_worklist_changed(self) -> None:
        for widget in (self._states, self._order, self._text):
            with QSignalBlocker(widget):
                widget.clear() if isinstance(widget, QLineEdit) else widget.setCurrentIndex(0)
        self.setVisible(self._board.worklist is not None)
        self._refresh()

    def _refresh(self) -> None:
        board, worklist = self._board, self._board.worklist
        if worklist is None:
            return
        shown = board.shown
        with QSignalBlocker(self._list):
            numbers = {item.id: place for place, item in enumerate(worklist.items)}
            live = {board.current.id: (board.state, board.version)} if board.current is not None else {}
            self._rows.show_items(shown, numbers, board.unopened, live)
        self._select()
        self._count.setText(worklist.summary)
        self._count.setToolTip(worklist.name)
        self._bar.setRange(0, max(1, len(worklist)))
        self._bar.setValue(worklist.done)
        self._none.setVisible(not shown)
        self._none.setText(tr("No study fits this filter.") if worklist.items else tr("The worklist is empty."))
        self._list.setVisible(bool(shown))
        self._refresh_passed()
        all_done = bool(worklist.items) and worklist.done == len(worklist)
        self._done.setVisible(all_done)
        self._done_text.setText(trn("{count} study is done.", "All {count} studies are done.", len(worklist)))

    def _refresh_passed(self) -> None:
        passed = self._board.passed
        self._passed.setVisible(bool(passed))
        self._passed.set_text(trn("{count} could not be read", "{count} could not be read", len(passed)))
        self._reasons.setText("\n".join(f"{one.name}: {one.reason}" for one in passed))

    def _select(self) -> None:
        current = self._board.current
        row = self._rows.row_of(current.id) if current is not None else None
        index = self._rows.index(row) if row is not None else QModelIndex()
        if index != self._list.currentIndex():
            self._list.setCurrentIndex(index)

    def _on_chosen(self, index: QModelIndex) -> None:
        self.study_asked.emit(self._rows.item(index.row()).id)

    def _on_wanted(self) -> None:
        wanted = WorklistFilter(self._states.currentData() or frozenset(), None, self._text.text())
        self._board.set_wanted(wanted, self._order.currentData())


class _StudyList(QListView):
    """Enter chooses; the arrows only move."""

    chosen = Signal(QModelIndex)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("worklist")
        self.setAccessibleName(tr("Studies of the worklist"))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier == Qt.KeyboardModifier.NoModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain and self.currentIndex().isValid():
            self.chosen.emit(self.currentIndex())
        else:
            super().keyPressEvent(event)
