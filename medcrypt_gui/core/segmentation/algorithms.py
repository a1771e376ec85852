"""The table of classical algorithms: adding one is one file, one entry here, and its card ``models/<id>.toml``."""

from __future__ import annotations

from collections.abc import Mapping

from medcrypt_gui.core.errors import ModelUnavailableError
from medcrypt_gui.core.segmentation.algorithm import Algorithm
from medcrypt_gui.core.segmentation.face import face

ALGORITHMS: Mapping[str, Algorithm] = {
    "face": face,
}


def algorithm_called(algorithm_id: str) -> Algorithm:
    """The algorithm that a card names. Raises `ModelUnavailableError` when this version does not have it."""
    if algorithm_id not in ALGORITHMS:
        known = ", ".join(sorted(ALGORITHMS)) or "none"
        raise ModelUnavailableError(f"there is no algorithm {algorithm_id!r}; there are: {known}")
    return ALGORITHMS[algorithm_id]
