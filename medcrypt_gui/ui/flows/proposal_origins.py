"""What the masks that models proposed in a worklist came from, as long as the program runs and memory allows."""

from __future__ import annotations

from collections import OrderedDict

from medcrypt_gui.core.segmentation.mask_origin import MaskOrigin

_MOST_BYTES = 512 << 20


class ProposalOrigins:
    """Probabilities are large and can be had again from the model, so they are never written to the disk."""

    def __init__(self, most_bytes: int = _MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._kept: OrderedDict[str, tuple[str, MaskOrigin]] = OrderedDict()

    def keep(self, item_id: str, sha256: str, origin: MaskOrigin) -> None:
        """Of the mask with this hash; the oldest are forgotten for it."""
        self._kept.pop(item_id, None)
        self._kept[item_id] = (sha256, origin)
        while len(self._kept) > 1 and sum(_bytes(kept) for _, kept in self._kept.values()) > self._most_bytes:
            self._kept.popitem(last=False)

    def of(self, item_id: str, sha256: str | None) -> MaskOrigin | None:
        """Where exactly this mask came from; None for one that was changed since."""
        kept = self._kept.get(item_id)
        return kept[1] if kept is not None and kept[0] == sha256 else None


def _bytes(origin: MaskOrigin) -> int:
    return origin.size_bytes + (origin.probability.values.nbytes if origin.probability is not None else 0)
