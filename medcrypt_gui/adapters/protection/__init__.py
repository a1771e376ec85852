"""The image formats that Protect writes."""

from __future__ import annotations

from medcrypt_gui.adapters.protection.dicom_protector import DicomProtector
from medcrypt_gui.adapters.protection.nifti_protector import NiftiProtector
from medcrypt_gui.core.protect.port import Protector

PROTECTORS: tuple[Protector, ...] = (DicomProtector(), NiftiProtector())
