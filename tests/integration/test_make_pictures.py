"""The script that makes the pictures of the user guide (all of them take half a minute; here are the first ones)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]


def make(output: Path, *options: str) -> dict[str, Image.Image]:
    command = [sys.executable, str(ROOT / "packaging" / "make_pictures.py"), "--out", str(output), *options]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        command, cwd=output.parent, env=environment, capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stderr
    return {path.stem: Image.open(path).convert("RGB") for path in output.glob("*.png")}


def test_the_first_pictures_show_an_empty_window_and_a_study(tmp_path: Path) -> None:
    pictures = make(tmp_path / "pictures", "--until", "open")
    assert set(pictures) == {"welcome", "phases", "open"}
    assert {picture.size for picture in pictures.values()} == {(1440, 900)}
    views = [np.asarray(pictures[name].crop((240, 40, 720, 820))) for name in ("welcome", "open")]
    assert np.ptp(views[1]) > 200
    assert views[1].std() > 2 * views[0].std(), "there is no image in the view"


def test_theme_language_and_scale_can_be_chosen(tmp_path: Path) -> None:
    dark = make(tmp_path / "dark", "--until", "welcome")["welcome"]
    light = make(tmp_path / "light", "--until", "welcome", "--theme", "light", "--scale", "2")["welcome"]
    german = make(tmp_path / "german", "--until", "welcome", "--language", "de")["welcome"]
    assert light.size == (2 * dark.width, 2 * dark.height)
    assert np.asarray(light).mean() > 200 > 60 > np.asarray(dark).mean()
    assert (np.asarray(german) != np.asarray(dark)).any()
