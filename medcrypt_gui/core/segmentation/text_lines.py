"""A box that ends in the middle of its line grows until the ink ends.

A line of which only a part is covered is a leak. Beyond both ends of a box, along its line, whatever is as bright and
about as tall as the letters inside and follows within a word's distance belongs to the line.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.segmentation.text_boxes import TextBox

_ROOM = 1.3  # height of the strip that is looked at, in heights of the box: what reaches beyond is no letter
_REACH = 6.0  # heights of the box, besides its own length, that it may grow by at each end
_LEAST_CONTRAST = 20.0  # grey levels between ink and ground
_INK = (0.6, 1.5)  # of the way from the ground's grey to the ink's
_LETTER = (0.6, 1.5)  # height of a letter, in heights of those inside the box
_WIDEST = 3.0  # of a letter or of some that touch, in heights of those inside
_WORD_GAP = 1.4  # between two letters of a line with a space or a dash between, likewise
_NEARLY_SQUARE = 1.3  # length over height up to which a box is taken to lie in a row


@dataclass(frozen=True, eq=False)
class _Line:
    """The axes of a box: ``start`` is the middle of its left end, ``along`` and ``across`` are unit vectors."""

    start: NDArray[np.float64]
    along: NDArray[np.float64]
    across: NDArray[np.float64]
    length: float
    height: float


def grown_along_line(box: TextBox, grey: NDArray[np.uint8]) -> TextBox:
    """``box``, longer at the ends where its line goes on in the picture ``grey`` ``(Y, X)``."""
    line = _line_of(box)
    reach = round(_REACH * line.height + line.length)
    strip = _strip(grey, line, reach)
    first, last = reach, strip.shape[1] - reach - 1
    ink = _ink(strip, slice(first, last + 1))
    if ink is None:
        return box
    left, right = _ends(ink, first, last)
    if (left, right) == (first, last):
        return box
    begin, end = line.start + (left - reach) * line.along, line.start + (line.length + right - last) * line.along
    half = line.height / 2 * line.across
    corners = (begin - half, end - half, end + half, begin + half)
    return TextBox(tuple((float(x), float(y)) for x, y in corners), box.score)


def _line_of(box: TextBox) -> _Line:
    corners = np.array(box.corners, np.float64)
    sides = corners[1] - corners[0], corners[2] - corners[1]
    lengths = [max(1.0, float(np.linalg.norm(side))) for side in sides]
    longer = int(lengths[1] > lengths[0])
    if max(lengths) < _NEARLY_SQUARE * min(lengths):
        longer = int(abs(sides[1][0]) > abs(sides[0][0]))
    along = sides[longer] / lengths[longer]
    along = -along if along[0] < 0 else along
    start = corners.mean(axis=0) - along * lengths[longer] / 2
    return _Line(start, along, np.array([-along[1], along[0]]), lengths[longer], lengths[1 - longer])


def _strip(grey: NDArray[np.uint8], line: _Line, reach: int) -> NDArray[np.float32]:
    """The line and ``reach`` pixels on both sides, turned upright; what lies outside the picture is -1000."""
    size = (2 * reach + max(2, round(line.length)), max(3, round(_ROOM * line.height)))
    corner = line.start - reach * line.along - (size[1] - 1) / 2 * line.across
    to_picture = np.column_stack([line.along, line.across, corner])
    return np.asarray(
        cv2.warpAffine(
            grey.astype(np.float32),
            to_picture,
            size,
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=-1000.0,
        )
    )


def _ink(strip: NDArray[np.float32], inside: slice) -> NDArray[np.uint8] | None:
    """Where the strip is as bright as the letters in its part ``inside``; None where those cannot be told."""
    box = np.clip(strip[:, inside], 0, 255).astype(np.uint8)
    threshold, _ = cv2.threshold(box, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    bright = box > threshold
    if not bright.any() or bright.all():
        return None
    ink, ground = float(np.median(box[bright])), float(np.median(box[~bright]))
    if bright.mean() > 0.5:  # dark letters: there is less ink than ground
        ink, ground = ground, ink
    if abs(ink - ground) < _LEAST_CONTRAST:
        return None
    way = (strip - ground) / (ink - ground)
    return np.asarray((way > _INK[0]) & (way < _INK[1]) & (strip >= 0), np.uint8)


def _ends(ink: NDArray[np.uint8], first: int, last: int) -> tuple[int, int]:
    """The first and the last column of the line that has ink between columns ``first`` and ``last``."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    left, top, width, height = (stats[1:, column] for column in range(4))
    whole = (top > 0) & (top + height < ink.shape[0])  # does not go on above or below the line
    right = left + width - 1
    within = whole & (right >= first) & (left <= last)
    if not within.any():
        return first, last
    usual = float(np.quantile(height[within], 0.75))  # dots and dashes are not what counts
    tall = (height >= _LETTER[0] * usual) & (height <= _LETTER[1] * usual)
    letters = whole & tall & (width <= _WIDEST * usual)
    spans = sorted(zip(left[letters].tolist(), right[letters].tolist(), strict=True))
    for start, end in spans:
        if start <= last + _WORD_GAP * usual:
            last = max(last, end)
    for start, end in sorted(spans, key=lambda span: -span[1]):
        if end >= first - _WORD_GAP * usual:
            first = min(first, start)
    return first, last
