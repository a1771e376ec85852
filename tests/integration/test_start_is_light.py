"""The window must stand before anything heavy is loaded: a guard for the start time that no slow machine upsets."""

from __future__ import annotations

import subprocess
import sys

from conftest import REPOSITORY

_HEAVY = (
    "pydicom",
    "highdicom",
    "nibabel",
    "SimpleITK",
    "onnxruntime",
    "numba",
    "sklearn",
    "skimage",
    "reportlab",
    "PIL",
    "pyqtgraph",
)
_PROGRAMME = f"""
import sys
from medcrypt_gui.bootstrap import build_workbench
from medcrypt_gui.ui.application import build_window, prepare_application
workbench = build_workbench()
prepare_application(workbench)
print([name for name in {_HEAVY} if name in sys.modules])
"""


def test_nothing_heavy_is_imported_before_the_window_is_built() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAMME], cwd=REPOSITORY, capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.strip() == "[]"
