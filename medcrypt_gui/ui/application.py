"""Start the window."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTimer, QTranslator
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from medcrypt_gui import __version__
from medcrypt_gui.core.language import tr, use_language
from medcrypt_gui.services.workbench import Workbench
from medcrypt_gui.ui import icons
from medcrypt_gui.ui.main_window import MainWindow
from medcrypt_gui.ui.theme import ThemeSwitch, apply_theme
from medcrypt_gui.ui.unexpected import watch_for_errors


def run(workbench: Workbench, paths: Sequence[Path], warm_up: Callable[[], None]) -> int:
    """Show the window, open ``paths`` in it, and return when it is closed.

    ``warm_up`` loads what will be needed soon; it runs in the background once the window is painted.
    """
    app = prepare_application(workbench)
    speak(app, _language(workbench), workbench)
    window = build_window(workbench)
    window.show()
    watch_for_errors(window.tell_of_error)
    QTimer.singleShot(0, lambda: window.jobs.start(tr("Getting ready"), lambda _task: warm_up(), quiet=True))
    QTimer.singleShot(0, window.recovery.look)
    if paths:
        QTimer.singleShot(0, lambda: window.opening.open_paths(tuple(paths)))
    return app.exec()


def prepare_application(workbench: Workbench) -> QApplication:
    """The one QApplication, named and dressed; made if there is none yet."""
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    QCoreApplication.setOrganizationName("MedCrypt")
    QCoreApplication.setApplicationName("MedCrypt")
    QCoreApplication.setApplicationVersion(__version__)
    QGuiApplication.setDesktopFileName("medcrypt")
    apply_theme(app, workbench.samples_dir.parent, workbench.settings.read().settings.theme)
    app.setWindowIcon(icons.icon("logo"))
    return app


def _language(workbench: Workbench) -> str:
    """The environment's, else the one that was chosen, else the system's."""
    chosen = workbench.settings.read().settings.language
    return os.environ.get("MEDCRYPT_LANGUAGE") or chosen or QLocale.system().name()


def speak(app: QApplication, code: str, workbench: Workbench) -> None:
    """Show everything in this language ("de", "de_CH"), Qt's own dialogs included; in English where there is none."""
    chosen = use_language(code, workbench.samples_dir.parent / "translations")
    texts_of_qt = QTranslator(app)
    if texts_of_qt.load(f"qtbase_{chosen}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        app.installTranslator(texts_of_qt)


def build_window(workbench: Workbench) -> MainWindow:
    """The window, not yet shown. `prepare_application` comes first."""
    window = MainWindow(workbench)
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    ThemeSwitch(app, workbench.samples_dir.parent, window.choices.preferences, window)
    return window
