"""The list of models keeps to the panel's width, however long a title is."""

from __future__ import annotations

from dataclasses import replace

from fakes.ball_segmenter import BallSegmenter
from PySide6.QtWidgets import QRadioButton
from pytestqt.qtbot import QtBot

from medcrypt_gui.ui.widgets.model_list import ModelList, OfferedModel

_TITLE = "A model of which the name says more than there is room for in any panel"


def test_a_long_title_is_shortened_rather_than_the_panel_widened(qtbot: QtBot) -> None:
    models = ModelList()
    qtbot.addWidget(models)
    models.show_models([OfferedModel(replace(BallSegmenter().card, title=_TITLE))])
    models.resize(300, 200)
    models.show()
    radio = models.findChild(QRadioButton)
    assert models.minimumSizeHint().width() <= 300
    assert radio.text().endswith("…")
    assert radio.accessibleName() == _TITLE
    assert radio.toolTip().startswith(_TITLE)
    models.resize(900, 200)
    qtbot.waitUntil(lambda: radio.text() == _TITLE)
