"""Measurements in a small JSON file beside the study: in its folder, or beside a single image under its name."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

from medcrypt_gui.adapters.small_file import content_of
from medcrypt_gui.core.errors import UnreadableFileError, UnsupportedInputError, WriteError, speaking_of
from medcrypt_gui.core.imaging.kept_measurements import LARGEST_BYTES, SUFFIX, measurements_in, with_measurements
from medcrypt_gui.core.imaging.measurements import Measurement
from medcrypt_gui.core.imaging.series import ImageFormat, Series
from medcrypt_gui.core.safe_write import os_errors_as_write_errors, write_atomically

_DICOM_NAME = f"study{SUFFIX}"  # not the folder's name, which is often the patient's


class MeasurementsFile:
    """The port `MeasurementStore`. Calls may come from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def read(self, series: Series) -> tuple[Measurement, ...]:
        """What was measured in this series before. Raises `UnreadableFileError` or `UnsupportedInputError`."""
        path = place_of(series)
        with self._lock:
            content = content_of(path, LARGEST_BYTES)
        if content is None:
            return ()
        with speaking_of(path):
            return measurements_in(content, series)

    def write(self, series: Series, measurements: Sequence[Measurement]) -> None:
        """Keep these instead of what was kept for this series; a file that would be empty goes. Raises `WriteError`."""
        path = place_of(series)
        with self._lock:
            try:
                before = content_of(path, LARGEST_BYTES)
            except UnreadableFileError:
                before = None
            try:
                after = with_measurements(before, series, measurements)
            except UnsupportedInputError as error:
                raise WriteError(error.detail, path=path) from error
            if after is not None:
                write_atomically(path, after, force=True)
            elif before is not None:
                with os_errors_as_write_errors(path):
                    path.unlink(missing_ok=True)


def place_of(series: Series) -> Path:
    """Where the measurements of this series lie."""
    first = series.files[0]
    if series.format is ImageFormat.DICOM:
        return first.with_name(_DICOM_NAME)
    stem = first.name.removesuffix(".gz")
    return first.with_name(stem.rsplit(".", 1)[0] + SUFFIX)
