"""The two loops of the surface renderer: which triangle is seen at each pixel, and how it is lit.

numba keeps the compiled code beside this file, in the user's cache folder if that is read-only, or where the variable
``NUMBA_CACHE_DIR`` says; where none of them can be used (a frozen build without sources), it compiles anew each time.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

_COVER = "void(float32[:, ::1], int32[:, ::1], float32[:, ::1], int32[:, ::1])"
_SHADE = (
    "void(float32[:, ::1], float32[:, ::1], int32[:, ::1], int32[:, ::1], float32[:, ::1], float32[::1], float32[::1],"
    " float32[:, :, ::1])"
)
_SLIVER = 1e-9  # square pixels
_EDGE = -1e-4  # a pixel this far outside still counts, so that no cracks open between neighbours


def _cover(points, faces, depth, seen):  # type: ignore[no-untyped-def]
    """Fill ``depth`` and ``seen`` (H, W) with each pixel's nearest triangle, where it is nearer than ``depth`` was.

    ``points`` are (column, row, nearness) with pixel centres at whole numbers. Triangles that look away are left out:
    surfaces are closed, so something nearer hides them.
    """
    height, width = depth.shape
    for n in range(faces.shape[0]):
        a, b, c = faces[n, 0], faces[n, 1], faces[n, 2]
        ax, ay, bx, by, cx, cy = points[a, 0], points[a, 1], points[b, 0], points[b, 1], points[c, 0], points[c, 1]
        # Rows run downwards, so what looks at the viewer turns the other way round.
        area = (cx - ax) * (by - ay) - (bx - ax) * (cy - ay)
        if not area > _SLIVER:
            continue
        left = max(math.ceil(min(ax, bx, cx)), 0)
        right = min(math.floor(max(ax, bx, cx)), width - 1)
        top = max(math.ceil(min(ay, by, cy)), 0)
        bottom = min(math.floor(max(ay, by, cy)), height - 1)
        if left > right or top > bottom:
            continue
        scale = np.float32(1.0) / area
        az, bz, cz = points[a, 2], points[b, 2], points[c, 2]
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                at_b = ((cx - ax) * (row - ay) - (column - ax) * (cy - ay)) * scale
                at_c = ((column - ax) * (by - ay) - (bx - ax) * (row - ay)) * scale
                at_a = np.float32(1.0) - at_b - at_c
                if at_a >= _EDGE and at_b >= _EDGE and at_c >= _EDGE:
                    near = at_a * az + at_b * bz + at_c * cz
                    if near > depth[row, column]:
                        depth[row, column] = near
                        seen[row, column] = n


def _shade(points, normals, faces, seen, depth, colour, light, picture):  # type: ignore[no-untyped-def]
    """Blend the triangles ``seen`` into ``picture`` (H, W, 3).

    ``normals`` are (right, up, towards the viewer). ``colour`` is red, green, blue (0 to 255) and opacity; ``light`` is
    ambient, diffuse, gloss, the nearness that is farthest, one over the depth of the scene, and how much the farthest
    is dimmed.
    """
    height, width = depth.shape
    red, green, blue, opacity = colour[0], colour[1], colour[2], colour[3]
    ambient, diffuse, gloss, farthest, per_depth, dimmed = light[0], light[1], light[2], light[3], light[4], light[5]
    one = np.float32(1.0)
    for row in range(height):
        for column in range(width):
            n = seen[row, column]
            if n < 0:
                continue
            a, b, c = faces[n, 0], faces[n, 1], faces[n, 2]
            ax, ay = points[a, 0], points[a, 1]
            ux, uy, vx, vy = points[b, 0] - ax, points[b, 1] - ay, points[c, 0] - ax, points[c, 1] - ay
            scale = one / (vx * uy - ux * vy)
            at_b = (vx * (row - ay) - (column - ax) * vy) * scale
            at_c = ((column - ax) * uy - ux * (row - ay)) * scale
            at_a = one - at_b - at_c
            x = at_a * normals[a, 0] + at_b * normals[b, 0] + at_c * normals[c, 0]
            y = at_a * normals[a, 1] + at_b * normals[b, 1] + at_c * normals[c, 1]
            z = at_a * normals[a, 2] + at_b * normals[b, 2] + at_c * normals[c, 2]
            facing = abs(z) / math.sqrt(x * x + y * y + z * z + np.float32(1e-20))
            facing = min(facing, one)
            squared = facing * facing
            eighth = squared * squared * squared * squared
            cue = one - dimmed * (one - (depth[row, column] - farthest) * per_depth)
            lit = (ambient + diffuse * facing) * cue
            shine = np.float32(255.0) * gloss * eighth * eighth * cue
            # Glass: the rim, which is looked at along the surface, hides more than the middle.
            rim = (one - facing) * (one - facing)
            cover = opacity + (one - opacity) * rim * np.float32(0.6)
            left = one - cover
            picture[row, column, 0] = cover * min(red * lit + shine, np.float32(255.0)) + left * picture[row, column, 0]
            picture[row, column, 1] = (
                cover * min(green * lit + shine, np.float32(255.0)) + left * picture[row, column, 1]
            )
            picture[row, column, 2] = (
                cover * min(blue * lit + shine, np.float32(255.0)) + left * picture[row, column, 2]
            )


try:
    cover = njit(_COVER, nogil=True, cache=True)(_cover)
    shade = njit(_SHADE, nogil=True, cache=True)(_shade)
except RuntimeError:  # No place to keep the compiled code.
    cover = njit(_COVER, nogil=True)(_cover)
    shade = njit(_SHADE, nogil=True)(_shade)
