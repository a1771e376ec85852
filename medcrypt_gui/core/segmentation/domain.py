"""Whether a volume is something a model was made for; said before any time is spent on it."""

from __future__ import annotations

import numpy as np

from medcrypt_gui.core.enumeration import any_of
from medcrypt_gui.core.errors import UnsupportedInputError
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.segmentation.model_card import ModelCard

_FEWEST_VOXELS = 8  # along each axis
_SMALLEST_EXTENT_MM = 40.0
_AIR_IN_CT_HU = -500.0  # MR images have no such values; CT is mostly air around the patient
UNKNOWN_MODALITIES = frozenset({"", "OT"})  # NIfTI does not say; many converters write "other"


def check_domain(volume: Volume, modality: str, card: ModelCard) -> None:
    """Return if the model can serve the volume, else raise `UnsupportedInputError` with the reason.

    ``modality`` is DICOM's ("MR", "CT"), or empty where the file does not say; then the values must not look like CT.
    """
    wanted = any_of(card.modality)
    if modality not in UNKNOWN_MODALITIES and modality not in card.modality:
        raise UnsupportedInputError(
            tr(
                "{title} works on {wanted} images; this is {modality}",
                title=tr(card.title),
                wanted=wanted,
                modality=modality,
            )
        )
    if modality in UNKNOWN_MODALITIES and "CT" not in card.modality and _looks_like_ct(volume):
        raise UnsupportedInputError(
            tr("{title} works on {wanted} images; the values look like CT", title=tr(card.title), wanted=wanted)
        )
    sizes = volume.geometry.shape
    if min(sizes) < _FEWEST_VOXELS:
        size = f"{sizes[2]} x {sizes[1]} x {sizes[0]}"
        raise UnsupportedInputError(
            tr(
                "{title} needs at least {fewest} slices; this image is {size}",
                title=tr(card.title),
                fewest=_FEWEST_VOXELS,
                size=size,
            )
        )
    extent = min(n * s for n, s in zip(sizes, volume.geometry.spacing_mm[::-1], strict=True))
    around_head = card.network is not None and card.network.placement == "head"
    if around_head and extent < _SMALLEST_EXTENT_MM:
        raise UnsupportedInputError(
            tr("{title} needs the whole head; this image is {extent:.0f} mm thin", title=tr(card.title), extent=extent)
        )
    if _is_flat(volume):
        raise UnsupportedInputError(tr("the image is empty: all its values are equal"))


def _is_flat(volume: Volume) -> bool:
    """Whether there is nothing in the image; values that are no numbers count as nothing."""
    first: np.generic | None = None
    for plane in volume.stored:
        numbers = plane[np.isfinite(plane)]
        if numbers.size:
            first = numbers[0] if first is None else first
            if (numbers != first).any():
                return False
    return True


def _looks_like_ct(volume: Volume) -> bool:
    if volume.unit == "HU":
        return True
    some = volume.stored[:: max(1, volume.stored.shape[0] // 16), ::4, ::4].astype(np.float64)
    numbers = some[np.isfinite(some)]
    return numbers.size > 0 and bool(np.percentile(numbers * volume.slope + volume.intercept, 5.0) < _AIR_IN_CT_HU)
