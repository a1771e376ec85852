"""Judge the proposed faces: ``python -m models.training.faces --data ../shared/data --out DIR``.

Writes a table of measures and contact sheets of surface renderings, for looking at: as the scan is, with the region
emptied (what its inner border tells), and with noise in it as after protecting (what its outer border tells). The
pictures show people; they belong into no repository.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.adapters.images.dicom import DicomReader
from medcrypt_gui.adapters.images.nifti import NiftiReader
from medcrypt_gui.adapters.inference.catalog import load_catalog
from medcrypt_gui.core.catalog import Catalog
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.task import TaskContext
from models.training.dataset import read_reference, read_volume
from models.training.face_measures import FaceMeasures, Region, measure
from models.training.reference_error import moved_reference, register
from models.training.render import View, air_threshold, enlarged, on_upright_grid, render
from models.training.split import find_scans
from models.training.turned import TURNS, turned, turned_region

_MODELS = Path(__file__).resolve().parents[1]
_TILE = 230  # pixels
_ROWS = 4  # scans on a sheet
_SEED = 7


@dataclass(frozen=True)
class Head:
    """A scan to judge: files of one series, its modality, and where the brain is (None: nobody drew it).

    ``carried_from``: the scan of the same person on which it was drawn, where that is another one.
    """

    name: str
    files: tuple[Path, ...]
    modality: str
    reference: Path | None
    carried_from: Path | None = None


def find_heads(data: Path, more: Iterable[Path]) -> Iterator[Head]:
    """The scans of ``data``, and ``more``: NIfTI files, or folders of one DICOM series."""
    for scan in find_scans(data / "brain"):
        drawn_on = scan.image.with_name(scan.image.name.replace("FLAIR", "T1")) if scan.group == "FLAIR" else None
        yield Head(scan.name.split()[-1], (scan.image,), "MR", scan.mask, drawn_on)
    for path in [data / "dicom" / "trio-mprage", *more]:
        files = tuple(sorted(path.rglob("*.dcm"))) if path.is_dir() else (path,)
        modality = "CT" if "ct" in path.name.lower().split(".")[0].split("-") else "MR"
        yield Head(path.name.split(".")[0], files, modality, None)


def read_head(head: Head) -> Volume:
    """The voxels, read by the application."""
    reader = DicomReader() if head.files[0].suffix == ".dcm" else NiftiReader()
    (series,) = reader.find(head.files, TaskContext()).series
    return reader.load(series, TaskContext())


def reference_of(head: Head, registered: bool) -> Region | None:
    """The brain as given; ``registered``: where it was carried over, without what the head moved in between."""
    if head.reference is None:
        return None
    given = read_reference(head.reference)
    if registered and head.carried_from is not None:
        return moved_reference(given, register(read_volume(head.files[0]), read_volume(head.carried_from)))
    return np.asarray(given.stored > 0)


def judge(
    head: Head, catalog: Catalog, turns: bool, registered: bool
) -> Iterator[tuple[FaceMeasures, NDArray[np.uint8]]]:
    """Measures and a row of pictures of the scan, then of the same head turned."""
    volume = read_head(head)
    reference = reference_of(head, registered)
    yield _judged(head.name, volume, head.modality, reference, catalog)
    for name, turn in TURNS.items() if turns else ():
        moved = turned_region(reference, volume.geometry, turn) if reference is not None else None
        yield _judged(f"{head.name} {name}", turned(volume, turn), head.modality, moved, catalog)


def _judged(
    name: str, volume: Volume, modality: str, reference: Region | None, catalog: Catalog
) -> tuple[FaceMeasures, NDArray[np.uint8]]:
    begun = time.perf_counter()
    region = catalog.segmenters["face"].propose(volume, modality, TaskContext()).mask.roi()
    seconds = time.perf_counter() - begun
    brain = reference
    if brain is None:
        model = "brain-ct" if modality == "CT" else "brain-mr"
        brain = catalog.segmenters[model].propose(volume, modality, TaskContext()).mask.roi()
    return measure(name, volume, region, brain, seconds), _pictures(name, volume, region)


def _pictures(name: str, volume: Volume, region: Region) -> NDArray[np.uint8]:
    """Front, left and right: as it is, emptied, and with noise as `protect` leaves it."""
    values = volume.stored.astype(np.float32)
    low, high = float(values.min()), float(values.max())
    noise = np.random.default_rng(_SEED).uniform(low, high, int(region.sum())).astype(np.float32)
    threshold = air_threshold(values)
    tiles = []
    for inside in (None, low, noise):
        shown = values.copy()
        if inside is not None:
            shown[region] = inside
        upright = on_upright_grid(shown, volume.geometry)
        tiles += [enlarged(render(upright, threshold, view), _TILE, _TILE) for view in View]
    row = np.hstack(tiles)
    cv2.putText(row, name, (4, 14), cv2.FONT_HERSHEY_SIMPLEX, 0.45, 255)
    return row


def write_table(measures: list[FaceMeasures], path: Path) -> None:
    """The measures as Markdown."""
    lines = [
        "| scan | face covered | ears covered | least depth (mm) | least distance from the brain (mm) | seconds |",
        "|---|---|---|---|---|---|",
        *(
            f"| {m.scan} | {m.covered_face:.4f} | {m.covered_ears:.4f} | {m.depth_mm:.1f} | {m.brain_mm:.1f} "
            f"| {m.seconds:.1f} |"
            for m in measures
        ),
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    """Judge all scans, or those named; the table is written anew after each one."""
    parser = argparse.ArgumentParser(prog="python -m models.training.faces", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds brain/ and dicom/")
    parser.add_argument("--out", type=Path, required=True, help="folder for the table and the pictures")
    parser.add_argument("--more", type=Path, nargs="*", default=[], help="further scans; CT is named like head-ct.nii")
    parser.add_argument("--only", nargs="*", help="names of scans")
    parser.add_argument("--registered", action="store_true", help="FLAIR references registered (reference_error)")
    parser.add_argument("--turned", action="store_true", help="each head turned about its three axes as well")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    catalog, measures, rows = load_catalog(_MODELS), [], []
    for head in find_heads(arguments.data, arguments.more):
        if arguments.only and head.name not in arguments.only:
            continue
        for measured, row in judge(head, catalog, arguments.turned, arguments.registered):
            measures.append(measured)
            rows.append(row)
            print(measured, flush=True)
            write_table(measures, arguments.out / "faces.md")
            first = (len(rows) - 1) // _ROWS * _ROWS
            cv2.imwrite(str(arguments.out / f"faces-{first // _ROWS:02d}.png"), np.vstack(rows[first:]))


if __name__ == "__main__":
    main()
