"""Protect: encrypt the region of interest of a series, into new files beside the originals."""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core import keystreams
from medcrypt_gui.core.age import HybridIdentity
from medcrypt_gui.core.errors import (
    InputError,
    IntegrityError,
    MaskMismatchError,
    NoRoiError,
    UnreadableFileError,
    UnsupportedInputError,
    UsageError,
    WriteError,
)
from medcrypt_gui.core.imaging.series import ImageFormat, Series
from medcrypt_gui.core.in_parallel import in_parallel
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.policy import ApprovalRule, Policy
from medcrypt_gui.core.protect.instance import Membership, protect_instance
from medcrypt_gui.core.protect.key_blob import open_key
from medcrypt_gui.core.protect.opened_members import open_file
from medcrypt_gui.core.protect.port import ProtectionJob, Protector, Survey
from medcrypt_gui.core.protect.restore_record import Place, is_safe_path
from medcrypt_gui.core.protect.set_keys import KeyedSet, RandomBytes, SetKeys
from medcrypt_gui.core.safe_write import os_errors_as_write_errors
from medcrypt_gui.core.staged_folder import StagedFolder, refuse_existing, refuse_unwritable
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.site import Site

_log = logging.getLogger("medcrypt.protect")


@dataclass(frozen=True)
class ProtectRequest:
    """What to protect, and the folder to write to. ``force`` replaces files of the same name there, nothing else."""

    series: Series
    mask: RoiMask
    target: Path
    keystream_id: str = "henon-w"
    force: bool = False


@dataclass(frozen=True)
class ProtectionPlan:
    """A request found possible. ``share`` is the part of all voxels that will be covered, 0 to 1.

    ``readable`` names in words what anybody can still read in the protected files. ``policy`` is the site's, and
    ``approved`` says whether somebody approved exactly this mask.
    """

    request: ProtectRequest
    protector: Protector
    survey: Survey
    original_names: tuple[str, ...]
    voxels_covered: int
    share: float
    policy: Policy = field(default_factory=Policy)
    approved: bool = True

    @property
    def asks(self) -> bool:
        """Whether the user is to be asked once, because nobody approved the mask."""
        return not self.approved and self.policy.approval is ApprovalRule.ASK

    @property
    def readable(self) -> tuple[str, ...]:
        return self.survey.readable

    @property
    def file_names(self) -> tuple[str, ...]:
        return self.survey.file_names

    @property
    def bytes_expected(self) -> int:
        return self.survey.bytes_expected


@dataclass(frozen=True)
class ProtectedSet:
    """A protection that was written, read back and restored in memory. ``recipient`` is the card's public key."""

    folder: Path
    files: tuple[Path, ...]
    set_id: bytes
    recipient: str
    card_fingerprint: bytes
    voxels_covered: int
    share: float
    originals: tuple[Path, ...]


def plan_protection(
    request: ProtectRequest,
    protectors: Sequence[Protector],
    task: TaskContext | None = None,
    site: Site | None = None,
) -> ProtectionPlan:
    """Check everything that can be checked before a byte is written, and what the site demands.

    ``site`` is None for a program that belongs to none, such as one that makes test vectors. Raises `NoRoiError`,
    `ForbiddenByPolicyError`, `MaskMismatchError`, `UnsupportedInputError`, `UnreadableFileError`, `UsageError` for a
    target among the originals, `PermissionDeniedError` or `TargetExistsError`.
    """
    series, mask = request.series, request.mask
    keystreams.get(request.keystream_id)
    if series.protected:
        raise UnsupportedInputError(tr("the series is already protected"))
    if series.archive is not None:
        reason = tr("the study lies in an archive; unpack it, open the folder and protect that")
        raise UnsupportedInputError(reason, path=series.archive)
    if any(instance.tile is not None for instance in series.instances):
        raise UnsupportedInputError(tr("mosaics, which hold all slices in one picture, cannot be protected yet"))
    voxels = int(np.count_nonzero(mask.roi()))
    if not voxels:
        raise NoRoiError(tr("the mask marks no voxel"))
    if not mask.geometry.same_grid(series.geometry):
        raise MaskMismatchError(tr("the mask lies on another grid than the series"))
    policy, approved = site.rules_for(request.series, request.mask) if site is not None else (Policy(), True)
    policy.check_approval(approved)
    policy.check_target(request.target)
    _refuse_target_among_originals(request)
    protector = _protector_for(series.format, protectors)
    survey = protector.survey(series.files, task or TaskContext())
    _match_grid(survey, series)
    refuse_unwritable(request.target)
    if not request.force:
        refuse_existing(request.target, survey.file_names)
    names, share = _relative_names(series.files), voxels / mask.labels.size
    return ProtectionPlan(request, protector, survey, names, voxels, share, policy, approved)


def protect(
    plan: ProtectionPlan,
    identity: HybridIdentity,
    task: TaskContext,
    random_bytes: RandomBytes = os.urandom,
    then: Callable[[ProtectedSet], None] = lambda _: None,
) -> ProtectedSet:
    """Write the protected files so that ``identity`` opens them, and whoever the site's policy names.

    Every file is read back and restored in memory, and must equal its original, before any gets its final name. When
    this raises, the target is as it was. ``identity`` must be fresh: the caller puts it on the key card. ``then`` gets
    the set while its files still have their temporary names, so that nothing is published before its card is safe.

    Raises `WriteError`, `Cancelled`, or `UnreadableFileError` for an original that changed meanwhile.
    """
    began = time.perf_counter()
    keyed = KeyedSet.create(identity.recipient, random_bytes, plan.policy.escrow)
    # What restores is the key in the blob, so that is the one to try the files with.
    restoring_keys = SetKeys(*open_key(keyed.key_blob, [identity]))
    masks = _masks_by_file(plan.request, len(plan.survey.files))
    job = plan.protector.begin(plan.survey, masks, keyed, random_bytes)
    with StagedFolder(plan.request.target, force=plan.request.force) as staged:

        def write_one(index: int) -> None:
            _write_one(_Work(plan, job, keyed, restoring_keys, staged, random_bytes), index, masks[index])

        for _ in in_parallel(write_one, range(len(masks)), task, tr("Protecting and checking")):
            pass
        task.checkpoint()
        protected = ProtectedSet(
            plan.request.target,
            staged.files,
            keyed.keys.set_id,
            str(identity.recipient),
            keyed.card_fingerprint,
            plan.voxels_covered,
            plan.share,
            plan.survey.files,
        )
        then(protected)
        files = staged.publish()
    _log.info("protected set %s: %d files, %.2f s", keyed.keys.set_id.hex(), len(files), time.perf_counter() - began)
    return replace(protected, files=files)


def discard(protected: ProtectedSet) -> None:
    """Remove the files of a protection that nobody can open; a file that cannot be removed is left."""
    with suppress(OSError):
        for path in protected.files:
            path.unlink(missing_ok=True)
        protected.folder.rmdir()  # Fails, and is left, if anything else lies in it.


@dataclass(frozen=True)
class _Work:
    plan: ProtectionPlan
    job: ProtectionJob
    keyed: KeyedSet
    restoring_keys: SetKeys
    staged: StagedFolder
    random_bytes: RandomBytes


def _write_one(work: _Work, index: int, mask: NDArray[np.bool_]) -> None:
    """Protect one file, write it, read it back and restore it."""
    plan, names = work.plan, work.plan.original_names
    source = work.job.source(index)
    if source.layout != plan.survey.layouts[index]:
        raise UnreadableFileError(
            tr("the original changed while it was being protected"), path=plan.survey.files[index]
        )
    member = Membership(names[index], names[(index + 1) % len(names)], Place(index, len(names)))
    pieces = protect_instance(source, mask, work.keyed, member, plan.request.keystream_id, work.random_bytes)
    written = work.staged.write(plan.file_names[index], pieces)
    if not _restores_to(source.original, written, work.restoring_keys):
        final = plan.request.target / plan.file_names[index]
        raise WriteError(tr("what was read back does not restore to the original"), path=final)


def _restores_to(original: bytes, protected: Path, keys: SetKeys) -> bool:
    """Whether the file, read back from the disk, restores to the original."""
    digest = hashlib.sha256()
    try:
        for piece in open_file(protected, keys).original_pieces():
            digest.update(piece)
    except (InputError, IntegrityError):
        return False
    return hmac.compare_digest(digest.digest(), hashlib.sha256(original).digest())


def _protector_for(image_format: ImageFormat, protectors: Sequence[Protector]) -> Protector:
    for protector in protectors:
        if protector.format is image_format:
            return protector
    raise UnsupportedInputError(
        tr("{format} images cannot be protected in this version", format=tr(image_format.value))
    )


def _match_grid(survey: Survey, series: Series) -> None:
    """The mask is applied to samples in file order, volume by volume, so files and grid must agree."""
    slices, rows, columns = series.geometry.shape
    frames = sum(layout.frames for layout in survey.layouts)
    sizes = {(layout.rows, layout.columns) for layout in survey.layouts}
    if frames != slices * max(1, len(series.phases)) or sizes != {(rows, columns)}:
        raise MaskMismatchError(tr("the files hold another grid than the series that was opened"))
    in_order = tuple(instance.path for volume in series.phase_instances for instance in volume)
    if series.phases and series.files != in_order:
        raise UnsupportedInputError(tr("this series of several volumes cannot be protected yet"))


def _masks_by_file(request: ProtectRequest, files: int) -> tuple[NDArray[np.bool_], ...]:
    """The flat mask of each file. There is one mask for all volumes of a 4D series: their grid is the same."""
    volumes = max(1, len(request.series.phases))
    return tuple(request.mask.roi().reshape(files // volumes, -1)) * volumes


def _refuse_target_among_originals(request: ProtectRequest) -> None:
    target = request.target.resolve()
    with os_errors_as_write_errors(target):  # such as a name that is too long
        existing = [folder for folder in (target, *target.parents) if folder.exists()]
        for folder in {path.parent for path in request.series.files}:
            # By the file itself, because a disk may not tell capitals from small letters.
            within = [place for place in existing if place.samefile(folder)]
            if target in within or (within and request.series.format is ImageFormat.DICOM):
                raise UsageError(
                    tr("the protected files must not lie among the originals; choose another folder"), path=target
                )


def _relative_names(files: Sequence[Path]) -> tuple[str, ...]:
    """The originals' names below the folder they have in common, with ``/``."""
    root = Path(os.path.commonpath([path.absolute().parent for path in files]))
    names = tuple(path.absolute().relative_to(root).as_posix() for path in files)
    for name, path in zip(names, files, strict=True):
        if not is_safe_path(name):
            raise UnsupportedInputError(tr("the file's name cannot be restored on every system; rename it"), path=path)
    return names
