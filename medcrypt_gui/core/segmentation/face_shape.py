"""Which part of a head is its face, in the head frame of `brain_pose`: smooth shapes that follow nobody's features.

The frame: origin in the brain's middle, x to the left, y to the back, z to the top, millimetres of a brain of mean
size. In it, over 23 people: the brow is at y = -100, z = 0; eyes at x = +-32, y = -82, z = -15 with a radius of 12; the
tip of the nose at y = -130, z = -48; the mouth at z = -80; the chin at z = -120; the ears between y = -20 and 40 and
z = -90 and -5, and out to x = +-95. All functions return millimetres, positive inside, for ``x, y, z`` of one shape.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Field = NDArray[np.float32]

REACH_MM = ((-125.0, 125.0), (-175.0, 60.0), (-215.0, 40.0))
"""Between which x, y and z the head frame's face lies, with room for the skin around it and the brain beside it."""

_TOP_AT_MIDDLE, _TOP_SLOPE = 10.0, 0.14  # the cut above: 24 over the brows, 4 behind the ears
_BACK = 48.0  # behind the ears
_BELOW_EARS, _BACK_SLOPE = -80.0, 1.1  # from there the cut runs forward, so that the nape stays
_CORE_SIDE, _CORE_FRONT = 48.0, -56.0  # the core is what the face lies upon: half its width, and where it ends
_CORE_NARROWS = 0.12  # less wide per mm below the brain's middle
_CORE_ROUNDING = 15.0
_EYE, _EYE_RADIUS = (32.0, -82.0, -15.0), 15.0
_OUTER_CENTRE = (0.0, -25.0, -45.0)
_OUTER_RADII = (123.0, 148.0, 170.0)


def face_sector(y: Field, z: Field) -> Field:
    """Between the forehead and the neck, from the back of the ears forward."""
    top = _TOP_AT_MIDDLE - _TOP_SLOPE * y - z
    back = _BACK - y + _BACK_SLOPE * np.minimum(z - _BELOW_EARS, 0.0)
    return np.minimum(top / np.hypot(1.0, _TOP_SLOPE), back / np.hypot(1.0, _BACK_SLOPE))


def before_core(x: Field, y: Field, z: Field) -> Field:
    """In front and to the sides of a core with rounded corners that leaves skull base, throat and spine alone."""
    side = np.abs(x) - (_CORE_SIDE + _CORE_NARROWS * np.minimum(z, 0.0)) + _CORE_ROUNDING
    front = _CORE_FRONT - y + _CORE_ROUNDING
    corner = np.hypot(np.maximum(side, 0.0), np.maximum(front, 0.0))
    return corner + np.minimum(np.maximum(side, front), 0.0) - _CORE_ROUNDING


def at_eyes(x: Field, y: Field, z: Field) -> Field:
    """Within a ball around either eye."""
    sideways, along, up = np.abs(x) - _EYE[0], y - _EYE[1], z - _EYE[2]
    return np.float32(_EYE_RADIUS) - np.sqrt(sideways**2 + along**2 + up**2)


def around_head(x: Field, y: Field, z: Field) -> Field:
    """Within an ellipsoid that is larger than faces are: it hides where the skin was.

    The value is a distance only near the ellipsoid.
    """
    scaled = [(v - c) / r for v, c, r in zip((x, y, z), _OUTER_CENTRE, _OUTER_RADII, strict=True)]
    length = np.sqrt(scaled[0] ** 2 + scaled[1] ** 2 + scaled[2] ** 2)
    return (1.0 - length) * np.float32(min(_OUTER_RADII))
