"""Build everything once and hand it to the window or to a command; the only place that may import everything."""

from __future__ import annotations

import functools
import logging
import os
from collections.abc import Sequence
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from medcrypt_gui.adapters import paths
from medcrypt_gui.adapters.recent_studies import RecentStudiesFile
from medcrypt_gui.core.deferred import deferred, make_now
from medcrypt_gui.services.workbench import Workbench

if TYPE_CHECKING:
    from medcrypt_gui.core.catalog import ModelLibrary
    from medcrypt_gui.core.journal.port import JournalShelf
    from medcrypt_gui.core.ports import (
        ArchiveOpener,
        CardWriter,
        MaskFormat,
        PolicySource,
        QrReader,
        ReviewReportWriter,
        ReviewStore,
        SeriesReader,
        WorklistStore,
    )
    from medcrypt_gui.core.protect.port import Protector

_APP = "MedCrypt"


def run_command(arguments: Sequence[str]) -> int:
    """Carry out one command of the command line; returns its exit code."""
    from medcrypt_gui.cli.main import run

    start_log()
    return run(arguments, build_workbench)


def run_window(studies: Sequence[Path]) -> int:
    """Open the window on these files and folders; returns when it is closed."""
    from medcrypt_gui.ui.application import run

    start_log()
    workbench = build_workbench()
    return run(workbench, studies, functools.partial(warm_up, workbench))


def build_workbench() -> Workbench:
    """All adapters. Cheap: what is heavy loads when it is first used, or in `warm_up`."""
    from medcrypt_gui.adapters.measurements_file import MeasurementsFile
    from medcrypt_gui.adapters.settings_file import SettingsFile

    keep_compiled_kernels()
    models = deferred(_model_folders)
    return Workbench(
        readers=build_readers(),
        masks=build_mask_formats(),
        segmenters=lambda: models.catalog().segmenters,
        models=models,
        protectors=(deferred(_dicom_protector), deferred(_nifti_protector)),
        card_writer=deferred(_card_writer),
        qr_reader=deferred(_qr_reader),
        wordlist=functools.cache(paths.read_wordlist),
        recent=RecentStudiesFile(Path(platformdirs.user_config_dir(_APP, False)) / "recent.json"),
        settings=SettingsFile(Path(platformdirs.user_config_dir(_APP, False)) / "settings.json"),
        measurements=MeasurementsFile(),
        reviews=deferred(_reviews),
        worklists=deferred(_worklists),
        report_writer=deferred(_report_writer),
        policy=deferred(_policy),
        samples_dir=paths.resources_dir() / "samples",
        archives=deferred(_archives),
        journals=deferred(_journals),
    )


def build_readers() -> tuple[SeriesReader, ...]:
    """One for each format, in the order in which they are asked whether a file is theirs."""
    made = (_nifti_reader, _meta_image_reader, _mgh_reader, _dicom_reader, _nrrd_reader, _picture_reader)
    return tuple(map(deferred, made))


def build_mask_formats() -> tuple[MaskFormat, ...]:
    """One for each format of masks, in the order in which they are asked and offered."""
    made = (_nifti_masks, _seg_masks, _rtstruct_masks, _picture_masks, _image_masks)
    return tuple(map(deferred, made))


def warm_up(workbench: Workbench) -> None:
    """Load what opening a study needs; for a thread, once the window stands."""
    make_now(*workbench.readers)


def _nifti_reader() -> SeriesReader:
    from medcrypt_gui.adapters.images.nifti import NiftiReader

    return NiftiReader()


def _dicom_reader() -> SeriesReader:
    from medcrypt_gui.adapters.images.dicom import DicomReader

    return DicomReader()


def _meta_image_reader() -> SeriesReader:
    from medcrypt_gui.adapters.images import meta_image
    from medcrypt_gui.adapters.images.raw_reader import RawReader
    from medcrypt_gui.core.imaging.series import ImageFormat

    return RawReader(ImageFormat.META_IMAGE, meta_image.recognises, meta_image.read_header)


def _mgh_reader() -> SeriesReader:
    from medcrypt_gui.adapters.images import mgh
    from medcrypt_gui.adapters.images.raw_reader import RawReader
    from medcrypt_gui.core.imaging.series import ImageFormat

    return RawReader(ImageFormat.MGH, mgh.recognises, mgh.read_header)


def _nrrd_reader() -> SeriesReader:
    from medcrypt_gui.adapters.images import nrrd
    from medcrypt_gui.adapters.images.raw_reader import RawReader
    from medcrypt_gui.core.imaging.series import ImageFormat

    return RawReader(ImageFormat.NRRD, nrrd.recognises, nrrd.read_header)


def _picture_reader() -> SeriesReader:
    from medcrypt_gui.adapters.images.picture import PictureReader

    return PictureReader(_is_key_card)


def _is_key_card(path: Path) -> bool:
    from medcrypt_gui.adapters.qr.decode import looks_like_key_card

    return looks_like_key_card(path)


def _archives() -> ArchiveOpener:
    from medcrypt_gui.adapters.archives.archives import Archives

    return Archives()


def _journals() -> JournalShelf:
    from medcrypt_gui.adapters.journal_files import JournalFiles
    from medcrypt_gui.adapters.keyring_key import KeyringKey

    return JournalFiles(Path(platformdirs.user_state_dir(_APP, False)) / "journal", KeyringKey())


def _model_folders() -> ModelLibrary:
    from medcrypt_gui.adapters.inference.model_folders import ModelFolders

    return ModelFolders(paths.models_dir, Path(platformdirs.user_data_dir(_APP, False)) / "models")


def _nifti_masks() -> MaskFormat:
    from medcrypt_gui.adapters.masks.nifti_mask import NiftiMask

    return NiftiMask()


def _seg_masks() -> MaskFormat:
    from medcrypt_gui.adapters.masks.seg_mask import SegMask

    return SegMask()


def _rtstruct_masks() -> MaskFormat:
    from medcrypt_gui.adapters.masks.rtstruct_mask import RtStructMask

    return RtStructMask()


def _picture_masks() -> MaskFormat:
    from medcrypt_gui.adapters.masks.picture_mask import PictureMask

    return PictureMask()


def _image_masks() -> MaskFormat:
    from medcrypt_gui.adapters.masks.image_mask import ImageMask

    return ImageMask((_nrrd_reader(), _meta_image_reader(), _mgh_reader()))


def _dicom_protector() -> Protector:
    from medcrypt_gui.adapters.protection.dicom_protector import DicomProtector

    return DicomProtector()


def _nifti_protector() -> Protector:
    from medcrypt_gui.adapters.protection.nifti_protector import NiftiProtector

    return NiftiProtector()


def _card_writer() -> CardWriter:
    from medcrypt_gui.adapters.documents.key_card import KeyCardDocument

    return KeyCardDocument(paths.resources_dir() / "fonts")


def _reviews() -> ReviewStore:
    from medcrypt_gui.adapters.review_file import ReviewFile

    return ReviewFile(Path(platformdirs.user_data_dir(_APP, False)) / "reviews")


def _worklists() -> WorklistStore:
    from medcrypt_gui.adapters.worklist_file import WorklistFile

    return WorklistFile(Path(platformdirs.user_data_dir(_APP, False)))


def _report_writer() -> ReviewReportWriter:
    from medcrypt_gui.adapters.documents.review_report import ReviewReportDocument

    return ReviewReportDocument(paths.resources_dir() / "fonts")


def _policy() -> PolicySource:
    from medcrypt_gui.adapters.policy_file import PolicyFile, policy_path

    return PolicyFile(policy_path())


def _qr_reader() -> QrReader:
    from medcrypt_gui.adapters.qr.decode import ZxingQrReader

    return ZxingQrReader()


def keep_compiled_kernels() -> None:
    """Let numba keep its compiled kernels in the user's cache: the program's own folder may be read-only."""
    os.environ.setdefault("NUMBA_CACHE_DIR", str(Path(platformdirs.user_cache_dir(_APP, False)) / "kernels"))


def start_log() -> None:
    """Log to one rotating file of the user: identifiers, sizes and durations, no secrets and no patient data."""
    logger = logging.getLogger("medcrypt")
    if logger.handlers:
        return
    logger.propagate = False
    logger.setLevel(logging.INFO)
    folder = Path(platformdirs.user_log_dir(_APP, False))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / "medcrypt.log"
        handler: logging.Handler = RotatingFileHandler(file, maxBytes=1 << 20, backupCount=3, encoding="utf-8")
    except OSError:
        handler = logging.NullHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logger.addHandler(handler)
