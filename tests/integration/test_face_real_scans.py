"""The proposed face on real heads: covered, deep enough, off the brain; lying straight, turned and stored otherwise."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from builders.head import reorient_array, reoriented

from medcrypt_gui.adapters.images.dicom import DicomReader
from medcrypt_gui.adapters.images.nifti import NiftiReader
from medcrypt_gui.adapters.inference.catalog import load_catalog
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.ports import Segmenter
from medcrypt_gui.core.task import TaskContext
from models.training.dataset import read_reference
from models.training.face_measures import FaceMeasures, Region, measure
from models.training.turned import TURNS, turned, turned_region

MODELS = Path(__file__).resolve().parents[2] / "models"


@pytest.fixture(scope="module")
def segmenters() -> dict[str, Segmenter]:
    return dict(load_catalog(MODELS).segmenters)


def _read(*paths: Path) -> Volume:
    reader = DicomReader() if paths[0].suffix == ".dcm" else NiftiReader()
    (series,) = reader.find(paths, TaskContext()).series
    return reader.load(series, TaskContext())


def _region(segmenter: Segmenter, volume: Volume) -> Region:
    return segmenter.propose(volume, "MR", TaskContext()).mask.roi()


def _passes(measured: FaceMeasures) -> None:
    assert measured.covered_face >= 0.999
    assert measured.covered_ears >= 0.99
    assert measured.depth_mm >= 3.0
    assert measured.brain_mm >= 2.0


# Of 14, 15 and 16 metal in the mouth wipes out the jaw or throws signal before the chin; 1 and 19 have the mouth open.
_HARD = ["Subj14_T1", "Subj15_T1", "Subj16_T1", "Subj1_FLAIR", "Subj19_FLAIR"]


@pytest.mark.parametrize("name", ["Subj7_T1", "Subj22_T1", "Subj22_FLAIR", *_HARD])
def test_the_face_is_covered_and_the_brain_spared(
    shared_data: Path, segmenters: dict[str, Segmenter], name: str
) -> None:
    folder = shared_data / "brain" / "nichart"
    volume = _read(folder / f"{name}.nii.gz")
    brain = read_reference(folder / f"{name}_brainmask.nii.gz").stored > 0
    _passes(measure(name, volume, _region(segmenters["face"], volume), brain, 0.0))


@pytest.mark.parametrize("turn", sorted(TURNS))
def test_a_head_that_lies_askew_loses_its_face_as_well(
    shared_data: Path, segmenters: dict[str, Segmenter], turn: str
) -> None:
    folder = shared_data / "brain" / "nichart"
    straight = _read(folder / "Subj11_T1.nii.gz")
    volume = turned(straight, TURNS[turn])
    brain = read_reference(folder / "Subj11_T1_brainmask.nii.gz").stored > 0
    brain = turned_region(brain, straight.geometry, TURNS[turn])
    _passes(measure(turn, volume, _region(segmenters["face"], volume), brain, 0.0))


def test_a_scanners_own_series_is_covered(shared_data: Path, segmenters: dict[str, Segmenter]) -> None:
    volume = _read(*sorted((shared_data / "dicom" / "trio-mprage").rglob("*.dcm")))
    brain = _region(segmenters["brain-mr"], volume)
    _passes(measure("trio", volume, _region(segmenters["face"], volume), brain, 0.0))


def test_a_sagittal_series_gives_the_face_of_the_axial_one(samples: Path, segmenters: dict[str, Segmenter]) -> None:
    axial = _read(samples / "colin27.nii.gz")
    axes, flips = (2, 0, 1), (True, True, False)
    plain = _region(segmenters["face"], axial)
    sagittal = _region(segmenters["face"], reoriented(axial, axes, flips))
    assert 0.1 < plain.mean() < 0.5
    assert (sagittal != reorient_array(plain, axes, flips)).mean() < 0.002
    assert np.array_equal(plain, _region(segmenters["face"], axial))
