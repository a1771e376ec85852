"""The compiled loops of region growing: which voxels may belong to it, and which of them hang together with a seed.

numba keeps the compiled code in a cache (see `imaging.kernels.rasterise`). The loops give the interpreter free, and
flooding ends after a number of voxels, so that its caller can ask whether to go on.
"""

from __future__ import annotations

import numpy as np
from numba import njit

OUT, OPEN, FOUND = 0, 1, 2


@njit(nogil=True, cache=True)
def mark_open(stored, labels, kept_out, low, high, centre, squared, reach2, state):  # type: ignore[no-untyped-def]
    """Fill ``state`` (Z, Y, X) uint8: `OPEN` where a voxel may belong, else `OUT`.

    It may where its stored value lies from ``low`` to ``high``, its label is not one ``kept_out`` (256,), and its
    distance to ``centre`` (index Z, Y, X; ``squared`` are the squared voxel sizes) is at most the root of ``reach2``.
    """
    nz, ny, nx = stored.shape
    for z in range(nz):
        for y in range(ny):
            left = reach2 - squared[0] * (z - centre[0]) ** 2 - squared[1] * (y - centre[1]) ** 2
            if left < 0:
                continue
            half = np.sqrt(left / squared[2])
            first, last = max(0, int(np.ceil(centre[2] - half))), min(nx - 1, int(np.floor(centre[2] + half)))
            for x in range(first, last + 1):
                value = stored[z, y, x]
                if low <= value and value <= high and not kept_out[labels[z, y, x]]:
                    state[z, y, x] = OPEN


@njit(nogil=True, cache=True)
def flood(state, stack, filled, most):  # type: ignore[no-untyped-def]
    """Go on flooding what is `OPEN` through faces: it becomes `FOUND`. Returns how full the stack is.

    ``stack`` holds the flat indices of voxels still to look at, ``filled`` of them; about ``most`` are found at most.
    A stack too small is said by -1 minus what it holds; nothing is lost then.
    """
    nz, ny, nx = state.shape
    room = len(stack) - 4 * (nx // 2 + 1)
    looked = 0
    while filled > 0 and looked < most:
        if filled > room:
            return -1 - filled
        filled -= 1
        at = stack[filled]
        x = at % nx
        row = at // nx
        y = row % ny
        z = row // ny
        line = state[z, y]
        if line[x] != OPEN:
            continue
        left = right = x
        while left > 0 and line[left - 1] == OPEN:
            left -= 1
        while right < nx - 1 and line[right + 1] == OPEN:
            right += 1
        for i in range(left, right + 1):
            line[i] = FOUND
        looked += right - left + 1
        for side in range(4):
            zz = z + (-1 if side == 0 else 1 if side == 1 else 0)
            yy = y + (-1 if side == 2 else 1 if side == 3 else 0)
            if zz < 0 or yy < 0 or zz >= nz or yy >= ny:
                continue
            other = state[zz, yy]
            start = (zz * ny + yy) * nx
            before = False
            for i in range(left, right + 1):
                is_open = other[i] == OPEN
                if is_open and not before:
                    stack[filled] = start + i
                    filled += 1
                before = is_open
    return filled
