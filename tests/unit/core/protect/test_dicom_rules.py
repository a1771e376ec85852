"""What the visible header of a protected file says and leaves out."""

from __future__ import annotations

import io
import uuid
from pathlib import Path

import pydicom
import pytest
from builders.dicom import build_series
from pydicom.datadict import dictionary_VR, tag_for_keyword
from pydicom.dataset import Dataset

from medcrypt_gui.core.imaging.volume import Window
from medcrypt_gui.core.protect.dicom_elements import parse_file, serialise
from medcrypt_gui.core.protect.dicom_rules import (
    DERIVATION,
    VisibleChanges,
    new_uid,
    readable_identifiers,
    visible_elements,
)
from medcrypt_gui.core.protect.samples import SampleLayout

LAYOUT = SampleLayout(1, 16, 20, 16, 12, signed=False)
NO_CHANGES = VisibleChanges({}, None)


def visible(path: Path, changes: VisibleChanges = NO_CHANGES) -> Dataset:
    elements = visible_elements(parse_file(path.read_bytes()).data_set, LAYOUT, changes)
    return pydicom.dcmread(io.BytesIO(serialise(elements)), force=True)


def element_of(keyword: str, value: object) -> pydicom.DataElement:
    tag = tag_for_keyword(keyword)
    return pydicom.DataElement(tag, dictionary_VR(tag), value)


def instance(folder: Path, **tags: object) -> Path:
    path = build_series(folder, slices=1)[0]
    dataset = pydicom.dcmread(path)
    for keyword, value in tags.items():
        dataset[keyword] = value if isinstance(value, pydicom.DataElement) else element_of(keyword, value)
    nested = Dataset()
    nested.SmallestImagePixelValue = 3
    nested.ReferencedSOPInstanceUID = "1.2.3.4"
    nested.add_new(0x00091010, "LO", "private")
    dataset.ReferencedImageSequence = [nested]
    dataset.add_new(0x60003000, "OW", b"\0\0")
    dataset.add_new(0x50003000, "OW", b"\0\0")
    dataset.add_new(0x00290010, "LO", "SIEMENS CSA HEADER")
    dataset.add_new(0x00880200, "SQ", [Dataset()])
    dataset["SmallestImagePixelValue"] = pydicom.DataElement(0x00280106, "US", 3)
    dataset.save_as(path)
    return path


def all_tags(dataset: Dataset) -> set[int]:
    return {int(element.tag) for element in dataset.iterall()}


def test_what_tells_the_plaintext_is_removed_at_every_level(tmp_path):
    tags = all_tags(visible(instance(tmp_path)))
    assert not tags & {0x00280106, 0x60003000, 0x50003000, 0x00880200, 0x7FE00010}
    assert not [tag for tag in tags if (tag >> 16) % 2]
    assert 0x00081155 in tags


def test_the_image_says_that_it_is_derived_and_why(tmp_path):
    dataset = visible(instance(tmp_path, ImageType=["ORIGINAL", "PRIMARY", "M"]))
    assert list(dataset.ImageType) == ["DERIVED", "PRIMARY", "M"]
    assert dataset.DerivationDescription == DERIVATION
    (block,) = dataset.PrivateDataElementCharacteristicsSequence
    assert (block.PrivateGroupReference, block.PrivateCreatorReference) == (0x0099, "MEDCRYPT 1")
    assert block.BlockIdentifyingInformationStatus == "SAFE"


def test_every_reference_within_the_job_gets_its_new_uid(tmp_path):
    dataset = visible(instance(tmp_path), VisibleChanges({"1.2.3.4": "2.25.7"}, None))
    assert dataset.ReferencedImageSequence[0].ReferencedSOPInstanceUID == "2.25.7"
    assert dataset.SOPClassUID == "1.2.840.10008.5.1.4.1.1.4"


def test_a_window_is_added_only_where_there_is_none(tmp_path):
    changes = VisibleChanges({}, Window(40.0, 400.0))
    without = visible(instance(tmp_path / "a"), changes)
    assert (without.WindowCenter, without.WindowWidth) == (40, 400)
    kept = visible(instance(tmp_path / "b", WindowCenter=1, WindowWidth=2), changes)
    assert (kept.WindowCenter, kept.WindowWidth) == (1, 2)


def test_padding_values_and_patient_stay(tmp_path):
    dataset = visible(instance(tmp_path, PixelPaddingValue=pydicom.DataElement(0x00280120, "US", 63)))
    assert dataset.PixelPaddingValue == 63
    assert "PatientName" in dataset


def test_what_stays_readable_is_named_but_never_quoted(tmp_path):
    path = instance(tmp_path, PatientName="Muster^Erika", PatientBirthDate="19700101", InstitutionName="")
    named = readable_identifiers(parse_file(path.read_bytes()).data_set)
    assert "the patient's name" in named
    assert "the birth date" in named
    assert "the institution" not in named
    assert "Muster" not in " ".join(named)


@pytest.mark.parametrize("original", ["1.2.3", "2.25.99999999999999"])
def test_new_uids_are_version_8_uuids_that_depend_on_key_job_and_original(original):
    uid = new_uid(bytes(32), bytes(16), original)
    value = uuid.UUID(int=int(uid.removeprefix("2.25.")))
    assert (value.version, value.variant) == (8, uuid.RFC_4122)
    assert len(uid) <= 64
    inputs = [(b"\1" * 32, bytes(16), original), (bytes(32), b"\1" * 16, original), (bytes(32), bytes(16), "1")]
    others = {new_uid(*changed) for changed in inputs}
    assert uid not in others
    assert len(others) == 3
