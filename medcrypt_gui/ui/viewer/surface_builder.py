"""Keeps the surfaces of skin and labels true to what the viewer shows, in the background."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from medcrypt_gui.core.errors import MedcryptError
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.messages import explain
from medcrypt_gui.ui.jobs import Job

if TYPE_CHECKING:
    from medcrypt_gui.core.imaging.surface import Surface
    from medcrypt_gui.core.mask.editor import MaskEditor
    from medcrypt_gui.ui.viewer.viewer_panel import ViewerPanel

_Built = TypeVar("_Built")
_REST_MS = 300  # the mask's surface follows once no edit came for so long


class SurfaceBuilder(QObject):
    """Builds while it is awake. The newest wish wins: work for an older one is abandoned.

    ``skin`` and ``masks`` (of each label, by its number, hidden or not) are what was built last. ``progress`` (0 to 1)
    is how far the skin is, None when it is not being built. ``problem`` is a sentence, empty when all went well.
    """

    changed = Signal()

    def __init__(self, panel: ViewerPanel, parent: QObject) -> None:
        super().__init__(parent)
        if panel.jobs is None:
            raise ValueError("surfaces are built in the background: give the viewer a JobRunner")
        self._panel, self._jobs = panel, panel.jobs
        self._awake = False
        self._skin_job: Job | None = None
        self._mask_job: Job | None = None
        self._skin_known = self._mask_known = False
        self._stop_listening: Callable[[], None] | None = None
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self._build_mask)
        self.skin: Surface | None = None
        self.masks: dict[int, Surface] = {}
        self.progress: float | None = None
        self.problem = ""
        self._jobs.job_ended.connect(self._on_job_ended)
        panel.volume_shown.connect(self._on_volume_shown)
        panel.slices_loaded.connect(self._build_skin)
        panel.editor_changed.connect(self._on_editor_changed)
        self._listen(panel.state.editor)

    @property
    def updating(self) -> bool:
        """Whether the mask's surface is being made anew, or soon will be."""
        return self._mask_job is not None or self._rest.isActive()

    @property
    def largest(self) -> Surface | None:
        """What the camera is set for: the skin, else the label that reaches furthest."""
        return self.skin or max(
            self.masks.values(), key=lambda one: float(np.ptp(one.vertices, axis=0).max()), default=None
        )

    @property
    def waiting(self) -> bool:
        """Whether slices are still being read, without which there is no skin."""
        volume = self._panel.state.volume
        return volume is not None and volume.loaded is not None and not bool(volume.loaded.all())

    @property
    def is_flat(self) -> bool:
        """Whether the images do not lie side by side, so that there is no surface."""
        volume, series = self._panel.state.volume, self._panel.state.series
        return volume is not None and (min(volume.geometry.shape) < 2 or (series is not None and series.is_flat))

    def wake(self) -> None:
        """Somebody looks: build what is missing."""
        self._awake = True
        self._build_skin()
        if not self._mask_known:
            self._build_mask()

    def doze(self) -> None:
        """Nobody looks for now: begin nothing new."""
        self._awake = False
        self._rest.stop()

    def release(self) -> None:
        """Stop everything and forget what was built."""
        self._stop_skin()
        self._stop_mask()
        self.skin, self.masks = None, {}
        self._skin_known = self._mask_known = False
        self.problem = ""
        self.changed.emit()

    def _on_volume_shown(self) -> None:
        self.release()
        if self._awake:
            self.wake()

    def _on_editor_changed(self) -> None:
        self._listen(self._panel.state.editor)
        self._stop_mask()
        self.masks, self._mask_known = {}, False
        self.changed.emit()
        if self._awake:
            self._build_mask()

    def _listen(self, editor: MaskEditor | None) -> None:
        if self._stop_listening is not None:
            self._stop_listening()
        self._stop_listening = editor.on_changed(lambda _box: self._on_mask_edited()) if editor is not None else None

    def _on_mask_edited(self) -> None:
        self._mask_known = False
        if self._awake:
            self._rest.start()
            self.changed.emit()

    def _build_skin(self) -> None:
        state = self._panel.state
        volume, modality = state.volume, state.series.modality if state.series is not None else ""
        busy = self._skin_known or self._skin_job is not None
        if not self._awake or busy or volume is None or self.waiting or self.is_flat:
            return

        def work(task: TaskContext) -> Surface | None:
            from medcrypt_gui.services.build_surfaces import build_skin  # not needed to show the window

            return build_skin(volume, modality, task)

        self.progress = 0.0
        self._skin_job = self._start(work, self._on_skin_built)
        self._skin_job.progressed.connect(self._on_progressed)
        self.changed.emit()

    def _build_mask(self) -> None:
        self._stop_mask()
        editor = self._panel.state.editor
        if not self._awake or editor is None or self.is_flat:
            return
        mask = editor.mask  # read while it may be drawn on: what comes of that is replaced after the next pause

        def work(task: TaskContext) -> dict[int, Surface]:
            from medcrypt_gui.services.build_surfaces import build_mask_surfaces

            return build_mask_surfaces(mask, task)

        self._mask_known = True
        self._mask_job = self._start(work, self._on_mask_built)

    def _start(self, work: Callable[[TaskContext], _Built], done: Callable[[_Built], None]) -> Job:
        return self._jobs.start(tr("Building the surface"), work, done, self._on_failed, quiet=True)

    def _on_job_ended(self, job: Job) -> None:
        """Whoever abandons all jobs abandons ours too, and they report nothing then: begin anew."""
        if job.abandoned and job is self._skin_job:
            self._skin_job = self.progress = None
            self._build_skin()
        elif job.abandoned and job is self._mask_job:
            self._mask_job, self._mask_known = None, False
            self._build_mask()

    def _on_progressed(self, fraction: float, _text: str) -> None:
        self.progress = fraction
        self.changed.emit()

    def _on_skin_built(self, found: Surface | None) -> None:
        self._skin_job, self.progress = None, None
        self.skin, self._skin_known = found, True
        self.changed.emit()

    def _on_mask_built(self, found: dict[int, Surface]) -> None:
        self._mask_job, self.masks = None, found
        self.changed.emit()

    def _on_failed(self, error: MedcryptError) -> None:
        self._stop_skin()
        self._stop_mask()
        self._skin_known = True  # trying the same again would fail again
        told = explain(error)
        self.problem = f"{told.title}.\n{told.what_happened}"
        self.changed.emit()

    def _stop_skin(self) -> None:
        if self._skin_job is not None:
            self._skin_job.abandon()
        self._skin_job, self.progress = None, None

    def _stop_mask(self) -> None:
        self._rest.stop()
        if self._mask_job is not None:
            self._mask_job.abandon()
        self._mask_job = None
