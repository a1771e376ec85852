"""The one error tree of MedCrypt.

::

    MedcryptError
    ├── UsageError                     exit 2   the request itself cannot be understood
    │   ├── SeveralSeriesError                  more than one series and none chosen
    │   └── ForbiddenByPolicyError              the site's policy does not allow it
    │       └── UnusablePolicyError             the site's policy cannot be read, so nothing is protected
    ├── InputError                     exit 3   what was given cannot be used
    │   ├── NothingFoundError                   no image in the file or folder
    │   │   └── KeyCardGivenError               nothing but a key card
    │   ├── UnreadableFileError                 damaged, truncated, or not what it claims to be
    │   ├── UnsupportedInputError               intact, but of a kind this version does not handle
    │   ├── NoRoiError                          the mask is empty
    │   ├── EmptyLabelError                     a label without voxels was to be changed
    │   ├── NothingToLearnError                 the corrected slices say nothing about the others
    │   ├── UndrawnError                        what was drawn does not suffice for an operation on the mask
    │   ├── NoValueError                        the image has no value where one was asked for
    │   ├── UncalibratedError                   sizes in mm were asked of an image without any
    │   ├── MaskMismatchError                   the mask does not lie on the image's grid
    │   ├── NotProtectedError                   restore was asked of files that are not ours
    │   └── ModelUnavailableError               the model file is missing or not the one its card names
    │       ├── TextReaderMissingError          the optional part that finds text is not installed
    │       └── UnfitModelError                 a model cannot be added or removed
    ├── KeyMaterialError               exit 4   the key, card or passphrase does not fit
    │   ├── WrongPassphraseError
    │   ├── WrongKeyError                       a valid key of another study
    │   ├── InvalidCardError                    not a key card, or its checksum fails
    │   ├── NoQrCodeError                       no QR code in the picture
    │   ├── WeakPassphraseError                 empty, or not entered alike twice
    │   ├── ArchiveLockedError                  a ZIP archive needs its password
    │   │   └── WrongArchivePasswordError
    │   └── KeyringUnavailableError             the system's keyring gives no key
    ├── IntegrityError                 exit 5   authentication failed: damaged or tampered
    │   └── RewrittenError                      pixels intact, file rewritten by another system
    ├── WriteError                     exit 6   the result could not be written
    │   ├── DiskFullError
    │   ├── PermissionDeniedError
    │   ├── TargetExistsError
    │   └── ReviewChangedError                  somebody else wrote the same review meanwhile
    ├── PartialResultError             exit 7   done in part: some members are missing or unreadable
    └── Cancelled                      exit 130

Messages carry identifiers, paths, sizes and reasons; never a key, a passphrase or a patient's name.
``services/messages.py`` turns the classes into the text that users read.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from medcrypt_gui.core.language import trn


class MedcryptError(Exception):
    """Anything MedCrypt reports to its user.

    ``detail`` is one technical sentence; ``path`` is the file or folder it speaks of, if any.
    """

    def __init__(self, detail: str = "", *, path: Path | str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.path = Path(path) if path is not None else None


class UsageError(MedcryptError):
    """The request cannot be understood or is incomplete."""


class SeveralSeriesError(UsageError):
    """More than one series was found and none was chosen; ``choices`` lists them, one line each."""

    def __init__(self, choices: tuple[str, ...]) -> None:
        super().__init__(trn("{count} series found", "{count} series found", len(choices)))
        self.choices = choices


class ForbiddenByPolicyError(UsageError):
    """The policy of the site does not allow it; ``path`` is the policy's file."""


class UnusablePolicyError(ForbiddenByPolicyError):
    """The policy of the site cannot be read or understood, so nothing that it governs is done."""


class InputError(MedcryptError):
    """What was given cannot be used."""


class NothingFoundError(InputError):
    """There is no image in the file or folder."""


class KeyCardGivenError(NothingFoundError):
    """What was given as a study is the picture of a key card."""


class UnreadableFileError(InputError):
    """The file is damaged, truncated, or not what it claims to be."""


class UnsupportedInputError(InputError):
    """The file is intact, but of a kind that this version does not handle."""


class NoRoiError(InputError):
    """The mask is empty, so there is nothing to protect."""


class EmptyLabelError(InputError):
    """An operation was asked for on a label without voxels."""


class NothingToLearnError(InputError):
    """The corrected slices hold no correction, or none that follows a rule."""


class UndrawnError(InputError):
    """What was drawn does not suffice for an operation on the mask."""


class NoValueError(InputError):
    """The image holds no number where its value was asked for."""


class UncalibratedError(InputError):
    """A size in millimetres was asked of an image that does not say how large its pixels are."""


class MaskMismatchError(InputError):
    """The mask does not lie on the image's grid."""


class NotProtectedError(InputError):
    """The files carry no MedCrypt protection."""


class ModelUnavailableError(InputError):
    """The model file is missing or is not the one its card names."""


class UnfitModelError(ModelUnavailableError):
    """A model cannot be added to those of the user, or removed from them."""


class TextReaderMissingError(ModelUnavailableError):
    """The optional part that finds text in pictures is not installed."""


class KeyMaterialError(MedcryptError):
    """The key, card or passphrase does not fit."""


class WrongPassphraseError(KeyMaterialError):
    """The card did not open with this passphrase."""


class WrongKeyError(KeyMaterialError):
    """The key is valid but belongs to another study."""


class InvalidCardError(KeyMaterialError):
    """The text is not a key card, or its checksum fails."""


class NoQrCodeError(KeyMaterialError):
    """There is no readable QR code in the picture."""


class WeakPassphraseError(KeyMaterialError):
    """The passphrase is empty or was not entered alike twice."""


class ArchiveLockedError(KeyMaterialError):
    """The ZIP archive can only be read with its password; ``path`` names the archive."""


class WrongArchivePasswordError(ArchiveLockedError):
    """The ZIP archive did not open with this password."""


class KeyringUnavailableError(KeyMaterialError):
    """The system's keyring is missing, locked, not safe, or does not answer."""


class IntegrityError(MedcryptError):
    """Authentication failed: the file is damaged or was tampered with."""


class RewrittenError(IntegrityError):
    """Protected pixels and keys are intact, but another system rewrote the file around them."""


class WriteError(MedcryptError):
    """The result could not be written; nothing half-written was left under the final name."""


class DiskFullError(WriteError):
    """There is no space left on the target."""


class PermissionDeniedError(WriteError):
    """The target may not be written to."""


class TargetExistsError(WriteError):
    """A file of that name exists and was not to be replaced."""


class ReviewChangedError(WriteError):
    """The record of the review is not the one that was read: another program wrote it meanwhile."""


class PartialResultError(MedcryptError):
    """Done in part. ``done`` and ``missing`` list the members by name."""

    def __init__(
        self,
        detail: str,
        *,
        done: tuple[str, ...] = (),
        missing: tuple[str, ...] = (),
        path: Path | str | None = None,
    ) -> None:
        super().__init__(detail, path=path)
        self.done = done
        self.missing = missing


class Cancelled(MedcryptError):
    """The user cancelled; nothing was changed."""


@contextmanager
def speaking_of(path: Path) -> Iterator[None]:
    """What is raised inside as an `InputError` that names no file names this one."""
    try:
        yield
    except InputError as error:
        error.path = error.path or path
        raise
