"""``medcrypt verify DIR``: see whether a protected set is whole and intact."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from medcrypt_gui.cli import key_source
from medcrypt_gui.cli.console import Console, counted
from medcrypt_gui.core.errors import PartialResultError, UsageError
from medcrypt_gui.services.verify_study import VerifyReport, verify, verify_without_key
from medcrypt_gui.services.workbench import Workbench

NAME = "verify"
HELP = "check every tag of a protected set; without a key only whether it looks complete"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", type=Path, metavar="DIR")
    key_source.add_arguments(parser, required=False)


def run(options: argparse.Namespace, bench: Workbench, console: Console) -> int:
    """Exit 0 when all that can be checked is right; 7 when files are missing."""
    if options.card is None and options.key_file is None:
        if options.passphrase_file is not None:
            raise UsageError("--passphrase-file needs --card or --key-file")
        return _finish(verify_without_key([options.path]), console)
    keys = key_source.identities(options, options.path, bench)
    with console.task() as task:
        return _finish((verify([options.path], keys, task),), console)


def _finish(reports: tuple[VerifyReport, ...], console: Console) -> int:
    record = {"sets": [_record(report) for report in reports]}
    for report in reports:
        try:
            report.raise_if_incomplete()
        except PartialResultError as error:
            return console.failure(error, record)
    console.result(record, [_line(report) for report in reports])
    return 0


def _record(report: VerifyReport) -> dict[str, Any]:
    return {
        "verified": report.verified,
        "complete": report.complete,
        "files": list(report.files),
        "missing": list(report.missing),
        "strays": list(report.strays),
        "duplicates": list(report.duplicates),
    }


def _line(report: VerifyReport) -> str:
    count = counted(len(report.files), "protected file")
    strays = "".join(f"\nstray, of another set: {path}" for path in report.strays)
    twice = "".join(f"\nthere twice: {path}" for path in report.duplicates)
    if report.verified:
        return f"{count}: verified, every original can be restored{strays}{twice}"
    return f"{count}: complete, not verified (no key given)"
