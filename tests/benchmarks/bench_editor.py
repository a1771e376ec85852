"""How fast the mask is edited, on 512x512x600 int16 with half of it masked, in the viewer with three views at 1600 px.

A dab is timed from the mouse event to the end of the paint event it causes; undo the same. A whole-mask operation is
timed from being asked for until its preview is ready, and its acceptance until it is painted. The peer is napari's
labels on the same volume (see `viewer_peers.py`).
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.subject import SHAPE, volume_and_labels
from benchmarks.viewer_peers import PeerTimes, napari_dabs
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.planes import Plane
from medcrypt_gui.core.imaging.series import ImageFormat, Series
from medcrypt_gui.core.imaging.volume import Volume, Window
from medcrypt_gui.core.mask.editor import MaskEditor
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.operations.base import Subject
from medcrypt_gui.core.operations.registry import operation
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.core.tools.base import TipShape
from medcrypt_gui.core.tools.registry import tool
from medcrypt_gui.ui.suggestion import suggest
from medcrypt_gui.ui.viewer.plane_canvas import PlaneCanvas
from medcrypt_gui.ui.viewer.viewer_panel import ViewerPanel

_SPACING = np.diag([0.7, 0.7, 1.0, 1.0])
_DABS = 120
_STROKE = 200
_TIMES = 5
_PATIENCE_S = 10.0
_DISC_MM, _SPHERE_MM = 20.0, 56.0  # across; the sphere has a radius of 40 voxels
_MIDDLE = (256, 256, 300)


def run() -> list[dict[str, Any]]:
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    stored, labels = volume_and_labels()
    geometry = Geometry(SHAPE, _SPACING)
    volume, editor = Volume(stored, geometry, unit="HU"), MaskEditor(RoiMask(labels, geometry))
    bench = _Bench(app, volume, editor)
    napari = napari_dabs()
    discs = bench.dabs(Plane.AXIAL, _DISC_MM, TipShape.DISC)
    spheres = bench.dabs(Plane.AXIAL, _SPHERE_MM, TipShape.SPHERE)
    records = [
        _against("editor.dab_2d", discs.moves, napari if isinstance(napari, str) else napari[0]),
        _record("editor.dab_2d.sagittal", bench.dabs(Plane.SAGITTAL, _DISC_MM, TipShape.DISC).moves),
        _record("editor.dab_2d.coronal", bench.dabs(Plane.CORONAL, _DISC_MM, TipShape.DISC).moves),
        _against("editor.dab_3d", spheres.moves, napari if isinstance(napari, str) else napari[1]),
        _record("editor.stroke200", bench.stroke()),
        _record("editor.release", [*discs.releases, *spheres.releases]),
        _record("editor.undo", bench.undo()),
        *bench.operations(),
    ]
    bench.close()
    return [*records, *_seg_export(editor)]


class _Strokes:
    """Milliseconds of the moves and the releases of strokes."""

    def __init__(self) -> None:
        self.moves: list[float] = []
        self.releases: list[float] = []


class _Bench:
    """The viewer as it stands in the window, with a brush in hand."""

    def __init__(self, app: QApplication, volume: Volume, editor: MaskEditor) -> None:
        self._app, self._volume, self._editor = app, volume, editor
        self._panel = ViewerPanel()
        series = Series("1", ImageFormat.NIFTI, "CT", "512x512x600", 1, (Path("x"),), volume.geometry)
        self._panel.resize(1600, 1600)
        self._panel.set_volume(volume, series)
        self._panel.set_editor(editor)
        self._panel.set_window(Window(0, 1500))
        self._panel.show()
        self._panel.set_crosshair(_MIDDLE)
        self._settle()

    def close(self) -> None:
        self._panel.close()
        self._panel.deleteLater()
        self._settle()

    def dabs(self, plane: Plane, size_mm: float, shape: TipShape) -> _Strokes:
        """Strokes of twenty slow moves: left adds, right takes away, so that every dab changes something."""
        canvas = self._hold(plane, size_mm, shape)
        strokes = _Strokes()
        for n in range(_DABS // 20):
            button = Qt.MouseButton.RightButton if n % 2 else Qt.MouseButton.LeftButton
            places = _path(canvas, 20, 6, n * 9)
            strokes.moves += self._stroke(canvas, places, button, strokes.releases)
        return strokes

    def stroke(self) -> list[float]:
        """One fast stroke of 200 samples around the middle, 15 pixels apart, and that it has no gap."""
        canvas = self._hold(Plane.AXIAL, _DISC_MM, TipShape.DISC)
        angles = np.linspace(0, 4 * np.pi, _STROKE)
        centre = canvas.rect().center()
        places = [
            centre + QPoint(round((90 + 0.9 * n) * np.cos(a)), round((90 + 0.9 * n) * np.sin(a)))
            for n, a in enumerate(angles)
        ]
        releases: list[float] = []
        times = self._stroke(canvas, places, Qt.MouseButton.RightButton, releases)
        self._check_no_gap(canvas, places)
        return [*times, *releases]

    def _check_no_gap(self, canvas: PlaneCanvas, places: list[QPoint]) -> None:
        for start, stop in pairwise(places):
            for share in np.linspace(0, 1, 12):
                between = start * (1 - share) + stop * share
                x, y, z = (round(one) for one in canvas.index_at(between.toPointF()))
                assert self._editor.labels[z, y, x] == 0, "the stroke has a gap"

    def undo(self) -> list[float]:
        """Undo and redo of the long stroke before, by turns."""
        steps = (self._editor.undo, self._editor.redo) * 10
        return [self._timed(self._panel.active_canvas, act) for act in steps]

    def operations(self) -> Iterator[dict[str, Any]]:
        """Threshold and fill holes, asked for and accepted, and taken back."""
        for name in ("threshold", "fill_holes"):
            made = [self._operation(name) for _ in range(_TIMES)]
            yield _record(f"editor.{name}", [asked for asked, _, _ in made])
            yield _record(f"editor.{name}.accept", [accepted for _, accepted, _ in made])
            yield _record(f"editor.{name}.undo", [undone for _, _, undone in made])

    def _operation(self, name: str) -> tuple[float, float, float]:
        one, editor, task = operation(name), self._editor, TaskContext()
        began = time.perf_counter()
        subject = Subject(editor.mask, self._volume, 0, _MIDDLE[2])
        change = one.run(subject, one.suggested(subject, task), task)
        made = suggest(one.title, one.id, change.note, editor.mask, change.parts, editor.revision, None, task,
                       accepted=True)  # fmt: skip
        asked = (time.perf_counter() - began) * 1e3
        canvas = self._panel.active_canvas
        accepted = self._timed(canvas, lambda: editor.apply_parts(made.parts, one.title))
        return asked, accepted, self._timed(canvas, editor.undo)

    def _hold(self, plane: Plane, size_mm: float, shape: TipShape) -> PlaneCanvas:
        brush = tool("brush")
        self._panel.set_tool(brush, brush.options_type(size_mm=size_mm, shape=shape))
        canvas = next(one for one in self._panel.canvases if one.plane is plane)
        self._panel.activate(canvas)
        self._settle()
        return canvas

    def _stroke(
        self, canvas: PlaneCanvas, places: list[QPoint], button: Qt.MouseButton, releases: list[float]
    ) -> list[float]:
        QTest.mousePress(canvas, button, pos=places[0])
        self._settle()
        times = [self._timed(canvas, lambda p=place: QTest.mouseMove(canvas, p)) for place in places[1:]]
        began = time.perf_counter()
        QTest.mouseRelease(canvas, button, pos=places[-1])
        self._app.processEvents()
        releases.append((time.perf_counter() - began) * 1e3)
        self._settle()
        return times

    def _timed(self, canvas: PlaneCanvas, act: Callable[[], object]) -> float:
        """Milliseconds from ``act`` until the view, and with it all others that it concerns, was painted."""
        painted = _Painted(canvas)
        began = time.perf_counter()
        act()
        while not painted.done:
            self._app.processEvents()
            if time.perf_counter() - began > _PATIENCE_S:
                raise RuntimeError("nothing was painted")
        elapsed = (time.perf_counter() - began) * 1e3
        canvas.removeEventFilter(painted)
        self._settle()
        return elapsed

    def _settle(self) -> None:
        for _ in range(3):
            self._app.processEvents()


class _Painted(QObject):
    def __init__(self, widget: QObject) -> None:
        super().__init__()
        self.done = False
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        self.done = self.done or event.type() == QEvent.Type.Paint
        return False


def _path(canvas: PlaneCanvas, count: int, step: int, offset: int) -> list[QPoint]:
    start = canvas.rect().center() - QPoint(count * step // 2, 60 - offset)
    return [start + QPoint(step * n, step * n // 3) for n in range(count + 1)]


def _seg_export(editor: MaskEditor) -> Iterator[dict[str, Any]]:
    """A DICOM SEG of the mask, written, read back and compared; left out where this build has none."""
    try:
        from benchmarks.seg_subject import seg_export
    except ImportError:
        return
    with tempfile.TemporaryDirectory() as folder:
        yield _record("editor.seg_export", seg_export(Path(folder), editor.mask))


def _against(name: str, times: list[float], peer: PeerTimes | str) -> dict[str, Any]:
    """The ratio is that of the 95th percentiles."""
    record = _record(name, times)
    if isinstance(peer, str):
        return {**record, "note": peer}
    p95 = float(np.percentile(peer.times, 95))
    return {**record, "peer": f"{peer.name} p95 {p95:.1f} ms", "ratio_to_peer": record["p95"] / p95, "note": None}


def _record(name: str, times: list[float]) -> dict[str, Any]:
    p50, p95 = (float(np.percentile(times, q)) for q in (50, 95))
    return {"name": name, "unit": "ms", "p50": p50, "p95": p95, "max": max(times), "peer": None,
            "ratio_to_peer": None, "note": None}  # fmt: skip
