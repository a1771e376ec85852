"""Arrays for voxels: in memory while there is plenty, else paged from a file that has no name.

The file is unlinked at once (POSIX) or deleted with its last handle (Windows), so no file of a patient's stays on the
disk after the program ends, even when it is killed (docs/decisions/0006-paging.md).
"""

from __future__ import annotations

import math
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import DTypeLike, NDArray

from medcrypt_gui.core.errors import UnsupportedInputError
from medcrypt_gui.core.language import tr

_SHARE = 0.5  # of the memory that is free, for the voxels and what is made of them
_RESERVE = 1 << 31  # bytes to be left to others on the disk
_ZEROS = bytes(1 << 22)


def free_memory() -> int:
    """Bytes that can be used without the system starting to swap."""
    import psutil  # not needed before something is opened

    return int(psutil.virtual_memory().available)


def paging_folder() -> Path:
    """Where temporary files lie on a disk: on Linux the usual place for them is often memory itself."""
    lasting = Path("/var/tmp")
    return lasting if os.name == "posix" and os.access(lasting, os.W_OK) else Path(tempfile.gettempdir())


@dataclass(frozen=True)
class Allocator:
    """Makes zeroed arrays; ``available`` says how many bytes are free, ``share`` how much of them may be taken."""

    available: Callable[[], int] = free_memory
    share: float = _SHARE
    folder: Callable[[], Path] = paging_folder

    def zeros(self, shape: tuple[int, ...], dtype: DTypeLike, beside: int = 0) -> NDArray[np.generic]:
        """An array of zeros, which will stand beside ``beside`` further bytes (mask, colours).

        Raises `UnsupportedInputError` when neither memory nor disk has the room.
        """
        kind = np.dtype(dtype)
        needed = math.prod(shape) * kind.itemsize
        if needed + beside <= self.share * self.available():
            try:
                return np.zeros(shape, kind)
            except MemoryError:
                pass  # address space or a limit of the process: the disk may still do
        return self._paged(shape, kind, needed)

    def _paged(self, shape: tuple[int, ...], kind: np.dtype[np.generic], needed: int) -> NDArray[np.generic]:
        folder = self.folder()
        try:
            if shutil.disk_usage(folder).free < needed + _RESERVE:
                raise _no_room(needed)
            with tempfile.TemporaryFile(prefix="medcrypt-", dir=folder) as file:
                _reserve(file, needed)
                # A plain array: the mapping is kept by it, and ends with it.
                return np.asarray(np.memmap(file, kind, "r+", shape=shape))
        except (OSError, ValueError, MemoryError, OverflowError) as exc:
            raise _no_room(needed) from exc


def voxel_arrays(
    shape: tuple[int, int, int], dtype: DTypeLike, allocator: Allocator, *, colour: bool = False, graphics: bool = False
) -> tuple[NDArray[np.generic], NDArray[np.uint8] | None, NDArray[np.uint8] | None]:
    """Zeroed voxels ``shape``, of a coloured image ``(*shape, 3)`` colours, and graphics ``shape`` where there are any.

    There is room for a mask beside them.
    """
    mask = math.prod(shape)
    stored = allocator.zeros(shape, dtype, beside=mask * (1 + 3 * colour + graphics))
    rgb = allocator.zeros((*shape, 3), np.uint8, beside=stored.nbytes + mask * (1 + graphics)) if colour else None
    drawn = allocator.zeros(shape, np.uint8, beside=stored.nbytes + mask * (1 + 3 * colour)) if graphics else None
    return stored, None if rgb is None else np.asarray(rgb, np.uint8), None if drawn is None else drawn.view(np.uint8)


def is_paged(array: NDArray[np.generic]) -> bool:
    """Whether an array of an `Allocator` lies on the disk."""
    return isinstance(array.base, np.memmap)


def _reserve(file: IO[bytes], size: int) -> None:
    """Give the file its blocks now: a mapping whose disk turns out to be full ends the whole program."""
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(file.fileno(), 0, size)
    elif sys.platform == "win32":
        file.truncate(size)
    else:
        for start in range(0, size, len(_ZEROS)):
            file.write(_ZEROS[: size - start])
        file.flush()


def _no_room(needed: int) -> UnsupportedInputError:
    size = f"{needed / 1e9:.1f}"
    return UnsupportedInputError(
        tr("the series needs {size} GB, more than is free in memory and on the disk for temporary files", size=size)
    )
