"""``medcrypt info PATH``: what is there, without names."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from medcrypt_gui.cli import open_input
from medcrypt_gui.cli.choose_series import describe
from medcrypt_gui.cli.console import Console, counted
from medcrypt_gui.cli.exit_codes import exit_code
from medcrypt_gui.core.imaging.series import OpenResult, Series
from medcrypt_gui.services.workbench import Workbench

NAME = "info"
HELP = "list the series in a file or folder, with what is unusual about them"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", type=Path, metavar="PATH")
    open_input.add_arguments(parser)


def run(options: argparse.Namespace, bench: Workbench, console: Console) -> int:
    """Exit 0; 3 when nothing could be read; 7 when some files could not."""
    with console.task() as task:
        result = open_input.open_input(options.path, options, bench, task)
    if not result.series:
        raise result.unreadable[0].reason
    console.result(_record(result), _lines(result))
    return 7 if result.unreadable else 0


def _record(result: OpenResult) -> dict[str, Any]:
    return {
        "series": [_series_record(number, series) for number, series in enumerate(result.series, start=1)],
        "unreadable": [
            {"path": entry.path, "reason": entry.reason.detail, "exit_code": exit_code(entry.reason)}
            for entry in result.unreadable
        ],
        "skipped": [{"path": entry.path, "reason": entry.reason} for entry in result.skipped],
    }


def _series_record(number: int, series: Series) -> dict[str, Any]:
    z, y, x = series.geometry.shape
    return {
        "number": number,
        "uid": series.uid,
        "format": series.format.value,
        "modality": series.modality,
        "description": series.description,
        "size": [x, y, z],
        "spacing_mm": [round(s, 4) for s in series.geometry.spacing_mm],
        "files": len(series.files),
        "protected": series.protected,
        "notes": list(series.notes),
    }


def _lines(result: OpenResult) -> list[str]:
    lines: list[str] = []
    for number, series in enumerate(result.series, start=1):
        lines.append(describe(number, series))
        lines += [f"     {note}" for note in series.notes]
    lines += [f"cannot be read: {entry.path}: {entry.reason.detail}" for entry in result.unreadable]
    if result.skipped:
        lines.append(f"{counted(len(result.skipped), 'other file')} passed over")
    return lines
