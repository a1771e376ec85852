"""A folder as nobody would keep it: thousands of images, broken ones, and everything that is none."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import nibabel
import numpy as np
import pydicom
from builders.archives import zip_folder
from builders.dicom import build_series
from builders.nifti import AFFINE_RAS, build_nifti
from builders.plain_formats import voxels, write_mgh, write_with_itk
from PIL import Image

_LARGEST_BYTES = 300_000


def build_mixed_folder(folder: Path, count: int = 2000, seed: int = 0) -> int:
    """Fill the folder with ``count`` files, and return how many of them are not hidden ones.

    Every second file is sound; the others are cut off, have bytes flipped, or are random, empty, text, pictures,
    archives, pipes, links that lead nowhere or in circles, and files that may not be read.
    """
    folder.mkdir(parents=True)
    sources = _sources(folder.parent / "sources")
    random = np.random.default_rng(seed)
    for number in range(count - 8):
        place = folder / f"{number % 7}" / (f"nested {number % 3}" if number % 2 else "")
        place.mkdir(parents=True, exist_ok=True)
        source = sources[number % len(sources)]
        content = source.read_bytes()
        target = place / f"{number:05d} {source.name}"
        match random.integers(0, 10):
            case 0:
                target.write_bytes(content[: random.integers(0, len(content) + 1)])
            case 1:
                changed = bytearray(content)
                for at in random.integers(0, max(1, min(len(content), 600)), 4):
                    changed[at] = random.integers(0, 256)
                target.write_bytes(changed)
            case 2:
                target.write_bytes(random.bytes(int(random.integers(0, 3000))))
            case 3:
                target.write_bytes(b"")
            case 4:
                target.with_suffix(".txt").write_text("no image\n" * 50)
            case _:
                target.write_bytes(content)
    _oddities(folder)
    return count


def _sources(folder: Path) -> list[Path]:
    """Files of pydicom, nibabel and ours, none of them large."""
    build_series(folder / "dicom", slices=30, rows=64, columns=64)
    build_nifti(folder / "a.nii")
    build_nifti(folder / "b.nii.gz")
    for ending in (".nrrd", ".nhdr", ".mha", ".mhd"):
        write_with_itk(folder / f"scan{ending}", voxels())
    write_mgh(folder / "scan.mgz", voxels(), AFFINE_RAS)
    for ending in (".png", ".jpg", ".tif", ".bmp"):
        Image.fromarray(voxels(np.uint8, (40, 60))).save(folder / f"photo{ending}")
    zip_folder(folder / "dicom", folder / "study.zip")
    theirs = [Path(pydicom.__file__).parent / "data" / "test_files", Path(nibabel.__file__).parent / "tests" / "data"]
    found = [path for place in (folder, *theirs) for path in sorted(place.rglob("*")) if path.is_file()]
    return [path for path in found if 0 < path.stat().st_size <= _LARGEST_BYTES and not path.name.startswith(".")]


def _oddities(folder: Path) -> None:
    """Eight files: hidden, unreadable, enormous (but sparse), odd names; and links and pipes, where there are any."""
    (folder / "unreadable.dcm").write_bytes(bytes(128) + b"DICM")
    (folder / "unreadable.dcm").chmod(0)
    with (folder / "enormous.nii").open("wb") as file:
        file.truncate(1 << 36)
    with (folder / "enormous.dcm").open("wb") as file:
        file.truncate(1 << 36)
    (folder / "DICOMDIR").write_bytes(b"")
    (folder / "ünïcödé 中文.dcm").write_bytes(b"DICM")
    (folder / ("long" * 50 + ".nii")).write_bytes(b"\x5c\x01\0\0")
    (folder / "two\nlines.nii").write_bytes(b"") if os.name != "nt" else (folder / "lines.nii").write_bytes(b"")
    (folder / "noext").write_bytes(b"\x08\0\5\0CS\x0a\0")
    if hasattr(os, "mkfifo"):
        os.mkfifo(folder / "pipe.dcm")
    if os.name != "nt":
        (folder / "circle").symlink_to(folder, target_is_directory=True)
        (folder / "nowhere.dcm").symlink_to(folder / "gone.dcm")


def remove_mixed_folder(folder: Path) -> None:
    """The unreadable file would keep pytest from removing it on some systems."""
    (folder / "unreadable.dcm").chmod(0o600)
    shutil.rmtree(folder)
