"""Read a mask from any file that holds one, onto the grid of a series."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from medcrypt_gui.core.errors import UnreadableFileError, UnsupportedInputError
from medcrypt_gui.core.imaging.labels_present import labels_present
from medcrypt_gui.core.imaging.series import Series
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.mask.labels import Label, LabelTable
from medcrypt_gui.core.mask.mask_file import StoredLabel, StoredMask
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.ports import MaskFormat
from medcrypt_gui.core.task import TaskContext


@dataclass(frozen=True, eq=False)
class LoadedMask:
    """A mask from a file; ``notices`` are whole sentences on what was done to it.

    ``foreign`` says that it was drawn in another frame of reference: on another study, or another patient.
    """

    mask: RoiMask
    notices: tuple[str, ...] = ()
    foreign: bool = False


def load_mask(
    path: Path,
    series: Series,
    formats: Sequence[MaskFormat],
    task: TaskContext | None = None,
    present: LabelTable | None = None,
) -> LoadedMask:
    """The mask in ``path`` on the series' grid.

    Labels are called what the file calls them; where it does not, what ``present`` calls the same number. Raises
    `MaskMismatchError` when it does not overlap the image, `UnreadableFileError`, `UnsupportedInputError`, `Cancelled`.
    """
    stored = format_of(path, formats).read(path, series, task or TaskContext())
    notices = stored.notices
    if stored.foreign:
        warning = tr("The mask is of another frame of reference (another study or patient): check that it fits.")
        notices = (warning, *notices)
    mask = RoiMask(stored.labels, series.geometry, _table(stored, present or LabelTable()))
    return LoadedMask(mask, notices, stored.foreign)


def format_of(path: Path, formats: Sequence[MaskFormat]) -> MaskFormat:
    """The format of a file. Raises `UnreadableFileError` and `UnsupportedInputError`."""
    try:
        found = next((one for one in formats if one.recognises(path)), None)
    except OSError as exc:
        raise UnreadableFileError(tr("cannot be read: {reason}", reason=exc.strerror or exc), path=path) from exc
    if found is None:
        raise UnsupportedInputError(
            tr("it is no mask that MedCrypt reads: NIfTI, DICOM SEG, RT structure set, NRRD, MetaImage, MGH, PNG"),
            path=path,
        )
    return found


def _table(stored: StoredMask, present: LabelTable) -> LabelTable:
    table = present
    for one in stored.described:
        table = table.with_label(_label(one, table))
    return table.naming(labels_present(stored.labels))


def _label(described: StoredLabel, table: LabelTable) -> Label:
    """As the file describes it. A label that the table has under another name is shown, and counts to the ROI."""
    known = table.naming(frozenset({described.number}))[described.number]
    name, colour = described.name or known.name, described.colour or known.colour
    if name != known.name:
        known = Label(described.number, name, colour)
    return replace(
        known, name=name, colour=colour, in_roi=known.in_roi if described.in_roi is None else described.in_roi
    )
