"""The table of classical algorithms: adding one is one file, one entry here, and its card ``models/<id>.toml``."""

from __future__ import annotations

from collections.abc import Mapping

from medcrypt_gui.core.errors import ModelUnavailableError
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.segmentation.algorithm import Algorithm
from medcrypt_gui.core.segmentation.body import body
from medcrypt_gui.core.segmentation.brain_ct import brain_ct
from medcrypt_gui.core.segmentation.face import face
from medcrypt_gui.core.segmentation.foreground_2d import foreground_2d
from medcrypt_gui.core.segmentation.lungs import lungs

ALGORITHMS: Mapping[str, Algorithm] = {
    "body": body,
    "brain-ct": brain_ct,
    "face": face,
    "foreground-2d": foreground_2d,
    "lungs-ct": lungs,
}


def algorithm_called(algorithm_id: str) -> Algorithm:
    """The algorithm that a card names. Raises `ModelUnavailableError` when this version does not have it."""
    if algorithm_id not in ALGORITHMS:
        known = ", ".join(sorted(ALGORITHMS)) or tr("none")
        raise ModelUnavailableError(
            tr("there is no algorithm {algorithm_id!r}; there are: {known}", algorithm_id=algorithm_id, known=known)
        )
    return ALGORITHMS[algorithm_id]
