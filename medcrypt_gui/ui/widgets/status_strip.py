"""The bottom line: value and position, progress with cancel, lock state."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QWidget

from medcrypt_gui.core.language import tr
from medcrypt_gui.ui.jobs import Job, JobRunner
from medcrypt_gui.ui.session import Lock, Session
from medcrypt_gui.ui.widgets.text import button, label

_QUICK_MS = 250  # shorter jobs show no progress at all: a flash tells nobody anything


class StatusStrip(QWidget):
    """Shows the newest job that is not quiet."""

    def __init__(self, session: Session, jobs: JobRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("statusStrip")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._session = session
        self._jobs = jobs
        self._shown: list[Job] = []
        self._said_meanwhile = ""
        self._value = _one_line("statusValue")
        self._sentence = _one_line("statusSentence")
        self._lock = _one_line("statusLock")
        self._trouble = label(tr("Work is not being kept"), "warning", "statusTrouble")
        self._trouble.setWordWrap(False)
        self._trouble.hide()
        self._bar = QProgressBar()
        self._bar.setObjectName("statusProgress")
        self._bar.setAccessibleName(tr("Progress"))
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        self._bar.setFixedSize(160, 6)
        self._cancel = button(tr("Cancel"), "statusCancel", look="quiet", tip=tr("Stop this work"))
        self._delay = QTimer(self, singleShot=True, interval=_QUICK_MS)
        self._delay.timeout.connect(self._refresh)
        self._lay_out()
        jobs.job_started.connect(self._on_started)
        jobs.job_progressed.connect(self._on_progressed)
        jobs.job_ended.connect(self._on_ended)
        session.lock_changed.connect(self._on_lock_changed)
        self._cancel.clicked.connect(self._on_cancel_clicked)
        self._refresh()
        self._on_lock_changed()

    def _lay_out(self) -> None:
        self.setFixedHeight(32)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 0, 16, 0)
        layout.setSpacing(16)
        layout.addWidget(self._value, 1)
        layout.addWidget(self._sentence)
        layout.addWidget(self._bar)
        layout.addWidget(self._cancel)
        layout.addStretch(1)
        layout.addWidget(self._trouble)
        layout.addWidget(self._lock)

    @Slot(str)
    def show_value(self, text: str) -> None:
        """Value and position under the cursor."""
        self._value.setText(text)

    def say(self, text: str) -> None:
        """A sentence that stays until the next job; what is said while one is under way is shown when it ended."""
        if self._shown:
            self._said_meanwhile = text
        else:
            self._sentence.setText(text)

    @Slot(str)
    def show_trouble(self, text: str) -> None:
        """Why work is not kept, for as long as it is not; empty when it is again."""
        self._trouble.setToolTip(text)
        self._trouble.setVisible(bool(text))

    @Slot(object)
    def _on_started(self, job: Job) -> None:
        if job.quiet:
            return
        self._shown.append(job)
        self._sentence.setText(f"{job.title}…")
        self._bar.setValue(0)
        self._delay.start()

    @Slot(object, float, str)
    def _on_progressed(self, job: Job, fraction: float, text: str) -> None:
        if self._shown and job is self._shown[-1]:
            self._bar.setValue(int(fraction * 1000))
            self._sentence.setText(text or job.title)

    @Slot(object)
    def _on_ended(self, job: Job) -> None:
        if job in self._shown:
            self._shown.remove(job)
            if not self._shown:
                self._sentence.setText(self._said_meanwhile)
                self._said_meanwhile = ""
            self._refresh()

    @Slot()
    def _refresh(self) -> None:
        busy = bool(self._shown)
        self._bar.setVisible(busy)
        self._cancel.setVisible(busy)

    @Slot()
    def _on_cancel_clicked(self) -> None:
        if self._shown:
            self._sentence.setText(tr("Cancelling…"))
            self._shown[-1].cancel()

    @Slot()
    def _on_lock_changed(self) -> None:
        lock = self._session.lock
        self._lock.setText("" if lock is Lock.NOTHING else tr(lock.value))
        self._lock.setVisible(lock is not Lock.NOTHING)
        self._lock.setProperty("lock", lock.name.lower())
        self._lock.style().unpolish(self._lock)
        self._lock.style().polish(self._lock)


def _one_line(name: str) -> QLabel:
    made = QLabel()
    made.setObjectName(name)
    made.setProperty("look", "status")
    return made
