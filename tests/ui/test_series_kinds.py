"""Several volumes, localizers and badges in the window; opening can be cancelled at any moment."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from builders.dicom import build_series, build_structured_report, phantom
from builders.nifti import build_nifti
from builders.phases import build_phases
from PySide6.QtWidgets import QAbstractButton, QListWidget, QSlider
from ui.driver import Driver

from medcrypt_gui.adapters.images.dicom import DicomReader
from medcrypt_gui.core.errors import Cancelled
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.ui.session import Lock

PASSPHRASE = "copper lantern under the bridge"


def texts(window: Driver) -> list[str]:
    listed = window.find("seriesList", QListWidget)
    return [listed.item(row).text() for row in range(listed.count())]


def test_dicom_volumes_on_one_grid_are_gone_through_with_the_slider(window: Driver, tmp_path: Path) -> None:
    voxels = build_phases(tmp_path / "study", {"EchoTime": 5}, {"EchoTime": 9})
    window.open(tmp_path / "study")
    window.settle()
    session = window.window.session
    assert window.text("phaseName") == "echo 5 ms"
    assert "2 volumes" in texts(window)[0]
    assert session.editor is not None
    session.editor.mask.labels[1, 2, 3] = 1
    window.find("phaseSlider", QSlider).setValue(1)
    window.wait_until(lambda: window.text("phaseName") == "echo 9 ms")
    window.settle()
    assert session.volume is not None
    np.testing.assert_array_equal(session.volume.stored, voxels[1])
    assert session.editor.mask.labels[1, 2, 3] == 1


def test_volumes_play_over_and_over_until_they_are_stopped(window: Driver, tmp_path: Path) -> None:
    build_phases(tmp_path / "study", *({"TemporalPositionIdentifier": k} for k in (1, 2, 3)))
    window.open(tmp_path / "study")
    window.settle()
    session, seen = window.window.session, []

    def shown_often() -> bool:
        if session.series is not None and seen[-1:] != [session.series.phase]:
            seen.append(session.series.phase)
        return len(seen) == 6

    window.click("phasePlay")
    window.wait_until(shown_often)
    assert seen == [0, 1, 2, 0, 1, 2]
    window.click("phasePlay")
    window.settle()
    phase = session.series.phase if session.series is not None else None
    window.qtbot.wait(250)
    assert session.series is not None
    assert session.series.phase == phase


def test_playing_ends_with_a_volume_that_cannot_be_read(window: Driver, tmp_path: Path) -> None:
    build_phases(tmp_path / "study", {"EchoTime": 5}, {"EchoTime": 9})
    window.open(tmp_path / "study")
    window.settle()
    session = window.window.session
    assert session.series is not None
    session.series.phase_instances[1][0].path.unlink()
    play = window.find("phasePlay", QAbstractButton)
    window.click("phasePlay")
    window.wait_until(lambda: not play.isChecked())
    window.settle()
    assert session.series.phase == 0
    assert window.text("phaseName") == "echo 5 ms"


def test_a_localizer_is_named_listed_last_and_not_shown_first(window: Driver, tmp_path: Path) -> None:
    build_series(tmp_path / "study" / "1", slices=3, ImageType=["ORIGINAL", "PRIMARY", "LOCALIZER"], SeriesNumber=1)
    build_series(tmp_path / "study" / "2", slices=6, seed=2, SeriesDescription="Head", SeriesNumber=2)
    window.open(tmp_path / "study")
    window.settle()
    assert window.window.session.series is not None
    assert window.window.session.series.description == "Head"
    assert ["Localizer" in text for text in texts(window)] == [False, True]


def test_what_is_unusual_stands_in_the_view(window: Driver, tmp_path: Path) -> None:
    build_series(tmp_path / "study", slices=5, LossyImageCompression="01")
    window.open(tmp_path / "study")
    window.settle()
    assert window.window.viewer.state.badges == ("lossy",)
    build_series(tmp_path / "other", slices=5, seed=1)
    window.open(tmp_path / "other")
    window.settle()
    assert window.window.viewer.state.badges == ()


def test_a_volume_larger_than_memory_opens_in_its_own_plane(
    window: Driver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("psutil.virtual_memory", lambda: type("Free", (), {"available": 100}))
    build_series(tmp_path / "study", slices=5, rows=40, columns=44)
    window.open(tmp_path / "study")
    window.settle()
    assert window.window.session.volume is not None
    assert window.window.session.volume.paged
    assert window.window.session.complete
    assert "larger than memory" in window.window.viewer.state.badges
    assert sum(canvas.isVisible() for canvas in window.window.viewer.canvases) == 1
    np.testing.assert_array_equal(window.window.session.volume.stored, phantom(5, 40, 44))


def test_an_unlocked_series_shows_each_of_its_volumes_and_locks_them_all(window: Driver, tmp_path: Path) -> None:
    voxels = build_phases(tmp_path / "study", {"EchoTime": 5}, {"EchoTime": 9}, slices=9, rows=48, columns=56)
    window.open(tmp_path / "study")
    session = window.window.session
    card = _protected_with_card(window, tmp_path)
    window.open(tmp_path / "protected")
    window.click("openPrimary")
    window.open(card)
    window.type("unlockPassphrase", PASSPHRASE)
    window.click("unlockPrimary")
    window.settle()
    assert session.lock is Lock.UNLOCKED
    for phase in (1, 0, 1):
        window.find("phaseSlider", QSlider).setValue(phase)
        window.wait_until(lambda shown=phase: session.series is not None and session.series.phase == shown)
        window.settle()
        assert session.volume is not None
        np.testing.assert_array_equal(session.volume.stored, voxels[phase])
    window.click("unlockRelock")
    assert session.series is not None
    assert session.series.phase == 1
    locked = DicomReader().load(session.series, TaskContext()).stored
    np.testing.assert_array_equal(session.volume.stored, locked)
    assert (locked != voxels[1]).any()
    window.find("phaseSlider", QSlider).setValue(0)
    window.wait_until(lambda: session.series is not None and session.series.phase == 0)
    window.settle()
    assert (session.volume.stored != voxels[0]).any()


def _protected_with_card(window: Driver, folder: Path) -> Path:
    for button in ("openPrimary", "roiPrimary"):
        window.click(button)
        window.settle()
    window.click("correctPrimary")
    window.type("protectFolder", str(folder / "protected"))
    window.click("protectPrimary")
    window.settle()
    for field in ("passphraseFirst", "passphraseSecond"):
        window.type(field, PASSPHRASE)
    window.type("cardFolder", str(folder / "cards"))
    window.click("cardPrimary")
    window.settle()
    return next((folder / "cards").glob("*.png"))


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """A folder of several kinds: DICOM series, a localizer, volumes in time, NIfTI, a report, junk, a cut file."""
    folder = tmp_path / "mixed"
    build_series(folder / "ct", slices=40, rows=64, columns=64, modality="CT", SeriesDescription="Thorax")
    build_series(folder / "loc", slices=3, seed=1, ImageType=["ORIGINAL", "PRIMARY", "LOCALIZER"])
    build_phases(folder / "time", *({"TemporalPositionIdentifier": k} for k in (1, 2, 3)))
    build_nifti(folder / "head.nii.gz", phantom(20, 30, 40).astype(np.int16))
    build_structured_report(folder / "report.dcm")
    (folder / "notes.txt").write_text("not an image")
    cut = build_series(folder / "cut", slices=1, seed=7)[0]
    cut.write_bytes(cut.read_bytes()[:300])
    return folder


def test_a_folder_of_several_kinds_opens_with_everything_in_its_place(window: Driver, mixed: Path) -> None:
    window.open(mixed)
    window.settle()
    found = window.window.session.found
    assert found is not None
    assert sorted(series.geometry.shape[0] for series in found.series) == [3, 4, 20, 40]
    assert found.series[-1].localizer
    assert [entry.path.parent.name for entry in found.unreadable] == ["cut"]
    assert {entry.path.name for entry in found.skipped} == {"report.dcm", "notes.txt"}


@pytest.mark.parametrize("seed", range(12))
def test_cancelling_at_any_moment_leaves_a_clean_window(window: Driver, mixed: Path, seed: int) -> None:
    moment, session = random.Random(seed), window.window.session
    window.window.opening.take_dropped((mixed,))
    window.qtbot.wait(moment.choice((0, 1, 3, 10, 30, 60, 100)))
    for job in list(window.window.jobs._running):
        job.cancel()
    window.settle()
    assert session.complete or session.series is None
    if session.series is None:
        assert (session.volume, session.editor) == (None, None)
    window.open(mixed)
    window.settle()
    assert session.complete
    assert session.volume is not None
    assert session.volume.loaded is None or session.volume.loaded.all()


@pytest.mark.parametrize("seed", range(6))
def test_choosing_series_faster_than_they_are_read_ends_with_the_last(window: Driver, mixed: Path, seed: int) -> None:
    window.open(mixed)
    window.settle()
    session, moment = window.window.session, random.Random(seed)
    assert session.found is not None
    chosen = [moment.choice(session.found.series) for _ in range(8)]
    for series in chosen:
        window.window.flows.open.select(series)
        window.qtbot.wait(moment.choice((0, 0, 2, 8)))
    window.settle()
    assert session.series is not None
    assert session.series.uid == chosen[-1].uid
    assert session.complete


class _CancelAfter(TaskContext):
    """Cancels at its n-th question."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.left = count

    def checkpoint(self) -> None:
        self.left -= 1
        if self.left < 0:
            self.cancel()
        super().checkpoint()


@pytest.mark.parametrize("after", [0, 1, 2, 5, 11, 23])
def test_loading_ends_at_every_checkpoint_and_can_be_done_again(mixed: Path, after: int) -> None:
    reader = DicomReader()
    series = reader.find(sorted((mixed / "ct").iterdir()), TaskContext()).series[0]
    with pytest.raises(Cancelled):
        reader.load(series, _CancelAfter(after))
    np.testing.assert_array_equal(reader.load(series, TaskContext()).stored, phantom(40, 64, 64))


@pytest.mark.parametrize("after", [0, 1, 2])
def test_finding_ends_at_every_checkpoint_and_can_be_done_again(mixed: Path, after: int) -> None:
    reader, files = DicomReader(), sorted(mixed.rglob("*.dcm"))
    with pytest.raises(Cancelled):
        reader.find(files, _CancelAfter(after))
    assert len(reader.find(files, TaskContext()).series) == 3
