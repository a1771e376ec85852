"""Slices across the last axis of an array, which lie scattered in memory, made cheap for who turns through them.

Every voxel of such a slice lies in a cache line of its own, together with its neighbours in the next slices. So while
slices are turned one after the other, blocks of them are copied in the background, ahead of who turns: a slice then
costs about what one costs that lies in memory as it is shown. Nobody waits for a copy: until it is there, the slice is
taken from the array.
"""

from __future__ import annotations

import weakref
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.planes import PlaneView

_BLOCK = 16  # slices
_NEAR = 3  # who goes further in one step is not turning slices
_WORTH_ROWS = 60_000  # with fewer, a slice fits the caches however it lies


class NearbyPlanes:
    """The slices of one array at a time, as `PlaneView.slice_of` gives them.

    At most two blocks of 16 slices are kept: 20 MB for 512 rows by 600 slices of 16 bits.
    """

    def __init__(self) -> None:
        self._array: weakref.ref[NDArray[Any]] | None = None
        self._revision: object = None
        self._asked = 0
        self._blocks: list[_Block] = []

    def plane(self, view: PlaneView, array: NDArray[Any], n: int, revision: object) -> NDArray[Any]:
        """Slice ``n`` of ``array`` ``(Z, Y, X)``, to be used before the next call.

        ``revision`` differs whenever voxels have changed, after the change; what was copied before is not used then.
        """
        if view.through_axis != 0 or array.ndim != 3 or array.shape[0] * array.shape[1] < _WORTH_ROWS:
            return view.slice_of(array, n)
        if self._array is None or self._array() is not array or self._revision != revision:
            self._array, self._revision, self._blocks, self._asked = weakref.ref(array), revision, [], n
        onwards, self._asked = n - self._asked, n
        if 0 < abs(onwards) <= _NEAR:
            self._copy_ahead(array, n, 1 if onwards > 0 else -1)
        plane = next((block.plane(n) for block in self._blocks if block.holds(n) and block.is_there), None)
        if plane is None:
            return view.slice_of(array, n)
        upright = plane if view.v_axis == 2 else plane.T
        return upright[:: view.v_sign, :: view.u_sign]

    def _copy_ahead(self, array: NDArray[Any], n: int, direction: int) -> None:
        """See to it that the block of ``n`` and the one behind it are there or under way."""
        wanted = [at for at in (n, n + direction * _BLOCK) if 0 <= at < array.shape[2]]
        spare = [block for block in self._blocks if not any(block.holds(at) for at in wanted)]
        self._blocks = [block for block in self._blocks if block not in spare]
        for at in wanted:
            if not any(block.holds(at) for block in self._blocks):
                self._blocks.append(_Block(array, at, spare.pop() if spare else None))


class _Block:
    """Slices that are being copied, or were."""

    def __init__(self, array: NDArray[Any], n: int, spare: _Block | None) -> None:
        """The block around slice ``n``, in the memory of ``spare`` if it fits: fresh memory costs more than a copy."""
        self._first = n // _BLOCK * _BLOCK
        part = array[:, :, self._first : self._first + _BLOCK]
        memory = spare._copied.result() if spare is not None and spare.is_there else None
        fits = memory is not None and (memory.shape, memory.dtype) == (part.shape, part.dtype)
        self._copied: Future[NDArray[Any]] = _copier().submit(_copy, part, memory if fits else None)
        self._count = part.shape[2]

    @property
    def is_there(self) -> bool:
        return self._copied.done() and self._copied.exception() is None  # without memory for it there is no block

    def holds(self, n: int) -> bool:
        return self._first <= n < self._first + self._count

    def plane(self, n: int) -> NDArray[Any]:
        """``(Z, Y)`` of slice ``n``."""
        return self._copied.result()[:, :, n - self._first]


@lru_cache(maxsize=1)
def _copier() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix="medcrypt-shared-planes")


def _copy(part: NDArray[Any], memory: NDArray[Any] | None) -> NDArray[Any]:
    target = np.empty(part.shape, part.dtype) if memory is None else memory
    np.copyto(target, part)
    return target
