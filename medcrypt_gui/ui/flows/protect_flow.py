"""Protect: plan and preview while the user looks, write when they say so."""

from __future__ import annotations

import os
import secrets
import string
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QStandardPaths, QTimer, Signal

from medcrypt_gui.core import keystreams
from medcrypt_gui.core.age import HybridIdentity
from medcrypt_gui.core.errors import MedcryptError, NoRoiError
from medcrypt_gui.core.imaging.compose import fit_grey
from medcrypt_gui.core.imaging.planes import acquired_plane, plane_view
from medcrypt_gui.core.imaging.series import Series
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.imaging.windowing import default_window, window_to_grey
from medcrypt_gui.core.keys.identity import fingerprint
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.describe_coverage import describe_coverage
from medcrypt_gui.services.messages import explain
from medcrypt_gui.services.preview_protection import preview_slice
from medcrypt_gui.services.protect_study import ProtectedSet, ProtectRequest, plan_protection, protect
from medcrypt_gui.services.site import Site
from medcrypt_gui.ui.flows.desk import Desk
from medcrypt_gui.ui.jobs import Job
from medcrypt_gui.ui.panels.protect_panel import ProtectionPreview
from medcrypt_gui.ui.session import Lock, Outcome, Step

_PREVIEW_PX = 320
_SETTLE_MS = 300


class ProtectFlow(QObject):
    """The fresh identity is handed on with ``protected``, to be put on a card; it is kept nowhere else."""

    failed = Signal(object)
    refused = Signal(object)
    said = Signal(str)
    planning = Signal()
    planned = Signal(object)
    protected = Signal(object, object)
    approval_missing = Signal()  # nobody approved the mask; `protect` may be called again when the user agreed

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._target: Path | None = None
        self._keystream_id = "henon-w"
        self._planning: Job | None = None
        self._warmed_up = False
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settle.timeout.connect(self._plan)
        desk.session.mask_edited.connect(self._on_mask_edited)
        desk.session.step_changed.connect(self._on_step_changed)
        desk.session.trial_changed.connect(self._plan_soon)

    def set_target(self, target: Path | None) -> None:
        self._target = target
        self._plan_soon()

    def set_keystream(self, keystream_id: str) -> None:
        self._keystream_id = keystream_id
        self._plan_soon()

    def protect(self, unapproved: bool = False) -> None:
        """Write the protected copy. A mask that nobody approved is asked about first, where masks are reviewed."""
        request = self._request()
        if request is None:
            return
        workbench, in_worklist = self._desk.workbench, self._desk.session.review.current is not None

        def work(task: TaskContext) -> tuple[ProtectedSet, HybridIdentity, tuple[str, ...]] | None:
            site = Site.of(workbench)
            plan = plan_protection(request, workbench.protectors, task.part(0.0, 0.1), site)
            reviewed = in_worklist or plan.policy.source is not None or site.is_reviewed(request.series)
            if plan.asks and reviewed and not unapproved:
                return None
            identity = HybridIdentity.generate()
            words = fingerprint(str(identity.recipient)).words(workbench.wordlist())
            return protect(plan, identity, task.part(0.1, 1.0)), identity, words

        self._desk.jobs.start(
            tr("Protecting"),
            work,
            lambda made: self._on_protected(request.series, *made) if made else self.approval_missing.emit(),
            lambda error: self.failed.emit(explain(error)),
            lambda: self.said.emit(tr("Protecting was cancelled. Nothing was written.")),
        )

    def _request(self) -> ProtectRequest | None:
        session = self._desk.session
        if session.series is None or session.editor is None or self._target is None:
            return None
        mask = replace(session.editor.mask, labels=session.editor.labels.copy())
        return ProtectRequest(session.series, mask, self._target, self._keystream_id)

    def _on_step_changed(self) -> None:
        if self._desk.session.step is Step.PROTECT:
            self._plan_soon()
        elif self._desk.session.step is Step.CORRECT and not self._warmed_up:
            # While the user corrects the mask the kernels load, so that Protect does not wait for them.
            self._warmed_up = True
            keystreams.warm_up()

    def _on_mask_edited(self) -> None:
        """What was protected is no longer what is marked; once its card is safe, a new copy can be made."""
        session = self._desk.session
        if session.outcome is not None and session.outcome.card:
            session.set_outcome(None)
            session.mark_undone(Step.PROTECT, Step.CARD)
            session.mark_done(Step.CORRECT)
            session.set_lock(Lock.PLAIN)
        self._plan_soon()

    def _plan_soon(self) -> None:
        if self._desk.session.step is Step.PROTECT and self._desk.session.outcome is None:
            self.planning.emit()
            self._settle.start()

    def _plan(self) -> None:
        request, volume = self._request(), self._desk.session.volume
        if request is None or volume is None or self._desk.session.step is not Step.PROTECT:
            return
        if self._desk.session.trial is not None:
            return  # the mask is about to change; that will plan again
        if self._planning is not None:
            self._planning.abandon()
        workbench, origin = self._desk.workbench, self._desk.session.origin

        def work(task: TaskContext) -> ProtectionPreview:
            plan = plan_protection(request, workbench.protectors, task, Site.of(workbench))
            before, after, text = preview_pictures(request.series, volume, request.mask)
            coverage = describe_coverage(request.series, request.mask, origin)
            volume_ml = plan.voxels_covered * request.mask.geometry.voxel_volume_ml
            return ProtectionPreview(before, after, text, plan.share, volume_ml, coverage, plan.readable)

        self._planning = self._desk.jobs.start(
            tr("Working out what will be covered"), work, self.planned.emit, self._on_refused, quiet=True
        )

    def _on_refused(self, error: MedcryptError) -> None:
        self.refused.emit(explain(error))

    def _on_protected(
        self, series: Series, written: ProtectedSet, identity: HybridIdentity, words: tuple[str, ...]
    ) -> None:
        session = self._desk.session
        first = series.files[0].absolute()
        originals = first if len(series.files) == 1 else first.parent
        session.set_outcome(Outcome(written.folder, written.files, originals, written.share, "  ".join(words)))
        session.set_lock(Lock.PENDING)
        session.mark_done(Step.PROTECT)
        self.protected.emit(written, identity)
        session.go_to(Step.CARD)


def preview_pictures(series: Series, volume: Volume, mask: RoiMask) -> tuple[NDArray[np.uint8], NDArray[np.uint8], str]:
    """The middle slice of the region as grey pictures before and after, and which slice it is."""
    region = mask.roi()
    marked = np.flatnonzero(region.any(axis=(1, 2)))
    if marked.size == 0:
        raise NoRoiError(tr("the mask marks no voxel"))
    z = int(marked[marked.size // 2])
    view = plane_view(volume.geometry, acquired_plane(volume.geometry))
    window = default_window(volume)

    def picture(plane: NDArray[np.generic]) -> NDArray[np.uint8]:
        shown = view.slice_of(np.broadcast_to(plane, volume.geometry.shape), z)
        grey = window_to_grey(shown, volume.slope, volume.intercept, window, volume.inverted, volume.padding)
        return fit_grey(grey, view.pixel_mm, _PREVIEW_PX)

    stored = np.asarray(volume.stored[z])
    covered = preview_slice(series, stored, region[z])
    return (
        picture(stored),
        picture(covered),
        tr("Slice {n} of {count}, the middle of the region", n=z + 1, count=volume.geometry.shape[0]),
    )


def proposed_target(series: Series, what: str = "protected") -> Path:
    """A new folder beside the study with a neutral name; in the user's documents where that cannot be written."""
    name = f"{what}-{date.today().isoformat()}-{''.join(secrets.choice(string.ascii_lowercase) for _ in range(4))}"
    first = (series.archive or series.files[0]).absolute()
    beside = first.parent.parent if len(series.files) > 1 and series.archive is None else first.parent
    return (beside if _writable(beside) else documents_folder() / "MedCrypt") / name


def documents_folder() -> Path:
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation) or Path.home())


def _writable(folder: Path) -> bool:
    return os.access(folder, os.W_OK)
