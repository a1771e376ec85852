"""How far the NiChart FLAIR references lie off their images: ``python -m models.training.reference_error --help``.

Those masks are the T1's labels carried over by the two headers. Where the head moved between the two scans they miss
it. The T1 is registered rigidly to the FLAIR by mutual information (Wells et al., Medical Image Analysis 1, 1996); the
mask moved along is what the reference would be without that error. No network takes part.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, optimize
from scipy.spatial.transform import Rotation

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.mask.dice import dice
from medcrypt_gui.core.segmentation.model_card import read_card
from medcrypt_gui.core.task import TaskContext
from models.training.dataset import read_reference, read_volume
from models.training.split import HELD_OUT_NICHART

_BINS = 32
_STRIDE = 2  # every second voxel along each axis is compared
_WEIGHTS = Path(__file__).resolve().parent / "evaluated" / "brain-mr-leave-subjects-out.toml"


@dataclass(frozen=True)
class Motion:
    """A turn about ``centre_mm`` in degrees about L, P, S, after which ``shift_mm`` is added."""

    centre_mm: NDArray[np.float64]
    shift_mm: NDArray[np.float64]
    turn_degrees: NDArray[np.float64]

    def apply(self, mm: NDArray[np.float64]) -> NDArray[np.float64]:
        """Points of the FLAIR ``(N, 3)`` to where the same tissue lay during the T1."""
        turn = Rotation.from_euler("xyz", self.turn_degrees, degrees=True).as_matrix()
        return np.asarray((mm - self.centre_mm) @ turn.T + self.centre_mm + self.shift_mm)


def register(fixed: Volume, moving: Volume) -> Motion:
    """The motion of the head between two scans of one person."""
    values = _smooth(fixed)
    every = _voxels(fixed.geometry.shape, _STRIDE)
    seen = values[tuple(every.T)]
    head = seen > np.percentile(seen, 30)
    seen = np.minimum(seen[head], np.percentile(seen[head], 99))
    points = fixed.geometry.to_mm(every[head][:, ::-1].astype(np.float64))
    other, centre = _smooth(moving), points.mean(axis=0)

    def disagreement(p: NDArray[np.float64]) -> float:
        moved = Motion(centre, p[:3], p[3:]).apply(points)
        return -_mutual_information(seen, _sample(other, moving.geometry, moved))

    best = optimize.minimize(disagreement, np.zeros(6), method="Powell", options={"maxiter": 8, "xtol": 0.05}).x
    return Motion(centre, best[:3], best[3:])


def moved_reference(reference: Volume, motion: Motion) -> NDArray[np.bool_]:
    """The reference without the registration error, on its own grid."""
    points = reference.geometry.to_mm(_voxels(reference.geometry.shape, 1)[:, ::-1].astype(np.float64))
    found = _sample(reference.stored.astype(np.float32), reference.geometry, motion.apply(points))
    return np.asarray(found.reshape(reference.geometry.shape) > 0.5)


def _smooth(volume: Volume) -> NDArray[np.float32]:
    return np.asarray(ndimage.gaussian_filter(volume.stored.astype(np.float32), 0.7))


def _voxels(shape: tuple[int, int, int], stride: int) -> NDArray[np.intp]:
    """Indices ``(N, 3)`` in the order z, y, x."""
    axes = np.meshgrid(*(np.arange(0, n, stride) for n in shape), indexing="ij")
    return np.stack([axis.ravel() for axis in axes], axis=1)


def _sample(values: NDArray[np.float32], geometry: Geometry, mm: NDArray[np.float64]) -> NDArray[np.float32]:
    return np.asarray(ndimage.map_coordinates(values, geometry.to_index(mm)[:, ::-1].T, order=1, mode="constant"))


def _mutual_information(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    """In nats, from a joint histogram."""
    joint = np.histogram2d(a, b, bins=_BINS)[0]
    share = joint / joint.sum()
    alone = share.sum(axis=1, keepdims=True) @ share.sum(axis=0, keepdims=True)
    seen = share > 0
    return float((share[seen] * np.log(share[seen] / alone[seen])).sum())


def main() -> None:
    """Print a table: the motion, what the reference is worth, and the network's Dice with both references."""
    from medcrypt_gui.adapters.inference.onnx_segmenter import OnnxSegmenter

    parser = argparse.ArgumentParser(prog="python -m models.training.reference_error", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds nichart/")
    folder = parser.parse_args().data / "nichart"
    segmenter = OnnxSegmenter(read_card(_WEIGHTS))
    print("| scan | shift L, P, S (mm) | reference with itself registered | network, as given | network, registered |")
    print("|---|---|---|---|---|")
    for subject in sorted(HELD_OUT_NICHART):
        path = folder / f"Subj{subject}_FLAIR.nii.gz"
        if not path.exists():
            continue
        flair, reference = read_volume(path), read_reference(folder / f"Subj{subject}_FLAIR_brainmask.nii.gz")
        motion = register(flair, read_volume(folder / f"Subj{subject}_T1.nii.gz"))
        given, registered = reference.stored > 0, moved_reference(reference, motion)
        found = segmenter.propose(flair, "MR", TaskContext()).mask.roi()
        shift = ", ".join(f"{value:.1f}" for value in motion.shift_mm)
        figures = " | ".join(f"{value:.3f}" for value in (dice(given, registered), dice(found, given)))
        print(f"| Subj{subject}_FLAIR | {shift} | {figures} | {dice(found, registered):.3f} |", flush=True)


if __name__ == "__main__":
    main()
