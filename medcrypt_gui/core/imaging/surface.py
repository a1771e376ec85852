"""The surface where the values of an image cross a level: triangles in patient millimetres with smooth normals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.task import TaskContext

MOST_VOXELS = 200  # along an axis: more makes triangles smaller than a pixel
_SLAB = 16  # slices that are searched at a time: scikit-image holds the interpreter lock meanwhile
_NORMAL_SIGMA = 1.2  # voxels: smooths the light, not the shape


@dataclass(frozen=True, eq=False)
class Surface:
    """Triangles: ``vertices`` (N, 3) float32 LPS mm, ``faces`` (M, 3) int32, ``normals`` (N, 3) float32 unit vectors.

    Normals point outwards, and so does the right-hand normal of every face's corners.
    """

    vertices: NDArray[np.float32]
    faces: NDArray[np.int32]
    normals: NDArray[np.float32]

    def __post_init__(self) -> None:
        if self.vertices.shape != self.normals.shape or self.vertices.shape[1:] != (3,) or self.faces.shape[1:] != (3,):
            raise ValueError("a surface is vertices (N, 3), normals (N, 3) and faces (M, 3)")

    @property
    def area_mm2(self) -> float:
        return float(np.linalg.norm(self._doubled_normals(), axis=1).sum() / 2)

    @property
    def volume_ml(self) -> float:
        """What a closed surface encloses (by the divergence theorem); negative where its faces look inwards."""
        corners = self.vertices[self.faces[:, 0]].astype(np.float64)
        return float(np.einsum("ij,ij->", corners, self._doubled_normals()) / 6 / 1000.0)

    def _doubled_normals(self) -> NDArray[np.float64]:
        a, b, c = (self.vertices[self.faces[:, corner]].astype(np.float64) for corner in range(3))
        return np.asarray(np.cross(b - a, c - a), dtype=np.float64)


def surface_of(
    field: NDArray[np.float32], level: float, outside: float, geometry: Geometry, task: TaskContext
) -> Surface | None:
    """The closed surface around where ``field`` (Z, Y, X), which lies on ``geometry``, exceeds ``level``.

    None where nothing does. Beyond its edge the image counts as ``outside``, which lies below the level, so that a
    body that the image cuts off is closed there.
    """
    padded = np.pad(field, 1, constant_values=np.float32(outside))
    places, faces = _marched(padded, level, task)
    if not len(faces):
        return None
    task.progress(0.7, "")
    slopes = _slopes(padded, places, task)
    affine = geometry.affine_lps[:3, :3]
    index = places[:, ::-1].astype(np.float64) - 1.0
    # A gradient is a covector: in a sheared or anisotropic grid it goes over by the inverse transposed.
    normals = -(slopes[:, ::-1] @ np.linalg.inv(affine))
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
    # A grid that is a mirror image of the patient turns the faces inside out.
    turned = faces if np.linalg.det(affine) > 0 else faces[:, ::-1]
    return Surface(
        np.ascontiguousarray(geometry.to_mm(index), dtype=np.float32),
        np.ascontiguousarray(turned, dtype=np.int32),
        np.ascontiguousarray(normals, dtype=np.float32),
    )


def smoothed(field: NDArray[np.float32], sigma: float) -> NDArray[np.float32]:
    """``field`` averaged over its neighbours by a Gaussian of so many voxels, cut off at twice that."""
    return np.asarray(ndimage.gaussian_filter(field, sigma, mode="nearest", truncate=2.0), dtype=np.float32)


def _marched(
    padded: NDArray[np.float32], level: float, task: TaskContext
) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """Vertices (N, 3) as places (z, y, x) in ``padded``, and faces.

    Slabs share their border slices; the vertices that both have there are not joined, which nobody sees because normals
    come from the image.
    """
    from skimage.measure import marching_cubes  # takes its time to import

    all_places, all_faces, count = [np.zeros((0, 3), np.float32)], [np.zeros((0, 3), np.int32)], 0
    for start in range(0, padded.shape[0] - 1, _SLAB):
        task.progress(0.7 * start / padded.shape[0], "")
        slab = padded[start : start + _SLAB + 1]
        if not slab.min() <= level < slab.max():
            continue
        places, faces, _, _ = marching_cubes(  # type: ignore[no-untyped-call]
            slab, level, gradient_direction="descent", allow_degenerate=False
        )
        places[:, 0] += start
        all_places.append(places)
        all_faces.append(faces + np.int32(count))
        count += len(places)
    return np.concatenate(all_places), np.concatenate(all_faces)


def _slopes(padded: NDArray[np.float32], places: NDArray[np.float32], task: TaskContext) -> NDArray[np.float64]:
    """The gradient (along z, y, x; per voxel) of the smoothed image at each place."""
    smooth = smoothed(padded, _NORMAL_SIGMA)
    slopes = np.empty(places.shape, np.float64)
    for axis in range(3):
        task.progress(0.75 + 0.08 * axis, "")
        step = np.zeros((3, 1), np.float32)
        step[axis] = 1.0
        ahead, behind = (
            ndimage.map_coordinates(smooth, places.T + sign * step, order=1, mode="nearest") for sign in (1, -1)
        )
        slopes[:, axis] = ahead - behind
    return slopes
