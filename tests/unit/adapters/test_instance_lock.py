"""A lock is held by one, and free once its process is gone however it ended."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from conftest import REPOSITORY

from medcrypt_gui.adapters import instance_lock
from medcrypt_gui.adapters.instance_lock import InstanceLock, is_held, remove_stray_locks

_HOLDER = """
import sys, time, pathlib
from medcrypt_gui.adapters.instance_lock import InstanceLock
lock = InstanceLock(pathlib.Path(sys.argv[1]), "other")
print("held", flush=True)
time.sleep(60)
"""


def test_it_is_held_until_it_is_released(tmp_path: Path) -> None:
    lock = InstanceLock(tmp_path, "one")
    assert is_held(tmp_path, "one")
    assert not is_held(tmp_path, "two")
    with pytest.raises(BlockingIOError):
        InstanceLock(tmp_path, "one")
    lock.release(remove=False)
    assert not is_held(tmp_path, "one")
    InstanceLock(tmp_path, "one").release(remove=True)
    assert list(tmp_path.iterdir()) == []


def test_a_killed_process_holds_it_no_longer(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(tmp_path)], cwd=REPOSITORY, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        assert is_held(tmp_path, "other")
        remove_stray_locks(tmp_path, frozenset())
        assert is_held(tmp_path, "other")
        holder.kill()
    assert not is_held(tmp_path, "other")
    remove_stray_locks(tmp_path, frozenset({"other"}))
    assert len(list(tmp_path.iterdir())) == 1
    remove_stray_locks(tmp_path, frozenset())
    assert list(tmp_path.iterdir()) == []


def test_one_that_was_swept_away_while_it_was_taken_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = instance_lock._try_lock

    def swept(stream: object) -> bool:
        (tmp_path / "one.lock").unlink()
        return take(stream)  # type: ignore[arg-type]

    monkeypatch.setattr(instance_lock, "_try_lock", swept)
    with pytest.raises(OSError):
        InstanceLock(tmp_path, "one")
