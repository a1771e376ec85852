"""Words have room: nothing in a panel asks for more than the panel's width, in any language."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QScrollArea, QWidget
from pytestqt.qtbot import QtBot
from ui.driver import Driver

from medcrypt_gui.adapters.paths import resources_dir
from medcrypt_gui.core.language import ENGLISH, use_language
from medcrypt_gui.services.workbench import Workbench
from medcrypt_gui.ui.application import prepare_application
from medcrypt_gui.ui.session import Session
from medcrypt_gui.ui.steps import Steps
from medcrypt_gui.ui.viewer.extra_views import Extra
from medcrypt_gui.ui.widgets.tick_box import TickBox

_ROOM = 400 - 10 - 25  # the panel's width less its scroll bar, and room for more digits than are shown here


@pytest.fixture(params=["en", "de"])
def spoken(request: pytest.FixtureRequest) -> Iterator[str]:
    assert use_language(request.param, resources_dir() / "translations") == request.param
    yield request.param
    use_language(ENGLISH, resources_dir() / "translations")


@pytest.mark.usefixtures("spoken")
def test_no_panel_asks_for_more_than_its_width(qtbot: QtBot, workbench: Workbench) -> None:
    prepare_application(workbench)
    steps = Steps(Session())
    qtbot.addWidget(steps)
    steps.show()
    for area in steps.findChildren(QScrollArea):
        content = area.widget()
        for hidden in content.findChildren(QWidget):
            if not hidden.isWindow():
                hidden.setVisible(True)  # what comes only at times needs room as well
        needed = content.minimumSizeHint().width()
        assert needed <= _ROOM, f"{area.parentWidget().objectName()} needs {needed} pixels"


def test_the_words_of_a_tick_box_go_on_in_the_next_line_and_can_be_clicked(qtbot: QtBot) -> None:
    box = TickBox("I have looked at every slice of the region, and at all that lies beside it")
    qtbot.addWidget(box)
    box.resize(160, box.heightForWidth(160))
    box.show()
    assert box.heightForWidth(160) > 2 * box.heightForWidth(800)
    assert box.minimumSizeHint().width() <= 160
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(box.width() - 4, box.height() - 4))
    assert box.isChecked()
    assert box.text() == box.accessibleName() != ""


def test_no_menu_lies_open_over_the_histogram(opened: Driver) -> None:
    opened.window.viewer.show_extra(Extra.HISTOGRAM)
    opened.settle()
    histogram = opened.find("histogram")
    assert histogram.isVisible()
    assert [menu for menu in histogram.findChildren(QMenu) if menu.isVisible()] == []


def test_the_buttons_of_the_oblique_plane_fit_into_a_small_cell(opened: Driver) -> None:
    opened.window.viewer.show_extra(Extra.OBLIQUE)
    opened.settle()
    buttons = [opened.find(f"oblique{name}Button") for name in ("Axial", "Sagittal", "Coronal")]
    assert sum(one.minimumSizeHint().width() for one in buttons) <= 190
