"""Which voxels changed since the journal was last told: boxes that are handed over in bites."""

from __future__ import annotations

from collections import deque

from medcrypt_gui.core.mask.box import Box, box_shape, contains, union

_MOST_BOXES = 64


class Untold:
    """Boxes of changed voxels, oldest first; none lies within another.

    A box that changes again after it was handed over is untold again. So when all were handed over, one after another,
    what was told is the mask as it is at that moment, however long it took.
    """

    def __init__(self) -> None:
        self._boxes: deque[Box] = deque()

    def __bool__(self) -> bool:
        return bool(self._boxes)

    def add(self, box: Box) -> None:
        """These voxels changed."""
        if min(box_shape(box)) == 0 or any(contains(known, box) for known in self._boxes):
            return
        self._boxes = deque(known for known in self._boxes if not contains(box, known))
        self._boxes.append(box)
        if len(self._boxes) > _MOST_BOXES:
            first, second = self._boxes.popleft(), self._boxes.popleft()
            self.add(union(first, second))

    def take(self, most_voxels: int) -> Box | None:
        """The next bite: a box of about so many voxels at most; None when all is told."""
        if not self._boxes:
            return None
        box = self._boxes.popleft()
        bite, rest = _bitten(box, most_voxels)
        if rest is not None:
            self._boxes.appendleft(rest)
        return bite

    def clear(self) -> None:
        self._boxes.clear()


def _bitten(box: Box, most_voxels: int) -> tuple[Box, Box | None]:
    """The box cut across z; never less than one slice, which is the least a copy gains by."""
    z, y, x = box
    deep, high, wide = box_shape(box)
    slices = max(1, most_voxels // (high * wide))
    if slices >= deep:
        return box, None
    cut = z.start + slices
    return (slice(z.start, cut), y, x), (slice(cut, z.stop), y, x)
