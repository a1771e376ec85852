"""The viewers that ours is measured against, on the same volume and labels: pyqtgraph's ``ImageView``, and napari.

napari is timed in a process of its own by the Python that ``MEDCRYPT_NAPARI`` names (``/path/to/bin/python``), under
the display that is there, or under Xvfb where that is installed.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication

_SCRIPT = Path(__file__).with_name("napari_peer.py")
_STARTS = 5


@dataclass(frozen=True)
class PeerTimes:
    """Milliseconds, and the name of whose they are."""

    name: str
    times: list[float]


def napari_slices() -> PeerTimes | str:
    """Its slice changes at about 1000 px, or the reason why they were not measured."""
    command = _napari_command()
    if isinstance(command, str):
        return command
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, env=_environment(), check=False)
    lines = done.stdout.strip().splitlines()
    if done.returncode or not lines:
        return f"napari failed with exit code {done.returncode}"
    result = json.loads(lines[-1])
    return PeerTimes(f"napari {result['version']}", result["times"])


def napari_dabs() -> tuple[PeerTimes, PeerTimes] | str:
    """Its dabs with a disc and with a sphere of r = 40 voxels, or the reason why they were not measured."""
    command = _napari_command()
    if isinstance(command, str):
        return command
    done = subprocess.run(
        [*command, "--dabs"], capture_output=True, text=True, timeout=900, env=_environment(), check=False
    )
    lines = done.stdout.strip().splitlines()
    if done.returncode or not lines:
        return f"napari failed with exit code {done.returncode}"
    result = json.loads(lines[-1])
    name = f"napari {result['version']}"
    return PeerTimes(name, result["disc"]), PeerTimes(name, result["sphere"])


def napari_starts() -> PeerTimes | str:
    """From starting the process to its drawn, empty window; the first run warms the file cache."""
    command = _napari_command()
    if isinstance(command, str):
        return command
    times = []
    for _ in range(_STARTS + 1):
        began = time.perf_counter()
        with subprocess.Popen(
            [*command, "--start"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=_environment()
        ) as process:
            assert process.stdout is not None
            if process.stdout.readline().strip() != b"painted":
                return "napari did not start"
            times.append((time.perf_counter() - began) * 1e3)
    return PeerTimes("napari", times[1:])


def _napari_command() -> list[str] | str:
    python = os.environ.get("MEDCRYPT_NAPARI")
    if not python:
        return "napari: not installed (MEDCRYPT_NAPARI names no Python)"
    if os.environ.get("DISPLAY"):
        return [python, str(_SCRIPT)]
    xvfb = shutil.which("xvfb-run")
    return [xvfb, "-a", "-s", "-screen 0 1600x1400x24", python, str(_SCRIPT)] if xvfb else "napari: no display"


def _environment() -> dict[str, str]:
    return {**os.environ, "QT_QPA_PLATFORM": "xcb"}


def image_view(app: QApplication, stored: NDArray[Any], labels: NDArray[Any], size: int, frames: range) -> PeerTimes:
    """pyqtgraph's ``ImageView`` on the volume, the labels over it as an ``ImageItem``."""
    pg.setConfigOptions(imageAxisOrder="row-major")
    view = pg.ImageView()
    overlay = pg.ImageItem()
    overlay.setLookupTable(np.array([[0, 0, 0, 0], [255, 140, 0, 102]], np.uint8))
    view.getView().addItem(overlay)
    view.resize(size + 140, size + 120)  # its histogram and its time line take the rest
    view.setImage(stored, autoLevels=False, levels=(-750, 750), autoHistogramRange=False)
    view.show()
    port = view.ui.graphicsView.viewport()
    times = []
    for n in frames:
        for _ in range(3):
            app.processEvents()
        painted = _Painted(port)
        began = time.perf_counter()
        overlay.setImage(labels[n], autoLevels=False, levels=(0, 1))
        view.setCurrentIndex(n)
        while not painted.done:
            app.processEvents()
        times.append((time.perf_counter() - began) * 1e3)
        port.removeEventFilter(painted)
    view.close()
    view.deleteLater()
    return PeerTimes("pyqtgraph ImageView", times)


class _Painted(QObject):
    def __init__(self, widget: QObject) -> None:
        super().__init__()
        self.done = False
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        self.done = self.done or event.type() == QEvent.Type.Paint
        return False
