"""Every file at hand is read as gdcm, dcmtk and ITK read it: pixels frame by frame, and where they lie.

``-v`` prints a table of all of them. Decoders of lossy JPEG may round differently, by two grey levels at most.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from peers.dcmtk import dcmtk_pixels, is_installed
from peers.files import SHARED, dicom_files, nifti_files
from peers.readers import Geometry
from peers.server import PeerDied, Peers
from pydicom.pixels import apply_color_lut
from pydicom.uid import JPEG2000, UID, JPEGBaseline8Bit, JPEGExtended12Bit

from medcrypt_gui.adapters.images.dicom import DicomReader
from medcrypt_gui.adapters.images.dicom_pixels import read_colours, read_slice
from medcrypt_gui.adapters.images.nifti import NiftiReader
from medcrypt_gui.core.errors import MedcryptError
from medcrypt_gui.core.imaging.series import Series
from medcrypt_gui.core.task import TaskContext

DICOM, NIFTI = dicom_files(), nifti_files()
Pixels = NDArray[np.generic]
LOSSY = {JPEGBaseline8Bit, JPEGExtended12Bit, JPEG2000}
ROUNDING = 2  # grey levels
MM = 1e-4

GDCM_IS_WRONG = {
    "J2K_pixelrep_mismatch.dcm": "takes the codestream for unsigned; the same bits, and CT of -2000 to 1896",
    "SC_rgb_rle_16bit.dcm": "mixes up the bytes of RLE colours; dcmtk and the uncompressed file agree with us",
    "SC_rgb_rle_16bit_2frame.dcm": "as above",
    "SC_rgb_rle_32bit.dcm": "as above",
    "SC_rgb_rle_32bit_2frame.dcm": "as above",
    "rtdose_expb.dcm": "does not swap 32 bits; dcmtk and the little-endian file agree with us",
}
GDCM_DIES = {"rtdose_1frame.dcm", "rtdose_expb_1frame.dcm", "rtdose_rle_1frame.dcm"}
DCMTK_IS_WRONG = {
    "rtdose_expb.dcm": "swaps 16 of 32 bits; the little-endian file agrees with us",
    "rtdose_expb_1frame.dcm": "as above",
}


@dataclass(frozen=True)
class Ours:
    """What we make of a file: planes by frame as they are stored, or why there are none."""

    series: tuple[Series, ...]
    planes: dict[int, Pixels]
    words: str

    @property
    def is_colour(self) -> bool:
        return any(plane.ndim == 3 for plane in self.planes.values())


@pytest.fixture(scope="module")
def peers() -> Iterator[Peers]:
    started = Peers()
    yield started
    started.close()


@pytest.mark.parametrize("path", DICOM, ids=[f"{path.parent.name}/{path.name}" for path in DICOM])
def test_a_dicom_file_is_read_as_others_read_it(path: Path, peers: Peers, peer_table: list, tmp_path: Path) -> None:
    ours, syntax = read(path), syntax_of(path)
    gdcm = as_gdcm_reads(peers, path)
    row = [path.name, syntax.name, ours.words, told(gdcm), "-", "-"]
    if SHARED not in path.parents and is_installed():
        dcmtk = dcmtk_pixels(path, syntax, tmp_path)
        row[4] = compare(ours, dcmtk, path, syntax, DCMTK_IS_WRONG)
    row[3] = row[3] if isinstance(gdcm, str) else compare(ours, gdcm, path, syntax, GDCM_IS_WRONG)
    row[5] = compare_geometry(peers, path, ours)
    peer_table.append(tuple(row))
    assert isinstance(gdcm, str) == (path.name in GDCM_DIES)


@pytest.mark.parametrize("folder", ["trio-mprage", "ct-jpeg2000"])
def test_a_series_lies_where_itk_lays_it(folder: str, peers: Peers, peer_table: list, shared_data: Path) -> None:
    files = sorted(path for path in (shared_data / "dicom" / folder).iterdir() if path.is_file())
    (series,) = DicomReader().find(files, TaskContext()).series
    theirs = peers.call("itk_geometry", [str(path) for path in series.files])
    assert theirs.size == series.geometry.shape[::-1]
    np.testing.assert_allclose(series.geometry.affine_lps, affine_of(theirs), atol=MM)
    peer_table.append((f"{folder} ({len(files)} files)", "-", "read", "-", "-", "equal"))


@pytest.mark.parametrize("path", NIFTI, ids=lambda path: path.name)
def test_a_nifti_file_is_read_as_itk_reads_it(path: Path, peers: Peers, peer_table: list) -> None:
    result = NiftiReader().find([path], TaskContext())
    theirs = peers.call("itk_geometry", [str(path)])
    words = result.unreadable[0].reason.detail if result.unreadable else "read"
    peer_table.append((path.name, "-", words, "-", "-", "refused" if theirs is None else "equal"))
    if theirs is None or result.unreadable:
        assert words
        return
    (series,) = result.series
    np.testing.assert_allclose(series.geometry.affine_lps, affine_of(theirs), atol=MM, rtol=1e-6)
    volume = NiftiReader().load(series, TaskContext())
    values = peers.call("itk_values", str(path))
    first = values if values.ndim == 3 else values[0]
    # ITK makes 0 of what is no number.
    np.testing.assert_allclose(np.nan_to_num(volume.stored * volume.slope + volume.intercept), first, rtol=1e-5)


# Reading


def read(path: Path) -> Ours:
    result = DicomReader().find([path], TaskContext())
    if not result.series:
        reasons = [entry.reason.detail for entry in result.unreadable] + [entry.reason for entry in result.skipped]
        assert all(reasons)
        return Ours((), {}, f"refused: {reasons[0]}")
    planes: dict[int, Pixels] = {}
    try:
        for instance in (one for series in result.series for one in series.instances):
            layout = instance.pixels
            shape = (layout.rows, layout.columns, 3) if layout.colour else (layout.rows, layout.columns)
            plane = planes[instance.frame or 0] = np.zeros(shape, layout.dtype)
            (read_colours if layout.colour else read_slice)(instance, plane)
    except MedcryptError as error:
        return Ours(result.series, {}, f"refused: {error.detail}" if error.path == path else "")
    return Ours(result.series, planes, "read")


def as_gdcm_reads(peers: Peers, path: Path) -> Pixels | str | None:
    try:
        return peers.call("gdcm_pixels", str(path))
    except PeerDied:
        return "died"


def told(pixels: Pixels | str | None) -> str:
    return "refused" if pixels is None else pixels if isinstance(pixels, str) else "read"


def syntax_of(path: Path) -> UID:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return UID(pydicom.dcmread(path, force=True, stop_before_pixels=True).file_meta.get("TransferSyntaxUID", ""))


# Comparing


def compare(ours: Ours, theirs: Pixels | None, path: Path, syntax: UID, wrong: dict[str, str]) -> str:
    """A word on how they agree; fails where they do not and it is not known that the others are wrong."""
    if theirs is None:
        return "refused"
    assert ours.words, "a refusal names the file and the reason"
    assert ours.planes, f"{path.name}: others read it, we do not: {ours.words}"
    theirs = in_our_colours(theirs, path) if ours.is_colour else theirs
    farthest = max(apart(plane, theirs[frame]) for frame, plane in ours.planes.items())
    lossy = syntax in LOSSY
    if path.name in wrong:
        assert farthest > ROUNDING, f"{path.name} agrees by now: take it off the list"
        return "wrong"
    assert farthest <= (ROUNDING if lossy else 1 if ours.is_colour and needs_conversion(path) else 0), path.name
    return "equal" if farthest == 0 else f"to {farthest:g}"


def apart(one: Pixels, other: Pixels) -> float:
    """The largest difference; NaN equals NaN."""
    assert one.shape == other.shape
    if np.array_equal(one, other, equal_nan=one.dtype.kind == "f"):
        return 0.0
    return float(np.nanmax(np.abs(one.astype(np.float64) - other.astype(np.float64))))


def in_our_colours(theirs: Pixels, path: Path) -> Pixels:
    """Of three colours, and 8 bits each."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dataset = pydicom.dcmread(path, force=True, stop_before_pixels=True)
    bits = int(dataset.BitsStored)
    if theirs.ndim == 3:
        theirs = apply_color_lut(theirs, dataset)
        bits = int(dataset.RedPaletteColorLookupTableDescriptor[2])
    return theirs >> max(0, bits - 8)


def needs_conversion(path: Path) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return str(pydicom.dcmread(path, force=True, stop_before_pixels=True).PhotometricInterpretation).startswith(
            "YBR"
        )


def compare_geometry(peers: Peers, path: Path, ours: Ours) -> str:
    """ITK knows neither the regions of ultrasound nor the places of single frames at several times."""
    if len(ours.series) != 1 or not ours.planes:
        return "-"
    try:
        theirs = peers.call("itk_geometry", [str(path)])
    except PeerDied:
        return "died"
    (series,) = ours.series
    if theirs is None or series.modality == "US":
        return "refused" if theirs is None else "ultrasound"
    assert theirs.size == series.geometry.shape[::-1]
    mine, other = series.geometry.affine_lps, affine_of(theirs)
    if not series.geometry.oriented:
        np.testing.assert_allclose(series.geometry.spacing_mm[:2], theirs.spacing[:2], atol=MM)
        return "equal (no place)"
    if series.geometry.shape[0] == 1:
        # The third axis of a single image has the thickness as its length, which ITK takes from elsewhere.
        np.testing.assert_allclose(mine[:, [0, 1, 3]], other[:, [0, 1, 3]], atol=MM)
        return "equal"
    backwards = mine.copy()
    backwards[:3, 2], backwards[:3, 3] = -mine[:3, 2], series.geometry.to_mm((0, 0, series.geometry.shape[0] - 1))
    order = [instance.frame for instance in series.instances]
    np.testing.assert_allclose(mine if order == sorted(order) else backwards, other, atol=MM)
    return "equal"


def affine_of(theirs: Geometry) -> NDArray[np.float64]:
    affine = np.eye(4)
    affine[:3, :3], affine[:3, 3] = theirs.direction * theirs.spacing, theirs.origin
    return affine
