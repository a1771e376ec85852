"""The table of the window's commands."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from medcrypt_gui.core.imaging.slab import Projection
from medcrypt_gui.core.language import mark, tr
from medcrypt_gui.core.tools.registry import tool
from medcrypt_gui.ui.actions import Command
from medcrypt_gui.ui.choice_commands import measure_commands, option_commands, window_commands
from medcrypt_gui.ui.session import Step
from medcrypt_gui.ui.viewer.extra_views import Extra
from medcrypt_gui.ui.viewer.pictures import PictureOf
from medcrypt_gui.ui.viewer.view_grid import Arrangement

if TYPE_CHECKING:
    from medcrypt_gui.ui.main_window import MainWindow
    from medcrypt_gui.ui.viewer.viewer_panel import ViewerPanel


_SLABS = (
    ("None", "Single sli&ces", None),
    ("Mean", "Slab: mea&n", Projection.MEAN),
    ("Maximum", "Slab: ma&ximum (MIP)", Projection.MAXIMUM),
    ("Minimum", "Slab: min&imum (MinIP)", Projection.MINIMUM),
)


def _slab_is(viewer: ViewerPanel, projection: Projection | None) -> bool:
    slab = viewer.active_state.slab
    return (slab.projection if slab is not None else None) is projection


def commands_of(window: MainWindow) -> tuple[Command, ...]:
    """In the order of the menus. Keys of the views themselves are in ``viewer/keys.py``."""
    flows, session, viewer, pictures = window.flows, window.session, window.viewer, window.pictures

    def arrange(arrangement: Arrangement) -> None:
        viewer.set_arrangement(arrangement)

    def take(tool_id: str) -> None:
        if session.editor is not None:
            session.choose_tool(tool(tool_id))
            session.go_to(Step.CORRECT)

    return (
        Command("&File", "openFolderAction", "Open &folder…", ("Ctrl+O",), window.ask_folder),
        Command("&File", "openFilesAction", "Open f&iles…", ("Ctrl+Shift+O",), window.ask_files),
        Command("&File", "openSampleAction", "Open &sample study", (), window.open_sample),
        Command("&File", "loadMaskAction", "&Load mask…", (), window.ask_mask_to_load, separator_before=True),
        Command("&File", "saveMaskAction", "Save &mask…", ("Ctrl+S",), window.ask_mask_to_save),
        Command(
            "&File",
            "copyViewAction",
            "&Copy a picture of the view",
            ("Ctrl+C",),
            partial(pictures.copy, PictureOf.VIEW),
            True,
        ),
        Command(
            "&File",
            "copyViewsAction",
            "Copy a picture of &all views",
            ("Ctrl+Shift+C",),
            partial(pictures.copy, PictureOf.VIEWS),
        ),
        Command(
            "&File", "saveViewAction", "Save a &picture of the view…", (), partial(pictures.ask_to_save, PictureOf.VIEW)
        ),
        Command(
            "&File",
            "saveViewsAction",
            "Save a picture of all &views…",
            (),
            partial(pictures.ask_to_save, PictureOf.VIEWS),
        ),
        Command(
            "&File", "saveSheetAction", "Save a contact s&heet…", (), partial(pictures.ask_to_save, PictureOf.SHEET)
        ),
        Command("&File", "quitAction", "&Quit", ("Ctrl+Q",), window.close, separator_before=True),
        Command("&Edit", "undoAction", "&Undo", ("Ctrl+Z",), flows.correct.undo),
        Command("&Edit", "redoAction", "&Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), flows.correct.redo),
        Command("&Edit", "brushAction", "&Brush", ("B",), lambda: take("brush"), separator_before=True),
        Command("&Edit", "eraserAction", "&Eraser", ("E",), lambda: take("eraser")),
        Command("&Edit", "fillAction", "&Fill holes", (), flows.correct.fill_holes, separator_before=True),
        Command("&Edit", "largestAction", "&Keep largest part", (), flows.correct.keep_largest),
        Command("&Edit", "clearAction", "&Clear mask", (), flows.correct.clear),
        Command("&Edit", "nextDoubtAction", "&Next doubtful slice", ("N",), flows.doubt.next_slice, True),
        Command("&Edit", "previousDoubtAction", "&Previous doubtful slice", ("Shift+N",), flows.doubt.previous_slice),
        Command("&Edit", "doubtsAction", "&Mark doubtful places", ("U",), flows.doubt.toggle_marks),
        Command("&Edit", "sliceRightAction", "&This slice is right", ("V",), flows.learn.mark_right),
        Command(
            "&View",
            "seriesListAction",
            "&Series list",
            ("F9",),
            window.toggle_series_list,
            checked=lambda: not window.series_list.isHidden(),
        ),
        Command(
            "&View",
            "fullScreenAction",
            "&Full screen",
            ("F11",),
            window.toggle_full_screen,
            checked=window.isFullScreen,
        ),
        Command("&View", "focusViewsAction", "&One large view", (), lambda: arrange(Arrangement.FOCUS), True),
        Command("&View", "equalViewsAction", "Four &equal views", (), lambda: arrange(Arrangement.QUAD)),
        Command("&View", "layoutAction", tr("&Layout…"), ("F7",), window.view_choices.ask_layout),
        Command("&View", "compareAction", tr("Compare &side by side…"), ("F8",), window.view_choices.ask_comparison),
        Command(
            "&View", "linkAction", tr("Lin&k scrolling, or not"), (), viewer.commands.toggle_link, view="toggle_link"
        ),
        Command(
            "&View",
            "linkHereAction",
            tr("Link scrolling &from here"),
            (),
            viewer.commands.link_from_here,
            view="link_from_here",
        ),
        Command("&View", "linkWindowAction", tr("Link &grey levels, or not"), (), viewer.commands.toggle_window_link),
        *(
            Command(
                "&View",
                f"extra{kind.name.title()}Action",
                tr("Fourth view: {kind}", kind=tr(kind.value)),
                (),
                partial(viewer.show_extra, kind),
            )
            for kind in Extra
        ),
        Command("&View", "maximiseAction", "&Maximise or restore the view", (), viewer.toggle_maximised),
        *(
            Command(
                "&View",
                f"slab{name}Action",
                text,
                (),
                partial(viewer.set_slab, how),
                how is None,
                checked=partial(_slab_is, viewer, how),
            )
            for name, text, how in _SLABS
        ),
        Command("&View", "slabThicknessAction", "S&lab thickness…", (), window.view_choices.ask_slab_thickness),
        Command(
            "&View", "cineAction", "&Play the slices, or stop", (), viewer.commands.toggle_cine, view="toggle_cine"
        ),
        Command("&View", "resetViewAction", "&Reset view", (), viewer.commands.reset_view, True, "reset_view"),
        Command(
            "&View",
            "namesAction",
            "Hide &names",
            (),
            viewer.commands.toggle_names,
            view="toggle_names",
            checked=lambda: viewer.state.names_hidden,
        ),
        Command(
            "&View",
            "crosshairAction",
            "&Crosshair",
            (),
            viewer.commands.toggle_crosshair,
            view="toggle_crosshair",
            checked=lambda: viewer.state.crosshair_visible,
        ),
        Command(
            "&View",
            "tiltedAsStoredAction",
            "Show &tilted slices as stored",
            (),
            viewer.commands.toggle_tilted_as_stored,
            checked=lambda: viewer.state.tilted_as_stored,
        ),
        Command(
            "&View",
            "graphicsAction",
            mark("&Overlays of the file"),
            (),
            viewer.commands.toggle_graphics,
            checked=lambda: viewer.state.graphics_visible,
        ),
        Command("&View", "headerAction", "&Header…", ("Ctrl+I",), window.show_header, separator_before=True),
        Command("&View", "primaryAction", "&Next step", ("Ctrl+Return",), window.press_primary),
        *window_commands(window),
        *measure_commands(window),
        *option_commands(window),
        Command("&Help", "shortcutsAction", "&Keys and mouse", ("?", "F1"), window.choices.show_sheet),
        Command("&Help", "aboutAction", "&About MedCrypt", (), window.show_about),
    )
