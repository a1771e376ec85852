"""Where a NIfTI image lies, from a header that may contradict itself (nifti1.h, "3D image orientation")."""

from __future__ import annotations

from typing import Any

import numpy as np
from nibabel.spatialimages import HeaderDataError
from numpy.typing import NDArray

from medcrypt_gui.adapters.images.geometry_notes import not_oriented, shape_notes
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.language import tr

_DISAGREE_VOXELS = 0.5
_UNIT_BITS = 7
_MILLIMETRES = {1: 1000.0, 3: 0.001}  # NIFTI_UNITS_METER, NIFTI_UNITS_MICRON

_LEAST_SIZE = 1e-3


def geometry_of(raw: Any, shape: tuple[int, int, int]) -> tuple[Geometry, tuple[str, ...]]:
    """The sform, else the qform, else only the voxel sizes; and what is to be said about it.

    ``raw`` is a nibabel header, ``shape`` ``(Z, Y, X)``. Lengths in metres or microns become millimetres.
    """
    notes: tuple[str, ...] = ()
    if (np.asarray(raw["pixdim"][1:4], float) < 0).any():
        notes = (tr("The header gives negative voxel sizes; they are taken as positive."),)
    unit = _MILLIMETRES.get(int(raw["xyzt_units"]) & _UNIT_BITS, 1.0)
    sform, qform = _sform(raw, unit), _qform(raw, unit)
    affine = sform if sform is not None else qform
    if affine is None:
        sizes = _sizes(raw) * unit
        plain = np.diag([-sizes[0], sizes[1], sizes[2], 1.0])
        plain[:3, 3] = -plain[:3, :3] @ (np.array(shape[::-1]) - 1) / 2
        return Geometry.from_ras(shape, plain, oriented=False), (not_oriented(), *notes)
    geometry = Geometry.from_ras(shape, affine)
    notes = (*shape_notes(geometry), *notes)
    if sform is not None and qform is not None:
        other = Geometry.from_ras(shape, qform)
        if not geometry.same_grid(other, _DISAGREE_VOXELS * min(geometry.spacing_mm)):
            text = tr("The file gives two orientations (sform and qform) that disagree; the sform is used.")
            notes = (text, *notes)
    return geometry, notes


def _sizes(raw: Any) -> NDArray[np.float64]:
    """The voxel sizes; 1 for those that are none, or smaller than any scanner resolves."""
    sizes = np.abs(np.asarray(raw["pixdim"][1:4], np.float64))
    return np.where(np.isfinite(sizes) & (sizes > _LEAST_SIZE), sizes, 1.0)


def _sform(raw: Any, unit: float) -> NDArray[np.float64] | None:
    return _usable(np.asarray(raw.get_sform(), np.float64), unit) if int(raw["sform_code"]) > 0 else None


def _qform(raw: Any, unit: float) -> NDArray[np.float64] | None:
    """With sizes made positive, and a handedness (qfac) that is neither 1 nor -1 taken by its sign."""
    if int(raw["qform_code"]) <= 0:
        return None
    mended = raw.copy()
    mended["pixdim"][0] = -1.0 if float(raw["pixdim"][0]) < 0 else 1.0
    mended["pixdim"][1:4] = _sizes(raw)
    try:
        return _usable(np.asarray(mended.get_qform(), np.float64), unit)
    except (HeaderDataError, ValueError, np.linalg.LinAlgError):
        return None


def _usable(affine: NDArray[np.float64], unit: float) -> NDArray[np.float64] | None:
    in_mm = np.diag([unit, unit, unit, 1.0]) @ affine
    if not np.isfinite(affine).all() or abs(np.linalg.det(in_mm[:3, :3])) <= 1e-9:
        return None
    return in_mm
