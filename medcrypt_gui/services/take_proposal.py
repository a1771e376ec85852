"""Take a proposal into the mask: in place of what is marked, or added to it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from medcrypt_gui.core.language import mark, tr
from medcrypt_gui.core.mask.labels import ROI
from medcrypt_gui.core.mask.packed_region import PackedRegion
from medcrypt_gui.core.segmentation.mask_origin import Finding, MaskOrigin, Region
from medcrypt_gui.core.segmentation.model_card import ModelCard
from medcrypt_gui.core.segmentation.proposal import Proposal

_NO_PROBABILITY = {
    "algorithm": mark("A classical algorithm has no probabilities to cut."),
    "ocr": mark("The text detector gives boxes, not probabilities."),
    "network": mark("The model gave no probabilities."),
}
_DEFAULT_THRESHOLD = 0.5


def replace_by_proposal(proposal: Proposal, card: ModelCard) -> tuple[Region, MaskOrigin]:
    """The mask as proposed, and where it came from."""
    region = proposal.mask.region(ROI)
    return region, _origin(proposal, card, region, np.zeros_like(region), ())


def add_proposal(
    proposal: Proposal, card: ModelCard, current: Region, before: MaskOrigin | None
) -> tuple[Region, MaskOrigin]:
    """The mask with the proposal added. What was marked already stays marked, whatever threshold is chosen later.

    Where the proposal has no probabilities and the one before had, it is that one which a threshold still cuts.
    """
    added = proposal.mask.region(ROI)
    region = current | added
    if before is None:
        return region, _origin(proposal, card, region, current, ())
    earlier = tuple(finding for finding in before.findings if finding.model_id != card.id)
    origin = _origin(proposal, card, region, current, earlier)
    if proposal.probability is None and before.probability is not None:
        pure = PackedRegion.of(before.pure.unpacked() | added)
        kept = PackedRegion.of(before.by_hand(current) | added)
        origin = replace(before, made=origin.made, pure=pure, kept=kept, findings=origin.findings)
    doubts = tuple(dict.fromkeys((*before.doubts, *proposal.doubts)))
    return region, replace(origin, doubts=doubts)


def _origin(
    proposal: Proposal, card: ModelCard, region: Region, kept: Region, earlier: tuple[Finding, ...]
) -> MaskOrigin:
    finding = Finding(card.id, card.title, card.labels, PackedRegion.of(proposal.mask.region(ROI)))
    threshold = card.network.threshold if card.network is not None else _DEFAULT_THRESHOLD
    made = PackedRegion.of(region)
    return MaskOrigin(
        made=made,
        pure=made,
        kept=PackedRegion.of(kept),
        findings=(*earlier, finding),
        probability=proposal.probability,
        default_threshold=threshold,
        threshold=threshold,
        doubts=proposal.doubts,
        why_fixed="" if proposal.probability is not None else tr(_NO_PROBABILITY[card.kind]),
    )
