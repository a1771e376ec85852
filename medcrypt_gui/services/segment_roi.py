"""Let a model propose the region of interest."""

from __future__ import annotations

import logging
import time

import numpy as np

from medcrypt_gui.core.errors import NoRoiError
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.mask.labels import ROI
from medcrypt_gui.core.ports import Segmenter
from medcrypt_gui.core.segmentation.proposal import Proposal
from medcrypt_gui.core.task import TaskContext

_log = logging.getLogger("medcrypt.mask")


def segment_roi(volume: Volume, modality: str, segmenter: Segmenter, task: TaskContext) -> Proposal:
    """What ``segmenter`` proposes; its mask lies on the volume's own grid and is never empty.

    Raises `NoRoiError` when it finds nothing, `UnsupportedInputError` when the volume is not of its kind (CT for an MR
    model, a single slice), `ModelUnavailableError` when its file is missing or altered, and `Cancelled`.
    """
    begun = time.monotonic()
    proposal = segmenter.propose(volume, modality, task)
    if not proposal.mask.labels.any():
        raise NoRoiError(tr("{title} found nothing in this image", title=tr(segmenter.card.title)))
    voxels = int(np.count_nonzero(proposal.mask.region(ROI)))
    _log.info("%s: %d voxels in %.1f s", segmenter.card.id, voxels, time.monotonic() - begun)
    return proposal
