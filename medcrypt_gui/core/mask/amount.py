"""How large a region is, in words."""

from __future__ import annotations

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.language import grouped, tr, trn

_FINE_ML = 10


def has_volume(geometry: Geometry) -> bool:
    """Whether millilitres mean anything: not in pictures, nor where nobody knows how large a pixel is."""
    return geometry.calibrated and geometry.shape[0] > 1


def amount_text(voxels: int, geometry: Geometry) -> str:
    """Millilitres, of little ones in finer steps, so that none reads as nothing; else how many voxels or pixels."""
    if has_volume(geometry):
        ml = voxels * geometry.voxel_volume_ml
        return f"{grouped(ml, 1 if ml == 0 or ml >= 1 else 3)} ml"
    if geometry.shape[0] == 1:
        return trn("{number} pixel", "{number} pixels", voxels, number=grouped(voxels))
    return trn("{number} voxel", "{number} voxels", voxels, number=grouped(voxels))


def amount_short(voxels: int, geometry: Geometry) -> str:
    """As `amount_text`, where there is little room."""
    if not voxels:
        return tr("empty")
    if not has_volume(geometry):
        return grouped(voxels) + (" px" if geometry.shape[0] == 1 else "")
    ml = voxels * geometry.voxel_volume_ml
    return f"{grouped(ml, 2 if ml < _FINE_ML else 1)} ml"


def length_unit(geometry: Geometry) -> str:
    """What one unit of the grid's spacing is."""
    return "mm" if geometry.calibrated else "px"
