"""What dcmtk's tools make of a file's pixels, where they are installed."""

from __future__ import annotations

import shutil
import subprocess
import warnings
from pathlib import Path

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.uid import UID

from peers.readers import rgb_of_ybr

_TOOLS = {
    "1.2.840.10008.1.2.4.50": "dcmdjpeg", "1.2.840.10008.1.2.4.51": "dcmdjpeg", "1.2.840.10008.1.2.4.57": "dcmdjpeg",
    "1.2.840.10008.1.2.4.70": "dcmdjpeg", "1.2.840.10008.1.2.4.80": "dcmdjpls", "1.2.840.10008.1.2.4.81": "dcmdjpls",
    "1.2.840.10008.1.2.5": "dcmdrle",
}  # fmt: skip


def is_installed() -> bool:
    return all(shutil.which(tool) for tool in (*set(_TOOLS.values()), "dcmconv"))


def dcmtk_pixels(path: Path, syntax: UID, folder: Path) -> NDArray[np.generic] | None:
    """As `gdcm_pixels`; None where dcmtk has no decoder, or refuses."""
    if syntax.is_transfer_syntax and syntax.is_compressed and not syntax.is_deflated and syntax not in _TOOLS:
        return None
    tool, plain = _TOOLS.get(syntax, "dcmconv"), folder / "plain.dcm"
    done = subprocess.run([tool, "+te", str(path), str(plain)], capture_output=True, timeout=60, check=False)
    if done.returncode != 0 or not plain.is_file():
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _pixels(pydicom.dcmread(plain))


def _pixels(dataset: pydicom.Dataset) -> NDArray[np.generic] | None:
    if "PixelData" not in dataset or "BitsAllocated" not in dataset:
        return None
    kind, samples = str(dataset.get("PhotometricInterpretation")), int(dataset.get("SamplesPerPixel", 1))
    if kind == "YBR_FULL_422" or dataset.BitsAllocated % 8:
        return None
    sign = "i" if int(dataset.get("PixelRepresentation") or 0) else "u"
    values = np.frombuffer(dataset.PixelData, f"<{sign}{dataset.BitsAllocated // 8}")
    said = str(dataset.get("NumberOfFrames") or 1)
    shape = (int(said) if said.isdigit() else 1, int(dataset.Rows), int(dataset.Columns))
    values = values[: int(np.prod(shape)) * samples]
    if samples == 1:
        unused = int(dataset.BitsAllocated) - int(dataset.BitsStored)
        return ((values << unused) >> unused).reshape(shape)
    if dataset.PlanarConfiguration == 1:
        values = values.reshape(shape[0], samples, *shape[1:]).transpose(0, 2, 3, 1)
    values = values.reshape(*shape, samples)
    return rgb_of_ybr(values, int(dataset.BitsStored)) if kind.startswith("YBR_FULL") else values
