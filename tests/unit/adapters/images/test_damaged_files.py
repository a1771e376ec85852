"""Whatever bytes a file holds, it is read or refused with a reason; nothing else escapes."""

import random

import pydicom
import pytest
from builders.dicom import build_series
from builders.nifti import build_nifti
from pydicom.uid import RLELossless

from medcrypt_gui.adapters.images.dicom import DicomReader
from medcrypt_gui.adapters.images.nifti import NiftiReader
from medcrypt_gui.core.errors import InputError
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.open_study import find_series, load_volume, thumbnail

READERS = (NiftiReader(), DicomReader())


def sound_file(folder, kind):
    if kind.startswith("nifti"):
        return build_nifti(folder / ("a.nii.gz" if kind.endswith("gz") else "a.nii"))
    (path,) = build_series(folder, 1)
    if kind == "dicom rle":
        dataset = pydicom.dcmread(path)
        dataset.compress(RLELossless)
        dataset.save_as(path)
    return path


@pytest.mark.parametrize("kind", ["dicom", "dicom rle", "nifti", "nifti gz"])
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
                load_volume(series, READERS, TaskContext())
        except InputError as error:
            assert error.detail  # noqa: PT017  any other exception fails the test
