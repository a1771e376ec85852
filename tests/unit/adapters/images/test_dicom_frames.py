"""Files of many frames and files in colour are read exactly and lie where their headers say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders.dicom import build_series, phantom, write
from numpy.typing import NDArray
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRLittleEndian, JPEG2000Lossless, RLELossless

from medcrypt_gui.adapters.images import dicom, dicom_pixels
from medcrypt_gui.adapters.images.dicom import DicomReader
from medcrypt_gui.core.imaging.series import Series
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.task import TaskContext

READER = DicomReader()
FRAMES = 6


def found(path: Path) -> tuple[Series, ...]:
    result = READER.find([path], TaskContext())
    assert not result.unreadable
    return result.series


def load(path: Path) -> tuple[Series, Volume]:
    (series,) = found(path)
    return series, READER.load(series, TaskContext())


def build_frames(folder: Path, voxels: NDArray[np.generic], **tags: Any) -> Path:
    """One file of all slices of ``voxels`` ``(frames, rows, columns)``, or ``(frames, rows, columns, 3)``."""
    plain = voxels if voxels.ndim == 3 else voxels[..., 0]
    (path,) = build_series(folder, voxels=plain[:1], bits_stored=voxels.dtype.itemsize * 8)
    dataset = dcmread(path)
    dataset.NumberOfFrames = len(voxels)
    del dataset.ImagePositionPatient, dataset.ImageOrientationPatient
    if voxels.ndim == 4:
        dataset.SamplesPerPixel, dataset.PlanarConfiguration, dataset.PhotometricInterpretation = 3, 0, "RGB"
    for keyword, value in tags.items():
        if keyword.endswith("Descriptor"):
            dataset.add_new(keyword, "US", value)
        else:
            setattr(dataset, keyword, value)
    dataset.PixelData = voxels.tobytes() + b"\0" * (voxels.nbytes % 2)
    dataset["PixelData"].VR = "OW" if voxels.dtype.itemsize > 1 else "OB"
    return write(dataset, path)


def item(**values: Any) -> Dataset:
    dataset = Dataset()
    for keyword, value in values.items():
        setattr(dataset, keyword, value)
    return dataset


def enhanced(positions: list[float], phases: list[int]) -> dict[str, Any]:
    """The functional groups of frames at ``positions`` along the patient's axis (mm)."""
    shared = item(
        PlaneOrientationSequence=[item(ImageOrientationPatient=[1, 0, 0, 0, 1, 0])],
        PixelMeasuresSequence=[item(PixelSpacing=[0.5, 0.25], SliceThickness=3)],
        PixelValueTransformationSequence=[item(RescaleSlope=2, RescaleIntercept=-7)],
        FrameVOILUTSequence=[item(WindowCenter=40, WindowWidth=80)],
    )
    frames = [
        item(
            PlanePositionSequence=[item(ImagePositionPatient=[1, 2, position])],
            FrameContentSequence=[item(TemporalPositionIndex=phase)],
        )
        for position, phase in zip(positions, phases, strict=True)
    ]
    return {"SharedFunctionalGroupsSequence": [shared], "PerFrameFunctionalGroupsSequence": frames}


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, RLELossless])
def test_frames_are_ordered_by_their_own_positions(tmp_path: Path, syntax: str) -> None:
    voxels = phantom(FRAMES, 5, 7)
    order = [3, 0, 5, 1, 4, 2]
    path = build_frames(tmp_path, voxels, **enhanced([10 + 3.0 * place for place in order], [1] * FRAMES))
    if syntax == RLELossless:
        dataset = dcmread(path)
        dataset.compress(RLELossless)
        dataset.save_as(path)
    series, volume = load(path)
    np.testing.assert_array_equal(volume.stored, voxels[np.argsort(order)])
    assert (volume.slope, volume.intercept) == (2, -7)
    assert series.files == (path,)
    assert (series.file_window.level, series.file_window.width) == (40, 80)
    np.testing.assert_allclose(volume.geometry.spacing_mm, (0.25, 0.5, 3))
    np.testing.assert_allclose(volume.geometry.to_mm((0, 0, 0)), (1, 2, 10))


def test_phases_at_the_same_places_are_loaded_one_by_one(tmp_path: Path) -> None:
    voxels = phantom(FRAMES, 5, 7)
    path = build_frames(tmp_path, voxels, **enhanced([0, 3, 6, 0, 3, 6], [1, 1, 1, 2, 2, 2]))
    series, first = load(path)
    assert (series.phases, series.files) == (("phase 1", "phase 2"), (path,))
    np.testing.assert_array_equal(first.stored, voxels[:3])
    np.testing.assert_array_equal(READER.load(series.at_phase(1), TaskContext()).stored, voxels[3:])


def test_a_clip_keeps_the_order_of_its_frames(tmp_path: Path) -> None:
    voxels = phantom(FRAMES, 5, 7)
    series, volume = load(build_frames(tmp_path, voxels, ImagePositionPatient=[1, 2, 3]))
    np.testing.assert_array_equal(volume.stored, voxels)
    assert not series.geometry.oriented


def test_a_dose_grid_lies_at_its_offsets(tmp_path: Path) -> None:
    path = build_frames(
        tmp_path,
        phantom(FRAMES, 5, 7),
        ImagePositionPatient=[1, 2, 3],
        ImageOrientationPatient=[1, 0, 0, 0, 1, 0],
        GridFrameOffsetVector=[4.0 * frame for frame in range(FRAMES)],
        DoseGridScaling=0.001,
        DoseUnits="GY",
    )
    _, volume = load(path)
    assert (volume.slope, volume.unit) == (0.001, "Gy")
    np.testing.assert_allclose(volume.geometry.to_mm((0, 0, 2)), (1, 2, 11))


def test_colours_are_kept_and_their_grey_is_measured(tmp_path: Path) -> None:
    colours = np.random.default_rng(1).integers(0, 256, (3, 4, 5, 3), dtype=np.uint8)
    _, volume = load(build_frames(tmp_path, colours))
    assert volume.rgb is not None
    np.testing.assert_array_equal(volume.rgb, colours)
    weights = np.array([0.299, 0.587, 0.114])
    assert np.abs(volume.stored - colours @ weights).max() <= 1


def test_a_palette_is_applied(tmp_path: Path) -> None:
    indices = np.array([[[0, 1], [2, 3]]], np.uint8)
    table = np.array([0, 10, 20, 255], np.uint8)
    tags: dict[str, Any] = {"PhotometricInterpretation": "PALETTE COLOR"}
    for name, values in (("Red", table), ("Green", table[::-1]), ("Blue", table // 2)):
        tags[f"{name}PaletteColorLookupTableDescriptor"] = [4, 0, 8]
        tags[f"{name}PaletteColorLookupTableData"] = values.tobytes()
    _, volume = load(build_frames(tmp_path, indices, **tags))
    assert volume.rgb is not None
    assert volume.rgb[0, 1, 1].tolist() == [255, 0, 127]


@pytest.mark.parametrize(("dtype", "keyword"), [("f4", "FloatPixelData"), ("f8", "DoubleFloatPixelData")])
def test_floats_are_read_as_they_are(tmp_path: Path, dtype: str, keyword: str) -> None:
    (path,) = build_series(tmp_path, 1)
    dataset = dcmread(path)
    values = np.linspace(-1, 1, 20, dtype=dtype).reshape(4, 5)
    for gone in ("PixelData", "BitsStored", "HighBit", "PixelRepresentation"):
        del dataset[gone]
    dataset.Rows, dataset.Columns, dataset.BitsAllocated = 4, 5, values.dtype.itemsize * 8
    setattr(dataset, keyword, values.tobytes())
    _, volume = load(write(dataset, path))
    np.testing.assert_array_equal(volume.stored[0], values)


def test_ultrasound_takes_its_scale_from_the_region(tmp_path: Path) -> None:
    region = item(PhysicalUnitsXDirection=3, PhysicalUnitsYDirection=3, PhysicalDeltaX=0.02, PhysicalDeltaY=0.03)
    path = build_frames(tmp_path, phantom(2, 5, 7), SequenceOfUltrasoundRegions=[region])
    dataset = dcmread(path)
    del dataset.PixelSpacing
    _, volume = load(write(dataset, path))
    np.testing.assert_allclose(volume.geometry.spacing_mm[:2], (0.2, 0.3))


def test_a_long_series_of_jpeg_2000_is_decoded_in_processes_to_the_same_values(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    voxels = np.arange(6 * 32 * 32, dtype=np.uint16).reshape(6, 32, 32) % 4096
    for path in build_series(tmp_path, voxels=voxels):
        dataset = dcmread(path)
        dataset.compress(JPEG2000Lossless, generate_instance_uid=False)
        dataset.save_as(path)
    (series,) = READER.find(sorted(tmp_path.iterdir()), TaskContext()).series
    asked: list[object] = []
    run = dicom_pixels._APART.run
    monkeypatch.setattr(dicom_pixels._APART, "run", lambda work, *given: asked.append(given) or run(work, *given))
    assert np.array_equal(READER.load(series, TaskContext()).stored, voxels)
    assert asked == []
    monkeypatch.setattr(dicom, "_LONG_SERIES", 2)
    assert np.array_equal(READER.load(series, TaskContext()).stored, voxels)
    assert len(asked) == 5, "all but the first slice, which is there at once"
