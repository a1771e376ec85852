"""Step Protect: what others will see, what stays readable, where the copy goes; then one button."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QWidget

from medcrypt_gui.ui.panels.step_panel import StepPanel
from medcrypt_gui.ui.session import Session
from medcrypt_gui.ui.widgets.folder_field import FolderField
from medcrypt_gui.ui.widgets.group import StackedGroup
from medcrypt_gui.ui.widgets.notice import Tone
from medcrypt_gui.ui.widgets.picture import Picture
from medcrypt_gui.ui.widgets.text import label

_SUBTITLE = "A copy is written in which the region of interest is encrypted. Your originals are not touched."
_PICTURE_HEIGHT = 172


@dataclass(frozen=True)
class KeystreamChoice:
    """A chaotic keystream on offer."""

    id: str
    title: str


@dataclass(frozen=True, eq=False)
class ProtectionPreview:
    """The region's middle slice as ``(H, W)`` grey, before and after; ``readable`` names what others still learn."""

    before: NDArray[np.uint8]
    after: NDArray[np.uint8]
    slice_text: str
    share: float
    readable: tuple[str, ...]


class ProtectPanel(StepPanel):
    """Before writing it shows the preview, afterwards what was written and what was not changed."""

    settings_changed = Signal()
    protect_asked = Signal()
    card_asked = Signal()

    def __init__(
        self, session: Session, keystreams: tuple[KeystreamChoice, ...], parent: QWidget | None = None
    ) -> None:
        super().__init__("protect", "Protect the region", _SUBTITLE, "Protect", parent)
        self._session = session
        self._ready = False
        self._share = label(look="number", name="protectShare")
        self._share_text = label(look="muted", name="protectShareText")
        self._share.setWordWrap(False)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self._share)
        row.addWidget(self._share_text, 1)
        self.body.addLayout(row)
        self._preview = self._preview_group()
        self.body.addWidget(self._preview)
        self.add_heading("Write the protected copy to")
        self.folder = FolderField("protectFolder", "Where shall the protected copy go?")
        self.body.addWidget(self.folder)
        self.add_heading("Keystream")
        self._keystream = QComboBox()
        self._keystream.setObjectName("protectKeystream")
        for choice in keystreams:
            self._keystream.addItem(choice.title, choice.id)
        self.body.addWidget(self._keystream)
        self.body.addWidget(
            label("A second layer on top of ChaCha20, which is always there and carries the security.", "muted")
        )
        self.body.addStretch(1)
        self.folder.changed.connect(self._refresh)
        self._keystream.currentIndexChanged.connect(self.settings_changed)
        self.primary_asked.connect(self._on_primary)
        session.outcome_changed.connect(self._refresh)
        self._refresh()

    @property
    def keystream_id(self) -> str:
        return str(self._keystream.currentData())

    def _preview_group(self) -> StackedGroup:
        group = StackedGroup()
        group.box.addLayout(self._pictures())
        group.heading("What stays readable")
        self._readable = label(look="body", name="protectReadable")
        group.add(self._readable)
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
        grid.addWidget(label("Now", "muted"), 1, 0)
        grid.addWidget(label("What others will see", "muted"), 1, 1)
        grid.addWidget(self._slice, 2, 0, 1, 2)
        return grid

    def show_planning(self) -> None:
        """The preview is being made."""
        self._ready = False
        self._share.setText("…")
        self._share_text.setText("Working out what will be covered")
        self._refresh()

    def show_preview(self, preview: ProtectionPreview) -> None:
        """The plan stands and can be carried out."""
        self._ready = True
        self.notice.clear()
        self._preview.show()
        self._share.setText(f"{preview.share:.1%}")
        self._share_text.setText("of all voxels will be encrypted")
        self._before.show_pixels(preview.before)
        self._after.show_pixels(preview.after)
        self._slice.setText(preview.slice_text)
        self._readable.setText(_sentence(preview.readable))
        self._refresh()

    def show_refused(self) -> None:
        """The series cannot be protected; the notice says why."""
        self._ready = False
        self._share.setText("Not possible yet")
        self._share_text.setText("The reason stands below.")
        self._preview.hide()
        self._refresh()

    def _on_primary(self) -> None:
        (self.protect_asked if self._session.outcome is None else self.card_asked).emit()

    def _refresh(self) -> None:
        outcome = self._session.outcome
        for widget in (self.folder, self._keystream):
            widget.setEnabled(outcome is None)
        if outcome is None:
            self.primary.setText("Protect")
            self.primary.setEnabled(self._ready and self.folder.folder is not None)
            self.result.clear()
            return
        self.primary.setText("Make the key card" if not outcome.card else "Show the key card")
        self.primary.setEnabled(True)
        self.result.show_text(
            Tone.GOOD if outcome.card else Tone.WARNING,
            "Protected copy written",
            f"{_files(outcome.files)} in {outcome.folder}\n{originals_sentence(outcome.originals)}",
        )


def _sentence(parts: tuple[str, ...]) -> str:
    """One sentence of them all."""
    text = "; ".join(parts) if any("," in part for part in parts[:-1]) else ", ".join(parts)
    return f"{text[:1].upper()}{text[1:]}."


def originals_sentence(originals: Path) -> str:
    """What users must not overlook."""
    return f"The originals at {originals} are still unprotected."


def _files(files: tuple[Path, ...]) -> str:
    return "1 file" if len(files) == 1 else f"{len(files)} files"
