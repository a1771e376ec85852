"""Any protected file, taken apart."""

from __future__ import annotations

from medcrypt_gui.core.errors import NotProtectedError
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.protect.dicom_elements import is_dicom
from medcrypt_gui.core.protect.dicom_file import read_protected_dicom
from medcrypt_gui.core.protect.envelope import ProtectedInstance
from medcrypt_gui.core.protect.nifti_file import is_gzip, read_protected_nifti
from medcrypt_gui.core.protect.nifti_header import is_nifti


def read_protected(data: bytes) -> ProtectedInstance:
    """The protected DICOM or NIfTI file in ``data``, not yet verified.

    Raises `NotProtectedError` for anything else; `UnreadableFileError`, `UnsupportedInputError` or `IntegrityError` for
    a damaged one or one of another version.
    """
    if is_dicom(data):
        return read_protected_dicom(data)
    if is_gzip(data) or is_nifti(data):
        return read_protected_nifti(data)
    raise NotProtectedError(tr("the file is no image that Protect writes"))
