"""DICOM originals as Protect sees them."""

from __future__ import annotations

import numpy as np
import pydicom
import pytest
from builders.dicom import build_series, phantom
from builders.protection import IDENTITY
from pydicom.uid import ExplicitVRBigEndian, ImplicitVRLittleEndian

from medcrypt_gui.adapters.protection.dicom_protector import DicomProtector
from medcrypt_gui.core.errors import InputError, UnreadableFileError, UnsupportedInputError
from medcrypt_gui.core.protect.dicom_elements import Element, parse_file
from medcrypt_gui.core.protect.restore_record import Mode
from medcrypt_gui.core.protect.set_keys import KeyedSet
from medcrypt_gui.core.task import TaskContext


def begun(files, masks):
    protector = DicomProtector()
    survey = protector.survey(files, TaskContext())
    return protector.begin(survey, masks, KeyedSet.create(IDENTITY.recipient, bytes), bytes)


def values(elements: tuple[Element, ...]) -> dict[int, str]:
    return {element.tag: element.text for element in elements}


@pytest.mark.parametrize("syntax", [ImplicitVRLittleEndian, ExplicitVRBigEndian])
def test_other_syntaxes_give_the_same_visible_header(tmp_path, syntax):
    uids = dict.fromkeys(["SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID", "FrameOfReferenceUID"], "1.2.3")
    explicit = build_series(tmp_path / "a", slices=1, **uids)
    same = build_series(tmp_path / "b", slices=1, transfer_syntax=syntax, **uids)
    masks = [np.zeros(320, bool)]
    headers = [begun(files, masks).source(0).envelope.visible_header for files in (explicit, same)]
    assert headers[0] == headers[1]


def test_the_window_comes_from_the_background_of_all_slices(tmp_path):
    voxels = phantom(3, 16, 20) // 4
    voxels[1, 4:12, 4:12] = 4000
    files = build_series(tmp_path, voxels=voxels, RescaleSlope="2", RescaleIntercept="-100")
    job = begun(files, list((voxels >= 4000).reshape(3, -1)))
    windows = {
        (shown[0x00281050], shown[0x00281051]) for shown in (values(job.source(i).envelope.elements) for i in range(3))
    }
    ((center, width),) = windows
    assert float(center) + float(width) / 2 < 2 * 1100
    assert float(center) - float(width) / 2 >= -100


def test_two_instances_with_one_uid_are_refused(tmp_path):
    files = build_series(tmp_path, slices=2, SOPInstanceUID="1.2.3")
    with pytest.raises(UnsupportedInputError, match="same SOP Instance UID"):
        DicomProtector().survey(files, TaskContext())


def test_pixels_that_are_cut_off_are_refused_and_named(tmp_path):
    (path,) = build_series(tmp_path, slices=1)
    dataset = pydicom.dcmread(path)
    dataset.PixelData = dataset.PixelData[:-2]
    dataset.save_as(path)
    with pytest.raises(UnreadableFileError, match="cut off") as caught:
        DicomProtector().survey([path], TaskContext())
    assert caught.value.path == path


def test_an_image_without_pixels_is_refused(tmp_path):
    for syntax in (None, ImplicitVRLittleEndian):
        options = {"transfer_syntax": syntax} if syntax else {}
        (path,) = build_series(tmp_path, slices=1, PixelData=None, **options)
        with pytest.raises(UnreadableFileError, match="no pixels"):
            DicomProtector().survey([path], TaskContext())


@pytest.mark.parametrize("missing", ["Rows", "BitsStored", "HighBit"])
def test_an_image_that_does_not_describe_its_pixels_is_refused(tmp_path, missing):
    (path,) = build_series(tmp_path, slices=1)
    dataset = pydicom.dcmread(path)
    del dataset[missing]
    dataset.save_as(path)
    with pytest.raises(UnreadableFileError, match="lacks element"):
        DicomProtector().survey([path], TaskContext())


def test_an_unknown_element_of_undefined_length_is_looked_into(tmp_path):
    (path,) = build_series(tmp_path, slices=1)
    data = path.read_bytes()
    behind = next(e.start for tag, e in parse_file(data).data_set.items() if tag > 0x00081139)
    items = b"\x08\0\x55\x11\x06\0\0\x001.2.3\0" + b"\x28\0\x06\x01\x02\0\0\0\x05\0"  # an UID, a smallest pixel value
    sequence = b"\x08\0\x39\x11UN\0\0\xff\xff\xff\xff\xfe\xff\0\xe0\xff\xff\xff\xff" + items
    ends = b"\xfe\xff\x0d\xe0\0\0\0\0\xfe\xff\xdd\xe0\0\0\0\0"
    path.write_bytes(data[:behind] + sequence + ends + data[behind:])
    source = begun([path], [np.zeros(320, bool)]).source(0)
    assert source.mode is Mode.PATCH
    assert b"".join((source.kept[0], source.words.tobytes(), source.kept[1])) == path.read_bytes()
    (item,) = next(element for element in source.envelope.elements if element.tag == 0x00081139).items
    assert [element.tag for element in item] == [0x00081155]


def test_damage_raises_nothing_but_input_errors(tmp_path):
    rng = np.random.default_rng(2)
    for syntax in (None, ImplicitVRLittleEndian):
        options = {"transfer_syntax": syntax} if syntax else {}
        (path,) = build_series(tmp_path, slices=1, rows=4, columns=4, **options)
        data = path.read_bytes()
        for _ in range(150):
            changed = bytearray(data)
            changed[rng.integers(len(data) - 32)] ^= 1 << int(rng.integers(8))
            path.write_bytes(changed[: rng.integers(130, len(data) + 1)] if rng.random() < 0.3 else changed)
            try:
                DicomProtector().survey([path], TaskContext())
            except InputError:
                continue
