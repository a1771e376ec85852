"""NRRD, MetaImage and MGH files, written by SimpleITK and nibabel, and the readers for them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import SimpleITK
from numpy.typing import NDArray

from medcrypt_gui.adapters.images import meta_image, mgh, nrrd
from medcrypt_gui.adapters.images.raw_reader import RawReader
from medcrypt_gui.core.imaging.series import ImageFormat

READERS = {
    ".nrrd": RawReader(ImageFormat.NRRD, nrrd.recognises, nrrd.read_header),
    ".nhdr": RawReader(ImageFormat.NRRD, nrrd.recognises, nrrd.read_header),
    ".mha": RawReader(ImageFormat.META_IMAGE, meta_image.recognises, meta_image.read_header),
    ".mhd": RawReader(ImageFormat.META_IMAGE, meta_image.recognises, meta_image.read_header),
    ".mgh": RawReader(ImageFormat.MGH, mgh.recognises, mgh.read_header),
    ".mgz": RawReader(ImageFormat.MGH, mgh.recognises, mgh.read_header),
}
_TURN, _TILT = np.deg2rad(20.0), np.deg2rad(35.0)
OBLIQUE = np.array(
    [[np.cos(_TURN), -np.sin(_TURN), 0.0], [np.sin(_TURN), np.cos(_TURN), 0.0], [0.0, 0.0, 1.0]]
) @ np.array([[1.0, 0.0, 0.0], [0.0, np.cos(_TILT), -np.sin(_TILT)], [0.0, np.sin(_TILT), np.cos(_TILT)]])


def voxels(dtype: Any = np.int16, shape: tuple[int, ...] = (5, 7, 9), seed: int = 1) -> NDArray[Any]:
    """Values over the whole range of the type, all different from their neighbours."""
    random = np.random.default_rng(seed)
    kind = np.dtype(dtype)
    if kind.kind == "f":
        return random.normal(scale=1e3, size=shape).astype(kind)
    limits = np.iinfo(kind)
    return random.integers(limits.min, limits.max, size=shape, dtype=kind, endpoint=True)


def write_with_itk(
    path: Path,
    array: NDArray[Any],
    *,
    vector: bool = False,
    compressed: bool = False,
    direction: NDArray[np.float64] = OBLIQUE,
) -> SimpleITK.Image:
    """Write ``array`` (slowest axis first); three axes in space get an oblique geometry."""
    image = SimpleITK.GetImageFromArray(array, isVector=vector)
    if image.GetDimension() == 3:
        image.SetDirection(direction.ravel().tolist())
        image.SetSpacing((0.7, 1.3, 2.5))
        image.SetOrigin((-11.0, 22.5, 33.25))
    SimpleITK.WriteImage(image, str(path), useCompression=compressed)
    return image


def affine_of(image: SimpleITK.Image) -> NDArray[np.float64]:
    """Index to LPS mm, as SimpleITK has it."""
    affine = np.eye(4)
    affine[:3, :3] = np.reshape(image.GetDirection(), (3, 3)) * image.GetSpacing()
    affine[:3, 3] = image.GetOrigin()
    return affine


def write_mgh(path: Path, array: NDArray[Any], affine_ras: NDArray[np.float64]) -> Path:
    """``array`` is ``(Z, Y, X)`` or ``(T, Z, Y, X)``."""
    nibabel.save(nibabel.MGHImage(array.transpose(), affine_ras), path)
    return path
