"""DICOM masks as other programs write them: fractions, overlaps, compression, holes, contours in other planes."""

import numpy as np
import pydicom
import pytest
from builders.dicom import build_series
from builders.grids import turn
from builders.masks import dicom_series, load, random_labels, save
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.uid import RLELossless

from medcrypt_gui.core.errors import MaskMismatchError, UnreadableFileError, UnsupportedInputError
from medcrypt_gui.core.imaging.slice_places import SlicePlaces

SHAPE = (6, 20, 24)


@pytest.fixture
def images(tmp_path):
    return dicom_series(build_series(tmp_path / "images", *SHAPE, spacing=(1.0, 1.0, 2.0)))


def seg(tmp_path, images, labels):
    return pydicom.dcmread(save(tmp_path / "m.dcm", labels, images, "seg"))


def read(tmp_path, dataset, images):
    dataset.save_as(tmp_path / "changed.dcm")
    return load(tmp_path / "changed.dcm", images)


def test_fractions_count_from_one_half(tmp_path, images):
    labels = random_labels(SHAPE)
    made = seg(tmp_path, images, labels)
    pixels = made.pixel_array.astype(np.uint8)
    rising = np.random.default_rng(0).integers(0, 50, pixels.shape, np.uint8)
    made.SegmentationType, made.SegmentationFractionalType, made.MaximumFractionalValue = (
        "FRACTIONAL",
        "PROBABILITY",
        100,
    )
    made.BitsAllocated = made.BitsStored = 8
    made.HighBit = 7
    made.PixelData = (rising + pixels * 50).tobytes()
    found = read(tmp_path, made, images)
    assert (found.mask.labels == labels).all()
    assert "one half" in found.notices[0]


def test_of_segments_that_overlap_the_later_one_wins_and_it_is_said(tmp_path, images):
    labels = np.zeros(SHAPE, np.uint8)
    labels[2, 3:10, 3:10] = 1
    labels[2, 12:16, 3:10] = 2
    made = seg(tmp_path, images, labels)
    pixels = made.pixel_array.astype(bool)
    assert [int(one.SegmentIdentificationSequence[0].ReferencedSegmentNumber) for one in _frames(made)] == [1, 2]
    pixels[1, 8:12, 3:10] = True
    # The later segment's frame first, as if the file were sorted by places.
    made.PixelData = np.packbits(pixels[::-1].ravel(), bitorder="little").tobytes()
    made.PerFrameFunctionalGroupsSequence = list(_frames(made))[::-1]
    labels[2, 8:12, 3:10] = 2
    found = read(tmp_path, made, images)
    assert (found.mask.labels == labels).all()
    assert "14 voxels belong to several segments" in found.notices[0]


def _frames(made):
    return made.PerFrameFunctionalGroupsSequence


def test_frames_count_by_their_places_not_by_their_order(tmp_path, images):
    labels = random_labels(SHAPE)
    made = seg(tmp_path, images, labels)
    order = np.random.default_rng(0).permutation(len(_frames(made)))
    made.PixelData = np.packbits(made.pixel_array[order].ravel(), bitorder="little").tobytes()
    made.PerFrameFunctionalGroupsSequence = [_frames(made)[int(at)] for at in order]
    assert (read(tmp_path, made, images).mask.labels == labels).all()


@pytest.mark.parametrize("named", [True, False])
def test_slices_left_out_between_frames_stay_empty_on_another_grid(tmp_path, images, named):
    """Slices 1 and 3 are marked; seen from pixels half as large, 2 is empty still."""
    labels = np.zeros(SHAPE, np.uint8)
    labels[[1, 3], 4:9, 4:9] = 1
    made = seg(tmp_path, images, labels)
    if not named:
        del made.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0].SpacingBetweenSlices
    fine = build_series(
        tmp_path / "fine", 6, 40, 48, spacing=(0.5, 0.5, 2.0), origin=(-10.25, -20.25, 30.0),
        FrameOfReferenceUID=images.frame_of_reference_uid,
    )  # fmt: skip
    found = read(tmp_path, made, dicom_series(fine))
    assert (found.mask.labels == labels.repeat(2, 1).repeat(2, 2)).all()


def test_compressed_frames(tmp_path, images):
    labels = random_labels(SHAPE)
    made = pydicom.dcmread(save(tmp_path / "m.dcm", labels, images, "labelmap"))
    made.compress(RLELossless, generate_instance_uid=False)
    assert (read(tmp_path, made, images).mask.labels == labels).all()
    made.PixelData = encapsulate([b"\0" * 64] * int(made.NumberOfFrames))
    with pytest.raises(UnreadableFileError):
        read(tmp_path, made, images)


def test_more_than_255_labels_and_larger_numbers(tmp_path, images):
    made = pydicom.dcmread(save(tmp_path / "m.dcm", random_labels(SHAPE), images, "labelmap"))
    wide = made.pixel_array.astype("<u2")
    wide[wide == 7] = 1007
    made.BitsAllocated = made.BitsStored = 16
    made.HighBit, made.PixelData = 15, wide.tobytes()
    skull = next(one for one in made.SegmentSequence if one.SegmentNumber == 7)
    skull.SegmentNumber = 1007
    del skull.TrackingID
    found = read(tmp_path, made, images)
    assert ((found.mask.labels == 3) == (random_labels(SHAPE) == 7)).all()
    assert found.mask.table[3].name == "Skull"
    assert "1007 → 3" in found.notices[0]
    made.PixelData = np.arange(wide.size).reshape(wide.shape).astype("<u2").tobytes()
    with pytest.raises(UnsupportedInputError, match="different labels"):
        read(tmp_path, made, images)


@pytest.mark.parametrize("change", ["places", "orientation", "spacing", "frames", "voxels", "turned"])
def test_what_lacks_its_places_or_voxels_is_refused(tmp_path, images, change):
    made = seg(tmp_path, images, random_labels(SHAPE))
    shared = made.SharedFunctionalGroupsSequence[0]
    if change == "places":
        del _frames(made)[2].PlanePositionSequence
    if change == "orientation":
        del shared.PlaneOrientationSequence
    if change == "spacing":
        shared.PixelMeasuresSequence[0].PixelSpacing = None
    if change == "frames":
        made.NumberOfFrames = 99
    if change == "voxels":
        made.PixelData = made.PixelData[:40]
    if change == "turned":
        turned = Dataset()
        turned.ImageOrientationPatient = [0, 1, 0, 0, 0, -1]
        _frames(made)[1].PlaneOrientationSequence = [turned]
    with pytest.raises((UnreadableFileError, UnsupportedInputError)) as raised:
        read(tmp_path, made, images)
    assert raised.value.path == tmp_path / "changed.dcm"


def structure_set(tmp_path, images, contours, kind="CLOSED_PLANAR", also=()):
    """A structure set of one region, ``contours`` being ``(N, 3)`` LPS mm each."""
    made = pydicom.dcmread(save(tmp_path / "m.dcm", (random_labels(SHAPE) == 1).astype(np.uint8), images, "rtstruct"))
    items = []
    for points, what in [*((points, kind) for points in contours), *also]:
        item = Dataset()
        item.ContourGeometricType = what
        item.ContourData = [f"{value:.6f}" for value in np.asarray(points).ravel()]
        items.append(item)
    made.ROIContourSequence[0].ContourSequence = items
    return made


def square(images, z, low, high):
    """Around the pixels ``low`` to ``high`` of a slice, or of a depth between slices."""
    corners = np.array(
        [(low - 0.5, low - 0.5), (high + 0.5, low - 0.5), (high + 0.5, high + 0.5), (low - 0.5, high + 0.5)]
    )
    return images.geometry.to_mm(np.column_stack([corners, np.full(4, z)]))


def box(*ranges):
    labels = np.zeros(SHAPE, np.uint8)
    labels[tuple(slice(low, high + 1) for low, high in ranges)] = 1
    return labels


def test_a_line_within_another_is_a_hole_and_one_within_that_an_island(tmp_path, images):
    contours = [square(images, 3, 2, 17), square(images, 3, 5, 14), square(images, 3, 8, 11)]
    for kind in ("CLOSED_PLANAR", "CLOSEDPLANAR_XOR"):
        found = read(tmp_path, structure_set(tmp_path, images, contours, kind), images)
        expected = box((3, 3), (2, 17), (2, 17)) - box((3, 3), (5, 14), (5, 14)) + box((3, 3), (8, 11), (8, 11))
        assert (found.mask.labels == expected).all()
        assert not found.notices
        (tmp_path / "m.dcm").unlink()


def test_slices_without_contours_between_others_stay_empty(tmp_path, images):
    contours = [square(images, z, 4, 9) for z in (1, 3, 5)]
    found = read(tmp_path, structure_set(tmp_path, images, contours), images)
    assert np.flatnonzero(found.mask.labels.any(axis=(1, 2))).tolist() == [1, 3, 5]


def test_contours_between_the_slices_go_to_the_nearest(tmp_path, images):
    contours = [square(images, z, 4, 9) for z in (1.4, 2.9, 4.4)]
    found = read(tmp_path, structure_set(tmp_path, images, contours), images)
    assert (found.mask.labels == box((1, 5), (4, 9), (4, 9))).all()
    assert "between the slices" in found.notices[0]


@pytest.mark.parametrize("degrees", [30.0, 90.0])
def test_contours_at_an_angle_are_filled_and_resampled(tmp_path, images, degrees):
    """A ball drawn in planes that are not those of the slices."""
    centre = images.geometry.to_mm((12.0, 10.0, 2.5))
    axes = turn(0, degrees)
    contours = []
    for depth in np.arange(-4.5, 4.6, 1.0):
        radius = np.sqrt(25 - depth**2)
        angles = np.linspace(0, 2 * np.pi, 80, endpoint=False)
        ring = np.column_stack([radius * np.cos(angles), radius * np.sin(angles), np.full(80, depth)])
        contours.append(centre + ring @ axes.T)
    found = read(tmp_path, structure_set(tmp_path, images, contours), images)
    z, y, x = np.indices(SHAPE)
    places = images.geometry.to_mm(np.stack([x, y, z], axis=-1))
    ball = np.linalg.norm(places - centre, axis=-1) <= 5
    marked = found.mask.labels == 1
    assert 2 * (marked & ball).sum() / (marked.sum() + ball.sum()) > 0.93
    assert "at an angle" in found.notices[0]


def test_what_encloses_nothing_or_lies_outside_is_said(tmp_path, images):
    place = images.geometry.to_mm(np.array([[3.0, 3, 3]]))
    away = square(images, 3, 4, 9) + np.array([500.0, 0, 0])
    also = [(place, "POINT"), (away, "CLOSED_PLANAR")]
    found = read(tmp_path, structure_set(tmp_path, images, [square(images, 3, 4, 9)], also=also), images)
    assert (found.mask.labels == box((3, 3), (4, 9), (4, 9))).all()
    assert any("1 contour lies outside" in notice for notice in found.notices)
    assert any("1 point or open line" in notice for notice in found.notices)
    (tmp_path / "m.dcm").unlink()
    with pytest.raises(MaskMismatchError, match="outside"):
        read(tmp_path, structure_set(tmp_path, images, [away]), images)


def test_a_damaged_contour_is_refused(tmp_path, images):
    made = structure_set(tmp_path, images, [square(images, 3, 4, 9)])
    made.ROIContourSequence[0].ContourSequence[0].ContourData = ["1", "2", "3", "4"]
    with pytest.raises(UnreadableFileError, match="contour"):
        read(tmp_path, made, images)


def test_slices_know_their_places():
    places = SlicePlaces(np.array([[0.0, 0, 4], [0, 0, 0], [0, 0, 1]]), np.array([1.0, 0, 0]), np.array([0, 2.0, 0]))
    assert places.nearest(np.array([-9, 0.4, 0.6, 2.4, 2.6, 99])).tolist() == [1, 1, 2, 2, 0, 0]
    np.testing.assert_allclose(places.on_slice(0, places.to_mm(2, np.array([[3.0, 4.0]]))), [[3, 4]])
    assert places.tolerance_mm == pytest.approx(0.1)
