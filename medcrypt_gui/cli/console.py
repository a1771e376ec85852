"""How commands speak: results on stdout (plain or JSON), progress and failures on stderr, Ctrl+C cancels."""

from __future__ import annotations

import json
import signal
import sys
import time
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from medcrypt_gui.cli.exit_codes import exit_code
from medcrypt_gui.core.errors import PartialResultError, SeveralSeriesError
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.messages import explain

_SECONDS_BETWEEN_LINES = 2.0  # of progress, where stderr is no terminal


@dataclass
class Console:
    """The two output streams of one command."""

    as_json: bool = False
    quiet: bool = False
    _last_line: float = field(default=0.0, init=False)

    def result(self, record: dict[str, Any], lines: list[str]) -> None:
        """Print the command's result: the record as JSON, or the lines for a reader."""
        if self.as_json:
            print(json.dumps(record, indent=2, default=str))
        elif not self.quiet:
            print("\n".join(map(_printable, lines)))

    def note(self, text: str) -> None:
        """Say something that is not the result (a warning, a prompt's answer)."""
        if not self.quiet:
            print(_printable(text), file=sys.stderr)

    def failure(self, error: BaseException, partial: dict[str, Any] | None = None) -> int:
        """Print why the command failed and return its exit code."""
        code = exit_code(error)
        message = explain(error)
        if self.as_json:
            record = {
                **(partial or {}),
                "error": type(error).__name__,
                "message": message.what_happened or message.title,
                "untouched": message.untouched,
                "next": message.next_step,
                "exit_code": code,
                **_lists(error),
            }
            print(json.dumps(record, indent=2, default=str))
        else:
            lines = ["medcrypt: " + message.text, *_list_lines(error)]
            print("\n".join(map(_printable, lines)), file=sys.stderr)
        return code

    @contextmanager
    def task(self) -> Iterator[TaskContext]:
        """A task whose progress is one line on stderr, cancelled by Ctrl+C."""
        task = TaskContext(None if self.quiet else self._show_progress)
        previous = signal.signal(signal.SIGINT, lambda *_: task.cancel())
        try:
            yield task
        finally:
            signal.signal(signal.SIGINT, previous)
            if not self.quiet and sys.stderr.isatty():
                print("\r\x1b[K", end="", file=sys.stderr, flush=True)

    def _show_progress(self, fraction: float, text: str) -> None:
        if sys.stderr.isatty():
            print(f"\r\x1b[K{fraction:4.0%} {_printable(text)}", end="", file=sys.stderr, flush=True)
        elif time.monotonic() - self._last_line > _SECONDS_BETWEEN_LINES:
            self._last_line = time.monotonic()
            print(f"{fraction:4.0%} {_printable(text)}", file=sys.stderr)


def _lists(error: BaseException) -> dict[str, list[str]]:
    if isinstance(error, SeveralSeriesError):
        return {"series": list(error.choices)}
    if isinstance(error, PartialResultError):
        return {"done": list(error.done), "missing": list(error.missing)}
    return {}


def _list_lines(error: BaseException) -> list[str]:
    return [f"  {name}: {entry}" for name, entries in _lists(error).items() if name != "done" for entry in entries]


def _printable(text: str) -> str:
    """Without the control characters by which a file or its name could command the terminal; lines stay."""
    return "".join(
        "?" if unicodedata.category(character) == "Cc" and character != "\n" else character for character in text
    )


def counted(number: int, thing: str) -> str:
    """``1 file``, ``2 files``."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
