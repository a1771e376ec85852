"""The studies of a worklist as rows: what a row says, and how it is painted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from medcrypt_gui.core.language import grouped, tr
from medcrypt_gui.core.review.state import ReviewState
from medcrypt_gui.core.review.worklist import WorklistItem
from medcrypt_gui.ui import icons
from medcrypt_gui.ui.theme import Colours, colours_now

ICONS = {
    ReviewState.NOT_SEGMENTED: "review-none",
    ReviewState.IN_PROGRESS: "review-progress",
    ReviewState.FLAGGED: "review-flagged",
    ReviewState.APPROVED: "review-approved",
    ReviewState.REJECTED: "review-rejected",
}
_HEIGHT, _ICON, _MARGIN = 52, 20, 12
_SMALL_PX = 12
_LONG = 4  # letters that all names share

UNOPENED_ROLE, STANDING_ROLE, SHORT_ROLE = (Qt.ItemDataRole.UserRole + n for n in (1, 2, 3))
Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


def state_colour(state: ReviewState, colours: Colours) -> str:
    """The colour that goes with the icon and the word of a state; never without them."""
    return {
        ReviewState.NOT_SEGMENTED: colours.muted,
        ReviewState.IN_PROGRESS: colours.text,
        ReviewState.FLAGGED: colours.warning,
        ReviewState.APPROVED: colours.success,
        ReviewState.REJECTED: colours.danger,
    }[state]


def state_words(state: ReviewState, version: int) -> str:
    """State, and version from the second on."""
    words = tr(state.value)
    return tr("{state}, version {version}", state=words, version=version) if version > 1 else words


def told_apart(names: Sequence[str]) -> list[str]:
    """The names without what all of them begin and end with, where that is long: the rest tells them apart."""
    if len(set(names)) < 2:
        return list(names)
    before = _letters_shared(names)
    after = _letters_shared([name[before:][::-1] for name in names])
    before, after = (n if n > _LONG else 0 for n in (before, after))
    return [f"{'…' * bool(before)}{name[before : len(name) - after]}{'…' * bool(after)}" for name in names]


def _letters_shared(names: Sequence[str]) -> int:
    """How many letters all of them begin with."""
    first, last = min(names), max(names)  # what these two share, all between them share
    return next((n for n, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), len(first))


class WorklistRows(QAbstractListModel):
    """The items that are shown, in their order. ``names_hidden`` calls them by their number in the whole list."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._items: tuple[WorklistItem, ...] = ()
        self._numbers: Mapping[str, int] = {}
        self._short: Mapping[str, str] = {}
        self._names_hidden = False
        self._unopened: Mapping[str, str] = {}
        self._live: Mapping[str, tuple[ReviewState, int]] = {}

    def show_items(
        self,
        items: Sequence[WorklistItem],
        numbers: Mapping[str, int],
        unopened: Mapping[str, str],
        live: Mapping[str, tuple[ReviewState, int]],
    ) -> None:
        """Take these; where they are the same studies in the same order, only their contents change.

        ``numbers`` are their places in the whole list by id, ``unopened`` why some of them cannot be opened, ``live``
        state and version of the one that is open, whose mask may be another than the one kept last.
        """
        same = [one.id for one in items] == [one.id for one in self._items]
        if not same:
            self.beginResetModel()
        self._items, self._numbers, self._unopened, self._live = tuple(items), numbers, unopened, live
        if not same:
            names = [one.entry.name for one in items]
            self._short = dict(zip(names, told_apart(names), strict=True))
        if not same:
            self.endResetModel()
        elif self._items:
            self.dataChanged.emit(self.index(0), self.index(len(self._items) - 1))

    def hide_names(self, hidden: bool) -> None:
        if hidden is not self._names_hidden:
            self._names_hidden = hidden
            if self._items:
                self.dataChanged.emit(self.index(0), self.index(len(self._items) - 1))

    def item(self, row: int) -> WorklistItem:
        return self._items[row]

    def row_of(self, item_id: str) -> int | None:
        return next((row for row, item in enumerate(self._items) if item.id == item_id), None)

    def standing(self, item: WorklistItem) -> tuple[ReviewState, int]:
        """State and version."""
        return self._live.get(item.id, (item.state, item.record.version))

    def title(self, item: WorklistItem) -> str:
        """What the study is called; its number while names are hidden."""
        number = self._numbers.get(item.id, 0) + 1
        return tr("Study {n}", n=number) if self._names_hidden else item.entry.name

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._items)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        item = self._items[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return item
        if role == Qt.ItemDataRole.DisplayRole:
            return self.title(item)
        if role == SHORT_ROLE:
            return self._short.get(self.title(item), self.title(item))
        if role == STANDING_ROLE:
            return self.standing(item)
        if role == UNOPENED_ROLE:
            return self._unopened.get(item.id, "")
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self.title(item)}, {state_words(*self.standing(item))}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(item)
        return None

    def _tip(self, item: WorklistItem) -> str:
        unopened = self._unopened.get(item.id, "")
        lines = [self.title(item), state_words(*self.standing(item)), item.record.comment, unopened, *item.notes]
        return "\n".join(line for line in lines if line)


class RowPainter(QStyledItemDelegate):
    """Icon of the state, the name, and below it the state in words, the volume and whether there is a comment."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(0, _HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        item = index.data(Qt.ItemDataRole.UserRole)
        rect: QRect = option.rect
        colours = colours_now()
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        if selected or hovered:
            painter.fillRect(rect, QColor(colours.hover))
        if selected:
            painter.fillRect(QRect(rect.left(), rect.top(), 3, rect.height()), QColor(colours.accent))
        cannot, (state, version) = bool(index.data(UNOPENED_ROLE)), index.data(STANDING_ROLE)
        colour = colours.danger if cannot else state_colour(state, colours)
        words_of = tr("Cannot be opened") if cannot else state_words(state, version)
        ratio = painter.device().devicePixelRatioF()
        picture = icons.pixmap("warning" if cannot else ICONS[state], _ICON, colour, ratio)
        painter.drawPixmap(rect.left() + _MARGIN, rect.top() + (rect.height() - _ICON) // 2, picture)
        words = rect.adjusted(_MARGIN + _ICON + 10, 7, -_MARGIN, -7)
        self._first_line(painter, words, index, colours)
        self._second_line(painter, words, item, words_of, (colour, colours.muted), ratio)
        painter.restore()

    @staticmethod
    def _first_line(painter: QPainter, rect: QRect, index: Index, colours: Colours) -> None:
        painter.setPen(QColor(colours.text))
        metrics, name = painter.fontMetrics(), str(index.data())
        if metrics.horizontalAdvance(name) > rect.width():
            name = metrics.elidedText(str(index.data(SHORT_ROLE)), Qt.TextElideMode.ElideMiddle, rect.width())
        painter.drawText(rect, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft, name)

    @staticmethod
    def _second_line(
        painter: QPainter, rect: QRect, item: WorklistItem, words: str, colours: tuple[str, str], ratio: float
    ) -> None:
        """``colours`` are that of the state and that of the rest."""
        small = QFont(painter.font())
        small.setPixelSize(_SMALL_PX)
        painter.setFont(small)
        below = Qt.AlignmentFlag.AlignBottom
        right = rect.right()
        if item.record.comment:
            picture = icons.pixmap("comment", 14, colours[1], ratio)
            painter.drawPixmap(right - 14, rect.bottom() - 15, picture)
            right -= 22
        volume = _volume(item)
        width = painter.fontMetrics().horizontalAdvance(volume)
        painter.setPen(QColor(colours[1]))
        painter.drawText(QRect(right - width, rect.top(), width + 1, rect.height()), below, volume)
        painter.setPen(QColor(colours[0]))
        room = QRect(rect.left(), rect.top(), right - width - 8 - rect.left(), rect.height())
        shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, below | Qt.AlignmentFlag.AlignLeft, shown)


def _volume(item: WorklistItem) -> str:
    kept = item.record.working
    return f"{grouped(kept.volume_ml, 1)} ml" if kept is not None else ""
