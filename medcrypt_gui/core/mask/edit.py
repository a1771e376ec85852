"""One change of the mask: where, what was there, what is there now."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.mask.box import Box, box_shape
from medcrypt_gui.core.mask.labels import LabelTable


@dataclass(frozen=True, eq=False)
class MaskEdit:
    """What one edit did inside ``box``: labels ``before`` and ``after``, uint8, of the box's shape.

    ``tables`` are the label tables before and after, where the edit made, changed or removed a label.
    """

    box: Box
    before: NDArray[np.uint8]
    after: NDArray[np.uint8]
    tables: tuple[LabelTable, LabelTable] | None = None

    def __post_init__(self) -> None:
        if not self.before.shape == self.after.shape == box_shape(self.box):
            raise ValueError(f"labels {self.before.shape} and {self.after.shape} do not fill the box {self.box}")

    @property
    def is_noop(self) -> bool:
        same = (np.array_equal(*slices) for slices in zip(self.before, self.after, strict=True))
        return self.tables is None and all(same)  # which ends at the first slice that differs
