"""The settings survive a restart, damage and a folder that cannot be written to."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from medcrypt_gui.adapters.settings_file import SettingsFile
from medcrypt_gui.core.errors import WriteError
from medcrypt_gui.core.imaging.volume import Window
from medcrypt_gui.core.imaging.windowing import UserPreset
from medcrypt_gui.core.settings import FoundSettings, Settings, Theme

CHOSEN = Settings(
    theme=Theme.LIGHT,
    language="de",
    smooth=False,
    neurological=True,
    keep_measurements=False,
    keys={"toggle_cine": ("P", "Ctrl+P"), "brushAction": ()},
    presets=(UserPreset("MR", "Myelin ö & co", Window(12.5, 80.0), "9"),),
)


def test_everything_chosen_is_found_again(tmp_path: Path) -> None:
    path = tmp_path / "new" / "settings.json"
    SettingsFile(path).write(CHOSEN)
    assert SettingsFile(path).read() == FoundSettings(CHOSEN)


def test_nothing_kept_is_as_at_first(tmp_path: Path) -> None:
    assert SettingsFile(tmp_path / "settings.json").read() == FoundSettings()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe\x00",
        b'{"version": 99}',
        b'{"theme": "dark"}',
        b'{"version": 1, "theme": "pink"}',
        b'{"version": 1, "smooth": "yes"}',
        b'{"version": 1, "keys": {"toggle_cine": [3]}}',
        b'{"version": 1, "keys": []}',
        b'{"version": 1, "presets": [{"modality": "CT", "name": "", "level": 1, "width": 2}]}',
        b'{"version": 1, "presets": [{"modality": "CT", "name": "a", "level": NaN, "width": 2}]}',
        b'{"version": 1, "presets": [{"modality": "CT", "name": "a", "level": 1, "width": -2}]}',
        b"[" * 100_000,
        b" " * (2 << 20),
    ],
)
def test_a_file_that_cannot_be_used_is_set_aside_and_kept(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(content)
    found = SettingsFile(path).read()
    assert found.settings == Settings()
    assert found.unusable
    assert found.set_aside is not None
    assert found.set_aside.read_bytes() == content
    assert not path.exists()


def test_what_another_version_added_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({"version": 1, "theme": "light", "of_tomorrow": 3}))
    assert SettingsFile(path).read() == FoundSettings(Settings(theme=Theme.LIGHT))


def test_a_place_that_cannot_be_written_to_is_said_and_the_settings_hold(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    kept = SettingsFile(tmp_path / "file" / "settings.json")
    with pytest.raises(WriteError):
        kept.write(CHOSEN)
    assert kept.read().settings == CHOSEN


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_damaged_file_in_a_read_only_folder_is_survived(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(b"{")
    tmp_path.chmod(0o500)
    try:
        found = SettingsFile(path).read()
    finally:
        tmp_path.chmod(0o700)
    assert found == FoundSettings(unusable=True)
