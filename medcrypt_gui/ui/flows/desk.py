"""What every flow works with."""

from __future__ import annotations

from dataclasses import dataclass

from medcrypt_gui.services.workbench import Workbench
from medcrypt_gui.ui.jobs import JobRunner
from medcrypt_gui.ui.session import Session


@dataclass(frozen=True)
class Desk:
    """The shared session, the jobs, and the adapters."""

    session: Session
    jobs: JobRunner
    workbench: Workbench
