"""The compiled loops of `reslice`: one plane through a grid, linear for values, nearest for labels.

numba keeps the compiled code in a cache (see `keystreams.kernels.henon`). The loops give the interpreter free, so that
parts of one picture are made side by side. They go through the picture by small squares, whose voxels lie together in
few pages of memory however the plane stands: along whole rows most of the time would go into looking up pages.
"""

from __future__ import annotations

import numpy as np
from numba import njit

MEAN, HIGHEST, LOWEST = 0, 1, 2
_SQUARE = 32  # pixels


@njit(nogil=True, cache=True, inline="always")
def _between(values, x, y, z):  # type: ignore[no-untyped-def]
    """Linear between the eight voxels around an index; half a voxel beyond the outermost centres holds their value."""
    nz, ny, nx = values.shape
    x = min(max(x, 0.0), nx - 1.0)
    y = min(max(y, 0.0), ny - 1.0)
    z = min(max(z, 0.0), nz - 1.0)
    i, j, k = int(x), int(y), int(z)
    i1, j1, k1 = min(i + 1, nx - 1), min(j + 1, ny - 1), min(k + 1, nz - 1)
    fx, fy, fz = np.float32(x - i), np.float32(y - j), np.float32(z - k)
    a = np.float32(values[k, j, i])
    b = np.float32(values[k, j1, i])
    c = np.float32(values[k1, j, i])
    d = np.float32(values[k1, j1, i])
    a += fx * (np.float32(values[k, j, i1]) - a)
    b += fx * (np.float32(values[k, j1, i1]) - b)
    c += fx * (np.float32(values[k1, j, i1]) - c)
    d += fx * (np.float32(values[k1, j1, i1]) - d)
    a += fy * (b - a)
    c += fy * (d - c)
    return a + fz * (c - a)


@njit(nogil=True, cache=True)
def linear(values, start, along, down, out):  # type: ignore[no-untyped-def]
    """Fill ``out`` ``(H, W)`` float32 from ``values`` ``(Z, Y, X)``; what lies outside is NaN.

    Pixel ``(row, column)`` lies at index ``start + column * along + row * down`` (x, y, z).
    """
    nz, ny, nx = values.shape
    height, width = out.shape
    for top in range(0, height, _SQUARE):
        for left in range(0, width, _SQUARE):
            for row in range(top, min(top + _SQUARE, height)):
                for column in range(left, min(left + _SQUARE, width)):
                    x = start[0] + column * along[0] + row * down[0]
                    y = start[1] + column * along[1] + row * down[1]
                    z = start[2] + column * along[2] + row * down[2]
                    if x < -0.5 or y < -0.5 or z < -0.5 or x > nx - 0.5 or y > ny - 0.5 or z > nz - 0.5:
                        out[row, column] = np.nan
                    else:
                        out[row, column] = _between(values, x, y, z)


@njit(nogil=True, cache=True)
def linear_slab(values, start, along, down, across, samples, how, out):  # type: ignore[no-untyped-def]
    """As `linear`, but ``samples`` points along ``across``, centred on the pixel, become one value as ``how`` says."""
    nz, ny, nx = values.shape
    height, width = out.shape
    for top in range(0, height, _SQUARE):
        for left in range(0, width, _SQUARE):
            for row in range(top, min(top + _SQUARE, height)):
                for column in range(left, min(left + _SQUARE, width)):
                    total = np.float32(0.0)
                    count = 0
                    for sample in range(samples):
                        step = sample - (samples - 1) * 0.5
                        x = start[0] + column * along[0] + row * down[0] + step * across[0]
                        y = start[1] + column * along[1] + row * down[1] + step * across[1]
                        z = start[2] + column * along[2] + row * down[2] + step * across[2]
                        if x < -0.5 or y < -0.5 or z < -0.5 or x > nx - 0.5 or y > ny - 0.5 or z > nz - 0.5:
                            continue
                        value = _between(values, x, y, z)
                        if count == 0:
                            total = value
                        elif how == MEAN:
                            total += value
                        elif how == HIGHEST:
                            total = max(total, value)
                        else:
                            total = min(total, value)
                        count += 1
                    if count == 0:
                        out[row, column] = np.nan
                    elif how == MEAN:
                        out[row, column] = total / np.float32(count)
                    else:
                        out[row, column] = total


@njit(nogil=True, cache=True)
def nearest(labels, start, along, down, out):  # type: ignore[no-untyped-def]
    """Fill ``out`` ``(H, W)`` uint8 from ``labels`` ``(Z, Y, X)``; 0 outside. The arguments are those of `linear`."""
    nz, ny, nx = labels.shape
    height, width = out.shape
    for top in range(0, height, _SQUARE):
        for left in range(0, width, _SQUARE):
            for row in range(top, min(top + _SQUARE, height)):
                for column in range(left, min(left + _SQUARE, width)):
                    x = start[0] + column * along[0] + row * down[0] + 0.5
                    y = start[1] + column * along[1] + row * down[1] + 0.5
                    z = start[2] + column * along[2] + row * down[2] + 0.5
                    if x >= 0.0 and y >= 0.0 and z >= 0.0 and x < nx and y < ny and z < nz:
                        out[row, column] = labels[int(z), int(y), int(x)]
                    else:
                        out[row, column] = 0
