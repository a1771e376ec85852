"""Masks written here, read by other programs, and the other way round: the same voxels at the same places."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pydicom
import pytest
from builders.dicom import SAGITTAL, build_series
from builders.grids import turn
from builders.masks import TABLE, dicom_series, load, random_labels, save
from conftest import REPOSITORY
from pydicom.uid import generate_uid

from medcrypt_gui.core.imaging.series import Series
from medcrypt_gui.core.mask.labels import Label, LabelTable

DATA = REPOSITORY.parent / "shared" / "data"
PLAIN = LabelTable().with_label(Label(2, "Ear", (86, 180, 233))).with_label(Label(7, "Skull", (10, 200, 30)))
OBLIQUE = tuple((turn(2, 17) @ turn(0, 17))[:, :2].T.ravel().round(9))


def program(name: str) -> str:
    """A program of the environment or of the system; the test is skipped where it is missing."""
    found = shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def run(*words: object) -> None:
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def blobs(shape: tuple[int, int, int], seed: int = 3) -> np.ndarray:
    """Two labels with holes, islands in holes, and parts that touch at corners."""
    z, y, x = np.indices(shape)
    wave = np.sin(x / 2.3 + seed) + np.cos(y / 2.9) + np.sin(z / 1.7) + np.sin(x * y / 40)
    labels = np.where(wave > 0.6, 7, np.where(wave < -1.2, 2, 0)).astype(np.uint8)
    labels[:, y[0, :, 0] % 9 == 4, ::5] = 0
    labels[0] = 0
    return labels


def same_places(labels: np.ndarray, images: Series, other, wanted: np.ndarray) -> None:
    """An ITK image holds exactly the voxels of ``wanted``, wherever it keeps them (it may be cropped, or flipped)."""
    import SimpleITK

    there = SimpleITK.GetArrayFromImage(other)
    z, y, x = np.nonzero(there)
    places = np.array(
        [other.TransformIndexToPhysicalPoint((int(i), int(j), int(k))) for i, j, k in zip(x, y, z, strict=True)]
    )
    index = images.geometry.to_index(places)
    assert np.abs(index - np.rint(index)).max() < 0.05
    found = np.zeros(labels.shape, bool)
    i, j, k = np.rint(index).astype(int).T
    found[k, j, i] = True
    assert (found == wanted).all()


@pytest.mark.parametrize("kind", ["seg", "labelmap"])
@pytest.mark.parametrize("orientation", [(1, 0, 0, 0, 1, 0), SAGITTAL, OBLIQUE])
def test_dcmqi_finds_the_same_voxels(tmp_path, kind, orientation):
    sitk = pytest.importorskip("SimpleITK")
    read = program("segimage2itkimage")
    images = dicom_series(build_series(tmp_path / "images", 6, 21, 19, orientation=orientation))
    labels = blobs(images.geometry.shape)
    path = save(tmp_path / "m.dcm", labels, images, kind)
    (tmp_path / "out").mkdir()
    run(read, "--inputDICOM", path, "--outputDirectory", tmp_path / "out", "--outputType", "nrrd")
    meta = json.loads(next((tmp_path / "out").glob("*.json")).read_text())
    named = {entry["labelID"]: entry["SegmentLabel"] for group in meta["segmentAttributes"] for entry in group}
    assert set(named.values()) == {TABLE[2].name, TABLE[7].name}
    for file in (tmp_path / "out").glob("*.nrrd"):
        image = sitk.ReadImage(str(file))
        values = set(np.unique(sitk.GetArrayFromImage(image)).tolist()) - {0}
        for value in values:
            number = 2 if named[value] == TABLE[2].name else 7
            same_places(labels, images, image == int(value), labels == number)


def test_what_dcmqi_wrote_is_read(tmp_path):
    sitk = pytest.importorskip("SimpleITK")
    write = program("itkimage2segimage")
    files = build_series(
        tmp_path / "images", 6, 21, 19, SeriesNumber=1, StudyID="", AccessionNumber="", ReferringPhysicianName="",
        StudyTime="", PositionReferenceIndicator="",
    )  # fmt: skip
    images = dicom_series(files)
    labels = blobs(images.geometry.shape)
    code = {"CodeValue": "85756007", "CodingSchemeDesignator": "SCT", "CodeMeaning": "Tissue"}
    entries = [
        {"labelID": value, "SegmentLabel": name, "SegmentAlgorithmType": "MANUAL",
         "SegmentedPropertyCategoryCodeSequence": code, "SegmentedPropertyTypeCodeSequence": code,
         "recommendedDisplayRGBValue": [10, 200, 30]} for value, name in ((2, "Ear"), (7, "Skull"))
    ]  # fmt: skip
    meta = {"ContentCreatorName": "Nobody", "SeriesDescription": "S", "SeriesNumber": "9", "InstanceNumber": "1",
            "segmentAttributes": [entries]}  # fmt: skip
    (tmp_path / "meta.json").write_text(json.dumps(meta))
    image = sitk.GetImageFromArray(labels)
    affine = images.geometry.affine_lps
    image.SetSpacing(images.geometry.spacing_mm)
    image.SetOrigin(affine[:3, 3].tolist())
    image.SetDirection((affine[:3, :3] / np.array(images.geometry.spacing_mm)).ravel().tolist())
    sitk.WriteImage(image, str(tmp_path / "m.nrrd"))
    run(write, "--inputImageList", tmp_path / "m.nrrd", "--inputDICOMDirectory", tmp_path / "images",
        "--inputMetadata", tmp_path / "meta.json", "--outputDICOM", tmp_path / "m.dcm", "--skip", "1")  # fmt: skip
    loaded = load(tmp_path / "m.dcm", images)
    by_name = {label.name: label.number for label in loaded.mask.table}
    assert not loaded.notices
    assert ((loaded.mask.labels == by_name["Ear"]) == (labels == 2)).all()
    assert ((loaded.mask.labels == by_name["Skull"]) == (labels == 7)).all()
    assert loaded.mask.table[by_name["Skull"]].colour == pytest.approx((10, 200, 30), abs=2)
    assert (load(tmp_path / "m.nrrd", images).mask.labels == labels).all()  # and as the NRRD that it came from


@pytest.mark.parametrize("columns", [16, 18])
def test_itk_reads_the_frames_as_they_are(tmp_path, columns):
    """Of binary objects whose frames fill whole bytes: ITK 5.4 reads no others, and no label maps."""
    sitk = pytest.importorskip("SimpleITK")
    images = dicom_series(build_series(tmp_path / "images", 6, 20, columns))
    labels = (blobs(images.geometry.shape) == 7).astype(np.uint8)
    path = save(tmp_path / "m.dcm", labels, images, "seg")
    frames = sitk.GetArrayFromImage(sitk.ReadImage(str(path)))
    groups = pydicom.dcmread(path).PerFrameFunctionalGroupsSequence
    places = [one.PlanePositionSequence[0].ImagePositionPatient[2] for one in groups]
    slices = [round(images.geometry.to_index((-10.0, -20.0, float(z)))[2]) for z in places]
    assert len(slices) == 5  # the empty one is left out
    assert ((frames != 0) == labels[slices]).all()


@pytest.mark.parametrize("orientation", [(1, 0, 0, 0, 1, 0), (-1, 0, 0, 0, -1, 0)])
@pytest.mark.parametrize("mixed", [False, True])
def test_plastimatch_fills_the_outlines_alike(tmp_path, orientation, mixed):
    sitk = pytest.importorskip("SimpleITK")
    convert = program("plastimatch")
    files = build_series(tmp_path / "images", 6, 40, 37, modality="CT", orientation=orientation)
    images = dicom_series(files)
    labels = random_labels(images.geometry.shape) if mixed else blobs(images.geometry.shape)
    labels[0] = 0
    path = save(tmp_path / "m.dcm", labels, images, "rtstruct", PLAIN)
    run(convert, "convert", "--input", path, "--referenced-ct", tmp_path / "images",
        "--output-prefix", tmp_path / "out", "--prefix-format", "nrrd")  # fmt: skip
    found = {file.stem: file for file in (tmp_path / "out").glob("*.nrrd")}
    assert len(found) == len(set(np.unique(labels)) - {0}), found
    for name, file in found.items():
        number = next(label.number for label in PLAIN if label.name == name)
        same_places(labels, images, sitk.ReadImage(str(file)), labels == number)


def with_identifiers(folder: Path, target: Path) -> list[Path]:
    """The files, whose identifiers were taken away when they were made anonymous, with new ones."""
    target.mkdir()
    study, series, frame = generate_uid(), generate_uid(), generate_uid()
    for path in (one for one in sorted(folder.rglob("*")) if one.is_file()):
        dataset = pydicom.dcmread(path, force=True)
        if "PixelData" not in dataset:
            continue
        dataset.StudyInstanceUID, dataset.SeriesInstanceUID, dataset.FrameOfReferenceUID = study, series, frame
        dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = generate_uid()
        dataset.SOPClassUID = dataset.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.2"
        dataset.save_as(target / path.name, enforce_file_format=True)
    return sorted(target.iterdir())


@pytest.mark.parametrize("kind", ["seg", "labelmap", "rtstruct"])
def test_real_scans(tmp_path, kind):
    """A compressed CT with 20 organs or so, and a sagittal MR, whose mask has a hole in every slice."""
    folder = DATA / "dicom"
    if not folder.is_dir():
        pytest.skip("the shared scans are not here")
    ct = dicom_series(with_identifiers(folder / "ct-jpeg2000", tmp_path / "ct"))
    organs = load(next(folder.glob("*organs.nii.gz")), ct)
    assert len(organs.mask.table) > 3
    found = load(save(tmp_path / "ct.dcm", organs.mask.labels, ct, kind), ct)
    assert (found.mask.labels == organs.mask.labels).all()
    mr = dicom_series(sorted((folder / "trio-mprage").glob("*.dcm")))
    z, y, x = np.indices(mr.geometry.shape, sparse=True)
    distance = ((z - 88) / 60) ** 2 + ((y - 128) / 90) ** 2 + ((x - 128) / 80) ** 2
    shell = ((distance < 1) & (distance > 0.4)).astype(np.uint8)
    found = load(save(tmp_path / "mr.dcm", shell, mr, kind), mr)
    assert (found.mask.labels == shell).all()
