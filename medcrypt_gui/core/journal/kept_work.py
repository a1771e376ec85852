"""Unsaved work put together again from the records of its journal."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.errors import UnreadableFileError
from medcrypt_gui.core.journal.record import NOTHING_TOLD, Record, Subject, Voxels, decode
from medcrypt_gui.core.journal.seal import Ending, open_records
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.mask.box import NOWHERE, bounding_box, box_shape, contains, whole_box
from medcrypt_gui.core.mask.labels import LabelTable
from medcrypt_gui.core.mask.packed_labels import PackedLabels
from medcrypt_gui.core.mask.roi_mask import RoiMask


@dataclass(frozen=True, eq=False)
class KeptWork:
    """The mask as it was at ``when``, on the grid of what was worked on, and how the journal ended after that."""

    mask: RoiMask
    subject: Subject
    when: float
    ending: Ending

    @property
    def told(self) -> bool:
        """Whether any state of the mask was told before the journal ended."""
        return self.when != NOTHING_TOLD

    @property
    def erased(self) -> bool:
        """Whether the mask is empty because somebody erased one that was there."""
        return self.told and self.subject.had_mask and not self.mask.labels.any()


def snapshot(mask: RoiMask, subject: Subject, when: float) -> Record:
    """The one record that holds everything, cropped to the marked voxels."""
    box = bounding_box(mask.labels) or NOWHERE
    return Record(when, Voxels(box, PackedLabels.of(mask.labels[box])), mask.table, subject)


def replayed(content: bytes, secret: bytes | None) -> KeptWork:
    """The last whole state in a journal.

    Raises `UnreadableFileError` where there is none, `WrongKeyError` where another secret sealed it.
    """
    contents, ending = open_records(content, secret)
    subject = _subject(contents)
    labels = np.zeros(subject.geometry.shape, np.uint8)
    table, when = LabelTable(), NOTHING_TOLD
    pending: list[Record] = []  # they count only together
    for one in contents:
        pending.append(decode(one))
        if pending[-1].whole:
            for record in pending:
                _write(labels, record.voxels)
                table = record.table or table
            when = pending[-1].when
            pending.clear()
    if pending and ending is Ending.WHOLE:
        ending = Ending.CUT
    return KeptWork(RoiMask(labels, subject.geometry, table), subject, when, ending)


def subject_of(content: bytes, secret: bytes | None) -> Subject:
    """What the work in a journal was done on. Raises as `replayed` does."""
    return _subject(open_records(content, secret, most=1)[0])


def _subject(contents: tuple[bytes, ...]) -> Subject:
    first = decode(contents[0]) if contents else None
    if first is None or first.subject is None or not first.whole:
        raise UnreadableFileError(tr("the journal of unsaved work ends before it holds anything"))
    return first.subject


def _write(labels: NDArray[np.uint8], voxels: Voxels | None) -> None:
    if voxels is None:
        return
    shape = labels.shape
    if not contains(whole_box((shape[0], shape[1], shape[2])), voxels.box):
        raise UnreadableFileError(tr("the journal of unsaved work is damaged"))
    labels[voxels.box] = voxels.labels.unpacked(box_shape(voxels.box))
