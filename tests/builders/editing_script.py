"""A long editing session that is the same each time: strokes, undo, redo, whole-mask operations, labels.

Run as a programme it edits with the real editor and the real journal until it is killed, and prints one line per step:
its number and the time. ``python editing_script.py FOLDER SEED``
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.series import ImageFormat, Series
from medcrypt_gui.core.mask.box import Box
from medcrypt_gui.core.mask.editor import MaskEditor
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.mask.sink import SinkMode

SHAPE = (48, 160, 160)
STEP_S = 0.012


def geometry() -> Geometry:
    return Geometry(SHAPE, np.diag([0.8, 0.8, 2.5, 1.0]))


def steps(editor: MaskEditor, seed: int) -> Iterator[None]:
    """Edit, and stop after every single change."""
    random = np.random.default_rng(seed)
    while True:
        kind = random.integers(0, 12)
        if kind < 7:
            yield from _stroke(editor, random)
        elif kind == 7:
            yield editor.undo()
        elif kind == 8:
            yield editor.redo()
        elif kind == 9:
            yield editor.change_labels(editor.table.with_label(editor.table.next_label()), "Label")
        elif kind == 10:
            yield editor.set_table(editor.table.with_active(int(random.choice([one.number for one in editor.table]))))
        else:
            z, y, x = np.ogrid[: SHAPE[0], : SHAPE[1], : SHAPE[2]]
            middle = random.integers((10, 40, 40), (38, 120, 120))
            ball = ((z - middle[0]) * 3) ** 2 + (y - middle[1]) ** 2 + (x - middle[2]) ** 2
            yield editor.apply_whole(ball < random.integers(10, 60) ** 2, "Proposed ROI")


def _stroke(editor: MaskEditor, random: np.random.Generator) -> Iterator[None]:
    """A stroke of up to three seconds: longer than journals wait to be told."""
    editor.begin_gesture("Brush")
    place = random.integers((0, 20, 20), (46, 130, 130))
    for _ in range(int(random.integers(1, 240))):
        place = np.clip(place + random.integers(-3, 4, 3), (0, 0, 0), (46, 148, 148))
        box: Box = (slice(place[0], place[0] + 2), slice(place[1], place[1] + 12), slice(place[2], place[2] + 12))
        yield editor.extend(
            random.random((2, 12, 12)) > 0.2, box, SinkMode.REMOVE if place[1] % 5 == 0 else SinkMode.ADD
        )
    yield editor.cancel_stroke() if random.random() < 0.15 else editor.end_gesture()


def states(seed: int, count: int) -> Iterator[np.ndarray]:
    """The labels after each of the first ``count`` steps; the array is the editor's own."""
    editor = MaskEditor(RoiMask.empty(geometry()))
    for number, _ in enumerate(steps(editor, seed)):
        if number == count:
            return
        yield editor.labels


def main(folder: Path, seed: int) -> None:
    from fakes.memory_keys import MemoryKeys

    from medcrypt_gui.adapters.journal_files import JournalFiles
    from medcrypt_gui.core.journal.port import Work
    from medcrypt_gui.services.keep_work import BITE_EVERY_MS, TELL_EVERY_MS, WorkKeeper

    shelf = JournalFiles(folder, MemoryKeys())
    series = Series("1.2.3", ImageFormat.DICOM, "CT", "", 1, (folder / "none.dcm",), geometry())
    editor = MaskEditor(RoiMask.empty(geometry()))
    due: list[float] = []  # when the timer of the window would call

    def awake() -> None:
        if not due:
            due.append(time.time() + TELL_EVERY_MS / 1000)

    keeper = WorkKeeper(editor, lambda: shelf.begin(Work(series, geometry(), ()), lambda _report: None), awake)
    for number, _ in enumerate(steps(editor, seed)):
        os.write(1, f"{number} {time.time():.3f}\n".encode())
        time.sleep(STEP_S)
        if due and time.time() >= due[0]:
            due.clear()
            if keeper.tell_some():
                due.append(time.time() + BITE_EVERY_MS / 1000)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
