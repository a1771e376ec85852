"""The classical segmenters on real scans."""

from __future__ import annotations

import os
import tarfile
from pathlib import Path

import numpy as np
import pytest

from medcrypt_gui.adapters.images.nifti import NiftiReader
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.mask.dice import dice
from medcrypt_gui.core.segmentation.algorithms import ALGORITHMS
from medcrypt_gui.core.task import TaskContext

_CRANIUM = Path(
    os.environ.get("MEDCRYPT_CRANIUM", "/usr/share/doc/invesalius-examples/examples/Cranium.inv3")
)  # Debian's invesalius-examples, GPL-2+: tested with, never shipped


def _read(path: Path) -> Volume:
    (series,) = NiftiReader().find([path], TaskContext()).series
    return NiftiReader().load(series, TaskContext())


def _found(algorithm: str, volume: Volume) -> np.ndarray:
    task = TaskContext()
    return ALGORITHMS[algorithm](volume, "CT", task, lambda *_: pytest.fail("no other model is needed")).mask.roi()


def test_the_body_holds_every_organ_and_not_the_table(shared_data: Path) -> None:
    volume = _read(shared_data / "ct" / "abdomen_ct.nii.gz")
    organs = _read(shared_data / "ct" / "abdomen_organs.nii.gz").stored > 0
    found = _found("body", volume)
    assert (found & organs).sum() >= 0.999 * organs.sum()
    (_, _), (row_axis, sign), (_, _) = volume.geometry.patient_axes()
    assert row_axis == 1
    behind = found[:, -3:] if sign > 0 else found[:, :3]  # the table's lower shell runs through the last rows
    assert behind[20:].mean() < 0.01


@pytest.mark.parametrize("scan", ["lung_id001", "lung_id002"])
def test_the_lungs_are_those_of_the_reference(shared_data: Path, scan: str) -> None:
    volume = _read(shared_data / "ct" / f"{scan}.nii.gz")
    reference = _read(shared_data / "ct" / f"{scan}_lungs.nii.gz").stored > 0
    assert dice(_found("lungs-ct", volume), reference) >= 0.97


def test_an_abdomen_has_lung_bases_only(shared_data: Path) -> None:
    volume = _read(shared_data / "ct" / "abdomen_ct.nii.gz")
    found = _found("lungs-ct", volume)
    assert 50 < found.sum() * volume.geometry.voxel_volume_ml < 200
    assert not found[: found.shape[0] * 3 // 4].any()


def test_a_real_skull_holds_a_brain_of_a_mans_size(tmp_path: Path) -> None:
    if not _CRANIUM.is_file():
        pytest.skip(f"no head CT at hand ({_CRANIUM}; set MEDCRYPT_CRANIUM)")
    with tarfile.open(_CRANIUM) as archive:
        member = next(m for m in archive.getmembers() if m.name.endswith("matrix.dat"))
        stream = archive.extractfile(member)
        assert stream is not None
        stored = np.frombuffer(stream.read(), np.int16).reshape(108, 256, 256)
    volume = Volume(stored, Geometry(stored.shape, np.diag([0.957, -0.957, 1.5, 1.0])), unit="HU")
    found = _found("brain-ct", volume)
    assert 1350 < found.sum() * volume.geometry.voxel_volume_ml < 1650
    assert ((volume.stored[found] > 200) | (volume.stored[found] < -150)).mean() < 0.01
