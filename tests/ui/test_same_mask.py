"""The window and ``medcrypt segment`` propose the same mask."""

from __future__ import annotations

from pathlib import Path

import nibabel
import numpy as np
import pytest
from builders.head import head
from builders.masks import mask_of
from builders.onnx_model import onnx_model, write_model
from ui.driver import Driver

from medcrypt_gui.adapters.inference.onnx_segmenter import OnnxSegmenter
from medcrypt_gui.cli.main import run
from medcrypt_gui.core.ports import Segmenter
from medcrypt_gui.core.segmentation.model_card import read_card
from medcrypt_gui.services.workbench import Workbench


@pytest.fixture
def segmenters(tmp_path: Path) -> dict[str, Segmenter]:
    """One real network."""
    return {"bright": OnnxSegmenter(read_card(write_model(tmp_path, "bright", onnx_model())))}


def test_the_window_and_the_command_line_give_the_same_mask(
    window: Driver, workbench: Workbench, tmp_path: Path
) -> None:
    volume, _ = head(4.0, (48, 58, 50))
    image = tmp_path / "head.nii.gz"
    nibabel.save(nibabel.Nifti1Image(volume.stored.transpose(2, 1, 0), volume.geometry.affine_ras), image)
    window.open(image)
    window.click("stepRoi")
    window.click("roiPrimary")
    window.settle()
    shown = window.window.session.editor.mask.roi()
    target = tmp_path / "mask.nii.gz"
    assert run(["segment", str(image), "-o", str(target), "--model", "bright", "--quiet"], lambda: workbench) == 0
    assert shown.any()
    assert np.array_equal(mask_of(target, volume.geometry).roi(), shown)
