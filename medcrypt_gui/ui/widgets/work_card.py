"""One piece of unsaved work: when it was done, how much it is, a picture of the mask, and what can be done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QDateTime, QEvent, QLocale, QObject, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from medcrypt_gui.core.language import grouped, language, tr, trn
from medcrypt_gui.ui.widgets.group import remove_widgets
from medcrypt_gui.ui.widgets.picture import pixmap_of
from medcrypt_gui.ui.widgets.text import button, label

if TYPE_CHECKING:
    from medcrypt_gui.services.recover_work import Offer

_MOST_HIGH_PX = 400  # two cards; more are scrolled to
_PATH_LETTERS = 56


class WorkCard(QFrame):
    """``wide`` is a line above the views of the very series: no path, no saving, and the buttons beside the text."""

    continue_asked = Signal(object)
    save_asked = Signal(object)
    discard_asked = Signal(object)

    def __init__(self, offer: Offer, wide: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("workCard")
        self.setProperty("look", "card")
        self._offer, self._wide = offer, wide
        top = QHBoxLayout()
        top.setSpacing(16)
        if offer.picture is not None:
            top.addWidget(_picture(offer), 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(self._texts(), 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(16, 16, 16, 16)
        outer.setSpacing(12)
        outer.addLayout(top)
        if wide:
            top.addLayout(self._buttons(), 0)
        else:
            outer.addLayout(self._buttons())

    def _texts(self) -> QVBoxLayout:
        offer = self._offer
        column = QVBoxLayout()
        column.setSpacing(4)
        title = label(tr("Unsaved work from {time}", time=time_text(offer.changed)), "heading", "workTitle")
        title.setWordWrap(not self._wide)
        column.addWidget(title)
        if offer.usable:
            column.addWidget(label(_amount(offer), name="workAmount"))
        if not self._wide and offer.usable:
            place = _shortened(str(offer.paths[0])) if offer.paths else tr("Continue asks where its study is.")
            path = label(place, "muted", "workPath")
            path.setToolTip(str(offer.paths[0]) if offer.paths else "")
            column.addWidget(path)
        if offer.remark:
            column.addWidget(label(offer.remark, "warning", "workRemark"))
        column.addStretch(1)
        return column

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        if self._offer.usable or self._offer.locked:
            text = tr("Continue") if self._offer.usable else tr("Try again")
            go_on = button(text, "workContinue", "primary")
            go_on.clicked.connect(lambda: self.continue_asked.emit(self._offer))
            row.addWidget(go_on)
        if self._offer.usable and not self._wide:
            save = button(tr("Save the mask…"), "workSave")
            save.clicked.connect(lambda: self.save_asked.emit(self._offer))
            row.addWidget(save)
        discard = button(tr("Discard…"), "workDiscard", "quiet")
        discard.clicked.connect(lambda: self.discard_asked.emit(self._offer))
        row.addWidget(discard)
        row.addStretch(1)
        return row


class WorkCards(QWidget):
    """All unsaved work, newest first; hidden while there is none."""

    continue_asked = Signal(object)
    save_asked = Signal(object)
    discard_asked = Signal(object)

    def __init__(self, name: str, wide: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._wide = wide
        self._inner = QWidget()
        self._inner.setObjectName(f"{name}List")
        self._inner.installEventFilter(self)
        self._column = QVBoxLayout(self._inner)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(self._inner)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._area)
        self.hide()

    def show_offers(self, offers: tuple[Offer, ...]) -> None:
        remove_widgets(self._column)
        for offer in offers:
            card = WorkCard(offer, self._wide)
            card.continue_asked.connect(self.continue_asked)
            card.save_asked.connect(self.save_asked)
            card.discard_asked.connect(self.discard_asked)
            self._column.addWidget(card)
        self.setVisible(bool(offers))
        self._fit()

    def resizeEvent(self, _event: object) -> None:
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The style sheet gives texts their size only once they are shown: they may then need more lines."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        """As high as the cards, up to a limit."""
        wraps = self._column.hasHeightForWidth()
        high = self._column.heightForWidth(self.width()) if wraps else self._inner.sizeHint().height()
        self._area.setFixedHeight(min(max(high, 0), _MOST_HIGH_PX))


def time_text(seconds: float) -> str:
    """A time as people of the chosen language write it."""
    return QLocale(language()).toString(QDateTime.fromSecsSinceEpoch(int(seconds)), QLocale.FormatType.ShortFormat)


def _picture(offer: Offer) -> QLabel:
    assert offer.picture is not None
    made = QLabel()
    made.setObjectName("workPicture")
    made.setPixmap(pixmap_of(offer.picture))
    made.setFixedSize(made.pixmap().size())
    made.setAccessibleName(tr("The mask from the front, from the left and from above"))
    made.setToolTip(made.accessibleName())
    return made


def _amount(offer: Offer) -> str:
    decimals = 1 if offer.ml < 100 else 0
    return trn("{ml} ml in {count} slice", "{ml} ml in {count} slices", offer.slices, ml=grouped(offer.ml, decimals))


def _shortened(path: str) -> str:
    """The end of a long path, which tells more than its beginning."""
    return path if len(path) <= _PATH_LETTERS else "…" + path[-_PATH_LETTERS:]
