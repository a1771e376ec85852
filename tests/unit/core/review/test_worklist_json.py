"""A saved worklist finds its studies again, also where its folder was moved with them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from medcrypt_gui.core.errors import UnreadableFileError, UnsupportedInputError
from medcrypt_gui.core.imaging.series import ImageFormat
from medcrypt_gui.core.review.series_ref import SeriesRef
from medcrypt_gui.core.review.worklist import Worklist, WorklistEntry, WorklistItem
from medcrypt_gui.core.review.worklist_json import worklist_in, worklist_text

ROOT = Path("/data/trial").absolute()


def entry(path: Path, mask: Path | None = None) -> WorklistEntry:
    return WorklistEntry(SeriesRef(path, ImageFormat.NIFTI, "k"), path.name, path, "MR", (3, 4, 5), mask)


ITEMS = (
    WorklistItem(entry(ROOT / "a" / "A\udcff.nii.gz", ROOT / "masks" / "A.nii.gz")),
    WorklistItem(entry(ROOT / "lists" / "B.nii.gz")),
)


def test_it_comes_back_as_it_was() -> None:
    made = Worklist(ITEMS, "Trial ü", ITEMS[1].id)
    assert worklist_in(worklist_text(made, ROOT / "lists"), ROOT / "lists") == made


def test_it_moves_with_its_studies() -> None:
    moved = worklist_in(worklist_text(Worklist(ITEMS), ROOT / "lists"), Path("/mnt/other/lists").absolute())
    assert moved.items[0].entry.ref.path == Path("/mnt/other/a/A\udcff.nii.gz").absolute()
    assert moved.items[0].entry.first_mask == Path("/mnt/other/masks/A.nii.gz").absolute()


def test_where_only_the_root_is_common_paths_are_whole() -> None:
    content = worklist_text(Worklist(ITEMS), Path("/home/ada").absolute())
    assert json.loads(content)["studies"][1]["path"] == str(ROOT / "lists" / "B.nii.gz")


def test_a_newer_version_is_not_damaged() -> None:
    with pytest.raises(UnsupportedInputError):
        worklist_in(b'{"version": 9}', ROOT)


@pytest.mark.parametrize(
    "change",
    [
        {"studies": 1},
        {"studies": [1]},
        {"studies": [{}]},
        {"name": None},
        {"current": "x"},
        {"version": None},
        {"studies": [{"path": 1}]},
    ],
)
def test_anything_else_is_damaged(change: dict[str, object]) -> None:
    kept = json.loads(worklist_text(Worklist(ITEMS), ROOT)) | change
    with pytest.raises(UnreadableFileError, match="damaged"):
        worklist_in(json.dumps(kept).encode(), ROOT)


@pytest.mark.parametrize("change", [{"shape": [1, 2]}, {"shape": [0, 1, 1]}, {"format": "VHS"}, {"mask": 3}])
def test_a_damaged_study_damages_the_list(change: dict[str, object]) -> None:
    kept = json.loads(worklist_text(Worklist(ITEMS), ROOT))
    kept["studies"][0] |= change
    with pytest.raises(UnreadableFileError, match="damaged"):
        worklist_in(json.dumps(kept).encode(), ROOT)


def test_a_current_study_that_is_not_there_is_none() -> None:
    kept = json.loads(worklist_text(Worklist(ITEMS), ROOT)) | {"current": 7}
    assert worklist_in(json.dumps(kept).encode(), ROOT).current == ""
