"""The command line: one parser, one file per command, the same services as the window.

Exit codes: 0 done; 1 unexpected; 2 usage; 3 input unreadable, unsupported, or without ROI; 4 wrong key, card or
passphrase, no QR in the picture; 5 damaged or tampered; 6 cannot write; 7 done in part; 130 cancelled.
"""

from __future__ import annotations

import argparse
import io
import logging
import sys
from collections.abc import Callable, Sequence

from medcrypt_gui import __version__
from medcrypt_gui.cli import info, models, policy, protect, restore, review, segment, verify
from medcrypt_gui.cli.console import Console
from medcrypt_gui.core.errors import Cancelled, MedcryptError
from medcrypt_gui.services.workbench import Workbench

COMMANDS = {module.NAME: module for module in (info, models, segment, review, policy, protect, restore, verify)}
_log = logging.getLogger("medcrypt.jobs")


def build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="medcrypt",
        description="Protect the region of interest of a DICOM or NIfTI study, and get every byte back. "
        "Without a command, 'medcrypt [PATH...]' opens the window.",
        epilog="Not a medical device, not for primary diagnosis.",
    )
    parser.add_argument("--version", action="version", version=f"medcrypt {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, module in COMMANDS.items():
        command = commands.add_parser(name, help=module.HELP, description=module.HELP)
        module.add_arguments(command)
        command.add_argument("--json", action="store_true", help="print the result as JSON")
        command.add_argument("--quiet", action="store_true", help="no progress and no notes")
    return parser


def run(argv: Sequence[str], build_workbench: Callable[[], Workbench]) -> int:
    """Carry out one command and return its exit code."""
    try:
        options = build_parser().parse_args(argv)
    except SystemExit as stop:  # argparse's way to end after --help or a usage error
        return int(stop.code or 0)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a name that the terminal cannot show must not end the command
            stream.reconfigure(errors="backslashreplace")
    console = Console(as_json=options.json, quiet=options.quiet)
    try:
        return int(COMMANDS[options.command].run(options, build_workbench(), console))
    except MedcryptError as error:
        return console.failure(error)
    except KeyboardInterrupt:  # outside a task, such as while the passphrase is typed
        return console.failure(Cancelled("cancelled by the user"))
    except BrokenPipeError:
        sys.stderr.close()
        return 6
    except Exception as error:  # noqa: BLE001 - the edge of the program: told in words, logged by class only
        _log.error("unexpected %s", type(error).__name__)
        return console.failure(error)
