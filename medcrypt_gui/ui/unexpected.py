"""Errors that nobody expected: logged without patient data, and told to the user, so that none vanishes."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

_LOG = logging.getLogger("medcrypt.window")


def told_to_log(error: BaseException) -> str:
    """Type and places, not the message, which may hold patient data."""
    places = " < ".join(
        f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(traceback.extract_tb(error.__traceback__))
    )
    return f"{type(error).__name__} at {places}"


def watch_for_errors(tell: Callable[[Exception], None]) -> None:
    """From now on log every error that nothing caught, such as one in a slot of Qt, and ``tell`` of it."""
    telling = False

    def on_error(kind: type[BaseException], error: BaseException, places: TracebackType | None) -> None:
        nonlocal telling
        if not isinstance(error, Exception):  # Ctrl+C in a terminal
            sys.__excepthook__(kind, error, places)
            return
        _LOG.error("nothing caught %s", told_to_log(error))
        if telling:
            return  # telling failed as well
        telling = True
        try:
            tell(error)
        finally:
            telling = False

    sys.excepthook = on_error
