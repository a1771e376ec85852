"""Siemens mosaics are unpacked as nibabel unpacks them, or shown as the pictures they are."""

from __future__ import annotations

import gzip
import struct
import warnings
from pathlib import Path

import nibabel
import numpy as np
import pydicom
import pytest
from builders.dicom import CORONAL, build_series, phantom
from numpy.typing import NDArray

from medcrypt_gui.adapters.images.dicom import DicomReader
from medcrypt_gui.core.imaging.series import Series
from medcrypt_gui.core.task import TaskContext

READER = DicomReader()
NIBABELS = Path(nibabel.__file__).parent / "nicom" / "tests" / "data"
TILES, ROWS, COLUMNS = 7, 6, 10
ACROSS = 3


def csa(**tags: list[str]) -> bytes:
    """A CSA2 header with these tags (https://nipy.org/nibabel/dicom/siemens_csa.html)."""
    made = b"SV10" + bytes(4) + struct.pack("<2I", len(tags), 77)
    for name, items in tags.items():
        kind = {"AcquisitionMatrixText": b"SH", "NumberOfImagesInMosaic": b"US"}.get(name, b"DS")
        made += struct.pack("<64si4s3i", name.encode(), len(items), kind, 0, len(items), 77)
        for item in items:
            text = item.encode() + b"\0"
            made += struct.pack("<4i", len(text), len(text), 77, len(text)) + text + bytes(-len(text) % 4)
    return made


def build_mosaic(folder: Path, voxels: NDArray[np.generic], normal: NDArray[np.float64] | None, **tags) -> Path:
    """A mosaic of ``voxels`` ``(slices, rows, columns)``; without ``normal`` it has no CSA header."""
    slices, rows, columns = voxels.shape
    whole = np.zeros((ACROSS * rows, ACROSS * columns), voxels.dtype)
    for k, plane in enumerate(voxels):
        top, left = k // ACROSS * rows, k % ACROSS * columns
        whole[top : top + rows, left : left + columns] = plane
    kind = ["ORIGINAL", "PRIMARY", "M", "ND", "MOSAIC"]
    spacing = {"SpacingBetweenSlices": 3.5, "SliceThickness": 3.0}
    (path,) = build_series(folder, voxels=whole[None], ImageType=kind, **{**spacing, **tags})
    dataset = pydicom.dcmread(path)
    dataset.Manufacturer = "SIEMENS"
    if normal is not None:
        header = csa(
            AcquisitionMatrixText=[f"{rows}*{columns}"],
            NumberOfImagesInMosaic=[str(slices)],
            SliceNormalVector=[f"{part:.8f}" for part in normal],
        )
        dataset.private_block(0x0029, "SIEMENS CSA HEADER", create=True).add_new(0x10, "OB", header)
    dataset.save_as(path)
    return path


def find(*paths: Path) -> Series:
    result = READER.find(paths, TaskContext())
    assert not result.unreadable
    (series,) = result.series
    return series


def agrees_with_nibabel(path: Path, series: Series, phase: int = 0) -> None:
    """Voxels and places; nibabel has rows and columns the other way round, and its slices may run backwards."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from nibabel.nicom.dicomwrappers import wrapper_from_file  # warns when it is imported

        peer = wrapper_from_file(str(path))
        theirs, affine = peer.get_data().transpose(2, 0, 1), peer.affine[:, [1, 0, 2, 3]]
    volume = READER.load(series.at_phase(phase), TaskContext())
    ours, geometry = volume.stored * volume.slope + volume.intercept, volume.geometry
    if affine[:3, 2] @ geometry.affine_lps[:3, 2] < 0:
        theirs, last = theirs[::-1], np.array([0, 0, len(theirs) - 1, 1.0])
        affine = np.column_stack([affine[:, 0], affine[:, 1], -affine[:, 2], affine @ last])
    np.testing.assert_array_equal(ours, theirs)
    np.testing.assert_allclose(geometry.affine_lps, affine, atol=2e-3)


def test_real_mosaics_are_phases_and_lie_where_nibabel_puts_them(tmp_path: Path) -> None:
    for b in (0, 1000):
        (tmp_path / f"b{b}.dcm").write_bytes(gzip.decompress((NIBABELS / f"siemens_dwi_{b}.dcm.gz").read_bytes()))
    series = find(*sorted(tmp_path.iterdir()))
    assert series.phases == ("b 0", "b 1000")
    assert series.geometry.shape == (48, 128, 128)
    for phase, b in enumerate((0, 1000)):
        agrees_with_nibabel(tmp_path / f"b{b}.dcm", series, phase)


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("orientation", [(1, 0, 0, 0, 1, 0), CORONAL, (0.8, 0.6, 0, -0.48, 0.64, 0.6)])
def test_slices_run_the_way_that_the_private_normal_says(tmp_path: Path, orientation, sign: int) -> None:
    voxels = phantom(TILES, ROWS, COLUMNS)
    normal = sign * np.cross(orientation[:3], orientation[3:])
    path = build_mosaic(tmp_path, voxels, normal, orientation=orientation, spacing=(0.8, 0.7, 3.0))
    series = find(path)
    assert series.geometry.shape == voxels.shape
    assert series.geometry.spacing_mm == pytest.approx((0.7, 0.8, 3.5))
    np.testing.assert_array_equal(READER.load(series, TaskContext()).stored, voxels[::sign])
    agrees_with_nibabel(path, series)


def test_the_first_slice_is_there_at_once_and_the_preview_is_the_middle_one(tmp_path: Path) -> None:
    voxels = phantom(TILES, ROWS, COLUMNS)
    series = find(build_mosaic(tmp_path, voxels, np.array([0, 0, 1.0])))
    volume, _fill = READER.start(series)
    np.testing.assert_array_equal(volume.stored[3], voxels[3])
    np.testing.assert_array_equal(READER.preview(series).stored[0], voxels[3])


@pytest.mark.parametrize(
    ("normal", "tags"),
    [
        (None, {}),
        (np.array([0.0, 1.0, 0.0]), {}),
        (np.array([0.0, 0.0, 0.0]), {}),
        (np.array([0.0, 0.0, 1.0]), {"ImagePositionPatient": None}),
        (np.array([0.0, 0.0, 1.0]), {"SpacingBetweenSlices": None, "SliceThickness": None}),
        (np.array([0.0, 0.0, 1.0]), {"PixelSpacing": None}),
    ],
)
def test_without_what_unpacking_needs_the_picture_is_shown_whole_and_lies_nowhere(tmp_path: Path, normal, tags) -> None:
    series = find(build_mosaic(tmp_path, phantom(TILES, ROWS, COLUMNS), normal, **tags))
    assert series.geometry.shape == (1, ACROSS * ROWS, ACROSS * COLUMNS)
    assert not series.geometry.oriented
    assert any("mosaic" in note for note in series.notes)


@pytest.mark.parametrize("keep", [0, 3, 20, 100, 200])
def test_a_damaged_private_header_does_no_harm(tmp_path: Path, keep: int) -> None:
    path = build_mosaic(tmp_path, phantom(TILES, ROWS, COLUMNS), np.array([0, 0, 1.0]))
    dataset = pydicom.dcmread(path)
    dataset[0x00291010].value = dataset[0x00291010].value[:keep]
    dataset.save_as(path)
    assert find(path).geometry.shape[0] == 1
