"""A long editing session that is the same each time: strokes, undo, redo, whole-mask operations, labels.

Run as a programme it edits with the real editor and the real journal until it is killed, and prints one line per step:
its number and the time. ``python editing_script.py FOLDER SEED [erase]``; with ``erase`` it opens a mask that is on the
disk already, and takes away from it.
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
from medcrypt_gui.core.mask.box import Box, whole_box
from medcrypt_gui.core.mask.editor import MaskEditor
from medcrypt_gui.core.mask.part import Part
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.mask.sink import SinkMode

SHAPE = (48, 160, 160)
STEP_S = 0.012
_EVERYWHERE = np.ones(SHAPE, np.bool_)


def geometry() -> Geometry:
    return Geometry(SHAPE, np.diag([0.8, 0.8, 2.5, 1.0]))


def editor_of(erase: bool) -> MaskEditor:
    """As the window opens it: on nothing, or on a mask from the disk."""
    mask = RoiMask.empty(geometry())
    if erase:
        mask.labels[6:42, 24:136, 24:136] = 1
    return MaskEditor(mask, blank=not erase)


def steps(editor: MaskEditor, seed: int, erase: bool) -> Iterator[None]:
    """Edit, and stop after every single change."""
    random = np.random.default_rng(seed)
    while erase:
        yield from _stroke(editor, random, erase)
        if random.integers(0, 5) == 0:
            yield editor.undo()
        if random.integers(0, 12) == 0:
            yield editor.apply_parts([Part(_EVERYWHERE, whole_box(SHAPE), SinkMode.REMOVE)], "Clear")
    while True:
        kind = random.integers(0, 12)
        if kind < 7:
            yield from _stroke(editor, random, erase)
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


def _stroke(editor: MaskEditor, random: np.random.Generator, erase: bool) -> Iterator[None]:
    """A stroke of up to three seconds: longer than journals wait to be told."""
    editor.begin_gesture("Brush")
    place = random.integers((0, 20, 20), (46, 130, 130))
    for _ in range(int(random.integers(1, 240))):
        place = np.clip(place + random.integers(-3, 4, 3), (0, 0, 0), (46, 148, 148))
        box: Box = (slice(place[0], place[0] + 2), slice(place[1], place[1] + 12), slice(place[2], place[2] + 12))
        yield editor.extend(
            random.random((2, 12, 12)) > 0.2, box, SinkMode.REMOVE if erase or place[1] % 5 == 0 else SinkMode.ADD
        )
    yield editor.cancel_stroke() if random.random() < 0.15 else editor.end_gesture()


def states(seed: int, count: int, erase: bool) -> Iterator[np.ndarray]:
    """The labels after each of the first ``count`` steps; the array is the editor's own."""
    editor = editor_of(erase)
    for number, _ in enumerate(steps(editor, seed, erase)):
        if number == count:
            return
        yield editor.labels


def main(folder: Path, seed: int, erase: bool) -> None:
    from fakes.memory_keys import MemoryKeys

    from medcrypt_gui.adapters.journal_files import JournalFiles
    from medcrypt_gui.core.journal.port import Journal, Work
    from medcrypt_gui.services.keep_work import BITE_EVERY_MS, TELL_EVERY_MS, WorkKeeper

    shelf = JournalFiles(folder, MemoryKeys())
    series = Series("1.2.3", ImageFormat.DICOM, "CT", "", 1, (folder / "none.dcm",), geometry())
    editor = editor_of(erase)
    due: list[float] = []  # when the timer of the window would call

    def awake() -> None:
        if not due:
            due.append(time.time() + TELL_EVERY_MS / 1000)

    def begin(had_mask: bool) -> Journal:
        return shelf.begin(Work(series, geometry(), (), had_mask), lambda _report: None)

    keeper = WorkKeeper(editor, begin, awake)
    for number, _ in enumerate(steps(editor, seed, erase)):
        os.write(1, f"{number} {time.time():.3f}\n".encode())
        time.sleep(STEP_S)
        if due and time.time() >= due[0]:
            due.clear()
            if keeper.tell_some():
                due.append(time.time() + BITE_EVERY_MS / 1000)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), "erase" in sys.argv[3:])
