"""``henon-w``: a Hénon map in 64-bit integers, kicked by a Weyl counter (format.md, section 3).

The map x' = 1 - a x^2 + y, y' = b x with a = 1.4, b = 0.3 in Q2.30; the counter keeps it out of the short cycles that a
bare integer Hénon map falls into. 64 orbits (lanes) run side by side; an epoch is 4096 steps of each, after 64 that are
discarded, and yields 2048 rows of 64 words.
"""

from __future__ import annotations

import functools
import itertools
import logging
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.keystreams.white import chacha20_bytes

_LANES = 64
_DISCARDED_STEPS = 64
_EPOCH_ROWS = 2048
_ROW_BYTES = 2 * _LANES
EPOCH_BYTES = _EPOCH_ROWS * _ROW_BYTES
_SEED_BYTES = 64

_ONE = 1 << 30
_A = 1503238554  # 1.4 in Q2.30
_B = 322122547  # 0.3 in Q2.30

_REFERENCE_EPOCHS = 64  # Bounds the memory of the reference to some 20 MB.

_Kernel = Callable[[NDArray[np.uint8], NDArray[np.uint64]], None]
_loading = threading.Lock()
_log = logging.getLogger("protect")


class HenonWeyl:
    """The keystream ``henon-w``."""

    id = "henon-w"

    def reference(self, key: bytes, length: int) -> bytes:
        """The first ``length`` bytes, by NumPy alone. About 30 MB/s over many epochs."""
        seeds = _seeds(key, length)
        pieces, left = [], length
        for start in range(0, len(seeds), _REFERENCE_EPOCHS):
            group = seeds[start : start + _REFERENCE_EPOCHS]
            rows = min(_EPOCH_ROWS, -(-left // _ROW_BYTES))
            pieces.append(_epochs(group, rows)[:left])
            left -= len(pieces[-1])
        return b"".join(pieces)

    def xor_into(self, key: bytes, data: NDArray[np.uint8]) -> None:
        """XOR the keystream into ``data`` in place; may be called from several threads at a time.

        Waits for the kernel to be loaded (compiled, the first time on a machine); without numba the reference serves.
        """
        if data.ndim != 1 or data.dtype != np.uint8 or not data.flags.c_contiguous:
            raise ValueError("the data must be one-dimensional, contiguous uint8")
        kernel = _kernel()
        if kernel is None:
            data ^= np.frombuffer(self.reference(key, data.size), np.uint8)
        else:
            _xor_in_parallel(kernel, data, _seeds(key, data.size))

    def warm_up(self) -> None:
        """Load the kernel."""
        _kernel()


KEYSTREAM = HenonWeyl()


def _seeds(key: bytes, length: int) -> NDArray[np.uint64]:
    """The seeds of as many epochs as ``length`` bytes need, shape ``(epoch, lane, 8)``."""
    epochs = -(-length // EPOCH_BYTES)
    blocks = chacha20_bytes(key, epochs * _LANES * _SEED_BYTES)
    return np.frombuffer(blocks, "<u8").astype(np.uint64).reshape(epochs, _LANES, 8)


def _epochs(seeds: NDArray[np.uint64], rows: int) -> bytes:
    """The first ``rows`` rows of every epoch; fewer than all only make sense for a single epoch."""
    x = (seeds[:, :, 0] & np.uint64(2**30 - 1)).astype(np.int64) - 2**29
    y = (seeds[:, :, 1] & np.uint64(2**28 - 1)).astype(np.int64) - 2**27
    w = seeds[:, :, 2].copy()
    d = seeds[:, :, 3] | np.uint64(1)
    words = np.empty((len(seeds), rows, _LANES), "<u2")
    for step in range(-_DISCARDED_STEPS, 2 * rows):
        w += d
        kick = (w >> np.uint64(49)).astype(np.int64) - 16384
        x, y = _ONE - ((_A * ((x * x) >> 30)) >> 30) + y, ((_B * x) >> 30) + kick
        if step > 0 and step % 2:
            words[:, step // 2] = ((x >> 2) ^ (y << 3) ^ (x >> 13)) & 0xFFFF
    return words.tobytes()


def _xor_in_parallel(kernel: _Kernel, data: NDArray[np.uint8], seeds: NDArray[np.uint64]) -> None:
    """Share the epochs among the processors. The kernel releases the interpreter lock."""
    epochs = len(seeds)
    shares = min(epochs, os.cpu_count() or 1)
    if shares < 2:
        kernel(data, seeds)
        return
    bounds = [epochs * share // shares for share in range(shares + 1)]
    with ThreadPoolExecutor(shares) as pool:
        jobs = [
            pool.submit(kernel, data[start * EPOCH_BYTES : stop * EPOCH_BYTES], seeds[start:stop])
            for start, stop in itertools.pairwise(bounds)
        ]
        for job in jobs:
            job.result()


def _kernel() -> _Kernel | None:
    """The compiled kernel, or None where there cannot be one."""
    with _loading:
        return _load_kernel()


@functools.cache
def _load_kernel() -> _Kernel | None:
    if sys.byteorder != "little":
        return None
    try:
        # numba takes half a second to import, which the start of the application must not pay.
        from medcrypt_gui.core.keystreams.kernels.henon import xor_epochs
    except (ImportError, OSError) as error:
        _log.warning("no compiled keystream, the slower reference serves: %s", type(error).__name__)
        return None
    return xor_epochs
