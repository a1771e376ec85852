"""How long it takes from the key that approves a mask to the next study painted, the next one read meanwhile.

On the twenty NiChart brain scans where they are at hand, else on as many synthetic volumes of their size; and on CT
volumes of 512x512x100, of which files and masks are larger.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from medcrypt_gui.adapters.recent_studies import RecentStudiesFile
from medcrypt_gui.adapters.review_file import ReviewFile
from medcrypt_gui.adapters.settings_file import SettingsFile
from medcrypt_gui.adapters.worklist_file import WorklistFile
from medcrypt_gui.bootstrap import build_workbench
from medcrypt_gui.core.review.mask_rule import MaskRule
from medcrypt_gui.ui.application import build_window, prepare_application
from medcrypt_gui.ui.main_window import MainWindow

_SCANS = Path(__file__).resolve().parents[3] / "shared" / "data" / "brain" / "nichart"
_RULE = MaskRule("_brainmask", ("_labels",))
_COUNT = 20
_TARGET_MS = 300
_PATIENCE_S = 120


def run() -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        real = _nichart(folder / "scans")
        if not real:
            _synthetic(folder / "scans", (135, 127, 106), _COUNT)
        note = f"{'NiChart' if real else 'synthetic'}, {_COUNT} scans; target {_TARGET_MS} ms"
        records = [_record("review.next", _times(folder / "scans", folder / "user", False), note)]
        _nichart(folder / "mended") or _synthetic(folder / "mended", (135, 127, 106), _COUNT)
        changed = _times(folder / "mended", folder / "user2", True)
        records.append(_record("review.next_changed", changed, f"each mask painted on before; {note}"))
        _synthetic(folder / "ct", (100, 512, 512), 6)
        large = _times(folder / "ct", folder / "user3", False)
        return [*records, _record("review.next_ct", large, "512x512x100 int16")]


def _nichart(folder: Path) -> bool:
    scans = sorted(_SCANS.glob("*_T1.nii.gz"))[:_COUNT]
    for scan in scans:
        folder.mkdir(parents=True, exist_ok=True)
        for path in (scan, scan.with_name(scan.name.replace("_T1", "_T1_brainmask"))):
            shutil.copy(path, folder)
            (folder / path.name).chmod(0o644)
    return len(scans) == _COUNT


def _synthetic(folder: Path, shape: tuple[int, int, int], count: int) -> None:
    """Smooth balls in noise, of ``shape`` (Z, Y, X)."""
    folder.mkdir(parents=True, exist_ok=True)
    z, y, x = np.ogrid[tuple(slice(-1.0, 1.0, complex(0, n)) for n in shape)]
    inside = z * z + y * y + x * x < 0.5
    new_image: Any = nibabel.Nifti1Image
    for n in range(count):
        noise = np.random.default_rng(n).integers(0, 60, shape, dtype=np.int16)
        voxels = (noise + 400 * inside).astype(np.int16)
        nibabel.save(new_image(voxels.transpose(), np.eye(4)), folder / f"s{n}.nii.gz")
        nibabel.save(new_image(inside.astype(np.uint8).transpose(), np.eye(4)), folder / f"s{n}_brainmask.nii.gz")


class _Painted(QObject):
    """Notes when a view was painted last."""

    def __init__(self) -> None:
        super().__init__()
        self.at = 0.0

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.UpdateLater:
            return False
        if event.type() is QEvent.Type.Paint:
            self.at = time.perf_counter()
        return False


def _times(folder: Path, user: Path, paints: bool) -> list[float]:
    """Milliseconds of every approval but the last, after which there is no next study."""
    bench = replace(
        build_workbench(),
        reviews=ReviewFile(user / "reviews"),
        worklists=WorklistFile(user),
        settings=SettingsFile(user / "settings.json"),
        recent=RecentStudiesFile(user / "recent.json"),
    )
    prepare_application(bench)
    window = build_window(bench)
    window.resize(1600, 1000)
    window.show()
    board = window.session.review
    board.set_reviewer("bench")
    window.flows.worklist.open_paths((folder,), _RULE)
    _wait(lambda: board.current is not None)
    painted = _Painted()
    found = []
    worklist = board.worklist
    assert worklist is not None
    for _ in range(len(worklist) - 1):
        found.append(_one(window, painted, paints))
    window.close()
    window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return found


def _one(window: MainWindow, painted: _Painted, paints: bool) -> float:
    board, canvas = window.session.review, window.viewer.active_canvas
    _wait(lambda: window.jobs.idle and not board.busy)
    if paints:
        _paint(window)
        _wait(lambda: window.jobs.idle)
    _wait(lambda: bool(window.flows.review.ahead.prepared))
    _wait(lambda: window.jobs.idle)
    before = board.current
    canvas.installEventFilter(painted)
    began = time.perf_counter()
    QTest.keyClick(window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    _wait(lambda: board.current is not None and board.current.id != before.id)  # type: ignore[union-attr]
    shown = time.perf_counter()
    QApplication.processEvents()
    _wait(lambda: painted.at >= shown or painted.at > began)
    end = time.perf_counter()
    canvas.removeEventFilter(painted)
    return 1000 * (end - began)


def _paint(window: MainWindow) -> None:
    canvas = window.viewer.active_canvas
    middle = canvas.rect().center()
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(canvas, middle * 1.05)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=middle * 1.05)


def _wait(what: Any) -> None:
    until = time.monotonic() + _PATIENCE_S
    while not what():
        QApplication.processEvents()
        time.sleep(0.0005)
        if time.monotonic() > until:
            raise SystemExit("the window did not get there")


def _record(name: str, times: list[float], note: str) -> dict[str, Any]:
    p50, p95 = np.percentile(times, [50, 95])
    figures = {"p50": float(p50), "p95": float(p95), "max": max(times)}
    return {"name": name, "unit": "ms", **figures, "peer": None, "ratio_to_peer": None, "note": note}
