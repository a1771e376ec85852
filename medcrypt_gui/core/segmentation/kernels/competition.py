"""The compiled loop of growing from seeds: classes race outwards, and each voxel goes to the one that is there first.

It is Dijkstra's method for all seeds at once with a ring of buckets in place of a heap (Dial, CACM 12, 1969, 632-633):
costs are small whole numbers, so a voxel is taken in and out in constant time, and ties fall the same way every time.
numba keeps the compiled code in a cache (see `imaging.kernels.rasterise`). The loop gives the interpreter free and ends
after a number of voxels, so that its caller can ask whether to go on.
"""

from __future__ import annotations

import numpy as np
from numba import njit

BUCKETS = 1024  # a step costs less than this
NOBODY = -1
FAR = np.int32(2**31 - 1)


@njit(nogil=True, cache=True)
def start(seeds, owner, cost, onward, back, heads):  # type: ignore[no-untyped-def]
    """Put every seed voxel (class 1 and on, flat) into the bucket of cost 0; returns how many there are."""
    heads[:] = NOBODY
    count = 0
    for at in range(len(seeds)):
        cost[at] = FAR
        owner[at] = seeds[at]
        onward[at] = back[at] = NOBODY
        if seeds[at]:
            cost[at] = 0
            onward[at] = heads[0]
            if heads[0] != NOBODY:
                back[heads[0]] = at
            heads[0] = at
            count += 1
    return count


@njit(nogil=True, cache=True)
def race(bins, owner, cost, onward, back, heads, dislike, edge, steps, now, waiting, most):  # type: ignore[no-untyped-def]
    """Go on; returns the cost reached and how many voxels wait in the buckets, 0 at the end.

    ``bins`` (Z, Y, X) uint8 are the values, ``dislike[class, bin]`` and ``edge[difference of bins]`` float32 say how
    much a step costs more than ``steps[axis]``. ``owner``, ``cost``, ``onward``, ``back`` are flat, one per voxel.
    """
    nz, ny, nx = bins.shape
    flat = bins.reshape(-1)
    strides = (ny * nx, nx, 1)
    sizes = (nz, ny, nx)
    taken = 0
    while waiting > 0 and taken < most:
        at = heads[now % BUCKETS]
        if at == NOBODY:
            now += 1
            continue
        heads[now % BUCKETS] = onward[at]
        if onward[at] != NOBODY:
            back[onward[at]] = NOBODY
        waiting -= 1
        taken += 1
        here, mine = flat[at], owner[at]
        where = (at // (ny * nx), (at // nx) % ny, at % nx)
        for axis in range(3):
            for way in (-1, 1):
                if where[axis] + way < 0 or where[axis] + way >= sizes[axis]:
                    continue
                to = at + way * strides[axis]
                if cost[to] <= now:
                    continue
                there = flat[to]
                step = steps[axis] * (1 + dislike[mine, there]) + edge[abs(np.int64(there) - np.int64(here))]
                total = now + min(max(int(step), 1), BUCKETS - 1)
                old = cost[to]
                if total >= old:
                    continue
                if old != FAR:  # it waits in a later bucket
                    if back[to] == NOBODY:
                        heads[old % BUCKETS] = onward[to]
                    else:
                        onward[back[to]] = onward[to]
                    if onward[to] != NOBODY:
                        back[onward[to]] = back[to]
                else:
                    waiting += 1
                cost[to], owner[to] = total, mine
                head = heads[total % BUCKETS]
                onward[to], back[to] = head, NOBODY
                if head != NOBODY:
                    back[head] = to
                heads[total % BUCKETS] = to
    return now, waiting
