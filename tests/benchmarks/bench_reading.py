"""How fast a study opens: 500 files to series, series to first image, first image to the whole volume.

The files are 512x512 int16 as a CT scanner writes them, native and as lossless JPEG 2000. Peers in the same run:
pydicom reading the same headers, and pydicom decoding the same files one after the other.
"""

from __future__ import annotations

import statistics
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
from builders.dicom import build_series
from pydicom.uid import JPEG2000Lossless

from medcrypt_gui.adapters.images.dicom import DicomReader
from medcrypt_gui.core.imaging.series import Series
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.open_study import find_series, load_volume, start_volume

_SLICES = 500
_DISTINCT = 10  # pictures that are compressed; the others are copies of them
_READERS = (DicomReader(),)


def run() -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory(prefix="medcrypt-bench-") as name, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        native, compressed = Path(name, "native"), Path(name, "jpeg2000")
        _build(native)
        _compress(native, compressed)
        found = find_series([native], _READERS, TaskContext()).series[0]
        packed = find_series([compressed], _READERS, TaskContext()).series[0]
        headers = _times(lambda: _pydicom_headers(native), 5)
        return [
            _record(
                "viewer.open500",
                _times(lambda: find_series([native], _READERS, TaskContext()), 7),
                "pydicom, headers alone",
                headers,
            ),
            _record("viewer.first_image", _times(lambda: start_volume(found, _READERS), 7), *_first(native)),
            _record(
                "reading.native500",
                _times(lambda: load_volume(found, _READERS, TaskContext()), 3),
                "pydicom, pixel_array",
                _times(lambda: _pydicom_pixels(found, _SLICES), 1),
            ),
            _record(
                "reading.jpeg2000_500",
                _times(lambda: load_volume(packed, _READERS, TaskContext()), 1),
                "pydicom, pixel_array (from 50)",
                [_SLICES / 50 * ms for ms in _times(lambda: _pydicom_pixels(packed, 50), 1)],
            ),
        ]


def _build(folder: Path) -> None:
    """Smooth shapes with the noise of a scanner: what compresses as CT does."""
    rng = np.random.default_rng(3)
    y, x = np.mgrid[-1:1:512j, -1:1:512j]
    voxels = np.empty((_SLICES, 512, 512), np.int16)
    for z in range(_SLICES):
        body = 1000.0 * (x**2 + (1.3 * y) ** 2 < 0.7 + 0.1 * np.sin(z / 30))
        voxels[z] = body + 60 * np.cos(9 * x + z / 20) + rng.normal(0, 12, body.shape)
    build_series(folder, voxels=voxels, bits_stored=16, signed=True, modality="CT", spacing=(0.7, 0.7, 1.0))


def _compress(source: Path, target: Path) -> None:
    target.mkdir()
    packed: list[bytes] = []
    for number, path in enumerate(sorted(source.iterdir())):
        dataset = pydicom.dcmread(path)
        if number < _DISTINCT:
            dataset.compress(JPEG2000Lossless, generate_instance_uid=False)
            packed.append(dataset.PixelData)
        else:
            dataset.file_meta.TransferSyntaxUID = JPEG2000Lossless
            dataset.PixelData = packed[number % _DISTINCT]
            dataset["PixelData"].is_undefined_length = True
        dataset.save_as(target / path.name)


def _times(work: Callable[[], object], runs: int) -> list[float]:
    """Milliseconds; with more than one run, the first warms the caches and does not count."""
    took = []
    for _ in range(runs + (runs > 1)):
        began = time.perf_counter()
        work()
        took.append(1000 * (time.perf_counter() - began))
    return took[-runs:]


def _pydicom_headers(folder: Path) -> None:
    for path in folder.iterdir():
        pydicom.dcmread(path, stop_before_pixels=True)


def _pydicom_pixels(series: Series, count: int) -> None:
    for path in series.files[:count]:
        _ = pydicom.dcmread(path).pixel_array


def _first(folder: Path) -> tuple[str, list[float]]:
    """One picture by pydicom."""
    path = next(folder.iterdir())
    return "pydicom, one pixel_array", _times(lambda: pydicom.dcmread(path).pixel_array, 7)


def _record(name: str, times: list[float], peer: str, of_peer: list[float]) -> dict[str, Any]:
    middle, theirs = statistics.median(times), statistics.median(of_peer)
    return {
        "name": name,
        "unit": "ms",
        "p50": middle,
        "p95": sorted(times)[round(0.95 * (len(times) - 1))],
        "max": max(times),
        "peer": f"{peer} {theirs:.0f} ms",
        "ratio_to_peer": middle / theirs,
    }
