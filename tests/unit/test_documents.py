"""The documents: what they link to is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
_IMAGE = re.compile(r"!\[([^\]]*)\]\(([^)\s]+)\)")


def images_of(document: Path) -> list[tuple[str, Path]]:
    """What is said instead of each image, and its file."""
    found = _IMAGE.findall(document.read_text("utf-8"))
    return [(said, (document.parent / link).resolve()) for said, link in found]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_image_exists_and_is_said_in_words(document: Path) -> None:
    for said, image in images_of(document):
        assert image.is_file(), f"{document.name} links to {image}"
        assert said, f"{image.name} is not said in words"


def test_every_picture_of_the_guide_is_shown_and_small() -> None:
    shown = {image for document in DOCUMENTS for _, image in images_of(document)}
    pictures = sorted((ROOT / "docs" / "images").iterdir())
    assert len(pictures) > 10
    for picture in pictures:
        assert picture in shown, f"{picture.name} is shown nowhere"
        assert picture.stat().st_size < 260_000, f"{picture.name} is large"
