"""Step Correct, where to look first: the strip of doubtful slices, and the way from one to the next."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from medcrypt_gui.core.language import mark, tr, trn
from medcrypt_gui.ui.session import Session
from medcrypt_gui.ui.widgets.doubt_strip import DoubtStrip
from medcrypt_gui.ui.widgets.group import StackedGroup
from medcrypt_gui.ui.widgets.text import button, label
from medcrypt_gui.ui.widgets.tick_box import TickBox

_TIP = mark(
    "Striped: the model was neither sure that this belongs to the region nor that it does not (U).\n"
    "What it is wrong about without a doubt is not marked: look at every slice."
)


class DoubtGroup(StackedGroup):
    """Hidden while there are no probabilities to tell doubt from."""

    next_asked = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.heading(tr("Look here first"))
        self.strip = DoubtStrip()
        self._text = label(look="muted", name="doubtText")
        self._next = button(
            tr("Next doubtful slice"), "doubtNext", tip=tr("The most doubtful first (N; back: Shift+N)")
        )
        self._marked = TickBox(tr("Mark the places"), "doubtMarked")
        self._marked.setToolTip(tr(_TIP))
        self.add(self.strip, self._text, self._next, self._marked)
        self._next.clicked.connect(self.next_asked)
        self._marked.toggled.connect(lambda on: session.set_overlay(replace(session.overlay, doubts=on)))
        self.strip.slice_asked.connect(session.slice_asked)
        session.doubts_changed.connect(self._refresh)
        session.shown_slice_changed.connect(self._refresh_slice)
        session.overlay_changed.connect(self._refresh_mark)
        session.corrected_changed.connect(self._on_corrected_changed)
        self._refresh()
        self._refresh_mark()

    def _refresh(self) -> None:
        doubts = self._session.doubts
        self.setVisible(doubts is not None)
        if doubts is not None:
            self.strip.show_doubt(doubts.by_slice)
            self._next.setEnabled(bool(doubts.order))
        self._refresh_slice()

    def _refresh_slice(self) -> None:
        doubts, z = self._session.doubts, self._session.shown_slice
        if doubts is None:
            return
        self.strip.show_slice(z)
        if not doubts.order:
            self._text.setText(tr("The model was sure everywhere. It may still be wrong: look at every slice."))
        elif z in doubts.order:
            self._text.setText(
                tr(
                    "Slice {n} is number {place} of {count} to look at.",
                    n=z + 1,
                    place=doubts.order.index(z) + 1,
                    count=len(doubts.order),
                )
            )
        else:
            self._text.setText(
                trn(
                    "{count} slices to look at; the worst is slice {worst}.",
                    "{count} slices to look at; the worst is slice {worst}.",
                    len(doubts.order),
                    worst=doubts.order[0] + 1,
                )
            )

    def _on_corrected_changed(self) -> None:
        self.strip.show_corrected(tuple(index for axis, index in self._session.corrected if axis == 0))

    def _refresh_mark(self) -> None:
        self._marked.blockSignals(True)
        self._marked.setChecked(self._session.overlay.doubts)
        self._marked.blockSignals(False)
