"""Step Correct, learning: what was corrected, and the changes that it suggests elsewhere."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.planes import Plane, plane_view
from medcrypt_gui.core.language import mark, tr
from medcrypt_gui.core.segmentation.corrected_slices import SlicePlace
from medcrypt_gui.ui.session import Session
from medcrypt_gui.ui.widgets.change_key import ChangeKey
from medcrypt_gui.ui.widgets.group import StackedGroup
from medcrypt_gui.ui.widgets.text import button, label

_TIP = mark("Learns from the slices you corrected what to change in the others, and shows it before anything changes")
_RIGHT_TIP = mark("Nothing is left to correct in the stored slice that is shown: learn from it as well (V)")
_LARGE = mark("That is much of the mask. Correct slices from other parts too, then let it suggest again.")
_LARGE_SHARE = 0.15
_FEW = 12  # slices named one by one


class LearnGroup(StackedGroup):
    """Offers to learn; then shows how much would change, to accept or reject."""

    learn_asked = Signal()
    right_asked = Signal()
    accept_asked = Signal()
    reject_asked = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.heading(tr("Learn from my corrections"))
        self._text = label(look="muted", name="learnText")
        self._learn = button(tr("Suggest changes"), "learnStart", tip=tr(_TIP))
        self._right = button(tr("This slice is right"), "learnRight", tip=tr(_RIGHT_TIP))
        self._right.setCheckable(True)
        self._offer = StackedGroup()
        self._offer.box.setSpacing(8)
        self._offer.add(self._learn, self._right)  # side by side they are wider than the panel in German
        self._suggested = StackedGroup()
        self._suggested.box.setSpacing(8)
        self._key = ChangeKey("learn")
        self._warning = label(tr(_LARGE), "warning", "learnWarning")
        accept, reject = button(tr("Accept"), "learnAccept"), button(tr("Discard"), "learnReject")
        self.answer = _row(accept, reject)
        self._suggested.add(self._key, self._warning, self.answer)
        self.add(self._text, self._offer, self._suggested)
        self._learn.clicked.connect(self.learn_asked)
        self._right.clicked.connect(self.right_asked)
        accept.clicked.connect(self.accept_asked)
        reject.clicked.connect(self.reject_asked)
        for signal in (
            session.mask_replaced,
            session.corrected_changed,
            session.shown_slice_changed,
            session.suggestion_changed,
            session.trial_changed,
        ):
            signal.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        session = self._session
        suggestion = session.suggestion if session.suggestion is not None and not session.suggestion.operation else None
        self._offer.setVisible(suggestion is None)
        self._suggested.setVisible(suggestion is not None)
        if suggestion is not None:
            self._text.setText(tr("Suggested for the other slices; nothing has changed yet."))
            self._key.show_change(suggestion)
            self._warning.setVisible(suggestion.share > _LARGE_SHARE)
            return
        why_not = session.why_not_learn
        editor = session.editor
        known = (
            tr("Slices to learn from: {slices}.", slices=_slices(session.corrected, editor.geometry))
            if editor is not None
            else ""
        )
        self._text.setText(why_not or known)
        self._learn.setEnabled(not why_not and session.trial is None and session.suggestion is None)
        self._learn.setToolTip(why_not or tr(_TIP))
        self._right.setText(tr("Slice {n} is right", n=session.shown_slice + 1))
        self._right.setEnabled(session.origin is not None)
        self._right.setChecked(session.shown_slice in session.reviewed)


def _slices(corrected: tuple[SlicePlace, ...], geometry: Geometry) -> str:
    """As ``axial 12, 40; sagittal 88``."""
    parts = []
    for plane in Plane:
        axis = 2 - plane_view(geometry, plane).through_axis
        numbers = sorted(index + 1 for other, index in corrected if other == axis)
        if numbers:
            name, few = tr(plane.value).lower(), ", ".join(map(str, numbers[:_FEW]))
            beyond = len(numbers) - _FEW
            parts.append(
                tr("{plane} {numbers} and {beyond} more", plane=name, numbers=few, beyond=beyond)
                if beyond > 0
                else tr("{plane} {numbers}", plane=name, numbers=few)
            )
    return "; ".join(parts)


def _row(*widgets: QWidget) -> QWidget:
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    for widget in widgets:
        row.addWidget(widget, 1)
    return made
