"""Fresh and protected studies for the tests of the command line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from builders.study import Study


@pytest.fixture
def study(tmp_path: Path, quick_passphrases: None) -> Study:
    return Study(tmp_path)


@pytest.fixture(scope="module")
def protected_once(tmp_path_factory: pytest.TempPathFactory, quick_passphrases: None) -> Study:
    made = Study(tmp_path_factory.mktemp("protected"))
    assert made.protect() == 0
    return made


@pytest.fixture
def protected(protected_once: Study, tmp_path: Path) -> Study:
    """A protected study of this test's own."""
    copy = Study.__new__(Study)
    shutil.copytree(protected_once.folder, tmp_path, dirs_exist_ok=True)
    copy.__dict__ = {
        name: [tmp_path / path.relative_to(protected_once.folder) for path in value]
        if isinstance(value, list)
        else tmp_path / value.relative_to(protected_once.folder)
        for name, value in protected_once.__dict__.items()
    }
    return copy
