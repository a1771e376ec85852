"""The compiled kernel of ``henon-w``, held equal to the NumPy reference by tests.

numba keeps the compiled code beside this file, in the user's cache folder if that is read-only, or where the variable
``NUMBA_CACHE_DIR`` says; where none of them can be used (a frozen build without sources), it compiles anew each time.
"""

from __future__ import annotations

import numpy as np
from numba import njit

_SIGNATURE = "void(uint8[::1], uint64[:, :, ::1])"
_LANES = 64
_DISCARDED = 64
_ROWS = 2048
_ROW_BYTES = 2 * _LANES
_ONE = 1 << 30
_A = 1503238554
_B = 322122547


def _xor_epochs(data, seeds):  # type: ignore[no-untyped-def]
    """XOR the epochs seeded by ``seeds`` (epoch, lane, 8) into ``data``, which ends with or within the last epoch.

    One row is what 64 lanes yield in two steps. Signed and unsigned numbers never meet in an expression, because numba
    would turn them into floating point.
    """
    x = np.empty(_LANES, np.int64)
    y = np.empty(_LANES, np.int64)
    w = np.empty(_LANES, np.uint64)
    d = np.empty(_LANES, np.uint64)
    words = np.empty(_LANES, np.uint16)
    row_bytes = words.view(np.uint8)
    position = 0
    for epoch in range(seeds.shape[0]):
        for lane in range(_LANES):
            x[lane] = np.int64(seeds[epoch, lane, 0] & np.uint64(0x3FFFFFFF)) - 0x20000000
            y[lane] = np.int64(seeds[epoch, lane, 1] & np.uint64(0x0FFFFFFF)) - 0x08000000
            w[lane] = seeds[epoch, lane, 2]
            d[lane] = seeds[epoch, lane, 3] | np.uint64(1)
        for row in range(-_DISCARDED // 2, _ROWS):
            for lane in range(_LANES):
                x0 = x[lane]
                y0 = y[lane]
                d0 = d[lane]
                w1 = w[lane] + d0
                w2 = w1 + d0
                x1 = _ONE - ((_A * ((x0 * x0) >> 30)) >> 30) + y0
                y1 = ((_B * x0) >> 30) + np.int64(w1 >> np.uint64(49)) - 16384
                x2 = _ONE - ((_A * ((x1 * x1) >> 30)) >> 30) + y1
                y2 = ((_B * x1) >> 30) + np.int64(w2 >> np.uint64(49)) - 16384
                w[lane] = w2
                x[lane] = x2
                y[lane] = y2
                words[lane] = np.uint16(((x2 >> 2) ^ (y2 << 3) ^ (x2 >> 13)) & 0xFFFF)
            if row >= 0:
                end = min(position + _ROW_BYTES, data.size)
                for offset in range(end - position):
                    data[position + offset] ^= row_bytes[offset]
                position = end
                if position == data.size:
                    break


try:
    xor_epochs = njit(_SIGNATURE, nogil=True, cache=True)(_xor_epochs)
except RuntimeError:  # No place to keep the compiled code.
    xor_epochs = njit(_SIGNATURE, nogil=True)(_xor_epochs)
