"""The folder of journals: written behind the user's back, found after a crash, never another window's."""

from __future__ import annotations

import errno
import os
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from builders.nifti import build_nifti
from fakes.memory_keys import SECRET, MemoryKeys

from medcrypt_gui.adapters import journal_writer
from medcrypt_gui.adapters.images.nifti import NiftiReader
from medcrypt_gui.adapters.journal_files import JournalFiles
from medcrypt_gui.core.errors import DiskFullError, KeyringUnavailableError, PermissionDeniedError, UnreadableFileError
from medcrypt_gui.core.imaging.series import ImageFormat, Series
from medcrypt_gui.core.journal.port import Keeping, Work
from medcrypt_gui.core.mask.box import Box, box_shape, whole_box
from medcrypt_gui.core.mask.editor import MaskEditor
from medcrypt_gui.core.mask.labels import Label, LabelTable
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.mask.sink import SinkMode
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services import keep_work
from medcrypt_gui.services.keep_work import WorkKeeper
from medcrypt_gui.services.recover_work import find_offers, take_up

NAMES = LabelTable().with_label(Label(2, "Tumour of Mrs Example", (1, 2, 3)))


@pytest.fixture
def series(tmp_path: Path) -> Series:
    path = build_nifti(
        tmp_path / "Example^Mrs" / "scan.nii.gz", np.arange(9 * 20 * 30, dtype=np.int16).reshape(9, 20, 30)
    )
    (found,) = NiftiReader().find([path], TaskContext()).series
    return found


class Window:
    """What the program does in one window, without one."""

    def __init__(
        self, folder: Path, series: Series, keys: MemoryKeys | None = None, mask: RoiMask | None = None
    ) -> None:
        self.shelf = JournalFiles(folder, keys or MemoryKeys())
        self.reports: list[Keeping] = []
        self.series = series
        self.editor = MaskEditor(mask or RoiMask.empty(series.geometry), blank=mask is None)
        self.keeper = WorkKeeper(self.editor, self._begin, lambda: None)

    def _begin(self, had_mask: bool) -> journal_writer.JournalWriter:
        work = Work(self.series, self.series.geometry, (str(self.series.files[0]),), had_mask)
        return self.shelf.begin(work, self.reports.append)

    def paint(self, seed: int = 1) -> np.ndarray:
        random = np.random.default_rng(seed)
        start = random.integers(0, (6, 15, 25))
        box = tuple(slice(int(a), int(a) + 3) for a in start)
        self.editor.begin_gesture("Brush")
        self.editor.extend(random.random((3, 3, 3)) > 0.3, (box[0], box[1], box[2]), SinkMode.ADD)
        self.editor.end_gesture()
        return self.editor.labels.copy()

    def erase(self, box: Box) -> np.ndarray:
        self.editor.begin_gesture("Eraser")
        self.editor.extend(np.ones(box_shape(box), np.bool_), box, SinkMode.REMOVE)
        self.editor.end_gesture()
        return self.editor.labels.copy()

    def tell(self) -> None:
        while self.keeper.tell_some():
            pass

    def tell_and_wait(self) -> None:
        self.tell()
        wait(lambda: bool(self.reports) and self.reports[-1].told == self.keeper.told)

    def crash(self) -> None:
        """The process is gone: its lock with it."""
        if self.shelf._lock is not None:
            self.shelf._lock.release(remove=False)

    def end(self, keep: bool = False) -> None:
        self.keeper.end(keep)
        self.shelf.finish(5)


def wait(what: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not what():
        assert time.monotonic() < until, "it took too long"
        time.sleep(0.005)


def block(series: Series) -> RoiMask:
    """A mask that was on the disk before the window opened it."""
    mask = RoiMask.empty(series.geometry)
    mask.labels[2:7, 4:16, 6:24] = 1
    return mask


def files_of(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_what_was_painted_is_offered_after_a_crash_and_comes_back(tmp_path: Path, series: Series) -> None:
    window = Window(tmp_path / "journal", series)
    for seed in range(5):
        painted = window.paint(seed)
        window.tell_and_wait()
    window.crash()
    later = JournalFiles(tmp_path / "journal", MemoryKeys())
    (offer,) = find_offers(later)
    assert offer.usable
    assert offer.slices == int(painted.any(axis=(1, 2)).sum())
    assert offer.ml == pytest.approx(np.count_nonzero(painted) * series.geometry.voxel_volume_ml)
    assert offer.paths == (series.files[0],)
    assert abs(offer.changed - time.time()) < 60
    np.testing.assert_array_equal(take_up(later, offer.name, series.geometry).labels, painted)
    window.end()


def test_what_was_closed_properly_is_not_offered_and_leaves_nothing(tmp_path: Path, series: Series) -> None:
    window = Window(tmp_path / "journal", series)
    window.paint()
    window.tell_and_wait()
    assert len(files_of(tmp_path / "journal")) == 2
    window.end()
    assert files_of(tmp_path / "journal") == []


def test_looking_at_a_series_writes_nothing(tmp_path: Path, series: Series) -> None:
    window = Window(tmp_path / "journal", series)
    window.tell()
    window.end()
    assert not (tmp_path / "journal").exists()


def test_two_windows_do_not_touch_each_others_work(tmp_path: Path, series: Series) -> None:
    first, second = (Window(tmp_path / "journal", series) for _ in range(2))
    for window in (first, second):
        window.paint()
        window.tell_and_wait()
    assert first.shelf.leftovers() == second.shelf.leftovers() == ()
    assert len(files_of(tmp_path / "journal")) == 4
    first.crash()
    assert len(second.shelf.leftovers()) == 1
    second.end()
    assert len(files_of(tmp_path / "journal")) == 2
    first.end()


def test_work_that_was_kept_on_purpose_is_offered_whole(tmp_path: Path, series: Series) -> None:
    window = Window(tmp_path / "journal", series)
    painted = window.paint()
    window.end(keep=True)
    (offer,) = find_offers(later := JournalFiles(tmp_path / "journal", MemoryKeys()))
    np.testing.assert_array_equal(take_up(later, offer.name, series.geometry).labels, painted)
    later.discard(offer.name)
    later.leftovers()
    assert files_of(tmp_path / "journal") == []


def test_without_a_keyring_masks_are_kept_without_names_and_it_is_said(tmp_path: Path, series: Series) -> None:
    window = Window(tmp_path / "journal", series, MemoryKeys(None))
    painted = window.paint()
    window.editor.change_labels(NAMES, "Label")
    window.tell_and_wait()
    assert "no keyring" in window.reports[-1].unsealed
    window.crash()
    (file,) = (tmp_path / "journal").glob("*.work")
    for told in ("Example", "Tumour", "scan", str(tmp_path)):
        assert told.encode() not in file.read_bytes()
    (offer,) = find_offers(later := JournalFiles(tmp_path / "journal", MemoryKeys(None)))
    assert offer.paths == ()
    mask = take_up(later, offer.name, series.geometry)
    np.testing.assert_array_equal(mask.labels, painted)
    assert [one.name for one in mask.table] == ["ROI", "Label 2"]
    assert later.fitting([offer.name], series) == (offer.name,)
    window.end()


def test_a_key_that_comes_late_seals_what_was_written_without_it(tmp_path: Path, series: Series) -> None:
    keys = MemoryKeys(None)
    window = Window(tmp_path / "journal", series, keys)
    window.editor.change_labels(NAMES, "Label")
    window.paint()
    window.tell_and_wait()
    (file,) = (tmp_path / "journal").glob("*.work")
    keys.kept = SECRET
    painted = window.paint(2)
    window.tell_and_wait()
    wait(lambda: file.read_bytes()[8] == 1)
    window.paint(3)
    painted = window.editor.labels.copy()
    window.tell_and_wait()
    assert window.reports[-1].unsealed == ""
    window.crash()
    (offer,) = find_offers(later := JournalFiles(tmp_path / "journal", MemoryKeys()))
    mask = take_up(later, offer.name, series.geometry)
    np.testing.assert_array_equal(mask.labels, painted)
    assert mask.table[2].name == "Tumour of Mrs Example"
    assert offer.paths
    window.end()


def test_sealed_work_without_its_key_says_why_and_stays(tmp_path: Path, series: Series) -> None:
    window = Window(tmp_path / "journal", series)
    window.paint()
    window.end(keep=True)
    for keys, reason in (
        (MemoryKeys(None), "no keyring"),
        (MemoryKeys(bytes(32)), "no longer in the system's keyring"),
    ):
        (offer,) = find_offers(JournalFiles(tmp_path / "journal", keys))
        assert not offer.usable
        assert reason in offer.remark
    with pytest.raises(KeyringUnavailableError):
        JournalFiles(tmp_path / "journal", MemoryKeys(None)).read(offer.name)
    assert find_offers(JournalFiles(tmp_path / "journal", MemoryKeys()))[0].usable


@pytest.mark.parametrize(
    ("number", "kind"), [(errno.ENOSPC, DiskFullError), (errno.EROFS, PermissionDeniedError), (errno.EIO, Exception)]
)
def test_a_full_disk_is_said_and_nothing_is_missing_once_there_is_room(
    tmp_path: Path, series: Series, monkeypatch: pytest.MonkeyPatch, number: int, kind: type[Exception]
) -> None:
    monkeypatch.setattr(journal_writer, "_RETRY_S", 0.02)
    window = Window(tmp_path / "journal", series)
    window.paint(1)
    window.tell_and_wait()
    sync, full = os.fsync, threading.Event()

    def refuse(descriptor: int) -> None:
        if full.is_set():
            raise OSError(number, os.strerror(number))
        sync(descriptor)

    monkeypatch.setattr(journal_writer.os, "fsync", refuse)
    full.set()
    window.paint(2)
    window.tell()
    wait(lambda: isinstance(window.reports[-1].problem, kind))
    painted = window.paint(3)
    window.tell()
    full.clear()
    wait(lambda: window.reports[-1].problem is None and window.reports[-1].told == window.keeper.told)
    window.crash()
    (offer,) = find_offers(later := JournalFiles(tmp_path / "journal", MemoryKeys()))
    np.testing.assert_array_equal(take_up(later, offer.name, series.geometry).labels, painted)
    window.end()


def test_a_place_that_cannot_be_written_to_is_said_and_leaving_does_not_wait(
    tmp_path: Path, series: Series, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "journal").write_text("a file where the folder should be")
    window = Window(tmp_path / "journal", series)
    window.paint()
    window.tell()
    wait(lambda: bool(window.reports) and window.reports[-1].problem is not None)
    before = time.monotonic()
    window.end()
    assert time.monotonic() - before < 1


def test_a_long_session_does_not_grow_the_file_without_end(
    tmp_path: Path, series: Series, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_writer, "_LEAST_REWRITE_BYTES", 8000)
    monkeypatch.setattr(journal_writer, "_REWRITE_FACTOR", 3)
    window = Window(tmp_path / "journal", series)
    window.editor.change_labels(NAMES, "Label")
    sizes = []
    for seed in range(120):
        painted = window.paint(seed)
        window.tell_and_wait()
        sizes.append(next((tmp_path / "journal").glob("*.work")).stat().st_size)
    assert max(sizes) < 12_000
    window.crash()
    (offer,) = find_offers(later := JournalFiles(tmp_path / "journal", MemoryKeys()))
    mask = take_up(later, offer.name, series.geometry)
    np.testing.assert_array_equal(mask.labels, painted)
    assert mask.table[2].name == "Tumour of Mrs Example"
    window.end()


def test_work_that_is_safe_elsewhere_goes_and_what_comes_after_is_kept_whole(tmp_path: Path, series: Series) -> None:
    window = Window(tmp_path / "journal", series)
    window.paint(1)
    window.tell_and_wait()
    window.keeper.forget()
    wait(lambda: not list((tmp_path / "journal").glob("*.work")))
    window.reports.clear()
    painted = window.paint(2)
    window.tell_and_wait()
    window.crash()
    (offer,) = find_offers(later := JournalFiles(tmp_path / "journal", MemoryKeys()))
    np.testing.assert_array_equal(take_up(later, offer.name, series.geometry).labels, painted)
    window.end()


def test_a_mask_that_was_emptied_again_is_not_offered_and_goes(tmp_path: Path, series: Series) -> None:
    window = Window(tmp_path / "journal", series)
    window.paint()
    window.tell_and_wait()
    window.editor.undo()
    window.end(keep=True)
    assert find_offers(JournalFiles(tmp_path / "journal", MemoryKeys())) == ()
    assert not list((tmp_path / "journal").glob("*.work"))


def test_erasing_in_a_mask_from_the_disk_is_offered_with_all_that_is_left_of_it(tmp_path: Path, series: Series) -> None:
    window = Window(tmp_path / "journal", series, mask=block(series))
    left = window.erase((slice(2, 5), slice(4, 16), slice(6, 24)))
    assert left.any()
    window.tell_and_wait()
    window.crash()
    (offer,) = find_offers(later := JournalFiles(tmp_path / "journal", MemoryKeys()))
    assert offer.slices == 2
    np.testing.assert_array_equal(take_up(later, offer.name, series.geometry).labels, left)
    window.end()


@pytest.mark.parametrize("kept_meanwhile", [False, True])
def test_a_mask_that_was_erased_whole_is_offered_as_such(
    tmp_path: Path, series: Series, monkeypatch: pytest.MonkeyPatch, kept_meanwhile: bool
) -> None:
    monkeypatch.setattr(journal_writer, "_LEAST_REWRITE_BYTES", 1)
    monkeypatch.setattr(journal_writer, "_REWRITE_FACTOR", 1)
    window = Window(tmp_path / "journal", series, mask=None if kept_meanwhile else block(series))
    if kept_meanwhile:
        window.paint()
        window.keeper.forget()  # it lies on the disk now
    window.erase(whole_box(series.geometry.shape))
    window.tell_and_wait()
    window.crash()
    (offer,) = find_offers(later := JournalFiles(tmp_path / "journal", MemoryKeys()))
    assert offer.usable
    assert offer.slices == 0
    assert "erased" in offer.remark
    assert not take_up(later, offer.name, series.geometry).labels.any()
    window.end()


def test_before_all_of_a_mask_was_told_there_is_nothing_to_offer(
    tmp_path: Path, series: Series, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or the mask would come back as if it had been erased."""
    monkeypatch.setattr(keep_work, "_BITE_VOXELS", 20 * 30)
    window = Window(tmp_path / "journal", series, mask=block(series))
    window.paint()
    for _ in range(3):
        assert window.keeper.tell_some()
    wait(lambda: window.keeper._journal is not None and window.keeper._journal.backlog_bytes == 0)
    window.crash()
    assert find_offers(JournalFiles(tmp_path / "journal", MemoryKeys())) == ()
    window.end()


def test_a_journal_that_is_damaged_before_anything_was_told_is_offered_with_its_reason(
    tmp_path: Path, series: Series
) -> None:
    window = Window(tmp_path / "journal", series, mask=block(series))
    window.paint()
    window.end(keep=True)
    (file,) = (tmp_path / "journal").glob("*.work")
    content = bytearray(file.read_bytes())
    content[-5] ^= 1
    file.write_bytes(content)
    (offer,) = find_offers(JournalFiles(tmp_path / "journal", MemoryKeys()))
    assert not offer.usable
    assert "damaged" in offer.remark
    assert abs(offer.changed - time.time()) < 60
    assert file.exists()


def test_a_clock_that_goes_wrong_takes_no_work_away(tmp_path: Path, series: Series) -> None:
    window = Window(tmp_path / "journal", series)
    window.paint()
    window.end(keep=True)
    for days in (31, 400):
        later = JournalFiles(tmp_path / "journal", MemoryKeys(), clock=lambda days=days: time.time() + days * 86400)
        assert len(later.leftovers()) == 1


def test_damage_is_said_and_what_lies_there_by_chance_is_left_alone(tmp_path: Path, series: Series) -> None:
    window = Window(tmp_path / "journal", series)
    for seed in range(4):
        window.paint(seed)
        window.tell_and_wait()
    window.end(keep=True)
    (file,) = (tmp_path / "journal").glob("*.work")
    content = bytearray(file.read_bytes())
    content[-5] ^= 1
    file.write_bytes(content)
    (tmp_path / "journal" / "notes.work").write_text("not ours")
    later = JournalFiles(tmp_path / "journal", MemoryKeys())
    (offer,) = find_offers(later)
    assert "damaged" in offer.remark
    assert offer.usable
    file.write_bytes(content[:-20])
    assert "not complete" in find_offers(later)[0].remark
    assert (tmp_path / "journal" / "notes.work").exists()
    with pytest.raises(UnreadableFileError, match="no longer there"):
        later.read("gone.work")


def test_a_series_is_recognised_wherever_it_lies_and_others_of_its_name_are_not(tmp_path: Path, series: Series) -> None:
    window = Window(tmp_path / "journal", series)
    window.paint()
    window.end(keep=True)
    later = JournalFiles(tmp_path / "journal", MemoryKeys())
    (name,) = (one.name for one in later.leftovers())
    (tmp_path / "moved").mkdir()
    moved = series.files[0].rename(tmp_path / "moved" / "renamed.nii.gz")
    (found,) = NiftiReader().find([moved], TaskContext()).series
    assert later.fitting([name], found) == (name,)
    other = build_nifti(tmp_path / "other" / "scan.nii.gz", np.ones((9, 20, 30), np.int16))
    (found,) = NiftiReader().find([other], TaskContext()).series
    assert later.fitting([name], found) == ()
    dicom = replace(series, format=ImageFormat.DICOM, uid="1.2.3")
    assert later.fitting([name], dicom) == ()
