"""Step Protect: what others will see, what stays readable, where the copy goes; then one button."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QVBoxLayout, QWidget

from medcrypt_gui.core.language import grouped, mark, tr, trn
from medcrypt_gui.services.describe_coverage import Coverage
from medcrypt_gui.ui.panels.step_panel import StepPanel
from medcrypt_gui.ui.session import Outcome, Session
from medcrypt_gui.ui.widgets.folder_field import FolderField
from medcrypt_gui.ui.widgets.group import StackedGroup
from medcrypt_gui.ui.widgets.notice import Notice, Tone
from medcrypt_gui.ui.widgets.picture import Picture
from medcrypt_gui.ui.widgets.text import button, label
from medcrypt_gui.ui.widgets.tick_box import TickBox

_SUBTITLE = mark("A copy is written in which the region of interest is encrypted. Your originals are not touched.")
_PICTURE_HEIGHT = 172
_SPARED = mark("Marked, but left readable as you chose in step Correct")
_FACE_TIP = mark("A proposal that is added to the region, to be looked at in step Correct")


@dataclass(frozen=True)
class KeystreamChoice:
    """A chaotic keystream on offer."""

    id: str
    title: str


@dataclass(frozen=True, eq=False)
class ProtectionPreview:
    """The region's middle slice as ``(H, W)`` grey, before and after; ``readable`` names what headers still tell."""

    before: NDArray[np.uint8]
    after: NDArray[np.uint8]
    slice_text: str
    share: float
    volume_ml: float
    coverage: Coverage
    readable: tuple[str, ...]


class ProtectPanel(StepPanel):
    """Before writing it shows the preview, afterwards what was written and what was not changed."""

    settings_changed = Signal()
    protect_asked = Signal()
    card_asked = Signal()
    face_asked = Signal()

    def __init__(
        self, session: Session, keystreams: tuple[KeystreamChoice, ...], parent: QWidget | None = None
    ) -> None:
        super().__init__("protect", tr("Protect the region"), tr(_SUBTITLE), tr("Protect"), parent)
        self._session = session
        self._ready = False
        self._face_open = self._face_possible = False
        self._share = label(look="number", name="protectShare")
        self._share_text = label(look="muted", name="protectShareText")
        lines = QVBoxLayout()
        lines.setSpacing(0)
        lines.addWidget(self._share)
        lines.addWidget(self._share_text)
        self.body.addLayout(lines)
        self._preview = self._preview_group()
        self._doubts = self._doubts_group()
        self._spared = Notice("protectSpared")
        self.body.addWidget(self._spared)
        self.body.addWidget(self._doubts)
        self.body.addWidget(self._preview)
        self.add_heading(tr("Write the protected copy to"))
        self.folder = FolderField("protectFolder", tr("Where shall the protected copy go?"))
        self.body.addWidget(self.folder)
        self.add_heading(tr("Keystream"))
        self._keystream = QComboBox()
        self._keystream.setObjectName("protectKeystream")
        for choice in keystreams:
            self._keystream.addItem(tr(choice.title), choice.id)
        self.body.addWidget(self._keystream)
        self.body.addWidget(
            label(tr("A second layer on top of ChaCha20, which is always there and carries the security."), "muted")
        )
        self.body.addStretch(1)
        self.folder.changed.connect(self._refresh)
        self._keystream.currentIndexChanged.connect(self.settings_changed)
        self.primary_asked.connect(self._on_primary)
        session.outcome_changed.connect(self._refresh)
        session.mask_edited.connect(lambda: self._looked.setChecked(False))
        session.mask_replaced.connect(self._on_mask_replaced)
        self._refresh()

    @property
    def keystream_id(self) -> str:
        return str(self._keystream.currentData())

    def _preview_group(self) -> StackedGroup:
        group = StackedGroup()
        group.box.addLayout(self._pictures())
        group.heading(tr("Covered"))
        self._covered = label(look="body", name="protectCovered")
        group.add(self._covered)
        group.heading(tr("Not covered"))
        self._open = label(look="body", name="protectOpen")
        self._face = button(tr("Add the face to the region…"), "protectFace", tip=tr(_FACE_TIP))
        self._face.clicked.connect(self.face_asked)
        group.add(self._open, self._face)
        group.heading(tr("What stays readable"))
        self._readable = label(look="body", name="protectReadable")
        group.add(self._readable)
        return group

    def _doubts_group(self) -> StackedGroup:
        """What spoke against the proposal is said again, and not passed over by a click out of habit."""
        group = StackedGroup()
        group.box.setSpacing(8)
        self._warning = Notice("protectDoubts")
        self._looked = TickBox(tr("I have looked at every slice of the region"), "protectLooked")
        self._looked.toggled.connect(self._refresh)
        group.add(self._warning, self._looked)
        return group

    def _pictures(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        self._before = Picture("protectBefore", _PICTURE_HEIGHT)
        self._after = Picture("protectAfter", _PICTURE_HEIGHT)
        self._slice = label(look="muted", name="protectSlice")
        grid.addWidget(self._before, 0, 0)
        grid.addWidget(self._after, 0, 1)
        grid.addWidget(label(tr("Now"), "muted"), 1, 0)
        grid.addWidget(label(tr("What others will see"), "muted"), 1, 1)
        grid.addWidget(self._slice, 2, 0, 1, 2)
        return grid

    def show_face_possible(self, possible: bool) -> None:
        """Whether there is a model that finds the face in this series."""
        self._face_possible = possible
        self._refresh()

    def show_planning(self) -> None:
        """The preview is being made."""
        self._ready = False
        self._share.setText("…")
        self._share_text.setText(tr("Working out what will be covered"))
        self._refresh()

    def show_preview(self, preview: ProtectionPreview) -> None:
        """The plan stands and can be carried out."""
        self._ready = True
        self.notice.clear()
        self._preview.show()
        self._share.setText(f"{preview.share:.1%}")
        self._share_text.setText(
            tr("of all voxels will be encrypted: {volume_ml} ml", volume_ml=grouped(preview.volume_ml, 1))
        )
        self._before.show_pixels(preview.before)
        self._after.show_pixels(preview.after)
        self._slice.setText(preview.slice_text)
        self._covered.setText(_list(preview.coverage.covered))
        self._open.setText(_list(preview.coverage.open))
        self._face_open = preview.coverage.face_open
        if preview.coverage.spared:
            self._spared.show_text(Tone.WARNING, tr(_SPARED), _list(preview.coverage.spared))
        else:
            self._spared.clear()
        self._readable.setText(_sentence(preview.readable))
        self._refresh()

    def show_refused(self) -> None:
        """The series cannot be protected; the notice says why."""
        self._ready = False
        self._share.setText(tr("Not possible yet"))
        self._share_text.setText(tr("The reason stands below."))
        self._spared.clear()
        self._preview.hide()
        self._refresh()

    def _on_mask_replaced(self) -> None:
        self._looked.setChecked(False)
        self._face_open = False
        self._refresh()

    def _on_primary(self) -> None:
        (self.protect_asked if self._session.outcome is None else self.card_asked).emit()

    def _refresh(self) -> None:
        outcome, origin = self._session.outcome, self._session.origin
        doubts = origin.doubts if origin is not None and outcome is None else ()
        if doubts:
            self._warning.show_text(Tone.WARNING, tr("Look closely before you protect"), "\n".join(doubts))
        self._doubts.setVisible(bool(doubts))
        self._face.setVisible(self._face_open and self._face_possible and outcome is None)
        for widget in (self.folder, self._keystream):
            widget.setEnabled(outcome is None)
        if outcome is None:
            self.primary.setText(tr("Protect"))
            unseen = bool(doubts) and not self._looked.isChecked()
            self.primary.setEnabled(self._ready and self.folder.folder is not None and not unseen)
            self.primary.setToolTip(tr("Look at every slice first, and say so above") if unseen else "")
            self.result.clear()
            return
        self.primary.setText(tr("Make the key card") if not outcome.card else tr("Show the key card"))
        self.primary.setEnabled(True)
        self.result.show_text(
            Tone.GOOD if outcome.card else Tone.WARNING,
            tr("Protected copy written"),
            f"{_written(outcome)}\n{originals_sentence(outcome.originals)}",
        )


def _list(phrases: tuple[str, ...]) -> str:
    """One line each."""
    return "\n".join(f"• {phrase[:1].upper()}{phrase[1:]}" for phrase in phrases)


def _sentence(parts: tuple[str, ...]) -> str:
    """One sentence of them all."""
    text = "; ".join(parts) if any("," in part for part in parts[:-1]) else ", ".join(parts)
    return f"{text[:1].upper()}{text[1:]}."


def originals_sentence(originals: Path) -> str:
    """What users must not overlook."""
    return tr("The originals at {originals} are still unprotected.", originals=originals)


def _written(outcome: Outcome) -> str:
    return trn("{count} file in {folder}", "{count} files in {folder}", len(outcome.files), folder=outcome.folder)
