"""Build everything once and hand it to the window or to a command; the only place that may import everything."""

from __future__ import annotations

import functools
import logging
import os
from collections.abc import Sequence
from logging.handlers import RotatingFileHandler
from pathlib import Path

import platformdirs

from medcrypt_gui.adapters import paths
from medcrypt_gui.adapters.recent_studies import RecentStudiesFile
from medcrypt_gui.services.workbench import Workbench

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
    return run(build_workbench(), studies)


def build_workbench() -> Workbench:
    """All adapters. Cheap: what is heavy loads when it is first used."""
    from medcrypt_gui.adapters.documents.key_card import KeyCardDocument
    from medcrypt_gui.adapters.images.dicom import DicomReader
    from medcrypt_gui.adapters.images.nifti import NiftiReader
    from medcrypt_gui.adapters.inference.model_folders import ModelFolders
    from medcrypt_gui.adapters.masks.nifti_mask import NiftiMaskFile
    from medcrypt_gui.adapters.protection import PROTECTORS
    from medcrypt_gui.adapters.qr.decode import ZxingQrReader

    keep_compiled_kernels()
    models = ModelFolders(paths.models_dir, Path(platformdirs.user_data_dir(_APP, False)) / "models")
    return Workbench(
        readers=(NiftiReader(), DicomReader()),
        masks=NiftiMaskFile(),
        segmenters=lambda: models.catalog().segmenters,
        models=models,
        protectors=PROTECTORS,
        card_writer=KeyCardDocument(paths.resources_dir() / "fonts"),
        qr_reader=ZxingQrReader(),
        wordlist=functools.cache(paths.read_wordlist),
        recent=RecentStudiesFile(Path(platformdirs.user_config_dir(_APP, False)) / "recent.json"),
        samples_dir=paths.resources_dir() / "samples",
    )


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
