"""Pictures of surfaces by the processor alone: the same on every computer, whatever its graphics driver."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType

import cv2
import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.errors import UnsupportedInputError
from medcrypt_gui.core.imaging.camera import Camera
from medcrypt_gui.core.imaging.label_look import Colour
from medcrypt_gui.core.imaging.surface import Surface
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.task import TaskContext

_NOWHERE = np.float32(-np.inf)
_AMBIENT, _DIFFUSE, _GLOSS, _DIMMED = 0.16, 0.84, 0.10, 0.45


@dataclass(frozen=True, eq=False)
class Layer:
    """One surface in its colour (0 to 255); ``opacity`` 1 hides what is behind."""

    surface: Surface
    colour: Colour
    opacity: float = 1.0


@dataclass(frozen=True, eq=False)
class SurfacePicture:
    """What `render` makes.

    ``rgb`` is (H, W, 3) uint8. ``nearness`` (H, W) float32 is how far towards the viewer the surface seen at a pixel
    lies, in mm from the camera's centre: of what is opaque where there is some, else of the nearest veil; -inf where
    nothing is seen.
    """

    rgb: NDArray[np.uint8]
    nearness: NDArray[np.float32]
    camera: Camera

    def place_at(self, column: int, row: int) -> NDArray[np.float64] | None:
        """The patient place (LPS mm) that is seen at a pixel; None beside the surfaces."""
        height, width = self.nearness.shape
        if not (0 <= column < width and 0 <= row < height and np.isfinite(self.nearness[row, column])):
            return None
        return self.camera.to_mm(column, row, float(self.nearness[row, column]), width, height)


def render(
    layers: Sequence[Layer],
    camera: Camera,
    width: int,
    height: int,
    background: Colour = (0, 0, 0),
    sampling: float = 1.0,
) -> SurfacePicture:
    """The picture, ``width`` times ``height`` pixels, drawn with ``sampling`` times as many each way (2 is smooth).

    Opaque layers come first; then each veil is laid over what lies behind it. Loads the kernel if `load` did not.
    """
    kernels = _kernels()
    columns, rows = max(round(width * sampling), 1), max(round(height * sampling), 1)
    picture = np.empty((rows, columns, 3), np.float32)
    picture[:] = background
    opaque = np.full((rows, columns), _NOWHERE, np.float32)
    nearest = opaque.copy()
    for layer in sorted(layers, key=lambda one: -one.opacity):
        depth = opaque if layer.opacity >= 1.0 else opaque.copy()
        _draw(kernels, layer, camera, depth, picture)
        np.maximum(nearest, depth, out=nearest)
    seen = np.where(np.isfinite(opaque), opaque, nearest)
    rgb = np.asarray(cv2.convertScaleAbs(picture), np.uint8)
    if (rows, columns) != (height, width):
        # Averages when it shrinks; a rough picture, on the other hand, is enlarged smoothly.
        how = cv2.INTER_AREA if sampling > 1 else cv2.INTER_LINEAR
        rgb = np.asarray(cv2.resize(rgb, (width, height), interpolation=how), np.uint8)
        seen = np.asarray(cv2.resize(seen, (width, height), interpolation=cv2.INTER_NEAREST), np.float32)
    return SurfacePicture(rgb, seen, camera)


def _draw(
    kernels: ModuleType,
    layer: Layer,
    camera: Camera,
    depth: NDArray[np.float32],
    picture: NDArray[np.float32],
) -> None:
    rows, columns = depth.shape
    surface = layer.surface
    rotation = camera.rotation.astype(np.float32)
    points = _in_picture(surface.vertices, camera, columns, rows)
    normals = np.ascontiguousarray(surface.normals @ rotation.T)
    seen = np.full(depth.shape, -1, np.int32)
    kernels.cover(points, surface.faces, depth, seen)
    radius = camera.radius_mm
    colour = np.array([*layer.colour, min(layer.opacity, 1.0)], np.float32)
    light = np.array([_AMBIENT, _DIFFUSE, _GLOSS, -radius, 0.5 / radius, _DIMMED], np.float32)
    kernels.shade(points, normals, surface.faces, seen, depth, colour, light, picture)


def _in_picture(vertices: NDArray[np.float32], camera: Camera, width: int, height: int) -> NDArray[np.float32]:
    """`Camera.to_picture` of many places at once, in single precision."""
    scale = camera.pixels_per_mm(width, height)
    stretch = np.array([scale, -scale, 1.0])
    turn = (camera.rotation * stretch[:, None]).astype(np.float32)
    shift = np.array([(width - 1) / 2, (height - 1) / 2, 0.0]) + stretch * (*camera.pan_mm, 0.0)
    near = (vertices - camera.centre_mm.astype(np.float32)) @ turn.T + shift.astype(np.float32)
    return np.ascontiguousarray(near, dtype=np.float32)


# The kernels are compiled the first time on a machine, which takes seconds, and loaded in half of one later.

_loading = threading.Lock()
_loaded: list[ModuleType] = []


def load(task: TaskContext) -> None:
    """Make the next `render` quick. Raises `UnsupportedInputError` where this computer cannot; can be cancelled."""
    thread = threading.Thread(target=_try_to_load, name="surface-kernels", daemon=True)
    thread.start()
    while thread.is_alive():
        task.checkpoint()
        thread.join(0.05)
    _kernels()


def _try_to_load() -> None:
    try:
        _kernels()
    except UnsupportedInputError:
        return  # whoever waits asks again, and is told then


def _kernels() -> ModuleType:
    with _loading:
        if not _loaded:
            try:
                from medcrypt_gui.core.imaging.kernels import rasterise
            except (ImportError, OSError) as error:
                raise UnsupportedInputError(tr("surfaces need numba, which does not work here")) from error
            _loaded.append(rasterise)
        return _loaded[0]
