"""How well an exported file does, run as the application runs it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.mask.dice import dice
from medcrypt_gui.core.ports import Segmenter
from medcrypt_gui.core.segmentation.model_card import ScanResult
from medcrypt_gui.core.task import TaskContext
from models.training.dataset import read_reference, read_volume
from models.training.split import Protocol, Scan, trained_on

Mask = NDArray[np.bool_]
_DATASETS = {"nichart": "NiChart"}


@dataclass(frozen=True, eq=False)
class Evaluated:
    """One scan with both outlines and the figures; masks are bool on the volume's grid."""

    volume: Volume
    reference: Mask
    found: Mask
    result: ScanResult


def judged_on(scans: Iterable[Scan], protocol: Protocol) -> list[Scan]:
    """What a run of that protocol never saw; after the final run, which saw all, the same scans again."""
    return [scan for scan in scans if protocol is Protocol.FINAL or not trained_on(scan, protocol)]


def evaluate(segmenter: Segmenter, scans: Iterable[Scan], protocol: Protocol) -> Iterator[Evaluated]:
    """Each scan in turn. Seconds are for everything but reading the file and loading the model.

    References are cleaned to their largest part (`read_reference`).
    """
    warm = False
    for scan in scans:
        volume = read_volume(scan.image)
        reference = np.asarray(read_reference(scan.mask).stored, dtype=bool)
        if not warm:
            segmenter.propose(volume, "MR", TaskContext())
            warm = True
        begun = time.perf_counter()
        found = segmenter.propose(volume, "MR", TaskContext()).mask.roi()
        seconds = time.perf_counter() - begun
        distance = hd95_mm(found, reference, volume.geometry.spacing_mm[::-1])
        rounded = None if distance is None else round(distance, 2)
        result = ScanResult(
            scan.name, dataset_of(scan), protocol.value, round(dice(found, reference), 4), rounded, round(seconds, 2)
        )
        yield Evaluated(volume, reference, found, result)


def dataset_of(scan: Scan) -> str:
    """Data set and contrast, such as "NiChart T1" or "openms T2W": figures of different ones are not to be mixed."""
    dataset = scan.name.split()[0]
    return f"{_DATASETS.get(dataset, dataset)} {scan.name.rsplit('_', 1)[1]}"


def hd95_mm(a: Mask, b: Mask, spacing_mm: tuple[float, ...]) -> float | None:
    """The larger of the two directed 95th percentiles of distances between the surfaces; None when a mask is empty."""
    if not a.any() or not b.any():
        return None
    box = ndimage.find_objects((a | b).astype(np.uint8))[0]
    surfaces = [_surface(np.pad(mask[box], 1)) for mask in (a, b)]
    to_a, to_b = (ndimage.distance_transform_edt(~surface, spacing_mm) for surface in surfaces)
    return float(max(np.percentile(to_b[surfaces[0]], 95), np.percentile(to_a[surfaces[1]], 95)))


def _surface(region: Mask) -> Mask:
    return np.asarray(region & ~ndimage.binary_erosion(region))
