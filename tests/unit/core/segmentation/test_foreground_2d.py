"""The body part is told from direct exposure, collimator, letters and the black around a sector."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from medcrypt_gui.core.errors import Cancelled, UnsupportedInputError
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.segmentation.foreground_2d import foreground_2d
from medcrypt_gui.core.segmentation.proposal import Proposal
from medcrypt_gui.core.task import TaskContext


def _proposed(volume: Volume, modality: str = "DX") -> Proposal:
    return foreground_2d(volume, modality, TaskContext(), lambda *_: pytest.fail("no other model is needed"))


def _limb(degrees: float, inverted: bool = False, frames: int = 1) -> tuple[Volume, np.ndarray]:
    """A limb with a bone in a field turned by ``degrees``, a letter beside it; and where the limb is."""
    y, x = np.mgrid[:600, :500].astype(np.float32)
    middle = np.abs(x - 250 - 20 * np.sin(y / 80))
    image = 0.05 + 0.03 * x / 500
    image[middle < 70], image[middle < 25] = 0.45, 0.7
    image[120:150, 380:386], image[120:126, 380:400], image[132:138, 380:400] = 1.0, 1.0, 1.0
    field = np.zeros(image.shape, np.uint8)
    cv2.fillPoly(field, [cv2.boxPoints(((250, 300), (360, 480), degrees)).astype(np.int32)], 1)
    image[field == 0] = 0.97
    image = cv2.GaussianBlur(image, (0, 0), 1.5) + np.random.default_rng(0).normal(0, 0.01, image.shape)
    stored = (4200 - image * 4000 if inverted else image * 4000).astype(np.int16)
    return _single(np.stack([stored] * frames), inverted), (middle < 70) & (field > 0)


def _single(stored: np.ndarray, inverted: bool = False) -> Volume:
    return Volume(stored, Geometry(stored.shape, np.eye(4)), inverted=inverted)


@pytest.mark.parametrize("degrees", [0.0, 7.0, 15.0, -30.0])
@pytest.mark.parametrize("inverted", [False, True])
def test_a_limb_is_told_from_exposure_collimator_and_letter(degrees: float, inverted: bool) -> None:
    volume, limb = _limb(degrees, inverted)
    found = _proposed(volume).mask.roi()[0]
    assert (found & limb).sum() >= 0.99 * limb.sum()
    assert (found & ~limb).sum() < 0.1 * limb.sum()


def test_a_sector_is_told_from_the_text_beside_it() -> None:
    y, x = np.mgrid[:480, :640]
    sector = (np.hypot(y - 20, x - 320) < 400) & (np.abs(np.arctan2(x - 320, y - 20)) < 0.7)
    speckle = np.random.default_rng(1).rayleigh(60, sector.shape)
    image = np.where(sector, speckle, 0).clip(0, 255)
    image[40:52, 20:28], image[40:44, 20:90] = 255, 255
    found = _proposed(_single(image[None].astype(np.uint8)), "US").mask.roi()[0]
    assert (found & sector).sum() >= 0.98 * sector.sum()
    assert (found & ~sector).sum() < 0.08 * sector.sum()
    assert not found[40:52, 20:90].any()


def test_every_frame_is_looked_at_on_its_own() -> None:
    volume, limb = _limb(0.0, frames=3)
    stored = volume.stored.copy()
    stored[2] = stored[2, :, ::-1]
    found = _proposed(_single(stored), "XA").mask.roi()
    assert np.array_equal(found[0], found[1])
    assert (found[2] & limb[:, ::-1]).sum() >= 0.99 * limb.sum()


def test_a_picture_without_background_is_whole_and_says_so() -> None:
    stored = np.random.default_rng(2).integers(0, 255, (1, 200, 300)).astype(np.uint8)
    proposal = _proposed(_single(stored), "XC")
    assert proposal.mask.roi().all()
    assert "No background" in proposal.doubts[0]


@pytest.mark.parametrize("turn", [lambda a: a[:, ::-1], lambda a: a[:, :, ::-1], lambda a: a.transpose(0, 2, 1)])
def test_a_mirrored_or_turned_image_gives_the_mirrored_or_turned_region(turn) -> None:
    volume, _ = _limb(15.0)
    plain = _proposed(volume).mask.roi()
    other = _proposed(_single(np.ascontiguousarray(turn(volume.stored)))).mask.roi()
    assert (other != turn(plain)).mean() < 0.01


def test_a_single_image_may_lie_along_any_axis() -> None:
    volume, _ = _limb(15.0)
    other = _proposed(_single(np.ascontiguousarray(volume.stored.transpose(1, 0, 2)))).mask.roi()
    assert np.array_equal(other[:, 0], _proposed(volume).mask.roi()[0])


@pytest.mark.parametrize("value", [0.0, np.nan, 7.0])
def test_an_image_without_contrast_has_no_foreground(value: float) -> None:
    assert not _proposed(_single(np.full((1, 40, 50), value, np.float32))).mask.labels.any()


@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 2, 3), (1, 1, 400)])
def test_tiny_images_are_survived(shape: tuple[int, int, int]) -> None:
    _proposed(_single(np.arange(np.prod(shape), dtype=np.int16).reshape(shape)))


def test_slices_through_a_patient_are_referred_to_the_body() -> None:
    with pytest.raises(UnsupportedInputError, match="use the body"):
        _proposed(_limb(0.0)[0], "CT")


def test_it_ends_when_cancelled() -> None:
    task = TaskContext()
    task.cancel()
    with pytest.raises(Cancelled):
        foreground_2d(_limb(0.0)[0], "DX", task, lambda *_: pytest.fail("no other model is needed"))
