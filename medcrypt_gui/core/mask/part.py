"""One step of a change of the mask as a whole."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.mask.box import Box
from medcrypt_gui.core.mask.sink import SinkMode


@dataclass(frozen=True, eq=False)
class Part:
    """What the sink is to write; ``label`` None is the active one."""

    region: NDArray[np.bool_]
    box: Box
    how: SinkMode = SinkMode.SET
    label: int | None = None
