"""Let a model propose one region from several series of the same head, and find the series that go together."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence

from medcrypt_gui.core.errors import NoRoiError, UnsupportedInputError
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.series import Series
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.ports import Segmenter
from medcrypt_gui.core.segmentation.fusion import SeriesOpinion, fuse
from medcrypt_gui.core.segmentation.model_card import ModelCard
from medcrypt_gui.core.segmentation.postprocess import to_mask
from medcrypt_gui.core.segmentation.proposal import Proposal
from medcrypt_gui.core.task import TaskContext

_log = logging.getLogger("medcrypt.mask")


def companions(series: Series, found: Sequence[Series], card: ModelCard) -> tuple[Series, ...]:
    """The other series of ``found`` that may be proposed together with ``series``, in their order.

    They belong to the same DICOM study, lie in the same frame of reference (the scanner's coordinates mean the same
    place in the patient), are of a modality that the model serves, and are not protected. NIfTI files do not say what
    lies in the same frame, so they have none: there the user says so.
    """
    frame = series.frame_of_reference_uid
    if not frame or card.network is None:
        return ()
    return tuple(
        other
        for other in found
        if other.uid != series.uid
        and other.frame_of_reference_uid == frame
        and other.study_instance_uid == series.study_instance_uid
        and other.modality in card.modality
        and not other.protected
    )


def propose_together(
    volumes: Sequence[tuple[Volume, str]], target: Geometry, segmenter: Segmenter, task: TaskContext
) -> Proposal:
    """What a network proposes for several series (volume and modality) of one head, on the grid ``target``.

    Patient coordinates must mean the same place in all of them. The first series must be one that the model serves;
    another that it does not is left out, and that is said among the doubts.
    Raises `NoRoiError` when nothing is found, `UnsupportedInputError`, `ModelUnavailableError`, `Cancelled`.
    """
    network = segmenter.card.network
    if network is None:
        raise UnsupportedInputError(
            tr("{title} gives no probabilities that several series could share", title=tr(segmenter.card.title))
        )
    begun = time.monotonic()
    opinions, doubts = _ask_each(volumes, segmenter, task.part(0.0, 0.9))
    task.progress(0.9, tr("Combining the series"))
    fused = fuse(opinions, opinions[0].probability.geometry, network.threshold)
    mask = to_mask(fused.values, fused.geometry, target, network.threshold, task)
    if not mask.labels.any():
        raise NoRoiError(tr("{title} found nothing in these images", title=tr(segmenter.card.title)))
    _log.info("%s on %d series: %.1f s", segmenter.card.id, len(opinions), time.monotonic() - begun)
    task.progress(1.0, tr("Region proposed"))
    return Proposal(mask, fused, doubts)


def _ask_each(
    volumes: Sequence[tuple[Volume, str]], segmenter: Segmenter, task: TaskContext
) -> tuple[list[SeriesOpinion], tuple[str, ...]]:
    """What each series says by itself, and the doubts of all of them."""
    opinions: list[SeriesOpinion] = []
    doubts: dict[str, None] = {}
    for number, (volume, modality) in enumerate(volumes):
        part = task.part(number / len(volumes), (number + 1) / len(volumes))
        try:
            proposal = segmenter.propose(volume, modality, part)
        except UnsupportedInputError as exc:
            if number == 0:
                raise
            left_out = tr(
                "Series {n} of {count} was left out: {reason}.", n=number + 1, count=len(volumes), reason=exc.detail
            )
            doubts[left_out] = None
            continue
        doubts.update(dict.fromkeys(proposal.doubts))
        if proposal.probability is not None:
            opinions.append(SeriesOpinion(proposal.probability, volume.geometry))
    return opinions, tuple(doubts)
