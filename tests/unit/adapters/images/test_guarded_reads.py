"""A file of endless repetitions is refused at once."""

import pytest

from medcrypt_gui.adapters.images.dicom import DicomReader
from medcrypt_gui.core.task import TaskContext


@pytest.mark.parametrize("start", [b"", bytes(128) + b"DICM"])
@pytest.mark.timeout(30)
def test_gigabytes_of_zeros_are_not_read_to_their_end(tmp_path, start):
    path = tmp_path / "sparse.dcm"
    with path.open("wb") as file:
        file.write(start)
        file.truncate(1 << 34)
    (entry,) = DicomReader().find([path], TaskContext()).unreadable
    assert "not a DICOM file" in entry.reason.detail
