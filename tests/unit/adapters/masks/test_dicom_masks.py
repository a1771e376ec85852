"""DICOM SEG and RT structure sets give every voxel back, whatever the shape and however the slices lie."""

import warnings
from contextlib import suppress

import numpy as np
import pydicom
import pytest
from builders.dicom import CORONAL, SAGITTAL, build_series
from builders.grids import turn
from builders.masks import DICOM_KINDS, FORMATS, KINDS, TABLE, dicom_series, load, random_labels, save, series_of
from pydicom.uid import generate_uid

from medcrypt_gui.core.errors import (
    Cancelled,
    InputError,
    MaskMismatchError,
    TargetExistsError,
    UnreadableFileError,
    UnsupportedInputError,
    UsageError,
)
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.series import ImageFormat
from medcrypt_gui.core.mask.mask_file import MaskMaker
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.load_mask import load_mask
from medcrypt_gui.services.save_mask import offered_kinds

OBLIQUE = tuple((turn(2, 17) @ turn(0, 17))[:, :2].T.ravel().round(9))


def series(tmp_path, slices=5, rows=7, columns=13, **options):
    return dicom_series(build_series(tmp_path / "images", slices, rows, columns, **options))


def there_and_back(tmp_path, images, labels, kind):
    loaded = load(save(tmp_path / "mask.dcm", labels, images, kind), images)
    assert (loaded.mask.labels == labels).all()
    assert not loaded.notices
    assert not loaded.foreign
    return loaded


@pytest.mark.parametrize("kind", DICOM_KINDS)
@pytest.mark.parametrize("columns", range(1, 18))
def test_any_number_of_columns(tmp_path, kind, columns):
    images = series(tmp_path, 4, 5, columns)
    there_and_back(tmp_path, images, random_labels(images.geometry.shape, columns), kind)


@pytest.mark.parametrize("kind", DICOM_KINDS)
@pytest.mark.parametrize("orientation", [SAGITTAL, CORONAL, OBLIQUE, (-1, 0, 0, 0, 1, 0), (0, -1, 0, 1, 0, 0)])
def test_slices_that_lie_any_way(tmp_path, kind, orientation):
    images = series(tmp_path, orientation=orientation, spacing=(0.7333333, 0.9, 3.1))
    loaded = there_and_back(tmp_path, images, random_labels(images.geometry.shape), kind)
    assert {label.number: (label.name, label.colour) for label in loaded.mask.table} == {
        label.number: (label.name, label.colour) for label in TABLE
    }


@pytest.mark.parametrize("kind", DICOM_KINDS)
@pytest.mark.parametrize("steps", ["tilted", "uneven", "gap"])
def test_slices_that_lie_unevenly(tmp_path, kind, steps):
    places = {
        "tilted": [[-10, 20 + 0.8 * k, 3.0 * k] for k in range(6)],
        "uneven": [[-10, 20, z] for z in (0, 2, 4.5, 6.1, 9, 11)],
        "gap": [[-10, 20, z] for z in (0, 2, 4, 10, 12, 14)],
    }[steps]
    images = series(tmp_path, 6, ImagePositionPatient=lambda k: [float(part) for part in places[k]])
    there_and_back(tmp_path, images, random_labels(images.geometry.shape), kind)


@pytest.mark.parametrize("kind", DICOM_KINDS)
@pytest.mark.parametrize("marked", [(), (0,), (4,), (2,), (0, 4), (0, 2, 4), (0, 1, 2, 3, 4)])
def test_empty_slices(tmp_path, kind, marked):
    images = series(tmp_path)
    labels = np.zeros(images.geometry.shape, np.uint8)
    labels[list(marked), 2:5, 3:9] = 7
    there_and_back(tmp_path, images, labels, kind)


@pytest.mark.parametrize("kind", DICOM_KINDS)
def test_a_single_slice(tmp_path, kind):
    images = series(tmp_path, 1)
    there_and_back(tmp_path, images, random_labels(images.geometry.shape), kind)


@pytest.mark.parametrize("kind", DICOM_KINDS)
def test_frames_of_one_file(tmp_path, kind):
    images = dicom_series([enhanced(tmp_path)])
    assert len(images.files) == 1
    labels = random_labels(images.geometry.shape)
    there_and_back(tmp_path, images, labels, kind)
    made = pydicom.dcmread(tmp_path / "mask.dcm")
    frame_at = {round(one.position[2], 3): one.frame + 1 for one in images.instances}
    if kind == "rtstruct":
        drawn = made.ROIContourSequence[0].ContourSequence
        found = [(one.ContourData[2], one.ContourImageSequence[0]) for one in drawn]
    else:
        groups = made.PerFrameFunctionalGroupsSequence
        places = [one.PlanePositionSequence[0].ImagePositionPatient[2] for one in groups]
        sources = [one.DerivationImageSequence[0].SourceImageSequence[0] for one in groups]
        found = list(zip(places, sources, strict=True))
        listed = made.ReferencedSeriesSequence[0].ReferencedInstanceSequence
        assert [one.ReferencedSOPInstanceUID for one in listed] == [images.instances[0].sop_instance_uid]
    for place, referred in found:
        assert referred.ReferencedSOPInstanceUID == images.instances[0].sop_instance_uid
        assert referred.ReferencedSOPClassUID == "1.2.840.10008.5.1.4.1.1.4.1"
        assert referred.ReferencedFrameNumber == frame_at[round(float(place), 3)]


def enhanced(tmp_path):
    """An enhanced MR of five frames, not in the order of their places."""
    files = build_series(tmp_path / "plain", 5, 7, 13)
    headers = [pydicom.dcmread(file) for file in files]
    made = headers[0]
    made.SOPClassUID = made.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.4.1"
    made.PixelData = b"".join(headers[k].PixelData for k in (3, 0, 4, 1, 2))
    made.NumberOfFrames = 5
    groups = []
    for k in (3, 0, 4, 1, 2):
        group, place = pydicom.Dataset(), pydicom.Dataset()
        place.ImagePositionPatient = headers[k].ImagePositionPatient
        group.PlanePositionSequence = [place]
        groups.append(group)
    shared, orientation, measures = pydicom.Dataset(), pydicom.Dataset(), pydicom.Dataset()
    orientation.ImageOrientationPatient = made.ImageOrientationPatient
    measures.PixelSpacing, measures.SliceThickness = made.PixelSpacing, made.SliceThickness
    shared.PlaneOrientationSequence, shared.PixelMeasuresSequence = [orientation], [measures]
    made.SharedFunctionalGroupsSequence, made.PerFrameFunctionalGroupsSequence = [shared], groups
    for keyword in ("ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing", "SliceThickness"):
        delattr(made, keyword)
    made.save_as(tmp_path / "enhanced.dcm")
    return tmp_path / "enhanced.dcm"


@pytest.mark.parametrize("kind", DICOM_KINDS)
def test_patient_and_study_are_those_of_the_images(tmp_path, kind, caplog):
    name, study = "Mü^Erika", generate_uid()
    images = series(
        tmp_path, PatientName=name, SpecificCharacterSet="ISO_IR 100", StudyInstanceUID=study, PatientSex="X",
        AccessionNumber="A-1", StudyDescription="Head", StudyTime=None,
    )  # fmt: skip
    there_and_back(tmp_path, images, random_labels(images.geometry.shape), kind)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = pydicom.dcmread(tmp_path / "mask.dcm")
        assert str(made.PatientName) == name
        assert (made.PatientID, made.StudyInstanceUID, made.AccessionNumber) == ("P-0001", study, "A-1")
        assert (made.StudyDescription, made.StudyDate, made.PatientSex) == ("Head", "20240229", "X")
    assert made.SeriesInstanceUID != images.series_instance_uid
    assert made.FrameOfReferenceUID == images.frame_of_reference_uid
    assert "Erika" not in caplog.text


def test_each_frame_refers_to_its_image_and_says_who_made_it(tmp_path):
    images = series(tmp_path)
    labels = random_labels(images.geometry.shape)
    save(tmp_path / "m.dcm", labels, images, "seg", maker=MaskMaker(("Brain",)))
    made = pydicom.dcmread(tmp_path / "m.dcm")
    by_name = {one.sop_instance_uid: one for one in images.instances}
    assert len(made.PerFrameFunctionalGroupsSequence) == 9  # three labels, two of the five slices being empty
    for group in made.PerFrameFunctionalGroupsSequence:
        source = group.DerivationImageSequence[0].SourceImageSequence[0]
        place = by_name[source.ReferencedSOPInstanceUID].position
        np.testing.assert_allclose(group.PlanePositionSequence[0].ImagePositionPatient, place)
    kinds = [one.SegmentAlgorithmType for one in made.SegmentSequence]
    assert kinds == ["SEMIAUTOMATIC", "MANUAL", "MANUAL"]
    assert made.SegmentSequence[0].SegmentationAlgorithmIdentificationSequence[0].AlgorithmName == "Brain"
    assert [one.SegmentNumber for one in made.SegmentSequence] == [1, 2, 3]


def test_structure_sets_say_so_too(tmp_path):
    images = series(tmp_path)
    save(tmp_path / "m.dcm", random_labels(images.geometry.shape), images, "rtstruct", maker=MaskMaker(("B",), False))
    made = pydicom.dcmread(tmp_path / "m.dcm")
    assert [one.ROIGenerationAlgorithm for one in made.StructureSetROISequence] == ["AUTOMATIC", "MANUAL", "MANUAL"]
    frame = made.ReferencedFrameOfReferenceSequence[0]
    listed = frame.RTReferencedStudySequence[0].RTReferencedSeriesSequence[0].ContourImageSequence
    assert {one.ReferencedSOPInstanceUID for one in listed} == {one.sop_instance_uid for one in images.instances}


@pytest.mark.parametrize("kind", DICOM_KINDS)
def test_another_frame_of_reference_is_loaded_with_a_warning(tmp_path, kind):
    images, others = series(tmp_path), dicom_series(build_series(tmp_path / "others", 5, 7, 13))
    labels = random_labels(images.geometry.shape)
    loaded = load(save(tmp_path / "m.dcm", labels, images, kind), others)
    assert loaded.foreign
    assert "another frame of reference" in loaded.notices[0]
    assert (loaded.mask.labels == labels).all()


@pytest.mark.parametrize("kind", DICOM_KINDS)
def test_another_grid_of_the_same_patient(tmp_path, kind):
    """Finer pixels, slices between those that were drawn on; the frame of reference is the same."""
    uid = generate_uid()
    coarse = series(tmp_path, 6, 20, 20, spacing=(1.0, 1.0, 2.0), FrameOfReferenceUID=uid)
    fine = dicom_series(
        build_series(
            tmp_path / "fine", 12, 40, 40, spacing=(0.5, 0.5, 1.0), FrameOfReferenceUID=uid,
            origin=(-10.25, -20.25, 29.5),
        )
    )  # fmt: skip
    labels = np.zeros((6, 20, 20), np.uint8)
    labels[1:5, 4:15, 5:17] = 2
    loaded = load(save(tmp_path / "m.dcm", labels, coarse, kind), fine)
    assert (loaded.mask.labels == labels.repeat(2, 0).repeat(2, 1).repeat(2, 2)).all()
    assert loaded.notices
    assert not loaded.foreign


@pytest.mark.parametrize("kind", DICOM_KINDS)
def test_a_place_that_does_not_overlap_is_refused(tmp_path, kind):
    images = series(tmp_path)
    away = dicom_series(build_series(tmp_path / "away", 5, 7, 13, origin=(500, 0, 0)))
    labels = random_labels(images.geometry.shape)
    with pytest.raises(MaskMismatchError):
        load(save(tmp_path / "m.dcm", labels, images, kind), away)


@pytest.mark.parametrize("kind", DICOM_KINDS)
def test_series_that_nothing_can_refer_to(tmp_path, kind):
    labels = random_labels((5, 7, 13))
    plain = series_of(Geometry((5, 7, 13), np.eye(4)))
    nowhere = series(tmp_path, ImagePositionPatient=None)
    nameless = dicom_series(build_series(tmp_path / "nameless", 5, 7, 13, FrameOfReferenceUID=None))
    for images, reason in ((plain, "NIfTI"), (nowhere, "do not say where"), (nameless, "do not say where")):
        with pytest.raises(UnsupportedInputError, match=f"(?s){reason}.*Save the mask as NIfTI"):
            save(tmp_path / "m.dcm", labels, images, kind)
        refusals = {one.kind.id: one.refusal for one in offered_kinds(images, FORMATS)}
        assert reason in refusals[kind]
        assert not refusals["nifti"]
    assert not (tmp_path / "m.dcm").exists()


def test_names_ask_for_kinds(tmp_path):
    images = series(tmp_path)
    labels = random_labels(images.geometry.shape)
    with pytest.raises(UsageError, match=r"\.nii\.gz"):
        save(tmp_path / "m.txt", labels, images)
    save(tmp_path / "m.dcm", labels, images)
    assert pydicom.dcmread(tmp_path / "m.dcm").SegmentationType == "BINARY"
    with pytest.raises(TargetExistsError):
        save(tmp_path / "m.dcm", labels, images)
    save(tmp_path / "m.nii", labels, images, "seg")  # the name counts
    assert (load(tmp_path / "m.nii", images).mask.labels == labels).all()


@pytest.mark.parametrize("kind", DICOM_KINDS)
def test_images_that_changed_are_not_referred_to(tmp_path, kind):
    images = series(tmp_path)
    dataset = pydicom.dcmread(images.instances[2].path)
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = generate_uid()
    dataset.save_as(images.instances[2].path)
    with pytest.raises(UnreadableFileError, match="changed"):
        save(tmp_path / "m.dcm", random_labels(images.geometry.shape), images, kind)


@pytest.mark.parametrize("kind", DICOM_KINDS)
def test_damaged_files_are_told_and_nothing_else_happens(tmp_path, kind):
    images = series(tmp_path)
    content = bytearray(save(tmp_path / "m.dcm", random_labels(images.geometry.shape), images, kind).read_bytes())
    random = np.random.default_rng(0)
    for trial in range(120):
        spoiled = bytearray(content)
        if trial % 2:
            del spoiled[int(random.integers(140, len(spoiled))) :]
        else:
            for at in random.integers(400, len(spoiled), 5):
                spoiled[at] = random.integers(256)
        (tmp_path / "s.dcm").write_bytes(spoiled)
        with suppress(InputError):
            load(tmp_path / "s.dcm", images)


@pytest.mark.parametrize("kind", ["nifti", *DICOM_KINDS])
def test_saving_and_loading_can_be_cancelled(tmp_path, kind):
    images = series(tmp_path)
    labels = random_labels(images.geometry.shape)
    task, name = TaskContext(), f"m{KINDS[kind].suffixes[0]}"
    task.progress = lambda _fraction, _text: task.cancel()  # in the midst of it
    with pytest.raises(Cancelled):
        save(tmp_path / name, labels, images, kind, task=task)
    assert [path.name for path in tmp_path.iterdir()] == ["images"]
    save(tmp_path / name, labels, images, kind)
    with pytest.raises(Cancelled):
        load_mask(tmp_path / name, images, FORMATS, task)


def test_other_dicom_is_no_mask(tmp_path):
    images = series(tmp_path)
    with pytest.raises(UnsupportedInputError, match="no mask"):
        load(images.files[0], images)


def test_kinds_have_names_of_their_own():
    assert set(KINDS) == {"nifti", "seg", "labelmap", "rtstruct", "png"}


def test_pictures(tmp_path):
    image = series_of(Geometry((1, 6, 9), np.eye(4), oriented=False, calibrated=False), ImageFormat.PICTURE)
    labels = random_labels((1, 6, 9))
    loaded = load(save(tmp_path / "m.png", labels, image), image)
    assert (loaded.mask.labels == labels).all()
    assert loaded.mask.table == TABLE
    with pytest.raises(MaskMismatchError, match="9 x 6 x 1 voxels, the image 8 x 6 x 1"):
        load(tmp_path / "m.png", series_of(Geometry((1, 6, 8), np.eye(4), oriented=False)))
    volume = series_of(Geometry((2, 6, 9), np.eye(4)))
    with pytest.raises(UnsupportedInputError, match="one image only"):
        save(tmp_path / "v.png", random_labels((2, 6, 9)), volume)
    (tmp_path / "cut.png").write_bytes((tmp_path / "m.png").read_bytes()[:60])
    with pytest.raises(UnreadableFileError):
        load(tmp_path / "cut.png", image)
