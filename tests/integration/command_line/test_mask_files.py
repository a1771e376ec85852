"""Masks of every format on the command line."""

from __future__ import annotations

import numpy as np
import pytest
from builders.dicom import build_series
from builders.masks import DICOM_KINDS, dicom_series, load, save
from builders.study import Study, medcrypt

from medcrypt_gui.core.mask.labels import LabelTable

pytestmark = pytest.mark.usefixtures("quick_passphrases")


@pytest.mark.parametrize("kind", DICOM_KINDS)
def test_protect_takes_masks_in_dicom(study: Study, kind: str) -> None:
    images = dicom_series(study.files)
    labels = load(study.mask, images).mask.labels
    study.mask = save(study.folder / "mask.dcm", labels, images, kind, LabelTable())
    assert study.protect() == 0
    assert study.restore() == 0
    assert study.everything_is_back()


def test_a_mask_of_another_study_must_be_asked_for(study: Study, capsys: pytest.CaptureFixture[str]) -> None:
    other = dicom_series(build_series(study.folder / "other", slices=4, rows=24, columns=20))
    labels = np.zeros(other.geometry.shape, np.uint8)
    labels[1:3, 6:15, 5:12] = 1
    study.mask = save(study.folder / "mask.dcm", labels, other, "seg")
    assert study.protect() == 3
    assert "--foreign-mask" in capsys.readouterr().err
    assert not study.protected.exists()
    assert study.protect("--foreign-mask") == 0


def test_segment_writes_what_the_name_says(study: Study, capsys: pytest.CaptureFixture[str]) -> None:
    assert medcrypt("segment", study.source, "-o", study.folder / "m.txt", "--quiet") == 2
    assert ".nii.gz" in capsys.readouterr().err
    assert medcrypt("segment", study.source, "-o", study.folder / "m.nii", "--format", "seg", "--quiet") == 2
