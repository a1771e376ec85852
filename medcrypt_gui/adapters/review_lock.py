"""One program at a time writes a review: a lock in the folder it is kept in, which other computers see too."""

from __future__ import annotations

import time
from pathlib import Path

from medcrypt_gui.adapters.instance_lock import InstanceLock
from medcrypt_gui.core.errors import WriteError
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.safe_write import os_errors_as_write_errors

_LOOK_S = 0.05


def take_lock(folder: Path, name: str, patience_s: float) -> InstanceLock:
    """The lock of that name. Raises `WriteError` where another program has it for longer, and its kinds."""
    until = time.monotonic() + patience_s
    while True:
        with os_errors_as_write_errors(folder):
            try:
                return InstanceLock(folder, name)
            except (BlockingIOError, FileNotFoundError):  # held, or let go of at this very moment
                if time.monotonic() > until:
                    raise WriteError(tr("another program is writing this review"), path=folder) from None
        time.sleep(_LOOK_S)
