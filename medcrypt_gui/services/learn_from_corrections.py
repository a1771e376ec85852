"""Learn from what a person corrected in some slices what to change in the others."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence

from medcrypt_gui.core.errors import NothingToLearnError
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.segmentation.adapt import MaskChange, learn
from medcrypt_gui.core.segmentation.corrected_slices import SlicePlace
from medcrypt_gui.core.segmentation.proposal import Proposal
from medcrypt_gui.core.task import TaskContext

_log = logging.getLogger("medcrypt.mask")


def learn_from_corrections(
    volume: Volume,
    proposal: Proposal,
    corrected: RoiMask,
    corrected_slices: Sequence[SlicePlace],
    task: TaskContext,
) -> MaskChange:
    """The change that the corrections suggest outside ``corrected_slices``, to be shown, then accepted or rejected.

    ``proposal`` is what was proposed, without any handwork in it; ``corrected`` is the mask as it is now. A slice is
    an array axis (0, 1 or 2 of ``(Z, Y, X)``) and an index; slices that were looked at and found right help as well.
    Raises `NothingToLearnError` when nothing was corrected there, when what was corrected follows no rule that stood
    the test on the corrected slices themselves, or when it would change nothing; and `Cancelled`. The mask stays as
    it is.
    """
    begun = time.monotonic()
    change = learn(volume, proposal, corrected, corrected_slices, task)
    if not (change.add.any() or change.remove.any()):
        raise NothingToLearnError(tr("the other slices agree with the corrections already"))
    added, removed = int(change.add.sum()), int(change.remove.sum())
    figures = (len(corrected_slices), added, removed, time.monotonic() - begun)
    _log.info("learned from %d slices: add %d, remove %d voxels in %.1f s", *figures)
    task.progress(1.0, tr("Changes suggested"))
    return change
