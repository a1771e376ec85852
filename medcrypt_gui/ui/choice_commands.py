"""The commands of what is chosen: windows, colours, theme, language, keys."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from medcrypt_gui.core.imaging.colour_maps import ColourMap
from medcrypt_gui.core.language import mark, tr, trn
from medcrypt_gui.core.settings import SYSTEM_LANGUAGE, Theme
from medcrypt_gui.ui.actions import Command
from medcrypt_gui.ui.viewer.measurement_menu import copy_all

if TYPE_CHECKING:
    from medcrypt_gui.ui.main_window import MainWindow

_WINDOW, _MEASURE, _OPTIONS = mark("&Window"), mark("&Measure"), mark("&Options")
_COLOURS, _THEME, _LANGUAGE = mark("&View") + "/" + mark("Co&lours"), mark("&Theme"), mark("&Language")
_THEMES = (
    (Theme.SYSTEM, mark("As the &system")),
    (Theme.DARK, mark("&Dark")),
    (Theme.LIGHT, mark("&Light")),
)
# A language is named in itself, so that it is found by those who read no other.
_LANGUAGES = ((SYSTEM_LANGUAGE, mark("As the &system")), ("en", "&English"), ("de", "&Deutsch"))


def window_commands(window: MainWindow) -> tuple[Command, ...]:
    """Grey levels and colours."""
    do, viewer, choices = window.viewer.commands, window.viewer, window.choices

    def shows(colour_map: ColourMap) -> bool:
        return viewer.active_state.colour_map is colour_map

    return (
        Command(
            _WINDOW, "fileWindowAction", mark("Window of the &file"), (), do.show_file_window, view="show_file_window"
        ),
        Command(_WINDOW, "fullRangeAction", mark("Full &range"), (), do.show_full_range, view="show_full_range"),
        Command(
            _WINDOW, "autoWindowAction", mark("&Automatic"), (), do.show_automatic_window, view="show_automatic_window"
        ),
        Command(_WINDOW, "boxWindowAction", mark("From a &box"), (), do.drag_windows_box, view="drag_windows_box"),
        Command(
            _WINDOW,
            "invertAction",
            mark("&Invert"),
            (),
            do.toggle_inverted,
            True,
            "toggle_inverted",
            lambda: viewer.active_state.inverted,
        ),
        Command(_WINDOW, "namePresetAction", mark("&Name this window…"), (), choices.ask_preset_name, True),
        Command(_WINDOW, "editPresetsAction", mark("&Edit named windows…"), (), choices.ask_presets),
        *(
            Command(
                _COLOURS,
                f"colours{one.name.title().replace('_', '')}Action",
                one.value,
                (),
                partial(viewer.shared.set_colour_map, one),
                checked=partial(shows, one),
            )
            for one in ColourMap
        ),
    )


def measure_commands(window: MainWindow) -> tuple[Command, ...]:
    do, preferences = window.viewer.commands, window.choices.preferences

    def copy() -> None:
        count = copy_all(window.viewer)
        window.status.say(
            trn("{count} measurement was copied.", "{count} measurements were copied.", count)
            if count
            else tr("There are no measurements to copy.")
        )

    def keep() -> None:
        preferences.change(keep_measurements=not preferences.settings.keep_measurements)

    return (
        Command(
            _MEASURE, "distanceAction", mark("&Distance"), (), do.drag_measures_distance, view="drag_measures_distance"
        ),
        Command(_MEASURE, "angleAction", mark("&Angle"), (), do.drag_measures_angle, view="drag_measures_angle"),
        Command(
            _MEASURE, "ellipseAction", mark("&Ellipse"), (), do.drag_measures_ellipse, view="drag_measures_ellipse"
        ),
        Command(
            _MEASURE,
            "rectangleAction",
            mark("&Rectangle"),
            (),
            do.drag_measures_rectangle,
            view="drag_measures_rectangle",
        ),
        Command(
            _MEASURE, "windowDragAction", mark("&Window and level again"), (), do.drag_windows, view="drag_windows"
        ),
        Command(_MEASURE, "copyAllAction", mark("&Copy all measurements"), (), copy, True),
        Command(
            _MEASURE,
            "keepMeasurementsAction",
            mark("&Keep beside the study"),
            (),
            keep,
            checked=lambda: preferences.settings.keep_measurements,
        ),
        Command(
            _MEASURE,
            "removeLastAction",
            mark("Remove the selected or &last"),
            (),
            do.remove_measurement,
            True,
            "remove_measurement",
        ),
        Command(
            _MEASURE,
            "removeAllAction",
            mark("Re&move all"),
            (),
            do.remove_all_measurements,
            view="remove_all_measurements",
        ),
    )


def option_commands(window: MainWindow) -> tuple[Command, ...]:
    """What is kept from one start to the next."""
    choices, preferences = window.choices, window.choices.preferences

    def speak(code: str) -> None:
        preferences.change(language=code)
        window.status.say(tr("The language changes when MedCrypt is started again."))

    def has(field: str, value: object) -> bool:
        return bool(getattr(preferences.settings, field) == value)

    def turn(field: str) -> None:
        preferences.change(**{field: not getattr(preferences.settings, field)})

    return (
        Command(_OPTIONS, "keysAction", mark("&Keys…"), (), choices.ask_keys),
        *(
            Command(
                f"{_OPTIONS}/{_THEME}",
                f"theme{theme.name.title()}Action",
                text,
                (),
                partial(preferences.change, theme=theme),
                checked=partial(has, "theme", theme),
            )
            for theme, text in _THEMES
        ),
        *(
            Command(
                f"{_OPTIONS}/{_LANGUAGE}",
                f"language{(code or 'system').title()}Action",
                text,
                (),
                partial(speak, code),
                checked=partial(has, "language", code),
            )
            for code, text in _LANGUAGES
        ),
        Command(
            _OPTIONS,
            "smoothAction",
            mark("&Smooth between voxels"),
            (),
            partial(turn, "smooth"),
            True,
            checked=partial(has, "smooth", True),
        ),
        Command(
            _OPTIONS,
            "neurologicalAction",
            mark("&Patient's left on the left"),
            (),
            partial(turn, "neurological"),
            checked=partial(has, "neurological", True),
        ),
    )
