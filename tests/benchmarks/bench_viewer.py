"""How fast slices change and brush dabs land, on 512x512x600 int16 with half of it masked.

A slice change is timed from the wheel event to the end of the last paint event it causes, every frame different. The
peer is a pyqtgraph view with the same slice and an indexed mask overlay, as two ``ImageItem``.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pyqtgraph as pg
from benchmarks.subject import SHAPE, volume_and_labels
from benchmarks.viewer_peers import PeerTimes, image_view, napari_slices
from PySide6.QtCore import QDir, QEvent, QObject, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from medcrypt_gui.adapters.paths import resources_dir
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.planes import Plane
from medcrypt_gui.core.imaging.reslice import prepare
from medcrypt_gui.core.imaging.series import ImageFormat, PatientText, Series
from medcrypt_gui.core.imaging.volume import Volume, Window
from medcrypt_gui.core.mask.editor import MaskEditor
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.tools.base import PointerSample, TipShape
from medcrypt_gui.core.tools.registry import tool
from medcrypt_gui.ui.icons import SEARCH_PREFIX
from medcrypt_gui.ui.viewer.cell_header import HEIGHT
from medcrypt_gui.ui.viewer.oblique_canvas import ObliqueCanvas
from medcrypt_gui.ui.viewer.plane_canvas import PlaneCanvas
from medcrypt_gui.ui.viewer.view_state import ViewState
from medcrypt_gui.ui.viewer.viewer_panel import ViewerPanel

_SPACING = np.diag([0.7, 0.7, 1.0, 1.0])
_FRAMES = 120
_PEER_SLICES = range(200, 260)
_PEER = "pyqtgraph, two ImageItems"
_AXIAL = "our axial slice, same size of the view"


def run() -> list[dict[str, Any]]:
    memory_at_start = _memory_mb()
    app = QApplication.instance() or QApplication([])
    volume, editor = _subject()
    one = _slice_changes(app, volume, editor, 1000, 1000, alone=True)
    three = _slice_changes(app, volume, editor, 1600, 1600, alone=False)
    scrolled = _scroll(app, volume, editor)
    memory = _memory_mb() - memory_at_start
    peer = _peer_frames(app, volume, editor, [(1000, 1000)])
    planes = _planes_by_turns(app, volume, editor)
    peer_three = _peer_frames(app, volume, editor, [(1066, 1600), (533, 800), (533, 800)])
    ours_and_labels = (volume.stored.nbytes + editor.mask.labels.nbytes) / 2**20
    return [
        _against("viewer.slice", one, napari_slices()),
        _against("viewer.slice/ImageView", one, image_view(app, volume.stored, editor.mask.labels, 1000, _PEER_SLICES)),
        _record("viewer.slice/ImageItems", one, _PEER, peer),
        _record("viewer.sagittal", planes[Plane.SAGITTAL], _AXIAL, planes[Plane.AXIAL]),
        _record("viewer.coronal", planes[Plane.CORONAL], _AXIAL, planes[Plane.AXIAL]),
        _record("viewer.three", three, f"{_PEER}, three views", peer_three),
        scrolled,
        _one("viewer.memory", "MB", memory, f"above the start; volume and mask are {ours_and_labels:.0f} MB of it"),
        _record("viewer.compare", _compared_slice_changes(app, volume, editor)),
        *_oblique_records(app, volume, editor),
        *_dab_records(editor),
        _record("mask.undo", _undo_times(editor)),
    ]


def _subject() -> tuple[Volume, MaskEditor]:
    stored, labels = volume_and_labels()
    geometry = Geometry(SHAPE, _SPACING)
    return Volume(stored, geometry, unit="HU"), MaskEditor(RoiMask(labels, geometry))


def _slice_changes(
    app: QApplication,
    volume: Volume,
    editor: MaskEditor,
    width: int,
    height: int,
    alone: bool,
    plane: Plane = Plane.AXIAL,
    frames: int = _FRAMES,
) -> list[float]:
    panel, _ = _panel(volume, editor, width, height)
    canvas = next(one for one in panel.canvases if one.plane is plane)
    panel.activate(canvas)
    if alone:
        panel.toggle_maximised()
    shown = [one for one in panel.canvases if not one.isHidden()]
    panel.set_crosshair((256, 256, 200))
    _settle(app)
    times = [_timed(app, shown, lambda: _turn_wheel(app, canvas)) for _ in range(frames)]
    panel.close()
    panel.deleteLater()
    _settle(app)
    return times


def _panel(volume: Volume, editor: MaskEditor, width: int, height: int) -> tuple[ViewerPanel, PlaneCanvas]:
    """Shown, with mask and corner texts."""
    panel = ViewerPanel()
    text = PatientText("Bench^Mark", "4711", "1970-01-01", "F", "2024-01-01", "Institution")
    series = Series("1", ImageFormat.DICOM, "CT", "512x512x600", 1, (Path("x"),), volume.geometry, text)
    panel.resize(width, height)
    panel.set_volume(volume, series)
    panel.set_editor(editor)
    panel.set_window(Window(0, 1500))
    panel.show()
    return panel, panel.active_canvas


def _compared_slice_changes(app: QApplication, volume: Volume, editor: MaskEditor) -> list[float]:
    """Two linked series of unlike slices side by side, in views of 800 x 800; the wheel turns over the first one."""
    QDir.setSearchPaths(SEARCH_PREFIX, [str(resources_dir() / "icons")])
    panel = ViewerPanel()
    grid = Geometry((300, 400, 400), np.diag([0.9, 0.9, 2.0, 1.0]))
    other = Volume(np.ascontiguousarray(volume.stored[::2, :400, :400]), grid)
    series, guest = (
        Series(uid, ImageFormat.NIFTI, "CT", "side by side", number, (Path(uid),), one.geometry)
        for number, (uid, one) in enumerate((("main", volume), ("guest", other)))
    )
    panel.resize(1602, 800 + HEIGHT)
    panel.hanging.set_study((series, guest))
    panel.set_volume(volume, series)
    panel.set_editor(editor)
    panel.set_window(Window(0, 1500))
    panel.hanging.compare(guest)
    panel.hanging.guests.read.emit("guest", other)
    panel.show()
    panel.set_crosshair((256, 256, 200))
    _settle(app)
    shown = [one.canvas for one in panel.hanging.shown()]
    assert [(one.width(), one.height()) for one in shown] == [(800, 800)] * 2
    times = [_timed(app, shown, lambda: _turn_wheel(app, shown[0])) for _ in range(_FRAMES)]
    panel.close()
    panel.deleteLater()
    _settle(app)
    return times


def _planes_by_turns(app: QApplication, volume: Volume, editor: MaskEditor) -> dict[Plane, list[float]]:
    """The same share of every plane at a time, so that whatever else the computer does weighs on all of them."""
    times: dict[Plane, list[float]] = {plane: [] for plane in Plane}
    for _ in range(6):
        for plane, found in times.items():
            found += _slice_changes(app, volume, editor, 1000, 1000, alone=True, plane=plane, frames=_FRAMES // 3)
    return times


def _oblique_records(app: QApplication, volume: Volume, editor: MaskEditor) -> Iterator[dict[str, Any]]:
    """An oblique plane at 800 x 800: while it is dragged, and turned by a key, which shows every pixel at once."""
    state = ViewState(volume=volume, editor=editor, crosshair=(256, 256, 300), window=Window(0, 1500))
    canvas = ObliqueCanvas(state)
    canvas.resize(800, 800)
    canvas.show_volume()
    canvas.show()
    prepare(volume.shown, editor.mask.labels).result()
    canvas.turn(canvas.plane.right + 0.4 * canvas.plane.down, 20.0)
    _settle(app)
    middle = canvas.rect().center()
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=middle)
    places = [middle + QPoint(10 + 3 * n % 200, 2 * n % 150) for n in range(_FRAMES)]
    dragged = [_timed(app, [canvas], lambda p=p: QTest.mouseMove(canvas, p)) for p in places]
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=places[-1])
    _settle(app)
    alt, keys = Qt.KeyboardModifier.AltModifier, (Qt.Key.Key_Left, Qt.Key.Key_Up)
    turned = [_timed(app, [canvas], lambda n=n: QTest.keyClick(canvas, keys[n % 2], alt)) for n in range(_FRAMES)]
    canvas.close()
    canvas.deleteLater()
    _settle(app)
    yield _record("viewer.oblique.drag", dragged)
    yield _record("viewer.oblique.key", turned)


def _turn_wheel(app: QApplication, widget: QWidget) -> None:
    centre = QPointF(widget.rect().center())
    event = QWheelEvent(
        centre, widget.mapToGlobal(centre), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    app.sendEvent(widget, event)


class _Paints(QObject):
    """Counts the paint events that reach a widget, and when the last of them came."""

    def __init__(self, widgets: list[QWidget]) -> None:
        super().__init__()
        self.waiting = set(widgets)
        for widget in widgets:
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.waiting.discard(watched)
        return False


def _timed(app: QApplication, widgets: list[QWidget], act: Callable[[], None]) -> float:
    """Milliseconds from ``act`` until every widget was painted and the picture handed to the window."""
    paints = _Paints(widgets)
    start = time.perf_counter()
    act()
    while paints.waiting:
        app.processEvents()
    elapsed = (time.perf_counter() - start) * 1e3
    for widget in widgets:
        widget.removeEventFilter(paints)
    _settle(app)
    return elapsed


def _scroll(app: QApplication, volume: Volume, editor: MaskEditor) -> dict[str, Any]:
    """A wheel that turns 60 times a second for three seconds, in three views: how late every turn is painted.

    Turns that come while one is painted are shown together, as the corner says; the time is that of the latest shown.
    """
    panel, canvas = _panel(volume, editor, 1600, 1600)
    panel.set_crosshair((256, 256, 100))
    _settle(app)
    turned: list[float] = []
    late: list[float] = []
    ender = _AfterPaint(canvas, lambda: late.extend((time.perf_counter() - at) * 1e3 for at in _taken(turned)))
    began = time.perf_counter()
    sent = 0
    while sent < 180:
        if time.perf_counter() - began >= sent / 60:
            turned.append(time.perf_counter())
            _turn_wheel(app, canvas)
            sent += 1
        app.processEvents()
    _settle(app)
    canvas.removeEventFilter(ender)
    shown = ender.paints
    panel.close()
    panel.deleteLater()
    _settle(app)
    record = _record("viewer.scroll60", late)
    return {**record, "note": f"{shown} of {sent} turns painted by themselves"}


def _taken(waiting: list[float]) -> list[float]:
    taken = list(waiting)
    waiting.clear()
    return taken


class _AfterPaint(QObject):
    """Calls ``then`` after each paint event of a widget, once control is back in the event loop."""

    def __init__(self, widget: QWidget, then: Callable[[], None]) -> None:
        super().__init__()
        self.paints = 0
        self._then = then
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.paints += 1
            QTimer.singleShot(0, self._then)
        return False


def _memory_mb() -> float:
    return psutil.Process().memory_info().rss / 2**20


def _one(name: str, unit: str, value: float, note: str) -> dict[str, Any]:
    return {"name": name, "unit": unit, "p50": value, "p95": value, "max": value, "peer": None, "ratio_to_peer": None,
            "note": note}  # fmt: skip


def _against(name: str, times: list[float], peer: PeerTimes | str) -> dict[str, Any]:
    """The ratio is that of the 95th percentiles."""
    record = _record(name, times)
    if isinstance(peer, str):
        return {**record, "note": peer}
    p95 = float(np.percentile(peer.times, 95))
    return {**record, "peer": f"{peer.name} p95 {p95:.1f} ms", "ratio_to_peer": record["p95"] / p95, "note": None}


def _peer_frames(app: QApplication, volume: Volume, editor: MaskEditor, sizes: list[tuple[int, int]]) -> list[float]:
    """The first view changes its slice; in the others a line moves, as our crosshair does."""
    pg.setConfigOptions(imageAxisOrder="row-major")
    planes = [_peer_view(size) for size in sizes]
    fixed = [
        (volume.stored[:, 256], editor.mask.labels[:, 256]),
        (volume.stored[:, :, 256], editor.mask.labels[:, :, 256]),
    ]
    for (_, grey, overlay, _), (values, labels) in zip(planes[1:], fixed, strict=False):
        grey.setImage(values, autoLevels=False, levels=(-750, 750))
        overlay.setImage(labels, autoLevels=False, levels=(0, 1))

    def show(n: int) -> None:
        _, grey, overlay, _ = planes[0]
        grey.setImage(volume.stored[n], autoLevels=False, levels=(-750, 750))
        overlay.setImage(editor.mask.labels[n], autoLevels=False, levels=(0, 1))
        for _, _, _, line in planes[1:]:
            line.setValue(n)

    show(199)
    for view, *_ in planes:
        view.show()
    _settle(app)
    ports = [view.viewport() for view, *_ in planes]
    times = [_timed(app, ports, lambda n=n: show(n)) for n in range(200, 200 + _FRAMES)]
    for view, *_ in planes:
        view.close()
        view.deleteLater()
    _settle(app)
    return times


def _peer_view(size: tuple[int, int]) -> tuple[Any, Any, Any, Any]:
    view = pg.GraphicsView()
    box = pg.ViewBox(lockAspect=True, invertY=True)
    view.setCentralItem(box)
    grey, overlay, line = pg.ImageItem(), pg.ImageItem(), pg.InfiniteLine(angle=0)
    overlay.setLookupTable(np.array([[0, 0, 0, 0], [255, 140, 0, 102]], np.uint8))
    for item in (grey, overlay, line):
        box.addItem(item)
    view.resize(*size)
    return view, grey, overlay, line


def _dab_records(editor: MaskEditor) -> Iterator[dict[str, Any]]:
    """Dabs of a slanted stroke: a disc of 20 mm, and a sphere of 40 voxels' radius."""
    brush = tool("brush")
    for name, size, shape in (("mask.dab2d", 20.0, TipShape.DISC), ("mask.dab3d", 56.0, TipShape.SPHERE)):
        times = []
        editor.begin_gesture("bench")
        options = brush.options_type(size_mm=size, shape=shape)
        drag = brush.drag(editor, PointerSample((100.0, 100.0, 300.0), 2), options)
        next(drag)
        for n in range(_FRAMES):
            sample = PointerSample((100.0 + 2.5 * n, 100.0 + 2 * n, 300.0), 2, inverted=bool(n % 2))
            start = time.perf_counter()
            drag.send(sample)
            times.append((time.perf_counter() - start) * 1e3)
        start = time.perf_counter()
        editor.end_gesture()
        release = [(time.perf_counter() - start) * 1e3]
        yield _record(name, times)
        yield _record(f"{name}.release", release)


def _undo_times(editor: MaskEditor) -> list[float]:
    times = []
    for act in (editor.undo, editor.redo) * 10:
        start = time.perf_counter()
        act()
        times.append((time.perf_counter() - start) * 1e3)
    return times


def _record(
    name: str, times: list[float], peer: str | None = None, peer_times: list[float] | None = None
) -> dict[str, Any]:
    p50, p95 = (float(np.percentile(times, q)) for q in (50, 95))
    ratio = p50 / float(np.percentile(peer_times, 50)) if peer_times else None
    note = None if peer else "no peer does this"
    return {
        "name": name, "unit": "ms", "p50": p50, "p95": p95, "max": max(times), "peer": peer, "ratio_to_peer": ratio,
        "note": note,
    }  # fmt: skip


def _settle(app: QApplication) -> None:
    for _ in range(3):
        app.processEvents()
