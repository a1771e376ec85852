"""Every shipped model on what no model should stumble over; the networks on small real crops, turned and flipped."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from builders.head import all_orientations, reorient_array, reoriented
from scipy import ndimage

from medcrypt_gui.adapters.images.nifti import NiftiReader
from medcrypt_gui.adapters.inference.catalog import load_catalog
from medcrypt_gui.core.errors import MedcryptError, UnsupportedInputError
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.mask.dice import dice
from medcrypt_gui.core.ports import Segmenter
from medcrypt_gui.core.segmentation.proposal import Proposal
from medcrypt_gui.core.task import TaskContext

SEGMENTERS = load_catalog(Path(__file__).resolve().parents[2] / "models").segmenters
CROPS = {"brain-mr": ("nichart/Subj7_T1", "nichart/Subj11_FLAIR", "openms/patient04_study1_T1W")}
BARS = {"brain-mr": 0.92}
TURNS = [((2, 1, 0), (False, True, False)), ((0, 2, 1), (True, False, False)), ((1, 2, 0), (True, True, True))]


def _read(path: Path) -> Volume:
    reader = NiftiReader()
    (series,) = reader.find([path], TaskContext()).series
    return reader.load(series, TaskContext())


def _crop(volume: Volume, share: float = 0.12) -> Volume:
    """Without the outermost part of every axis; the lowest part of a head is mostly neck."""
    kept = tuple(slice(round(share * n), n - round(share * n / 2)) for n in volume.stored.shape)
    affine = volume.geometry.affine_lps.copy()
    affine[:3, 3] = volume.geometry.to_mm(tuple(float(s.start) for s in reversed(kept)))
    stored = np.ascontiguousarray(volume.stored[kept])
    return replace(volume, stored=stored, geometry=Geometry(stored.shape, affine))


def _region(segmenter: Segmenter, volume: Volume) -> np.ndarray:
    return segmenter.propose(volume, segmenter.card.modality[0], TaskContext()).mask.roi()


@pytest.mark.parametrize(("model_id", "scan"), [(model, scan) for model, scans in CROPS.items() for scan in scans])
def test_a_small_real_crop_is_segmented_well(shared_data: Path, model_id: str, scan: str) -> None:
    volume = _crop(_read(shared_data / "brain" / f"{scan}.nii.gz"))
    mask = _crop(_read(shared_data / "brain" / f"{scan}_brainmask.nii.gz"))
    pieces, _ = ndimage.label(mask.stored > 0)
    reference = pieces == 1 + int(np.argmax(np.bincount(pieces.ravel())[1:]))
    assert dice(_region(SEGMENTERS[model_id], volume), reference) >= BARS[model_id]


@pytest.fixture(scope="module")
def upright(shared_data: Path) -> tuple[Volume, np.ndarray]:
    volume = _crop(_read(shared_data / "brain" / "nichart" / "Subj7_T1.nii.gz"))
    return volume, _region(SEGMENTERS["brain-mr"], volume)


@pytest.mark.parametrize(("axes", "flips"), TURNS)
def test_turned_and_flipped_storage_gives_the_same_region(
    upright: tuple[Volume, np.ndarray], axes: tuple[int, int, int], flips: tuple[bool, bool, bool]
) -> None:
    volume, plain = upright
    turned = _region(SEGMENTERS["brain-mr"], reoriented(volume, axes, flips))
    assert dice(turned, reorient_array(plain, axes, flips)) > 0.99


def test_the_turns_are_ways_to_store_an_image() -> None:
    assert all(turn in all_orientations() for turn in TURNS)


def test_one_image_gives_one_mask_again_and_again(upright: tuple[Volume, np.ndarray]) -> None:
    volume, plain = upright
    assert np.array_equal(_region(SEGMENTERS["brain-mr"], volume), plain)


def _grid(*shape: int) -> Geometry:
    return Geometry((shape[0], shape[1], shape[2]), np.diag([4.0, 4.0, 4.0, 1.0]))


def _oddity(kind: str) -> Volume:
    random = np.random.default_rng(7)
    if kind == "constant":
        return Volume(np.full((24, 40, 40), 7, np.int16), _grid(24, 40, 40))
    if kind == "not a number":
        return Volume(np.full((24, 40, 40), np.nan, np.float32), _grid(24, 40, 40))
    if kind == "partly infinite":
        stored = random.normal(100.0, 20.0, (24, 40, 40)).astype(np.float32)
        stored[::3, ::2] = np.inf
        return Volume(stored, _grid(24, 40, 40))
    if kind == "noise":
        return Volume(random.integers(-1000, 1000, (24, 40, 40)).astype(np.int16), _grid(24, 40, 40))
    if kind == "single image":
        return Volume(random.integers(0, 255, (1, 64, 64)).astype(np.uint8), _grid(1, 64, 64))
    return Volume(random.integers(0, 255, (2, 2, 2)).astype(np.uint8), _grid(2, 2, 2))


def _outcome(segmenter: Segmenter, volume: Volume, modality: str) -> Proposal | MedcryptError:
    try:
        return segmenter.propose(volume, modality, TaskContext())
    except MedcryptError as error:
        return error


@pytest.mark.parametrize("kind", ["constant", "not a number", "partly infinite", "noise", "single image", "tiny"])
@pytest.mark.parametrize("model_id", sorted(SEGMENTERS))
def test_odd_input_ends_in_a_region_or_in_words(model_id: str, kind: str) -> None:
    segmenter, volume = SEGMENTERS[model_id], _oddity(kind)
    for modality in {segmenter.card.modality[0], segmenter.card.modality[-1], ""}:
        outcome = _outcome(segmenter, volume, modality)
        if isinstance(outcome, MedcryptError):
            assert outcome.detail
        else:
            assert outcome.mask.geometry.same_grid(volume.geometry)


def test_a_huge_image_is_refused_in_words_before_memory_runs_out() -> None:
    shape = (4000, 1024, 1024)
    stored = np.broadcast_to(np.arange(1024, dtype=np.int16), shape)
    huge = Volume(stored, Geometry(shape, np.diag([3.0, 3.0, 3.0, 1.0])))
    with pytest.raises(UnsupportedInputError, match="too large"):
        SEGMENTERS["brain-mr"].propose(huge, "MR", TaskContext())
