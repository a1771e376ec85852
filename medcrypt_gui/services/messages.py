"""What users read when something fails: what happened, what is untouched, what to do next.

The one place where error classes become text; the window and the command line show the same words. Nothing here ever
contains a key, a passphrase or a patient's name: ``detail`` and ``path`` of an error are all that is quoted.
"""

from __future__ import annotations

from dataclasses import dataclass

from medcrypt_gui.core import errors as e


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


_NOTHING_WRITTEN = "Nothing was written; the originals are untouched."
_NOTHING_DECRYPTED = "Nothing was decrypted and nothing was changed."

# Error class -> (title, what is untouched, what to do next). The most specific class wins.
_TEXTS: dict[type[e.MedcryptError], tuple[str, str, str]] = {
    e.MedcryptError: (
        "Something failed",
        "The originals are untouched.",
        "Try again; if it happens again, send the log file.",
    ),
    e.UsageError: ("That request cannot be carried out", _NOTHING_WRITTEN, "Change it as the sentence above says."),
    e.SeveralSeriesError: (
        "There are several series",
        _NOTHING_WRITTEN,
        "Choose one with --series and its number or UID.",
    ),
    e.InputError: ("This input cannot be used", _NOTHING_WRITTEN, "Choose another file or folder."),
    e.NothingFoundError: (
        "No image was found",
        "Nothing was changed.",
        "Choose a DICOM folder, a DICOM file, or a .nii or .nii.gz file.",
    ),
    e.UnreadableFileError: (
        "A file cannot be read",
        "The file is untouched.",
        "Check the path. A damaged or shortened file must be copied again from where it came.",
    ),
    e.UnsupportedInputError: (
        "This kind of image is not supported here",
        _NOTHING_WRITTEN,
        "The sentence above names the reason; other series of the study can still be used.",
    ),
    e.NoRoiError: (
        "There is no region of interest",
        _NOTHING_WRITTEN,
        "Mark the region with the brush, or let a model propose it, then protect again.",
    ),
    e.NothingToLearnError: (
        "There is nothing to learn from these slices",
        "The mask is as it was.",
        "Correct one or two more slices, best far apart from each other, and try again.",
    ),
    e.MaskMismatchError: (
        "The mask does not fit the image",
        _NOTHING_WRITTEN,
        "Use a mask that was drawn on this very series.",
    ),
    e.NotProtectedError: (
        "These files are not protected by MedCrypt",
        "Nothing was changed.",
        "Choose the folder that Protect wrote.",
    ),
    e.ModelUnavailableError: (
        "The segmentation model is not available",
        "The study and the mask are untouched.",
        "Install MedCrypt again, or mark the region by hand with the brush.",
    ),
    e.UnfitModelError: (
        "This model cannot be added or removed",
        "The models are as they were.",
        "Correct what the sentence above names, then try again.",
    ),
    e.TextReaderMissingError: (
        "Finding text in pictures is not installed",
        "The study and the mask are untouched.",
        'Install it with  pip install "medcrypt-gui[ocr]"  and start MedCrypt again, or mark the text by hand.',
    ),
    e.KeyMaterialError: ("The key does not fit", _NOTHING_DECRYPTED, "Use the key card that belongs to this study."),
    e.WrongPassphraseError: (
        "The passphrase is wrong",
        _NOTHING_DECRYPTED,
        "Type it again; mind capitals and the keyboard layout.",
    ),
    e.WrongKeyError: (
        "This key card belongs to another study",
        _NOTHING_DECRYPTED,
        "Look for the card whose six words match this study.",
    ),
    e.InvalidCardError: (
        "This is not a readable key card",
        _NOTHING_DECRYPTED,
        "Scan or type the card again; every line has its own checksum.",
    ),
    e.NoQrCodeError: (
        "There is no readable QR code in this picture",
        _NOTHING_DECRYPTED,
        "Take the picture again, straight and without glare, or type the letters under the code.",
    ),
    e.WeakPassphraseError: (
        "This passphrase cannot be used",
        "Nothing was written yet.",
        "Enter the same passphrase twice, best four or more random words.",
    ),
    e.IntegrityError: (
        "The file is damaged or was changed",
        "Nothing unauthenticated was shown or written.",
        "Fetch the protected files again from where they were stored.",
    ),
    e.RewrittenError: (
        "Another system rewrote the file since it was protected",
        "Nothing was written.",
        "Fetch the files as they were written, or ask the archive for the unchanged copy.",
    ),
    e.WriteError: (
        "The result could not be written",
        "No half-written file was left, and the originals are untouched.",
        "Choose another place.",
    ),
    e.DiskFullError: (
        "The disk is full",
        "No half-written file was left, and the originals are untouched.",
        "Free some space or choose another disk, then try again.",
    ),
    e.PermissionDeniedError: (
        "Writing there is not allowed",
        "Nothing was written, and the originals are untouched.",
        "Choose a folder you may write to.",
    ),
    e.TargetExistsError: (
        "A file of that name is already there",
        "It was not replaced.",
        "Choose another folder, or allow replacing (--force).",
    ),
    e.PartialResultError: (
        "Done in part",
        "What is listed as done is complete and checked.",
        "Find the missing files and run it again.",
    ),
    e.Cancelled: ("Cancelled", "Nothing was changed.", ""),
}


def explain(error: BaseException) -> Message:
    """The message for an error; anything that is not a `MedcryptError` is told without its own words."""
    if not isinstance(error, e.MedcryptError):
        return Message(
            "Something unexpected happened",
            f"The program met an internal error ({type(error).__name__}).",
            "The originals are untouched.",
            "Try again; if it happens again, send the log file.",
        )
    title, untouched, next_step = next(_TEXTS[kind] for kind in type(error).__mro__ if kind in _TEXTS)
    return Message(title, _sentence(error), untouched, next_step)


def _sentence(error: e.MedcryptError) -> str:
    detail = error.detail.strip()
    if detail and not detail.endswith((".", "!", "?")):
        detail += "."
    detail = detail[:1].upper() + detail[1:]
    if error.path is not None and str(error.path) not in detail:
        return f"{error.path}: {detail}" if detail else str(error.path)
    return detail
