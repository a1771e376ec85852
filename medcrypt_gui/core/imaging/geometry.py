"""Where voxels lie in the patient: the one geometry object that images, masks, views and exports share.

Arrays are ``(Z, Y, X)``: slice, row, column. An *index* is ``(x, y, z)``: column, row, slice, in voxels, integer at
voxel centres. Millimetres are DICOM patient coordinates, LPS: +x towards the patient's left, +y posterior, +z superior.
NIfTI's RAS differs by the sign of x and y; it is converted in the adapters only.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

_RAS_FROM_LPS = np.diag([-1.0, -1.0, 1.0, 1.0])
_LETTERS = (("R", "L"), ("A", "P"), ("I", "S"))  # negative end, positive end of each LPS axis


@dataclass(frozen=True, eq=False)
class Geometry:
    """The grid of an image.

    ``shape`` is ``(Z, Y, X)``. ``affine_lps`` is 4x4 float64 and maps index ``(x, y, z, 1)`` to LPS millimetres.
    ``oriented`` is false when the file does not say how the grid lies in the patient: no letters are shown then.
    ``calibrated`` is false when it does not say how large a pixel is: lengths are in pixels then, whatever 1 mm stands
    in the affine.
    """

    shape: tuple[int, int, int]
    affine_lps: NDArray[np.float64]
    oriented: bool = True
    calibrated: bool = True
    _inverse: NDArray[np.float64] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        affine = np.array(self.affine_lps, dtype=np.float64)
        if affine.shape != (4, 4) or not np.isfinite(affine).all():
            raise ValueError("the affine must be a finite 4x4 matrix")
        if len(self.shape) != 3 or min(self.shape) < 1:
            raise ValueError(f"the shape must be three positive sizes, not {self.shape}")
        if abs(np.linalg.det(affine[:3, :3])) < 1e-12:
            raise ValueError("the affine is singular")
        affine.setflags(write=False)
        object.__setattr__(self, "affine_lps", affine)
        object.__setattr__(self, "shape", tuple(int(n) for n in self.shape))
        object.__setattr__(self, "_inverse", np.linalg.inv(affine))

    @classmethod
    def from_ras(cls, shape: tuple[int, int, int], affine_ras: NDArray[np.float64], oriented: bool = True) -> Geometry:
        """From a NIfTI affine (index to RAS mm)."""
        return cls(shape, _RAS_FROM_LPS @ np.asarray(affine_ras, dtype=np.float64), oriented)

    @property
    def affine_ras(self) -> NDArray[np.float64]:
        """The affine as NIfTI has it (index to RAS mm)."""
        return _RAS_FROM_LPS @ self.affine_lps

    @property
    def spacing_mm(self) -> tuple[float, float, float]:
        """Voxel size along x (columns), y (rows), z (slices)."""
        sx, sy, sz = np.linalg.norm(self.affine_lps[:3, :3], axis=0)
        return float(sx), float(sy), float(sz)

    @property
    def slice_distance_mm(self) -> tuple[float, float, float]:
        """How far apart the slices across x, y and z are, at right angles to them: less than the spacing in a shear."""
        dx, dy, dz = 1.0 / np.linalg.norm(self._inverse[:3, :3], axis=1)
        return float(dx), float(dy), float(dz)

    @property
    def voxel_volume_ml(self) -> float:
        return float(abs(np.linalg.det(self.affine_lps[:3, :3]))) / 1000.0

    def to_mm(self, index_xyz: NDArray[np.float64] | tuple[float, float, float]) -> NDArray[np.float64]:
        """LPS millimetres of ``(..., 3)`` indices."""
        index = np.asarray(index_xyz, dtype=np.float64)
        return index @ self.affine_lps[:3, :3].T + self.affine_lps[:3, 3]

    def to_index(self, mm_lps: NDArray[np.float64] | tuple[float, float, float]) -> NDArray[np.float64]:
        """Fractional indices ``(..., 3)`` of LPS millimetres."""
        mm = np.asarray(mm_lps, dtype=np.float64)
        return mm @ self._inverse[:3, :3].T + self._inverse[:3, 3]

    def slice_alone(self, z: int) -> Geometry:
        """The grid of slice ``z`` by itself, where it lies."""
        affine = self.affine_lps.copy()
        affine[:3, 3] = self.to_mm((0.0, 0.0, float(z)))
        return Geometry((1, *self.shape[1:]), affine, self.oriented, self.calibrated)

    def patient_axes(self) -> tuple[tuple[int, int], tuple[int, int], tuple[int, int]]:
        """For each patient axis L, P, S: ``(index axis that runs closest along it, +1 or -1)``; a permutation."""
        directions = self.affine_lps[:3, :3] / np.linalg.norm(self.affine_lps[:3, :3], axis=0)
        strength = np.abs(directions)
        result: list[tuple[int, int]] = [(0, 1)] * 3
        for _ in range(3):
            patient, index = np.unravel_index(int(np.argmax(strength)), strength.shape)
            result[patient] = (int(index), 1 if directions[patient, index] > 0 else -1)
            strength[patient, :] = -1.0
            strength[:, index] = -1.0
        return result[0], result[1], result[2]

    def same_grid(self, other: Geometry, tolerance_mm: float = 0.01) -> bool:
        """Whether every voxel of both lies at the same place, to within ``tolerance_mm`` at the corners."""
        if self.shape != other.shape:
            return False
        z, y, x = self.shape
        corners = np.array([[i, j, k] for i in (0, x - 1) for j in (0, y - 1) for k in (0, z - 1)], dtype=np.float64)
        return bool(np.abs(self.to_mm(corners) - other.to_mm(corners)).max() <= tolerance_mm)


def direction_letters(direction_lps: NDArray[np.float64]) -> str:
    """The letters of the patient side that a direction points to: two when it is oblique by more than 20 degrees."""
    direction = np.asarray(direction_lps, dtype=np.float64)
    direction = direction / np.linalg.norm(direction)
    order = np.argsort(-np.abs(direction))
    letters = ""
    for axis in order[:2]:
        if abs(direction[axis]) > 0.35 or not letters:
            letters += _LETTERS[axis][1 if direction[axis] > 0 else 0]
    return letters
