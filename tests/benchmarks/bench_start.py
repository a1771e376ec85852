"""From starting the process to the painted window, beside napari and an empty PySide6 window started the same way."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.viewer_peers import napari_starts

REPOSITORY = Path(__file__).resolve().parents[2]
RUNS = 7

_OURS = """
from PySide6.QtCore import QTimer
from medcrypt_gui.bootstrap import build_workbench
from medcrypt_gui.ui.application import build_window, prepare_application
workbench = build_workbench()
app = prepare_application(workbench)
window = build_window(workbench)
"""
_EMPTY = """
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
app = QApplication([])
window = QMainWindow()
"""
_SHOW = """
window.show()
app.processEvents()
window.grab()
print("painted", flush=True)
import os
os._exit(0)
"""


def run() -> list[dict[str, Any]]:
    ours, empty, napari = _times(_OURS + _SHOW), _times(_EMPTY + _SHOW), napari_starts()
    record = {
        "name": "viewer.start",
        "unit": "ms",
        "p50": statistics.median(ours),
        "p95": sorted(ours)[-1],
        "max": max(ours),
        "note": f"an empty PySide6 window takes {statistics.median(empty):.0f} ms",
    }
    if isinstance(napari, str):
        return [{**record, "peer": None, "ratio_to_peer": None, "note": f"{napari}; {record['note']}"}]
    peer = statistics.median(napari.times)
    return [{**record, "peer": f"{napari.name} {peer:.0f} ms", "ratio_to_peer": record["p50"] / peer}]


def _times(programme: str) -> list[float]:
    """Milliseconds until the process says that it painted; the first run warms the file cache and does not count."""
    return [_once(programme) for _ in range(RUNS + 1)][1:]


def _once(programme: str) -> float:
    began = time.perf_counter()
    command, quiet = [sys.executable, "-c", programme], subprocess.DEVNULL
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=quiet) as process:
        assert process.stdout is not None
        if process.stdout.readline().strip() != b"painted":
            raise SystemExit("the window did not start")
        return 1000 * (time.perf_counter() - began)
