"""Whole-mask operations: done at once as one undo step, or shown first, to be accepted or rejected."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from medcrypt_gui.core.errors import MedcryptError
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.mask.editor import MaskEditor
from medcrypt_gui.core.operations.base import Change, Operation, Subject
from medcrypt_gui.core.operations.registry import operation as operation_of
from medcrypt_gui.core.options import option_hints
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.core.tools.base import PointerSample
from medcrypt_gui.services.messages import explain
from medcrypt_gui.ui.flows.desk import Desk
from medcrypt_gui.ui.flows.subject import subject_of, why_not_changed
from medcrypt_gui.ui.jobs import Job
from medcrypt_gui.ui.session import Step
from medcrypt_gui.ui.suggestion import Suggestion, suggest

_SETTLE_MS = 150  # after the last change of an option, before the preview is made anew

_AGAIN_MS = 100  # how soon to look again whether a stroke has ended

_Made = tuple[Any, Change, Suggestion]


class OperationFlow(QObject):
    """Runs the operation of ``session.operations``; a result is dropped if the mask changed under it."""

    failed = Signal(object)
    said = Signal(str)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._job: Job | None = None
        self._editor: MaskEditor | None = None  # of the image that the options were chosen for
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settle.timeout.connect(lambda: self._when_drawn(self._preview_anew))
        self._waiting: Callable[[], None] | None = None  # for a stroke to end
        self._again = QTimer(self, singleShot=True, interval=_AGAIN_MS)
        self._again.timeout.connect(self._look_again)
        session = desk.session
        session.operations.options_changed.connect(self._renew_preview)
        session.seed_placed.connect(self._on_seed_placed)
        session.mask_replaced.connect(self._on_replaced)
        session.volume_changed.connect(self._on_volume_changed)
        session.suggestion_changed.connect(self._on_suggestion_changed)
        session.step_changed.connect(self._on_step_changed)

    def choose(self, operation_id: str, seed: PointerSample | None = None) -> None:
        """Have an operation ready; the preview of another one is rejected."""
        session, operation = self._desk.session, operation_of(operation_id)
        if operation is not session.operations.operation:
            self._abandon()
            if session.suggestion is not None and session.suggestion.operation:
                session.set_suggestion(None)
        session.operations.choose(operation, seed)

    def call(self, operation_id: str) -> None:
        """From a menu: ready in step Correct; one that has nothing to choose, or is shown first, begins at once."""
        if self._desk.session.editor is None:
            self.said.emit(tr("Open a series first."))
            return
        self.choose(operation_id)
        self._desk.session.go_to(Step.CORRECT)
        operation = self._desk.session.operations.operation
        if operation.previews or not option_hints(operation.options_type):
            self.run()

    def run(self) -> None:
        """Do what is ready in the panel, or show what it would do."""
        chosen = self._desk.session.operations
        subject = subject_of(self._desk.session)
        seed = subject.seed if subject is not None else None
        suggests = chosen.operation.previews and not chosen.suggested_at(chosen.operation, seed)
        self._start(chosen.operation, None if suggests else chosen.options)

    def do(self, operation_id: str) -> None:
        """Do an operation with its plain options, whatever is ready in the panel."""
        operation = operation_of(operation_id)
        self._start(operation, operation.options_type())

    def _start(self, operation: Operation, options: Any) -> None:
        """``options`` None are those that the operation suggests itself."""
        session = self._desk.session
        editor = session.editor
        if editor is None:
            return
        if editor.in_gesture:
            self.said.emit(tr("Finish what you are drawing first."))
            return
        self._abandon()
        if session.suggestion is not None and session.suggestion.operation != operation.id:
            session.set_suggestion(None)
        subject = subject_of(session)
        assert subject is not None
        why_not = why_not_changed(session) or operation.why_not(subject)
        if why_not:
            self._say(why_not)
            return
        session.operations.set_working(True)
        name = tr(operation.title)
        self._job = self._desk.jobs.start(
            name,
            self._work(operation, options, subject, editor),
            lambda made: self._when_drawn(lambda: self._on_made(made, operation, subject, editor)),
            self._on_failed,
            lambda: self._on_cancelled(name),
            harmless=True,
        )

    def cancel(self) -> bool:
        """Stop what is being computed; False when nothing is."""
        if self._job is None:
            return False
        self._job.cancel()
        return True

    def _work(self, operation: Operation, options: Any, subject: Subject, editor: MaskEditor) -> Any:
        origin, revision = self._desk.session.origin, editor.revision
        title, chosen = tr(operation.title), self._desk.session.operations

        def work(task: TaskContext) -> _Made:
            suggested = operation.suggested(subject, task.part(0.0, 0.1)) if options is None else None
            used = options if suggested is None else chosen.with_choices(operation, suggested)
            change = operation.run(subject, used, task.part(0.1, 0.9))
            suggestion = suggest(
                title,
                operation.id,
                change.note,
                subject.mask,
                change.parts,
                revision,
                origin,
                task,
                accepted=operation.previews,
            )
            return suggested, change, suggestion

        return work

    def _when_drawn(self, act: Callable[[], None]) -> None:
        """Now, or when the stroke that is being drawn is finished: none is broken off by what was begun before it."""
        editor = self._desk.session.editor
        self._waiting = act if editor is not None and editor.in_gesture else None
        if self._waiting is not None:
            self._again.start()
        else:
            act()

    def _look_again(self) -> None:
        if self._waiting is not None:
            self._when_drawn(self._waiting)

    def _on_made(self, made: _Made, operation: Operation, subject: Subject, editor: MaskEditor) -> None:
        suggested, change, suggestion = made
        session, self._job = self._desk.session, None
        session.operations.set_working(False)
        if session.editor is not editor:
            return  # another series was opened meanwhile
        if not suggestion.still_fits(editor):
            session.set_suggestion(None)
            self.said.emit(tr("{name} was dropped: the mask changed meanwhile. Try again.", name=suggestion.title))
            return
        if suggested is not None:
            session.operations.take_suggested(operation, suggested, subject.seed)
        if change.look_at is not None:
            session.place_asked.emit(*change.look_at)
        if suggestion.is_nothing:
            session.set_suggestion(None)
            self._say(tr("{name} changes nothing.", name=suggestion.title), suggestion.note)
            return
        if operation.previews:
            session.operations.say(suggestion.note)
            session.set_suggestion(suggestion)
        else:
            done = editor.apply_parts(suggestion.parts, suggestion.title, suggestion.origin)
            self._say(suggestion.told(done is not None))

    def _on_step_changed(self) -> None:
        """Nothing changes the mask behind the back of who went on with it."""
        if self._desk.session.step is Step.CORRECT or not self._desk.session.operations.working:
            return
        name = self._job.title if self._job is not None else tr(self._desk.session.operations.operation.title)
        self._settle.stop()
        self._abandon()
        self._say(tr("{name} was dropped. The mask is as it was.", name=name))

    def _say(self, sentence: str, note: str = "") -> None:
        told = f"{sentence} {note}" if note else sentence
        self._desk.session.operations.say(told)
        self.said.emit(told)

    def _on_failed(self, error: MedcryptError) -> None:
        self._end()
        self.failed.emit(explain(error))

    def _on_cancelled(self, name: str) -> None:
        self._end()
        self.said.emit(tr("{name} was cancelled. The mask is as it was.", name=name))

    def _end(self) -> None:
        """Nothing is shown of what was not finished."""
        self._job = None
        self._desk.session.operations.set_working(False)
        if self._desk.session.suggestion is not None and self._desk.session.suggestion.operation:
            self._desk.session.set_suggestion(None)

    def _on_volume_changed(self) -> None:
        """A preview follows the values, too. With another editor everything is another; else it is another phase."""
        session = self._desk.session
        if session.editor is not self._editor:
            self._editor = session.editor
            session.operations.forget()
        else:
            session.operations.forget_suggested()
            self._renew_preview()

    def _renew_preview(self) -> None:
        """A preview follows its options; one that is being made is begun anew."""
        session = self._desk.session
        shown = session.suggestion is not None and session.suggestion.operation == session.operations.operation.id
        if session.operations.operation.previews and (shown or self._job is not None):
            self._abandon()
            self._settle.start()
            session.operations.set_working(True)

    def _preview_anew(self) -> None:
        if self._desk.session.editor is not None:
            self.run()

    def _on_seed_placed(self, seed: PointerSample) -> None:
        """A tool that only says where: its operation is shown from there."""
        wanted = self._desk.session.tool.operation
        if wanted:
            self.choose(wanted, seed)
            self.run()

    def _on_suggestion_changed(self) -> None:
        """Rejected or overtaken: what is still being computed for it is wanted no more."""
        if self._desk.session.suggestion is None and self._settle.isActive():
            self._settle.stop()
            self._desk.session.operations.set_working(self._job is not None)

    def _on_replaced(self) -> None:
        self._settle.stop()
        self._abandon()

    def _abandon(self) -> None:
        self._waiting = None
        if self._job is not None:
            self._job.abandon()
            self._job = None
        self._desk.session.operations.set_working(False)
