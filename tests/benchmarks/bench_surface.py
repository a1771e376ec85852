"""How soon the surfaces of a 512x512x600 CT are there, how long that keeps Python busy, and how quickly they turn.

``surface.build`` is the skin, from stored values to triangles; ``surface.mask`` the mask's surface, half the volume
full. Their peer is scikit-image's marching cubes on the same voxels, unreduced, alone. ``surface.gap`` is how long the
window's thread was kept waiting at a time while the skin was built. ``surface.turn`` is one mouse move to the end of
the paint event it causes, in a view of 800x800 pixels with skin and mask; ``surface.rest`` the fine picture once it
stands still. Their peer, where it is installed, is VTK drawing the same triangles, by Mesa where there is no GPU.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.render_surface import load
from medcrypt_gui.core.imaging.surface import Surface
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.mask.editor import MaskEditor
from medcrypt_gui.core.mask.mask_surface import mask_surfaces
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.segmentation.skin import skin
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.ui.jobs import JobRunner
from medcrypt_gui.ui.viewer.extra_views import Extra
from medcrypt_gui.ui.viewer.surface_view import SurfaceView
from medcrypt_gui.ui.viewer.viewer_panel import ViewerPanel

_SHAPE, _SPACING = (600, 512, 512), np.diag([0.8, 0.8, 0.8, 1.0])
_SIDE, _MOVES, _BUILDS = 800, 120, 3


def run() -> list[dict[str, Any]]:
    app = QApplication.instance() or QApplication([])
    load(TaskContext())
    volume, labels = _subject()
    gaps: list[float] = []
    builds = [_watched(lambda: skin(volume, "CT", TaskContext()), gaps) for _ in range(_BUILDS)]
    masks = [_ms(lambda: mask_surfaces(labels, volume.geometry, TaskContext())) for _ in range(_BUILDS)]
    peer = _scikit_image(volume)
    turns, rests, surfaces = _turns(app, volume, labels)
    triangles = sum(len(surface.faces) for surface in surfaces)
    vtk = _vtk(surfaces)
    turning = f"VTK, {triangles} triangles" if vtk else None
    return [
        _record("surface.build", builds, "scikit-image marching cubes, unreduced", peer),
        _record("surface.mask", masks, "scikit-image marching cubes, unreduced", peer),
        _record("surface.gap", gaps, note="how long the window's thread waits at a time"),
        _record("surface.turn", turns, turning, vtk, f"{triangles} triangles; VTK is not installed"),
        _record("surface.rest", rests, turning, vtk, f"{triangles} triangles; VTK is not installed"),
    ]


def _subject() -> tuple[Volume, np.ndarray]:
    """A body of elliptical slices with folds and lungs on a table; a mask of half the volume with a ragged border."""
    rng = np.random.default_rng(7)
    z, y, x = (np.linspace(-1, 1, n, dtype=np.float32) for n in _SHAPE)
    noise = rng.normal(0, 15, _SHAPE[1:]).astype(np.float32)
    stored = np.empty(_SHAPE, np.int16)
    labels = np.zeros(_SHAPE, np.uint8)
    angle = np.arctan2(y[:, None], x[None, :])
    squared = (x / 0.85)[None, :] ** 2 + (y / 0.6)[:, None] ** 2
    for n in range(_SHAPE[0]):
        folds = 1 + 0.03 * np.sin(9 * angle + 12 * z[n]) + 0.05 * np.cos(20 * z[n])
        plane = np.where(squared < folds, 40.0, -1000.0)
        plane[squared < 0.25 * (1 - z[n] ** 2)] = -800.0
        plane[430:436, 40:470] = 100.0
        stored[n] = plane + np.roll(noise, 7 * n, axis=1)
        labels[n] = squared < 0.9 * folds
    return Volume(stored, Geometry(_SHAPE, _SPACING), unit="HU"), labels


def _watched(work: Callable[[], object], gaps: list[float]) -> float:
    """Milliseconds that ``work`` takes in another thread; ``gaps`` gets each wait of this one beyond a millisecond."""
    thread = threading.Thread(target=work)
    began = last = time.perf_counter()
    thread.start()
    while thread.is_alive():
        time.sleep(0.001)
        now = time.perf_counter()
        gaps.append((now - last) * 1e3)
        last = now
    return (time.perf_counter() - began) * 1e3


def _scikit_image(volume: Volume) -> list[float]:
    from skimage.measure import marching_cubes

    field = volume.stored.astype(np.float32)
    return [_ms(lambda: marching_cubes(field, -400.0))]


def _turns(
    app: QApplication, volume: Volume, labels: np.ndarray
) -> tuple[list[float], list[float], tuple[Surface, ...]]:
    jobs = JobRunner()
    panel = ViewerPanel(jobs=jobs)
    panel.resize(2 * _SIDE + 2, 2 * _SIDE + 2)
    panel.set_volume(volume)
    panel.set_editor(MaskEditor(RoiMask(labels, volume.geometry)))
    panel.show_extra(Extra.SURFACE)
    panel.show()
    view = panel.findChild(SurfaceView)
    assert view is not None
    while not jobs.idle or view.builder.skin is None or not view.builder.masks:
        app.processEvents()
    for canvas in panel.canvases:
        canvas.hide()  # the surface alone is measured
    view.resize(_SIDE, _SIDE)
    app.processEvents()
    _mouse(view, QEvent.Type.MouseButtonPress, 100.0)
    turns = [_painted(view, lambda n=n: _mouse(view, QEvent.Type.MouseMove, 110.0 + 3 * n)) for n in range(_MOVES)]
    rests = []
    for n in range(10):
        _painted(view, lambda n=n: _mouse(view, QEvent.Type.MouseMove, 500.0 - 3 * n))
        rests.append(_painted(view, view.come_to_rest))
    surfaces = tuple(layer.surface for layer in view.layers)
    _mouse(view, QEvent.Type.MouseButtonRelease, 470.0)
    panel.close()
    panel.deleteLater()
    jobs.shut_down()
    app.processEvents()
    return turns, rests, surfaces


def _mouse(view: SurfaceView, kind: QEvent.Type, x: float) -> None:
    button = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
    at = QPointF(x, 300.0)
    pressed = Qt.MouseButton.LeftButton
    event = QMouseEvent(kind, at, view.mapToGlobal(at), button, pressed, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(view, event)


def _painted(view: SurfaceView, act: Callable[[], None]) -> float:
    """Milliseconds of ``act`` and of the paint event that it causes."""
    began = time.perf_counter()
    act()
    view.repaint()
    return (time.perf_counter() - began) * 1e3


def _vtk(surfaces: tuple[Surface, ...]) -> list[float] | None:
    """One turn and one picture by VTK of the same triangles, in ms; None where it is not installed."""
    try:
        from vtkmodules import vtkRenderingOpenGL2  # noqa: F401
        from vtkmodules.util.numpy_support import numpy_to_vtk, numpy_to_vtkIdTypeArray
        from vtkmodules.vtkCommonCore import vtkPoints
        from vtkmodules.vtkCommonDataModel import vtkCellArray, vtkPolyData
        from vtkmodules.vtkRenderingCore import vtkActor, vtkPolyDataMapper, vtkRenderer, vtkRenderWindow
    except ImportError:
        return None
    renderer = vtkRenderer()
    for place, surface in enumerate(surfaces):
        points, cells, data = vtkPoints(), vtkCellArray(), vtkPolyData()
        points.SetData(numpy_to_vtk(surface.vertices, deep=True))
        cells.SetData(3, numpy_to_vtkIdTypeArray(surface.faces.ravel().astype(np.int64), deep=True))
        data.SetPoints(points)
        data.SetPolys(cells)
        data.GetPointData().SetNormals(numpy_to_vtk(surface.normals, deep=True))
        mapper, actor = vtkPolyDataMapper(), vtkActor()
        mapper.SetInputData(data)
        actor.SetMapper(mapper)
        actor.GetProperty().SetOpacity(0.32 if place else 1.0)
        renderer.AddActor(actor)
    window = vtkRenderWindow()
    window.SetOffScreenRendering(1)
    window.SetMultiSamples(0)
    window.SetSize(_SIDE, _SIDE)
    window.AddRenderer(renderer)
    window.Render()

    def turn() -> None:
        renderer.GetActiveCamera().Azimuth(1.0)
        window.Render()
        window.WaitForCompletion()

    return [_ms(turn) for _ in range(10)]


def _ms(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1e3


def _record(
    name: str,
    times: list[float],
    peer: str | None = None,
    peer_times: list[float] | None = None,
    note: str | None = None,
) -> dict[str, Any]:
    p50, p95 = (float(np.percentile(times, q)) for q in (50, 95))
    return {
        "name": name,
        "unit": "ms",
        "p50": p50,
        "p95": p95,
        "max": max(times),
        "peer": peer,
        "ratio_to_peer": p50 / float(np.median(peer_times)) if peer_times else None,
        "note": None if peer else note,
    }
