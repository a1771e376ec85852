"""The shipped model on real heads that it was not trained on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from builders.head import reorient_array, reoriented
from scipy import ndimage

from medcrypt_gui.adapters.images.dicom import DicomReader
from medcrypt_gui.adapters.images.nifti import NiftiReader
from medcrypt_gui.adapters.inference.onnx_segmenter import OnnxSegmenter
from medcrypt_gui.core.errors import UnsupportedInputError
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.segmentation.model_card import read_card
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.segment_roi import segment_roi

MODELS = Path(__file__).resolve().parents[2] / "models"


@pytest.fixture(scope="module")
def brain() -> OnnxSegmenter:
    return OnnxSegmenter(read_card(MODELS / "brain-mr.toml"))


def _read(*paths: Path) -> Volume:
    reader = DicomReader() if paths[0].suffix == ".dcm" else NiftiReader()
    (series,) = reader.find(paths, TaskContext()).series
    return reader.load(series, TaskContext())


def _dice(found: np.ndarray, mask: Volume) -> float:
    pieces, _ = ndimage.label(mask.stored > 0)
    reference = pieces == 1 + int(np.argmax(np.bincount(pieces.ravel())[1:]))
    return 2 * float((found & reference).sum()) / float(found.sum() + reference.sum())


@pytest.mark.parametrize("name", ["nichart/Subj7_T1", "nichart/Subj22_FLAIR", "openms/patient04_study1_T2W"])
def test_the_brain_of_a_person_it_never_saw_is_found(shared_data: Path, brain: OnnxSegmenter, name: str) -> None:
    volume = _read(shared_data / "brain" / f"{name}.nii.gz")
    mask = _read(shared_data / "brain" / f"{name}_brainmask.nii.gz")
    assert _dice(segment_roi(volume, "MR", brain, TaskContext()).mask.roi(), mask) >= 0.9


def test_the_sample_study_gives_a_brain_of_a_mans_size(samples: Path, brain: OnnxSegmenter) -> None:
    volume = _read(*sorted((samples / "dicom").glob("*.dcm")))
    mask = segment_roi(volume, "MR", brain, TaskContext()).mask
    litres = mask.roi().sum() * volume.geometry.voxel_volume_ml / 1000
    assert 1.0 < litres < 2.1  # with the fluid in the sulci, in a space larger than life
    middle = np.array(ndimage.center_of_mass(mask.roi()))[::-1]
    assert np.abs(volume.geometry.to_mm(middle) - (0.0, 20.0, 5.0)).max() < 15.0  # template space, LPS


def test_dicom_and_nifti_of_one_scan_give_one_mask(samples: Path, brain: OnnxSegmenter) -> None:
    series = _read(*sorted((samples / "dicom").glob("*.dcm")))
    nifti = _read(samples / "colin27.nii.gz")
    first = segment_roi(series, "MR", brain, TaskContext()).mask.roi()
    second = segment_roi(nifti, "", brain, TaskContext()).mask.roi()
    assert first.shape == second.shape
    assert 2 * (first & second).sum() / (first.sum() + second.sum()) > 0.99


def test_a_sagittal_series_gives_the_mask_of_the_axial_one(samples: Path, brain: OnnxSegmenter) -> None:
    axial = _read(samples / "colin27.nii.gz")
    axes, flips = (2, 0, 1), (True, True, False)
    plain = segment_roi(axial, "MR", brain, TaskContext()).mask.roi()
    sagittal = segment_roi(reoriented(axial, axes, flips), "MR", brain, TaskContext()).mask.roi()
    assert (sagittal != reorient_array(plain, axes, flips)).mean() < 1e-4


def test_a_scanners_own_series_gives_a_plausible_brain(shared_data: Path, brain: OnnxSegmenter) -> None:
    volume = _read(*sorted((shared_data / "dicom" / "trio-mprage").rglob("*.dcm")))
    mask = segment_roi(volume, "MR", brain, TaskContext()).mask
    assert 1.0 < mask.roi().sum() * volume.geometry.voxel_volume_ml / 1000 < 1.9


def test_ct_is_refused_even_where_the_file_does_not_say(shared_data: Path, brain: OnnxSegmenter) -> None:
    volume = _read(shared_data / "ct" / "abdomen_ct.nii.gz")
    with pytest.raises(UnsupportedInputError):
        segment_roi(volume, "", brain, TaskContext())
