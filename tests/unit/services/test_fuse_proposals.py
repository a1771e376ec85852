"""Series that lie in the same frame of reference are found and proposed together, on the grid that was asked for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from builders.dicom import build_series
from builders.head import small_card

from medcrypt_gui.adapters.images.dicom import DicomReader
from medcrypt_gui.core.errors import NoRoiError, UnsupportedInputError
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.series import Series
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.segmentation.proposal import ProbabilityMap, Proposal
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.fuse_proposals import companions, propose_together

COARSE, FINE = Geometry((24, 24, 24), np.diag([4.0, 4.0, 4.0, 1.0])), Geometry((48, 48, 48), np.diag([2.0, 2, 2, 1]))


class _BrightIsProbable:
    """The port `Segmenter`: stored values from 0 to 100 are percent."""

    card = small_card()

    def propose(self, volume: Volume, modality: str, task: TaskContext) -> Proposal:
        if modality == "CT":
            raise UnsupportedInputError("CT is not for it")
        values = volume.stored.astype(np.float32) / 100
        mask = RoiMask.from_bool(values > 0.5, volume.geometry)
        return Proposal(mask, ProbabilityMap(values, volume.geometry), ("It looks odd.",))


def _ball(geometry: Geometry, radius_mm: float = 30.0) -> Volume:
    z, y, x = np.meshgrid(*(np.arange(n) for n in geometry.shape), indexing="ij")
    distance = np.linalg.norm(geometry.to_mm(np.stack([x, y, z], axis=-1)) - 46.0, axis=-1)
    return Volume((100 / (1 + np.exp((distance - radius_mm) / 2))).astype(np.int16), geometry)


def test_the_mask_lies_on_the_grid_asked_for_and_the_probabilities_come_with_it() -> None:
    both = [(_ball(COARSE), "MR"), (_ball(FINE), "MR")]
    proposal = propose_together(both, FINE, _BrightIsProbable(), TaskContext())
    assert proposal.mask.geometry.same_grid(FINE)
    assert proposal.probability is not None
    assert proposal.mask.roi().sum() * FINE.voxel_volume_ml == pytest.approx(4 / 3 * np.pi * 3.0**3, rel=0.05)
    assert proposal.doubts == ("It looks odd.",)


def test_a_series_that_the_model_cannot_serve_is_left_out_and_said() -> None:
    proposal = propose_together([(_ball(FINE), "MR"), (_ball(FINE), "CT")], FINE, _BrightIsProbable(), TaskContext())
    assert any("left out" in doubt for doubt in proposal.doubts)
    with pytest.raises(UnsupportedInputError):
        propose_together([(_ball(FINE), "CT"), (_ball(FINE), "MR")], FINE, _BrightIsProbable(), TaskContext())


def test_finding_nothing_is_said() -> None:
    nothing = Volume(np.zeros(FINE.shape, np.int16), FINE)
    with pytest.raises(NoRoiError):
        propose_together([(nothing, "MR"), (nothing, "MR")], FINE, _BrightIsProbable(), TaskContext())


def _series(folder: Path, **tags: object) -> Series:
    (series,) = DicomReader().find(build_series(folder, **tags), TaskContext()).series  # type: ignore[arg-type]
    return series


def test_companions_share_study_frame_and_modality(tmp_path: Path) -> None:
    same = {"FrameOfReferenceUID": "1.2.3", "StudyInstanceUID": "1.2.9"}
    t1 = _series(tmp_path / "t1", SeriesInstanceUID="1.1", **same)
    t2 = _series(tmp_path / "t2", SeriesInstanceUID="1.2", **same)
    moved = _series(tmp_path / "moved", SeriesInstanceUID="1.3", **{**same, "FrameOfReferenceUID": "1.2.4"})
    earlier = _series(tmp_path / "earlier", SeriesInstanceUID="1.4", **{**same, "StudyInstanceUID": "1.2.8"})
    pet = _series(tmp_path / "pet", SeriesInstanceUID="1.5", modality="PT", **same)
    found = [t1, t2, moved, earlier, pet]
    assert companions(t1, found, small_card()) == (t2,)
    assert companions(moved, found, small_card()) == ()


def test_a_series_without_a_frame_of_reference_has_no_companions(tmp_path: Path) -> None:
    first = _series(tmp_path / "a", FrameOfReferenceUID=None, StudyInstanceUID="1.2.9", SeriesInstanceUID="1.1")
    second = _series(tmp_path / "b", FrameOfReferenceUID=None, StudyInstanceUID="1.2.9", SeriesInstanceUID="1.2")
    assert companions(first, [first, second], small_card()) == ()
