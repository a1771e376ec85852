"""What ``dev.py run`` does without a display: the whole job on the sample study, with a picture per step."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


def test_the_demonstration_brings_every_byte_back_and_leaves_pictures(tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[2]
    if not (root / "models" / "brain-mr.onnx").exists():
        pytest.fail("models/brain-mr.onnx is missing from the checkout")
    output = tmp_path / "pictures"
    command = [sys.executable, "-m", "medcrypt_gui.demo", str(output)]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    assert "every byte equal" in done.stdout
    assert len(list(output.glob("*.png"))) == 10
