"""Export the approved masks of a worklist: as DICOM SEG where the series is DICOM, else as NIfTI."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from medcrypt_gui.core.errors import Cancelled, InputError, MedcryptError, TargetExistsError
from medcrypt_gui.core.imaging.series import ImageFormat, Series
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.review.mask_hash import mask_hash
from medcrypt_gui.core.review.worklist import Worklist, WorklistItem
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.build_worklist import refresh
from medcrypt_gui.services.load_mask import load_mask
from medcrypt_gui.services.open_entry import open_entry
from medcrypt_gui.services.review_mask import Review, open_review
from medcrypt_gui.services.save_mask import OfferedKind, offered_kinds, save_mask
from medcrypt_gui.services.workbench import Workbench

_SEG, _NIFTI = ".dcm", ".nii.gz"


@dataclass(frozen=True)
class NotExported:
    """A study that has an approved mask which was not written, and why."""

    name: str
    reason: str


@dataclass(frozen=True)
class ExportedMasks:
    """``written`` are new files, ``present`` those that held the same mask already.

    ``notes`` are sentences, such as why a mask of a DICOM series became NIfTI; ``undecided`` counts the studies
    without an approved mask.
    """

    written: tuple[Path, ...] = ()
    present: tuple[Path, ...] = ()
    failed: tuple[NotExported, ...] = ()
    notes: tuple[str, ...] = ()
    undecided: int = 0


def export_masks(worklist: Worklist, folder: Path, bench: Workbench, task: TaskContext) -> ExportedMasks:
    """Write every approved mask into ``folder``, each read back, and say what became of each study.

    The names tell study and version; no file is replaced. What cannot be written stops no other; what was written
    before a cancel stays, whole. Raises `Cancelled`.
    """
    worklist = refresh(worklist, bench.reviews, task.part(0.0, 0.1))
    done, count = ExportedMasks(), len(worklist)
    for place, item in enumerate(worklist.items):
        part = task.part(0.1 + 0.9 * place / count, 0.1 + 0.9 * (place + 1) / count)
        part.progress(0.0, tr("Study {n} of {count}", n=place + 1, count=count))
        try:
            done = _with_one(done, item, folder, bench, part)
        except Cancelled:
            raise
        except MedcryptError as error:
            done = replace(done, failed=(*done.failed, NotExported(item.entry.name, error.detail)))
    return done


def _with_one(
    done: ExportedMasks, item: WorklistItem, folder: Path, bench: Workbench, task: TaskContext
) -> ExportedMasks:
    if not item.record.approved_versions:
        return replace(done, undecided=done.undecided + 1)
    quiet = task.part(0.0, 0.0)  # sentences of each study would only flicker
    series = open_entry(item.entry, bench.readers, quiet)
    review = open_review(series, bench.reviews, bench.masks, quiet, item.entry.first_mask)
    if review.mask is None or not review.approved:
        return replace(done, undecided=done.undecided + 1)
    kind, note = _kind_for(series, item, bench)
    path = _place(folder, review, kind.kind.suffixes[0], (*done.written, *done.present))
    try:
        save_mask(path, review.mask, series, bench.masks, kind=kind.kind, task=quiet)
    except TargetExistsError:
        if not _holds(path, review.mask, series, bench, quiet):
            raise
        done = replace(done, present=(*done.present, path))
    else:
        done = replace(done, written=(*done.written, path))
    return replace(done, notes=(*done.notes, note)) if note else done


def _kind_for(series: Series, item: WorklistItem, bench: Workbench) -> tuple[OfferedKind, str]:
    """How to write a mask of this series; a sentence where a DICOM series cannot have a SEG."""
    kinds = offered_kinds(series, bench.masks)
    nifti = next(one for one in kinds if _NIFTI in one.kind.suffixes)
    seg = next((one for one in kinds if _SEG in one.kind.suffixes), None)
    if series.format is not ImageFormat.DICOM or seg is None:
        return nifti, ""
    if seg.refusal:
        note = tr("{name}: written as NIfTI, since {reason}.", name=item.entry.name, reason=seg.refusal)
        return nifti, note
    return seg, ""


def _place(folder: Path, review: Review, suffix: str, taken: tuple[Path, ...]) -> Path:
    """Studies of different folders may be called alike: the later ones bear the beginning of their key, too."""
    stem = f"{review.ref.stem}_mask-v{review.version}"
    path = folder / f"{stem}{suffix}"
    return path if path not in taken else folder / f"{stem}-{review.ref.id[:8]}{suffix}"


def _holds(path: Path, mask: RoiMask, series: Series, bench: Workbench, task: TaskContext) -> bool:
    """Whether the file that is there is this very mask."""
    try:
        return mask_hash(load_mask(path, series, bench.masks, task, mask.table).mask) == mask_hash(mask)
    except InputError:
        return False
