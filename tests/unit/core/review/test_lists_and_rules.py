"""Lists of paths as others make them, and which files are masks by their names."""

from __future__ import annotations

from pathlib import Path

import pytest

from medcrypt_gui.core.errors import UnreadableFileError
from medcrypt_gui.core.review.mask_rule import MaskRule
from medcrypt_gui.core.review.path_list import ListedStudy, paths_in

FOLDER = Path("/lists").absolute()


@pytest.mark.parametrize(
    "content",
    [
        b"a.nii.gz\nsub/b.nii.gz\n",
        b"\xef\xbb\xbfpath\r\na.nii.gz\r\n\r\nsub/b.nii.gz\r\n",
        b"# studies\n./a.nii.gz\nx/../sub/b.nii.gz",
        b'Image,Comment\na.nii.gz,\n"sub/b.nii.gz",',
        b"File;Mask\na.nii.gz;\nsub/b.nii.gz;",
    ],
)
def test_a_path_a_line(content: bytes) -> None:
    assert [one.path for one in paths_in(content, FOLDER)] == [FOLDER / "a.nii.gz", FOLDER / "sub" / "b.nii.gz"]


def test_the_second_column_names_the_mask_and_whole_paths_stay() -> None:
    whole = Path("/elsewhere/a,b.nii").absolute()
    (one,) = paths_in(f'path,mask\n"{whole}",m.nii.gz\n'.encode(), FOLDER)
    assert one == ListedStudy(whole, FOLDER / "m.nii.gz")


@pytest.mark.parametrize("content", [b"\xff\xfe", b"a\0b"])
def test_what_is_no_text_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableFileError):
        paths_in(content, FOLDER)


def test_an_empty_list_names_nothing() -> None:
    assert paths_in(b"# nothing yet\n\n", FOLDER) == ()


def test_masks_are_told_by_their_suffix() -> None:
    rule = MaskRule("_brainmask", ("_labels",))
    study = FOLDER / "S1_T1.nii.gz"
    assert [path.name for path in rule.masks_of(study)] == ["S1_T1_brainmask.nii.gz", "S1_T1_brainmask.nii"]
    assert rule.is_mask(FOLDER / "S1_T1_brainmask.NII.GZ")
    assert not rule.is_mask(study)
    assert rule.passes_over(FOLDER / "S1_T1_labels.nii.gz")
    assert not rule.passes_over(study)


def test_without_a_suffix_nothing_is_a_mask() -> None:
    assert list(MaskRule().masks_of(FOLDER / "a.nii")) == []
    assert not MaskRule().is_mask(FOLDER / "a_mask.nii")
    assert not MaskRule("", ("",)).passes_over(FOLDER / "a.nii")


def test_a_suffix_is_no_path() -> None:
    with pytest.raises(ValueError, match="part of a name"):
        MaskRule("/../x")
