"""What a card knows about the images its network learned from."""

from __future__ import annotations

from dataclasses import dataclass

from medcrypt_gui.core.language import tr
from medcrypt_gui.core.segmentation.card_entries import CardError, Entries

BRIGHTNESS = ("value_05", "value_25", "value_50", "value_75", "value_95", "air")
SHAPE = ("filled", "area_1", "area_2", "area_3", "area_4", "area_5", "area_6")
LAYERS = ("layer_1", "layer_2", "layer_3", "layer_4")
TEXTURE = ("roughness", "mirrored_left_right", "mirrored_front_back")
FEATURES = (*BRIGHTNESS, *SHAPE, *LAYERS, *TEXTURE)
"""What `core.segmentation.familiarity.image_features` measures, in its order; it says what each is."""


@dataclass(frozen=True)
class Familiar:
    """Mean and standard deviation of each of `FEATURES` over the training images, and where doubt begins.

    ``limit`` is the largest usual distance from the mean (see `familiarity.unfamiliarity`); ``volume_ml`` the usual
    size of the region, ``border_mm`` how far its border usually may be off at most, on average.
    """

    mean: tuple[float, ...]
    deviation: tuple[float, ...]
    limit: float
    volume_ml: tuple[float, float]
    border_mm: float

    def __post_init__(self) -> None:
        if not len(self.mean) == len(self.deviation) == len(FEATURES) or min(self.deviation) <= 0:
            raise CardError(tr("familiarity.features must be all features, each with a deviation above 0"))
        if not 0 <= self.volume_ml[0] < self.volume_ml[1]:
            raise CardError(tr("familiarity.volume_ml must be two numbers, the smaller first"))


def read_familiar(entries: Entries) -> Familiar:
    """The table ``[familiarity]`` of a card."""
    table = entries.table("features")
    pairs = []
    for name in FEATURES:
        pair = table.numbers(name)
        if len(pair) != 2:
            raise CardError(tr("{name} must be a mean and a deviation", name=table.name(name)))
        pairs.append(pair)
    table.close()
    volume = entries.numbers("volume_ml")
    if len(volume) != 2:
        raise CardError(tr("{name} must be two numbers, the smaller first", name=entries.name("volume_ml")))
    familiar = Familiar(
        mean=tuple(mean for mean, _ in pairs),
        deviation=tuple(deviation for _, deviation in pairs),
        limit=entries.number("limit", 0.1, 1e3),
        volume_ml=(volume[0], volume[1]),
        border_mm=entries.number("border_mm", 0.01, 1e3),
    )
    entries.close()
    return familiar
