"""The real window on real adapters, with a fake network: the tests of this folder drive it as a user would."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from builders.dicom import build_series
from fakes.ball_segmenter import BallSegmenter
from fakes.memory_models import MemoryModels
from fakes.memory_recent import MemoryRecent
from fakes.memory_settings import MemorySettings
from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shiboken6 import isValid
from ui.driver import Driver
from ui.panel_driver import noisy_volume, series_of
from ui.review_driver import build_studies, open_worklist

from medcrypt_gui.adapters import paths
from medcrypt_gui.adapters.archives.archives import Archives
from medcrypt_gui.adapters.documents.key_card import KeyCardDocument
from medcrypt_gui.adapters.documents.review_report import ReviewReportDocument
from medcrypt_gui.adapters.measurements_file import MeasurementsFile
from medcrypt_gui.adapters.policy_file import PolicyFile
from medcrypt_gui.adapters.protection import PROTECTORS
from medcrypt_gui.adapters.qr.decode import ZxingQrReader
from medcrypt_gui.adapters.review_file import ReviewFile
from medcrypt_gui.adapters.worklist_file import WorklistFile
from medcrypt_gui.bootstrap import build_mask_formats, build_readers
from medcrypt_gui.core.catalog import ModelLibrary
from medcrypt_gui.core.keys import key_card
from medcrypt_gui.core.keys.passphrase import Argon2Params
from medcrypt_gui.core.mask.editor import MaskEditor
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.ports import Segmenter
from medcrypt_gui.services.workbench import Workbench
from medcrypt_gui.ui.application import build_window, prepare_application
from medcrypt_gui.ui.viewer.viewer_panel import ViewerPanel

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(autouse=True)
def _nothing_is_left(qapp: QApplication) -> Iterator[None]:
    """A test that leaves a window or a running timer behind fails."""
    before = {id(widget) for widget in QApplication.topLevelWidgets()}
    yield
    for _ in range(3):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        qapp.processEvents()
    if len(QApplication.topLevelWidgets()) > len(before):
        gc.collect()  # pyqtgraph's menus are part of cycles
    windows = [w for w in QApplication.topLevelWidgets() if id(w) not in before and w.parentWidget() is None]
    assert not windows, f"windows left behind: {windows}"
    timers = [one for one in gc.get_objects() if isinstance(one, QTimer) and isValid(one) and one.isActive()]
    assert not timers, f"timers left running: {[timer.parent() for timer in timers]}"


@pytest.fixture
def segmenters() -> dict[str, Segmenter]:
    """The models on offer."""
    return {"ball": BallSegmenter()}


@pytest.fixture
def models(segmenters: dict[str, Segmenter], tmp_path: Path) -> ModelLibrary:
    """Where the models come from."""
    return MemoryModels(segmenters, tmp_path / "no-models")


@pytest.fixture
def workbench(models: ModelLibrary, tmp_path: Path) -> Workbench:
    """As bootstrap builds it, but for the models and the list of recent studies."""
    resources = paths.resources_dir()
    return Workbench(
        readers=build_readers(),
        masks=build_mask_formats(),
        segmenters=lambda: models.catalog().segmenters,
        models=models,
        protectors=PROTECTORS,
        card_writer=KeyCardDocument(resources / "fonts"),
        qr_reader=ZxingQrReader(),
        wordlist=paths.read_wordlist,
        recent=MemoryRecent(),
        settings=MemorySettings(),
        measurements=MeasurementsFile(),
        reviews=ReviewFile(tmp_path / "user" / "reviews"),
        worklists=WorklistFile(tmp_path / "user"),
        report_writer=ReviewReportDocument(resources / "fonts"),
        policy=PolicyFile(tmp_path / "site" / "policy.toml"),
        samples_dir=resources / "samples",
        archives=Archives(),
    )


@pytest.fixture
def window(qtbot: QtBot, workbench: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Driver]:
    """A shown window with nothing open; documents go to a folder of the test."""
    # A second of memory-hard work per card would make a minute of these tests.
    monkeypatch.setattr(key_card, "Argon2Params", lambda *given: Argon2Params(*(given or (16, 1, 4))))
    monkeypatch.setattr("medcrypt_gui.ui.wiring.documents_folder", lambda: tmp_path / "documents")
    monkeypatch.setattr("medcrypt_gui.ui.flows.protect_flow.documents_folder", lambda: tmp_path / "documents")
    prepare_application(workbench)
    shown = build_window(workbench)
    shown.show()
    driver = Driver(shown, qtbot)
    driver.settle()
    yield driver
    driver.answer_questions("questionLose")
    shown.close()
    shown.deleteLater()


@pytest.fixture
def opened(window: Driver, tmp_path: Path) -> Driver:
    """The window with a series of nine slices, all read."""
    build_series(tmp_path / "study", slices=9, rows=48, columns=56)
    window.open(tmp_path / "study")
    window.settle()
    return window


@pytest.fixture
def panel(qtbot: QtBot) -> Iterator[ViewerPanel]:
    """The views alone, with a volume of noise and an empty mask."""
    shown = ViewerPanel()
    qtbot.addWidget(shown)
    shown.resize(900, 600)
    volume = noisy_volume()
    shown.set_volume(volume, series_of(volume))
    shown.set_editor(MaskEditor(RoiMask.empty(volume.geometry)))
    shown.show()
    qtbot.waitExposed(shown)
    yield shown
    shown.close()


@pytest.fixture
def studies(tmp_path: Path) -> Path:
    return build_studies(tmp_path / "studies")


@pytest.fixture
def reviewing(window: Driver, studies: Path) -> Driver:
    """The window with a worklist of four studies, the first one open, and a reviewer who gave a name."""
    open_worklist(window, studies)
    window.type("reviewName", "R. Viewer")
    window.window.middle.focus_images()
    return window
