"""What users read when something fails: what happened, what is untouched, what to do next.

The one place where error classes become text; the window and the command line show the same words. Nothing here ever
contains a key, a passphrase or a patient's name: ``detail`` and ``path`` of an error are all that is quoted.
"""

from __future__ import annotations

from dataclasses import dataclass

from medcrypt_gui.core import errors as e
from medcrypt_gui.core.language import mark, tr


@dataclass(frozen=True)
class Message:
    """One failure, told in three sentences and a title."""

    title: str
    what_happened: str
    untouched: str
    next_step: str

    @property
    def text(self) -> str:
        """All of it as plain text, for a terminal or a status line."""
        return "\n".join(part for part in (self.title, self.what_happened, self.untouched, self.next_step) if part)


_NOTHING_WRITTEN = mark("Nothing was written; the originals are untouched.")
_NOTHING_DECRYPTED = mark("Nothing was decrypted and nothing was changed.")

# Error class -> (title, what is untouched, what to do next). The most specific class wins.
_TEXTS: dict[type[e.MedcryptError], tuple[str, str, str]] = {
    e.MedcryptError: (
        mark("Something failed"),
        mark("The originals are untouched."),
        mark("Try again; if it happens again, send the log file."),
    ),
    e.UsageError: (
        mark("That request cannot be carried out"),
        _NOTHING_WRITTEN,
        mark("Change it as the sentence above says."),
    ),
    e.SeveralSeriesError: (
        mark("There are several series"),
        _NOTHING_WRITTEN,
        mark("Choose one with --series and its number or UID."),
    ),
    e.ForbiddenByPolicyError: (
        mark("The policy of this site does not allow that"),
        _NOTHING_WRITTEN,
        mark("Do what the sentence above asks for, or speak to whoever keeps the policy."),
    ),
    e.UnusablePolicyError: (
        mark("The policy of this site cannot be used"),
        mark("Nothing was written; nothing is protected until the policy can be read. Viewing works."),
        mark("Tell whoever keeps the policy what the sentence above says."),
    ),
    e.InputError: (mark("This input cannot be used"), _NOTHING_WRITTEN, mark("Choose another file or folder.")),
    e.NothingFoundError: (
        mark("No image was found"),
        mark("Nothing was changed."),
        mark("Choose a folder, or a file of one of the formats that the guide lists."),
    ),
    e.KeyCardGivenError: (
        mark("That is a key card, not a study"),
        mark("Nothing was changed."),
        mark("Open the protected study first, then drop the card again."),
    ),
    e.UnreadableFileError: (
        mark("A file cannot be read"),
        mark("The file is untouched."),
        mark("Check the path. A damaged or shortened file must be copied again from where it came."),
    ),
    e.UnsupportedInputError: (
        mark("This kind of image is not supported here"),
        _NOTHING_WRITTEN,
        mark("The sentence above names the reason; other series of the study can still be used."),
    ),
    e.NoRoiError: (
        mark("There is no region of interest"),
        _NOTHING_WRITTEN,
        mark("Mark the region with the brush, or let a model propose it, then protect again."),
    ),
    e.EmptyLabelError: (
        mark("There is nothing to change in this label"),
        mark("The mask is as it was."),
        mark("Paint in it, let a model propose it, or choose another label."),
    ),
    e.NothingToLearnError: (
        mark("There is nothing to learn from these slices"),
        mark("The mask is as it was."),
        mark("Correct one or two more slices, best far apart from each other, and try again."),
    ),
    e.UndrawnError: (
        mark("More must be drawn first"),
        mark("The mask is as it was."),
        mark("Draw what the sentence above names, then try again."),
    ),
    e.NoValueError: (
        mark("There is no value here"),
        mark("The mask is as it was."),
        mark("Choose a place inside the picture that the scanner measured."),
    ),
    e.UncalibratedError: (
        mark("This image has no sizes in millimetres"),
        mark("The mask is as it was."),
        mark("Give the size as a share of the largest part."),
    ),
    e.MaskMismatchError: (
        mark("The mask does not fit the image"),
        _NOTHING_WRITTEN,
        mark("Use a mask that was drawn on this very series."),
    ),
    e.NotProtectedError: (
        mark("These files are not protected by MedCrypt"),
        mark("Nothing was changed."),
        mark("Choose the folder that Protect wrote."),
    ),
    e.ModelUnavailableError: (
        mark("The segmentation model is not available"),
        mark("The study and the mask are untouched."),
        mark("Install MedCrypt again, or mark the region by hand with the brush."),
    ),
    e.UnfitModelError: (
        mark("This model cannot be added or removed"),
        mark("The models are as they were."),
        mark("Correct what the sentence above names, then try again."),
    ),
    e.TextReaderMissingError: (
        mark("Finding text in pictures is not installed"),
        mark("The study and the mask are untouched."),
        mark('Install it with  pip install "medcrypt-gui[ocr]"  and start MedCrypt again, or mark the text by hand.'),
    ),
    e.KeyMaterialError: (
        mark("The key does not fit"),
        _NOTHING_DECRYPTED,
        mark("Use the key card that belongs to this study."),
    ),
    e.WrongPassphraseError: (
        mark("The passphrase is wrong"),
        _NOTHING_DECRYPTED,
        mark("Type it again; mind capitals and the keyboard layout."),
    ),
    e.WrongKeyError: (
        mark("This key card belongs to another study"),
        _NOTHING_DECRYPTED,
        mark("Look for the card whose six words match this study."),
    ),
    e.InvalidCardError: (
        mark("This is not a readable key card"),
        _NOTHING_DECRYPTED,
        mark("Scan or type the card again; every line has its own checksum."),
    ),
    e.NoQrCodeError: (
        mark("There is no readable QR code in this picture"),
        _NOTHING_DECRYPTED,
        mark("Take the picture again, straight and without glare, or type the letters under the code."),
    ),
    e.WeakPassphraseError: (
        mark("This passphrase cannot be used"),
        mark("Nothing was written yet."),
        mark("Enter the same passphrase twice, best four or more random words."),
    ),
    e.ArchiveLockedError: (
        mark("This archive needs its password"),
        mark("Nothing was unpacked."),
        mark("Open it again and enter the password, or give it with --password-file."),
    ),
    e.WrongArchivePasswordError: (
        mark("The archive's password is wrong"),
        mark("Nothing was unpacked."),
        mark("Type it again; mind capitals and the keyboard layout."),
    ),
    e.KeyringUnavailableError: (
        mark("The system's keyring gives no key"),
        mark("Kept work that only this key opens stays where it is."),
        mark("Unlock the keyring (log in again, or open the system's password settings), then try again."),
    ),
    e.IntegrityError: (
        mark("The file is damaged or was changed"),
        mark("Nothing unauthenticated was shown or written."),
        mark("Fetch the protected files again from where they were stored."),
    ),
    e.RewrittenError: (
        mark("Another system rewrote the file since it was protected"),
        mark("Nothing was written."),
        mark("Fetch the files as they were written, or ask the archive for the unchanged copy."),
    ),
    e.WriteError: (
        mark("The result could not be written"),
        mark("No half-written file was left, and the originals are untouched."),
        mark("Choose another place."),
    ),
    e.DiskFullError: (
        mark("The disk is full"),
        mark("No half-written file was left, and the originals are untouched."),
        mark("Free some space or choose another disk, then try again."),
    ),
    e.PermissionDeniedError: (
        mark("Writing there is not allowed"),
        mark("Nothing was written, and the originals are untouched."),
        mark("Choose a folder you may write to."),
    ),
    e.TargetExistsError: (
        mark("A file of that name is already there"),
        mark("It was not replaced."),
        mark("Choose another folder, or allow replacing (--force)."),
    ),
    e.ReviewChangedError: (
        mark("Somebody else changed this review"),
        mark("What they decided was not replaced."),
        mark("Open the study again from the worklist, look at what they decided, then decide again."),
    ),
    e.PartialResultError: (
        mark("Done in part"),
        mark("What is listed as done is complete and checked."),
        mark("Find the missing files and run it again."),
    ),
    e.Cancelled: (mark("Cancelled"), mark("Nothing was changed."), ""),
}


def explain(error: BaseException) -> Message:
    """The message for an error; anything that is not a `MedcryptError` is told without its own words."""
    if not isinstance(error, e.MedcryptError):
        return Message(
            tr("Something unexpected happened"),
            tr("The program met an internal error ({name}).", name=type(error).__name__),
            tr("The originals are untouched."),
            tr("Try again; if it happens again, send the log file."),
        )
    title, untouched, next_step = next(_TEXTS[kind] for kind in type(error).__mro__ if kind in _TEXTS)
    return Message(tr(title), _sentence(error), tr(untouched), tr(next_step))


def _sentence(error: e.MedcryptError) -> str:
    detail = error.detail.strip()
    if detail and not detail.endswith((".", "!", "?")):
        detail += "."
    detail = detail[:1].upper() + detail[1:]
    if error.path is not None and str(error.path) not in detail:
        return f"{error.path}: {detail}" if detail else str(error.path)
    return detail
