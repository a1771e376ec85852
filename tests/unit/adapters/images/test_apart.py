"""Work apart gives results and errors, and its death is survived."""

from __future__ import annotations

import operator
import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pydicom
import pytest

from medcrypt_gui.adapters.images.apart import Apart, ProcessDied
from medcrypt_gui.adapters.images.dicom import DicomReader
from medcrypt_gui.core.errors import UnreadableFileError
from medcrypt_gui.core.task import TaskContext

LOSSLESS_JPEG = Path(pydicom.__file__).parent / "data" / "test_files" / "SC_rgb_jpeg_gdcm.dcm"
CODED_BYTE = -1200  # within the entropy-coded samples


@pytest.fixture
def apart() -> Iterator[Apart]:
    made = Apart(workers=2)
    yield made
    made.close()


def test_results_and_errors_come_back(apart: Apart) -> None:
    assert apart.run(operator.add, 2, 3) == 5
    assert apart.run(os.getpid) != os.getpid()
    with pytest.raises(ZeroDivisionError):
        apart.run(operator.truediv, 1, 0)


def test_work_that_ends_its_process_is_told_and_the_next_work_runs(apart: Apart) -> None:
    with pytest.raises(ProcessDied):
        apart.run(os._exit, 3)
    assert apart.run(operator.add, 2, 3) == 5


def test_the_work_of_others_survives_a_death_beside_it(apart: Apart) -> None:
    def ended() -> bool:
        try:
            apart.run(os._exit, 3)
        except ProcessDied:
            return True
        return False

    with ThreadPoolExecutor(4) as threads:
        deaths = [threads.submit(ended) for _ in range(2)]
        sums = [threads.submit(apart.run, operator.add, n, n) for n in range(12)]
        assert [future.result() for future in sums] == [2 * n for n in range(12)]
        assert all(future.result() for future in deaths)


def test_a_file_that_was_damaged_since_is_not_shown_as_it_was(tmp_path: Path) -> None:
    path = Path(shutil.copy(LOSSLESS_JPEG, tmp_path))
    reader, task = DicomReader(), TaskContext()
    (series,) = reader.find([path], task).series
    assert reader.load(series, task).rgb is not None
    content = bytearray(path.read_bytes())
    content[CODED_BYTE] ^= 0x10
    path.write_bytes(content)
    (series,) = reader.find([path], task).series
    with pytest.raises(UnreadableFileError):
        reader.load(series, task)
