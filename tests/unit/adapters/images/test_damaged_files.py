"""Whatever bytes a file holds, it is read or refused with a reason; nothing else escapes."""

import random
import shutil
from pathlib import Path

import nibabel
import numpy as np
import pydicom
import pytest
from builders.dicom import build_series
from builders.nifti import AFFINE_RAS, build_nifti
from pydicom.uid import RLELossless

from medcrypt_gui.adapters.images.dicom import DicomReader
from medcrypt_gui.adapters.images.nifti import NiftiReader
from medcrypt_gui.core.errors import InputError
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.open_study import find_series, header_of, load_volume, thumbnail

READERS = (NiftiReader(), DicomReader())


PYDICOM = {
    "dicom colour": "SC_rgb_small_odd.dcm",
    "dicom jpeg colour": "SC_rgb_small_odd_jpeg.dcm",
    "dicom jpeg lossless": "SC_rgb_jpeg_gdcm.dcm",
    "dicom frames": "rtdose_rle.dcm",
    "dicom dose": "rtdose.dcm",
}


def sound_file(folder, kind):
    if kind in PYDICOM:
        source = Path(pydicom.__file__).parent / "data" / "test_files" / PYDICOM[kind]
        return Path(shutil.copy(source, folder))
    if kind == "nifti 4d":
        return build_nifti(folder / "a.nii.gz", np.arange(3 * 4 * 5 * 6, dtype=np.int16).reshape(3, 4, 5, 6))
    if kind == "nifti colour":
        colours = np.zeros((4, 5, 6), [("R", "u1"), ("G", "u1"), ("B", "u1")])
        nibabel.save(nibabel.Nifti1Image(colours, AFFINE_RAS), folder / "a.nii")
        return folder / "a.nii"
    if kind.startswith("nifti"):
        return build_nifti(folder / ("a.nii.gz" if kind.endswith("gz") else "a.nii"))
    (path,) = build_series(folder, 1)
    if kind == "dicom rle":
        dataset = pydicom.dcmread(path)
        dataset.compress(RLELossless)
        dataset.save_as(path)
    return path


@pytest.mark.parametrize("kind", ["dicom", "dicom rle", *PYDICOM, "nifti", "nifti gz", "nifti 4d", "nifti colour"])
def test_flipped_and_lost_bytes_lead_to_an_image_or_to_an_input_error(tmp_path, kind):
    path = sound_file(tmp_path, kind)
    sound = path.read_bytes()
    chance = random.Random(7)
    for _ in range(250):
        content = bytearray(sound)
        for _ in range(chance.choice([1, 1, 3])):
            content[chance.randrange(min(len(content), 1800))] = chance.choice([0, 255, chance.randrange(256)])
        if chance.random() < 0.2:
            del content[chance.randrange(len(content)) :]
        path.write_bytes(content)
        try:
            result = find_series([path], READERS, TaskContext())
            for series in result.series:
                thumbnail(series, READERS)
                header_of(series, 0, READERS)
                load_volume(series, READERS, TaskContext())
        except InputError as error:
            assert error.detail  # noqa: PT017  any other exception fails the test
