"""``burned-in-text``: recall and precision on text burned into real frames, false alarms, and time.

``python tests/benchmarks/bench_text.py --burned 200 --free 1000 --seed 21 --pictures FOLDER`` measures more and other
frames and draws them.

What is counted: a text is found if at least 90 % of its ink lies in boxes; a box is right if it touches ink. Frames are
real and free of text: slices of the scans in ``../shared/data`` (CT in its soft-tissue window, MR from the 0.1 to the
99.9 percentile), small ones enlarged before text is burned in, and parts of the ultrasound images that pydicom carries.
"""

from __future__ import annotations

import argparse
import functools
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parents[1])]

from builders.burned_text import Text, burn, fonts_at_hand  # noqa: E402

from medcrypt_gui.adapters import paths  # noqa: E402
from medcrypt_gui.adapters.inference.text_boxes import TextBoxSegmenter  # noqa: E402
from medcrypt_gui.core.errors import TextReaderMissingError  # noqa: E402
from medcrypt_gui.core.segmentation.model_card import read_card  # noqa: E402
from medcrypt_gui.core.segmentation.text_boxes import paint  # noqa: E402
from medcrypt_gui.core.task import TaskContext  # noqa: E402

DATA = HERE.parents[2] / "shared" / "data"
SEED = 20
COVERED = 0.9
RUNS = 5
# Parts without text (rows, columns) of ultrasound images that come with pydicom and pydicom-data.
ULTRASOUND = (
    ("examples_jpeg2k.dcm", 130, 330, 95, 545),
    ("color-pl.dcm", 0, 120, 0, 256),
    ("JPGLosslessP14SV1_1s_1f_8b.dcm", 170, 640, 160, 700),
)


def run() -> list[dict[str, Any]]:
    segmenter = segmenter_at_hand()
    if segmenter is None:
        return []
    records = [_timed(segmenter)]
    if DATA.is_dir():
        records += measure_burned(segmenter, 60, None) + measure_free(segmenter, 200, None)
    return records


def segmenter_at_hand() -> TextBoxSegmenter | None:
    segmenter = TextBoxSegmenter(read_card(paths.models_dir() / "burned-in-text.toml"))
    try:
        segmenter.find(np.zeros((64, 64), np.uint8), TaskContext())
    except TextReaderMissingError as exc:
        print(f"burned-in-text is not measured: {exc}", file=sys.stderr)
        return None
    return segmenter


def measure_burned(
    segmenter: TextBoxSegmenter, count: int, pictures: Path | None, seed: int = SEED
) -> list[dict[str, Any]]:
    """Recall and precision on ``count`` frames with one to four texts each."""
    frames = free_frames()
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(frames))
    texts = found = boxes = right = 0
    for number in range(count):
        frame = _enlarged(frames[order[number % len(order)]][1], rng)
        frame, written = burn(frame, rng, fonts_at_hand(), int(rng.integers(1, 5)))
        marked = segmenter.find(frame, TaskContext())
        region = paint(marked, frame.shape[:2], segmenter.margin)
        missed = [text for text in written if text.covered(region) < COVERED]
        hits = [_touches(paint([box], frame.shape[:2], segmenter.margin), written) for box in marked]
        texts, found = texts + len(written), found + len(written) - len(missed)
        boxes, right = boxes + len(hits), right + sum(hits)
        for text in missed:
            _tell(f"missed in {number}: {text.font} {text.size_px} px, {text.covered(region):.2f} covered")
        if not all(hits):
            _tell(f"{len(hits) - sum(hits)} boxes beside the text in {number}")
        if pictures is not None:
            _draw(pictures / f"burned_{number:04d}.png", frame, region, missed)
        if number % 20 == 19:
            _tell(f"{number + 1} frames: {found} of {texts} texts, {right} of {boxes} boxes")
    return [
        _record("text.recall", "%", [100 * found / texts], f"{found} of {texts} texts"),
        _record("text.precision", "%", [100 * right / max(1, boxes)], f"{right} of {boxes} boxes"),
    ]


def measure_free(
    segmenter: TextBoxSegmenter, count: int, pictures: Path | None, seed: int = SEED
) -> list[dict[str, Any]]:
    """Boxes per frame on ``count`` frames without text, as they are."""
    frames = free_frames()
    order = np.random.default_rng(seed).permutation(len(frames))[:count]
    alarms = 0
    for number, index in enumerate(order):
        name, frame = frames[index]
        marked = segmenter.find(frame, TaskContext())
        alarms += len(marked)
        if marked:
            _tell(f"false alarm in {name}: {len(marked)} boxes, score {max(box.score for box in marked):.2f}")
            if pictures is not None:
                region = paint(marked, frame.shape[:2], segmenter.margin)
                _draw(pictures / f"free_{number:04d}.png", frame, region, [])
        if number % 50 == 49:
            _tell(f"{number + 1} frames: {alarms} boxes")
    note = f"{alarms} boxes in {len(order)} frames"
    return [_record("text.boxes_per_free_frame", "", [alarms / len(order)], note)]


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


@functools.cache
def free_frames() -> list[tuple[str, NDArray[np.uint8]]]:
    """All axial slices at hand that hold no text, with their names."""
    return [*_nifti_frames(), *_dicom_frames(), *_ultrasound_frames()]


def _nifti_frames() -> Iterator[tuple[str, NDArray[np.uint8]]]:
    import nibabel

    names = (
        "ct/lung_id00?.nii.gz",
        "ct/abdomen_ct.nii.gz",
        "brain/openms/*[RW].nii.gz",
        "brain/nichart/*_T1.nii.gz",
        "brain/nichart/*_FLAIR.nii.gz",
    )
    for path in sorted(path for name in names for path in DATA.glob(name)):
        image: Any = nibabel.as_closest_canonical(nibabel.load(path))
        values = np.asarray(image.dataobj, dtype=np.float32)
        low, high = (-160.0, 240.0) if path.parent.name == "ct" else np.percentile(values, (0.1, 99.9))
        for z in range(values.shape[2]):
            yield f"{path.name} {z}", _grey(np.rot90(values[:, :, z]), float(low), float(high))


def _dicom_frames() -> Iterator[tuple[str, NDArray[np.uint8]]]:
    import pydicom

    for path in sorted(DATA.glob("dicom/*/*.dcm")):
        dataset = pydicom.dcmread(path)
        values = dataset.pixel_array * float(dataset.get("RescaleSlope", 1)) + float(dataset.get("RescaleIntercept", 0))
        low, high = (-160.0, 240.0) if dataset.Modality == "CT" else np.percentile(values, (0.1, 99.9))
        yield f"{path.parent.name} {path.name}", _grey(values, float(low), float(high))


def _ultrasound_frames() -> Iterator[tuple[str, NDArray[np.uint8]]]:
    import pydicom
    from pydicom.data import get_testdata_file

    for name, top, bottom, left, right in ULTRASOUND:
        path = get_testdata_file(name, download=False)
        if path is not None:
            yield name, np.ascontiguousarray(pydicom.dcmread(str(path)).pixel_array[top:bottom, left:right])


def _grey(values: NDArray[Any], low: float, high: float) -> NDArray[np.uint8]:
    return np.ascontiguousarray((np.clip((values - low) / max(high - low, 1e-6), 0, 1) * 255).astype(np.uint8))


def _enlarged(frame: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """At least 400 pixels wide, as a screen capture shows it; a third of the grey ones in colour."""
    if min(frame.shape[:2]) < 250:
        zoom = rng.uniform(400, 640) / min(frame.shape[:2])
        frame = cv2.resize(frame, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_CUBIC)
    return np.repeat(frame[..., None], 3, axis=2) if frame.ndim == 2 and rng.random() < 0.3 else frame


def _touches(region: NDArray[np.bool_], texts: list[Text]) -> bool:
    return any(text.covered(region) > 0 for text in texts)


def _draw(path: Path, frame: NDArray[np.uint8], region: NDArray[np.bool_], missed: list[Text]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = cv2.cvtColor(frame, cv2.COLOR_GRAY2BGR if frame.ndim == 2 else cv2.COLOR_RGB2BGR)
    outlines, _ = cv2.findContours(region.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    cv2.drawContours(picture, outlines, -1, (0, 255, 0), 1)
    for text in missed:
        corner = (text.left + text.ink.shape[1], text.top + text.ink.shape[0])
        cv2.rectangle(picture, (text.left, text.top), corner, (0, 0, 255), 2)
    cv2.imwrite(str(path), picture)


def _timed(segmenter: TextBoxSegmenter) -> dict[str, Any]:
    """A frame of 1024 x 768 with 12 texts; wall time, and the processor's in the note."""
    rng = np.random.default_rng(SEED)
    ground = cv2.GaussianBlur(rng.integers(0, 120, (768, 1024), dtype=np.uint8), (0, 0), 3)
    frame, _ = burn(ground, rng, fonts_at_hand(), 12)
    segmenter.region(frame, TaskContext())
    walls, cpus = [], []
    for _ in range(RUNS):
        wall, cpu = time.perf_counter(), time.process_time()
        segmenter.region(frame, TaskContext())
        walls.append(1000 * (time.perf_counter() - wall))
        cpus.append(1000 * (time.process_time() - cpu))
    return _record("text.frame_1024x768", "ms", walls, f"{statistics.median(cpus):.0f} ms of processor time")


def _record(name: str, unit: str, values: list[float], note: str) -> dict[str, Any]:
    figures = {"p50": statistics.median(values), "p95": max(values), "max": max(values)}
    return {"name": name, "unit": unit, **figures, "peer": None, "ratio_to_peer": None, "note": note}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--burned", type=int, default=200)
    parser.add_argument("--free", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=SEED, help="which frames and texts are drawn")
    parser.add_argument("--pictures", type=Path, help="draw every frame with text and every false alarm there")
    options = parser.parse_args()
    segmenter = segmenter_at_hand()
    if segmenter is None:
        return 1
    records = measure_burned(segmenter, options.burned, options.pictures, options.seed) if options.burned else []
    records += measure_free(segmenter, options.free, options.pictures, options.seed) if options.free else []
    for record in records:
        print(f"{record['name']}: {record['p50']:.2f} {record['unit']} ({record['note']})")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
