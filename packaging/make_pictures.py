"""Make the pictures of the user guide: ``dev.py pictures`` runs it.

It drives the real window offscreen on the sample study and on series made from it, and writes one PNG per state.
Without options they are those of the guide, into ``docs/images``. ``--every DIR`` makes them in both themes and
languages and at both scales, to be looked at before a release.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from picture_camera import LEFT, PictureFailed
from picture_editing import EditingPictures
from picture_study import build_phases, build_study, build_worklist
from picture_work import as_if_killed, own_journals
from PySide6.QtCore import QPoint, QTimer
from PySide6.QtGui import QFontDatabase
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QMenu, QSlider, QWidget

from medcrypt_gui.adapters import paths
from medcrypt_gui.adapters.inference.model_folders import ModelFolders
from medcrypt_gui.adapters.review_file import ReviewFile
from medcrypt_gui.adapters.worklist_file import WorklistFile
from medcrypt_gui.bootstrap import build_workbench
from medcrypt_gui.core.imaging.planes import Plane
from medcrypt_gui.core.imaging.series import Series
from medcrypt_gui.core.review.mask_rule import MaskRule
from medcrypt_gui.core.settings import FoundSettings, Settings, Theme
from medcrypt_gui.services.workbench import Workbench
from medcrypt_gui.ui.application import build_window, prepare_application, speak
from medcrypt_gui.ui.main_window import MainWindow
from medcrypt_gui.ui.viewer.cells import Arrangement, Cells, ExtraCell, MainCell
from medcrypt_gui.ui.viewer.extra_views import Extra
from medcrypt_gui.ui.viewer.oblique_canvas import ObliqueCanvas

GUIDE = Path(__file__).resolve().parent.parent / "docs" / "images"
_SIZE = (1440, 900)
_FINE_MS = 1500  # until what is coarse while it turns was drawn finely
_PASSPHRASE = "harbour lantern violet meadow copper"


class ChosenSettings:
    """The port `SettingsStore`: as the pictures need it, and forgotten with them."""

    def __init__(self, settings: Settings) -> None:
        self._found = FoundSettings(settings)

    def read(self) -> FoundSettings:
        return self._found

    def write(self, settings: Settings) -> None:
        self._found = FoundSettings(settings)


class NothingRecent:
    """The port `RecentStudies`: what its user opened belongs in no picture."""

    def list(self) -> tuple[Path, ...]:
        return ()

    def add(self, path: Path) -> None:
        pass

    def clear(self) -> None:
        pass


class Pictures(EditingPictures):
    """The states in the order in which they are reached; each leads to its own from where the one before left."""

    def __init__(self, window: MainWindow, samples: Path, work: Path, output: Path) -> None:
        super().__init__(window, output)
        self._work = work
        self._study = work / "Sample head"
        self._samples, self._middle = samples, 0
        self._protected, self._cards = work / "Protected", work / "Cards"

    def states(self) -> dict[str, Callable[[], None]]:
        """By the name of the picture."""
        return {
            "welcome": self._welcome,
            "phases": self._phases,
            "open": self._open,
            "layout-picker": self._layout_picker,
            "header": self._header,
            "keys": self._keys,
            "sheet": self._sheet,
            "measure": self._measure,
            "window-menu": self._window_menu,
            "colours": self._colours,
            "slab": self._slab,
            "oblique": self._oblique,
            "compare": self._compare,
            "layout": self._layout,
            "seeds": self._seeds,
            "polygon": self._polygon,
            "interpolate": self._interpolate,
            "find-roi": self._find_roi,
            "correct": self._correct,
            "surface": self._surface,
            "protect": self._protect,
            "card": self._card,
            "locked": self._locked,
            "unlocked": self._unlocked,
            "worklist": self._worklist,
            "approved": self._approved,
            "contact-sheet": self._contact_sheet,
            "unsaved": self._unsaved,
        }

    def make(self, last: str | None = None) -> None:
        """All of them, or those up to and including ``last``. Raises `PictureFailed`."""
        states = self.states()
        if last is not None and last not in states:
            raise PictureFailed(f"there is no {last}, only {', '.join(states)}")
        for name, state in states.items():
            state()
            if name == last:
                return

    def _welcome(self) -> None:
        self._take("welcome")

    def _phases(self) -> None:
        self._window.opening.open_paths((build_phases(self._samples, self._work / "contrast.nii.gz"),))
        self._settle()
        self._find("phaseSlider", QSlider).setValue(2)
        self._settle()
        self._take("phases")

    def _open(self) -> None:
        self._window.opening.open_paths((build_study(self._samples, self._study),))
        self._settle()
        self._window.flows.open.select(self._series(1))
        self._settle()
        x, y, self._middle = self._crosshair
        self._window.viewer.set_crosshair((x - 6, y, self._middle + 6))
        self._take("open")

    def _series(self, number: int) -> Series:
        found = self._window.session.found
        return next(one for one in (found.series if found is not None else ()) if one.number == number)

    def _layout_picker(self) -> None:
        self._trigger("layoutAction")
        picker = self._wait_for(lambda: QApplication.activePopupWidget())
        squares = self._find("layoutPickerSquares", QWidget, picker)
        QTest.mouseMove(squares, QPoint(90, 55))
        self._take_with("layout-picker", picker)

    def _header(self) -> None:
        self._trigger("headerAction")
        self._settle()
        self._take_dialog("header", "headerBrowser")

    def _keys(self) -> None:
        self._trigger("keysAction")
        self._take_dialog("keys", "keysDialog")

    def _sheet(self) -> None:
        self._trigger("shortcutsAction")
        self._take_dialog("sheet", "shortcutSheet")

    def _measure(self) -> None:
        self._trigger("distanceAction")
        self._drag((-42, -18), (38, -18))
        self._trigger("angleAction")
        self._drag((-40, 40), (-8, 12))
        QTest.mouseClick(self._canvas, LEFT, pos=self._place(26, 40))
        self._trigger("ellipseAction")
        self._drag((4, -58), (34, -34))
        self._take("measure")
        self._trigger("removeAllAction")
        self._trigger("windowDragAction")

    def _window_menu(self) -> None:
        menu = self._find("menuWindow", QMenu)
        bar = self._window.menuBar()
        menu.popup(bar.mapToGlobal(bar.actionGeometry(menu.menuAction()).bottomLeft()))
        self._take_with("window-menu", menu)

    def _colours(self) -> None:
        self._trigger("coloursViridisAction")
        self._take("colours")
        self._trigger("coloursGreyAction")

    def _slab(self) -> None:
        self._window.viewer.set_slab(None, 20.0)
        self._trigger("slabMaximumAction")
        self._take("slab")
        self._trigger("slabNoneAction")

    def _oblique(self) -> None:
        self._trigger("extraObliqueAction")
        self._settle()
        canvas = self._find("obliqueCanvas", ObliqueCanvas)
        self._wait_for(lambda: canvas.is_ready, "the oblique plane did not come")
        centre = canvas.rect().center()
        QTest.mousePress(canvas, LEFT, pos=centre)
        for part in range(1, 6):
            QTest.mouseMove(canvas, centre + QPoint(12, 9) * part)
        QTest.mouseRelease(canvas, LEFT, pos=centre + QPoint(60, 45))
        self._calm(_FINE_MS)
        self._take("oblique")

    def _compare(self) -> None:
        self._trigger("focusViewsAction")
        self._window.viewer.hanging.compare(self._series(2))
        self._settle()
        self._take("compare")

    def _layout(self) -> None:
        viewer = self._window.viewer
        viewer.set_arrangement(Arrangement(3, 3))
        others: Cells = (MainCell(Plane.SAGITTAL), MainCell(Plane.CORONAL), *(ExtraCell(kind) for kind in Extra))
        for place, cell in enumerate(others, start=4):
            viewer.hanging.show_in_cell(place, cell)
        self._settle()
        self._take("layout")
        self._trigger("focusViewsAction")
        self._settle()

    def _find_roi(self) -> None:
        self._click("stepRoi")
        self._settle()
        self._take("find-roi")

    def _correct(self) -> None:
        self._click("roiPrimary")
        self._settle()
        self._click("toolBrush")
        self._click("doubtNext")
        self._settle()
        self._take("correct")
        kept: list[bool] = []
        self._window.work_keeping.once_kept(lambda: kept.append(as_if_killed(self._work)))
        self._wait_for(lambda: kept)

    def _surface(self) -> None:
        x, y, _z = self._crosshair
        self._window.viewer.set_crosshair((x, y, self._middle))
        self._trigger("extraSurfaceAction")
        self._settle()
        self._wait_for(lambda: self._window.jobs.idle)
        self._calm(_FINE_MS)
        self._take("surface")
        self._trigger("focusViewsAction")

    def _protect(self) -> None:
        self._click("correctPrimary")
        self._type("protectFolder", str(self._protected))
        self._settle()
        self._wait_for(lambda: str(self._find("protectShare", QWidget).text()).endswith("%"))  # type: ignore[attr-defined]
        if self._find("protectLooked", QAbstractButton).isVisible():
            self._click("protectLooked")
        self._take("protect")

    def _card(self) -> None:
        self._click("protectPrimary")
        self._settle()
        self._cards.mkdir()
        self._type("passphraseFirst", _PASSPHRASE)
        self._type("passphraseSecond", _PASSPHRASE)
        self._type("cardFolder", str(self._cards))
        self._click("cardPrimary")
        self._settle()
        self._take("card")

    def _locked(self) -> None:
        self._click("cardPrimary")
        self._settle()
        self._take("locked")

    def _unlocked(self) -> None:
        self._click("openPrimary")
        self._window.opening.take_dropped([next(self._cards.glob("*.png"))])
        self._settle()
        self._type("unlockPassphrase", _PASSPHRASE)
        self._take("unlock")
        self._click("unlockPrimary")
        self._settle()
        self._take("unlocked")

    def _worklist(self) -> None:
        self._window.flows.worklist.open_paths(
            (build_worklist(self._samples, self._work / "Studies"),), MaskRule("_mask")
        )
        self._wait_for(lambda: self._window.session.review.current is not None)
        self._settle()
        self._window.session.review.set_reviewer("A. Example")
        for action in ("approveAction", "approveAction", "rejectAction"):
            self._decide(action)
        self._type("reviewComment", "Frontal lobe is cut off")
        self._decide("flagAction")
        self._take("worklist")

    def _approved(self) -> None:
        self._decide("previousStudyAction")
        self._decide("previousStudyAction")
        self._take("approved")

    def _contact_sheet(self) -> None:
        self._decide("nextStudyAction")
        self._trigger("glanceAction")
        self._calm(_FINE_MS)
        self._take("contact-sheet")
        self._trigger("glanceAction")

    def _decide(self, action: str) -> None:
        self._trigger(action)
        self._wait_for(lambda: not self._window.session.review.busy)
        self._settle()

    def _unsaved(self) -> None:
        self._window.session.clear_series()
        self._window.recovery.look()
        self._settle()
        self._take("unsaved")


def _workbench(options: argparse.Namespace, work: Path) -> Workbench:
    models = ModelFolders(paths.models_dir, work / "models")
    chosen = Settings(theme=Theme(options.theme), language=options.language, keep_measurements=False)
    return replace(
        build_workbench(),
        journals=own_journals(work),
        settings=ChosenSettings(chosen),
        recent=NothingRecent(),
        models=models,
        segmenters=lambda: models.catalog().segmenters,
        reviews=ReviewFile(work / "reviews"),
        worklists=WorklistFile(work),
    )


def _make(options: argparse.Namespace) -> int:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.setdefault("QT_LOGGING_RULES", "default.warning=false")  # the offscreen platform complains about sizes
    os.environ["QT_SCALE_FACTOR"] = str(options.scale)
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="medcrypt-") as folder:
        workbench = _workbench(options, Path(folder))
        app = prepare_application(workbench)
        for font in sorted((workbench.samples_dir.parent / "fonts").glob("*.ttf")):
            QFontDatabase.addApplicationFont(str(font))
        speak(app, options.language, workbench)
        window = build_window(workbench)
        window.resize(*_SIZE)
        window.show()
        try:
            Pictures(window, workbench.samples_dir, Path(folder), options.out).make(options.until)
        except PictureFailed as error:
            window.grab().save(str(options.out / "failed.png"))
            print(f"A picture failed: {error}. See {options.out / 'failed.png'}.", file=sys.stderr)
            return 1
        finally:
            window.work_keeping.finish()
            window.jobs.shut_down()
            window.hide()
            QTimer.singleShot(0, app.quit)
            app.exec()
    return 0


def _make_every(folder: Path) -> int:
    """Each in a process of its own: the scale of Qt cannot be changed in one."""
    for theme in ("dark", "light"):
        for language in ("en", "de"):
            for scale in ("1", "2"):
                given = ["--theme", theme, "--language", language, "--scale", scale]
                target = folder / f"{theme}-{language}-{scale}"
                done = subprocess.run([sys.executable, __file__, *given, "--out", str(target)], check=False)
                if done.returncode:
                    return done.returncode
    return 0


def main() -> int:
    """Exit code 0 when every picture was made."""
    parser = argparse.ArgumentParser(prog="dev.py pictures", description="Make the pictures of the user guide.")
    parser.add_argument("--theme", choices=("dark", "light"), default="dark")
    parser.add_argument("--language", default="en")
    parser.add_argument("--scale", type=int, choices=(1, 2), default=1)
    parser.add_argument("--out", type=Path, default=GUIDE)
    parser.add_argument("--until", metavar="NAME", help="stop after this picture")
    parser.add_argument("--every", type=Path, metavar="DIR", help="all themes, languages and scales, into DIR")
    options = parser.parse_args()
    return _make_every(options.every) if options.every else _make(options)


if __name__ == "__main__":
    raise SystemExit(main())
