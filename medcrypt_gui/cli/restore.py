"""``medcrypt restore DIR -o OUT``: give the originals back, byte for byte."""

from __future__ import annotations

import argparse
from pathlib import Path

from medcrypt_gui.cli import key_source
from medcrypt_gui.cli.console import Console, counted
from medcrypt_gui.core.errors import PartialResultError
from medcrypt_gui.services.restore_study import restore
from medcrypt_gui.services.workbench import Workbench

NAME = "restore"
HELP = "give the original files back, byte for byte"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", type=Path, metavar="DIR")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="OUT", help="the folder for the originals")
    parser.add_argument("--force", action="store_true", help="replace files of the same name")
    key_source.add_arguments(parser, required=True)


def run(options: argparse.Namespace, bench: Workbench, console: Console) -> int:
    """Exit 0 with every original restored; 7 when protected files are missing and the others were restored."""
    keys = key_source.identities(options, options.path, bench)
    with console.task() as task:
        report = restore([options.path], keys, options.output, task, force=options.force)
    for path in report.strays:
        console.note(f"stray, of another set: {path}")
    for path in report.duplicates:
        console.note(f"there twice: {path}")
    record = {
        "restored": list(report.restored),
        "missing": list(report.missing),
        "strays": list(report.strays),
        "duplicates": list(report.duplicates),
    }
    if not report.complete:
        try:
            report.raise_if_incomplete()
        except PartialResultError as error:
            return console.failure(error, record)
    files = counted(len(report.restored), "original file")
    console.result(record, [f"{files} restored to {options.output}, SHA-256 checked"])
    return 0
