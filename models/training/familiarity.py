"""Write onto a network's card what its training images are like: ``python -m models.training.familiarity --help``.

Run it after the weights changed: the sizes and borders of what the network finds are measured with it.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.adapters.inference.onnx_segmenter import OnnxSegmenter
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.segmentation.familiar import Familiar
from medcrypt_gui.core.segmentation.familiarity import border_off_mm, image_features, unfamiliarity
from medcrypt_gui.core.segmentation.model_card import ModelCard, read_card
from medcrypt_gui.core.segmentation.preprocess import prepare
from medcrypt_gui.core.task import TaskContext
from models.training.card import write_card
from models.training.dataset import read_volume
from models.training.evaluate import dataset_of
from models.training.split import Scan, find_scans

_LEAST_DEVIATION = 0.03
_ROOM = 1.15  # between the least usual training image and the limit
_ROOM_BORDER = 1.3
_ROOM_VOLUME = 1.35  # people differ by more than a few dozen training images show
_CUT_OFF = 0.2  # of the field of view, from below and from above: partial heads are usual
_THICK_MM = 4.0


def fit(card: ModelCard, scans: list[Scan]) -> Familiar:
    """The images of ``scans``, whole, cut and in thick slices; the regions that the network finds in the whole ones."""
    assert card.network is not None
    segmenter = OnnxSegmenter(replace(card, network=replace(card.network, familiar=None)))
    features, groups, sizes, borders = [], [], [], []
    for scan in scans:
        volume = read_volume(scan.image)
        for variant in variants(volume):
            features.append(_features(variant, card))
            groups.append(dataset_of(scan))
        proposal = segmenter.propose(volume, card.modality[0], TaskContext())
        assert proposal.probability is not None
        sizes.append(float(np.count_nonzero(proposal.mask.labels)) * volume.geometry.voxel_volume_ml)
        borders.append(border_off_mm(proposal.probability))
        print(f"{scan.name}: {sizes[-1]:.0f} ml, border off by {borders[-1]:.2f} mm", flush=True)
    return familiar_of(np.array(features), groups, sizes, borders)


def variants(volume: Volume) -> Iterator[Volume]:
    """The image, without its lowest part, without its highest part, and in thick slices (along the patient)."""
    yield volume
    axis, direction = volume.geometry.patient_axes()[2]
    array_axis = 2 - axis
    size = volume.stored.shape[array_axis]
    cut = round(_CUT_OFF * size)
    low, high = (slice(cut, None), slice(None, size - cut))
    for kept in (low, high) if direction > 0 else (high, low):
        yield _part(volume, array_axis, kept)
    step = max(1, round(_THICK_MM / volume.geometry.spacing_mm[axis]))
    if step > 1:
        yield _part(volume, array_axis, slice(None, None, step))


def _part(volume: Volume, array_axis: int, kept: slice) -> Volume:
    picked = tuple(kept if axis == array_axis else slice(None) for axis in range(3))
    stored = np.ascontiguousarray(volume.stored[picked])
    first, step = kept.start or 0, kept.step or 1
    affine = volume.geometry.affine_lps.copy()
    affine[:3, 3] += affine[:3, 2 - array_axis] * first
    affine[:3, 2 - array_axis] *= step
    return replace(volume, stored=stored, geometry=Geometry(stored.shape, affine))


def _features(volume: Volume, card: ModelCard) -> NDArray[np.float64]:
    assert card.network is not None
    return image_features(prepare(volume, card.network, TaskContext()).values, card.network.spacing_mm)


def familiar_of(features: NDArray[np.float64], groups: list[str], sizes: list[float], borders: list[float]) -> Familiar:
    """From one row of features per image, the data set and contrast of each (all count alike), and what was found."""
    counts = Counter(groups)
    weights = np.array([1.0 / counts[group] for group in groups]) / len(counts)
    mean = weights @ features
    deviation = np.maximum(np.sqrt(weights @ (features - mean) ** 2), _LEAST_DEVIATION)
    known = Familiar(
        mean=tuple(float(round(value, 4)) for value in mean),
        deviation=tuple(float(round(value, 4)) for value in deviation),
        limit=1.0,
        volume_ml=(round(float(min(sizes)) / _ROOM_VOLUME, -1), round(float(max(sizes)) * _ROOM_VOLUME, -1)),
        border_mm=round(float(max(borders)) * _ROOM_BORDER, 2),
    )
    scores = [unfamiliarity(row, known) for row in features]
    print(f"scores: median {np.median(scores):.2f}, 95th percentile {np.quantile(scores, 0.95):.2f}, {max(scores):.2f}")
    return replace(known, limit=round(_ROOM * max(scores), 2))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m models.training.familiarity", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder that holds nichart/ and openms/")
    parser.add_argument(
        "--card", type=Path, required=True, help="the card that is rewritten; its weights lie beside it"
    )
    arguments = parser.parse_args()
    card = read_card(arguments.card)
    if card.network is None:
        raise SystemExit(f"{card.id} is no network")
    familiar = fit(card, find_scans(arguments.data))
    write_card(replace(card, network=replace(card.network, familiar=familiar)), arguments.card)


if __name__ == "__main__":
    main()
