"""``medcrypt`` and ``python -m medcrypt_gui``: a command when one is named, else the window."""

from __future__ import annotations

import multiprocessing
import sys
from pathlib import Path

from medcrypt_gui.cli.command_names import COMMAND_NAMES


def main() -> int:
    """Hand the arguments to the command line or to the window; returns the exit code."""
    multiprocessing.freeze_support()
    arguments = sys.argv[1:]
    if arguments and (arguments[0] in COMMAND_NAMES or arguments[0].startswith("-")):
        try:
            from medcrypt_gui.bootstrap import run_command

            return run_command(arguments)
        except KeyboardInterrupt:  # while the program was still loading
            print("medcrypt: Cancelled\nNothing was changed.", file=sys.stderr)
            return 130
    from medcrypt_gui.bootstrap import run_window

    return run_window([Path(argument) for argument in arguments])


if __name__ == "__main__":
    raise SystemExit(main())
