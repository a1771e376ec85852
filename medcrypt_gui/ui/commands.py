"""The table of the window's commands."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from medcrypt_gui.core.imaging.slab import Projection
from medcrypt_gui.core.language import mark, tr
from medcrypt_gui.core.tools.base import Tool
from medcrypt_gui.core.tools.registry import all_tools
from medcrypt_gui.ui.actions import Command
from medcrypt_gui.ui.choice_commands import measure_commands, option_commands, window_commands
from medcrypt_gui.ui.operation_commands import operation_commands
from medcrypt_gui.ui.review_commands import review_commands
from medcrypt_gui.ui.session import Step
from medcrypt_gui.ui.viewer.extra_views import Extra
from medcrypt_gui.ui.viewer.pictures import PictureOf
from medcrypt_gui.ui.viewer.view_grid import Arrangement

if TYPE_CHECKING:
    from medcrypt_gui.ui.main_window import MainWindow
    from medcrypt_gui.ui.viewer.viewer_panel import ViewerPanel


_FILE, _EDIT, _VIEW, _HELP = mark("&File"), mark("&Edit"), mark("&View"), mark("&Help")
# A stroke makes a submenu (`ui.actions.Command`); each title is translated by itself.
_LAYOUT, _LINKING, _SLAB = (f"{_VIEW}/{title}" for title in (mark("La&yout"), mark("Lin&king"), mark("Sla&b")))
_SLABS = (
    ("none", mark("Single sli&ces"), None),
    ("mean", mark("Slab: mea&n"), Projection.MEAN),
    ("maximum", mark("Slab: ma&ximum (MIP)"), Projection.MAXIMUM),
    ("minimum", mark("Slab: min&imum (MinIP)"), Projection.MINIMUM),
)


def _keys(tool: Tool) -> tuple[str, ...]:
    return (tool.shortcut,) if tool.shortcut else ()


def _slab_is(viewer: ViewerPanel, projection: Projection | None) -> bool:
    slab = viewer.active_state.slab
    return (slab.projection if slab is not None else None) is projection


def commands_of(window: MainWindow) -> tuple[Command, ...]:
    """In the order of the menus. Keys of the views themselves are in ``viewer/keys.py``."""
    flows, session, viewer, pictures = window.flows, window.session, window.viewer, window.pictures

    def arrange(arrangement: Arrangement) -> None:
        viewer.set_arrangement(arrangement)

    def take(one: Tool) -> None:
        if session.editor is not None:
            session.choose_tool(one)
            session.go_to(Step.CORRECT)

    def undo() -> None:
        """In the middle of a shape it is its last point that goes, in the middle of a stroke that stroke."""
        drawing = session.editor is not None and session.editor.in_gesture
        if not (drawing and viewer.cancel_stroke()) and not viewer.commands.drop_point():
            flows.correct.undo()

    return (
        Command(_FILE, "openFolderAction", mark("Open &folder…"), ("Ctrl+O",), window.opening.ask_folder),
        Command(_FILE, "openFilesAction", mark("Open f&iles…"), ("Ctrl+Shift+O",), window.opening.ask_files),
        Command(_FILE, "openSampleAction", mark("Open &sample study"), (), window.opening.open_sample),
        Command(
            _FILE, "worklistAction", mark("Revie&w a worklist…"), ("Ctrl+Shift+R",), window.review.asking.ask_worklist
        ),
        Command(
            _FILE, "loadMaskAction", mark("&Load mask…"), (), window.opening.ask_mask_to_load, separator_before=True
        ),
        Command(_FILE, "saveMaskAction", mark("Save &mask…"), ("Ctrl+S",), window.opening.ask_mask_to_save),
        Command(
            _FILE,
            "copyViewAction",
            mark("&Copy a picture of the view"),
            ("Ctrl+C",),
            partial(pictures.copy, PictureOf.VIEW),
            True,
        ),
        Command(
            _FILE,
            "copyViewsAction",
            mark("Copy a picture of &all views"),
            ("Ctrl+Shift+C",),
            partial(pictures.copy, PictureOf.VIEWS),
        ),
        Command(
            _FILE,
            "saveViewAction",
            mark("Save a &picture of the view…"),
            (),
            partial(pictures.ask_to_save, PictureOf.VIEW),
        ),
        Command(
            _FILE,
            "saveViewsAction",
            mark("Save a picture of all &views…"),
            (),
            partial(pictures.ask_to_save, PictureOf.VIEWS),
        ),
        Command(
            _FILE, "saveSheetAction", mark("Save a contact s&heet…"), (), partial(pictures.ask_to_save, PictureOf.SHEET)
        ),
        Command(_FILE, "quitAction", mark("&Quit"), ("Ctrl+Q",), window.close, separator_before=True),
        Command(_EDIT, "undoAction", mark("&Undo"), ("Ctrl+Z",), undo),
        Command(_EDIT, "redoAction", mark("&Redo"), ("Ctrl+Shift+Z", "Ctrl+Y"), flows.correct.redo),
        *(
            Command(_EDIT, f"{one.id}Action", one.title, _keys(one), partial(take, one), one is all_tools()[0])
            for one in all_tools()
        ),
        Command(
            _EDIT,
            "pasteShapeAction",
            mark("Paste the last pol&ygon"),
            (),
            viewer.commands.paste_shape,
            view="paste_shape",
        ),
        Command(_EDIT, "nextLabelAction", mark("Next &label"), ("Q",), flows.labels.next_label, True),
        Command(_EDIT, "previousLabelAction", mark("Previous la&bel"), ("Shift+Q",), flows.labels.previous_label),
        Command(_EDIT, "addLabelAction", mark("&Add a label"), (), flows.labels.add),
        Command(_EDIT, "labelFiguresAction", mark("Label &statistics…"), (), window.figures.show),
        *operation_commands(window),
        Command(_EDIT, "nextDoubtAction", mark("&Next doubtful slice"), ("N",), flows.doubt.next_slice, True),
        Command(
            _EDIT, "previousDoubtAction", mark("&Previous doubtful slice"), ("Shift+N",), flows.doubt.previous_slice
        ),
        Command(_EDIT, "doubtsAction", mark("&Mark doubtful places"), ("U",), flows.doubt.toggle_marks),
        Command(_EDIT, "sliceRightAction", mark("&This slice is right"), ("V",), flows.learn.mark_right),
        Command(
            _VIEW,
            "seriesListAction",
            mark("&Series list"),
            ("F9",),
            window.left.toggle_series_list,
            checked=lambda: not window.series_list.isHidden(),
        ),
        Command(
            _VIEW,
            "worklistPanelAction",
            mark("&Worklist"),
            ("Shift+F9",),
            window.left.toggle_worklist,
            checked=lambda: not window.left.worklist.isHidden(),
        ),
        Command(
            _VIEW,
            "fullScreenAction",
            mark("&Full screen"),
            ("F11",),
            window.toggle_full_screen,
            checked=window.isFullScreen,
        ),
        Command(_LAYOUT, "focusViewsAction", mark("&One large view"), (), lambda: arrange(Arrangement.FOCUS)),
        Command(_LAYOUT, "equalViewsAction", mark("Four &equal views"), (), lambda: arrange(Arrangement.QUAD)),
        Command(_LAYOUT, "layoutAction", mark("&Layout…"), ("F7",), window.view_choices.ask_layout),
        Command(_LAYOUT, "compareAction", mark("Compare &side by side…"), ("F8",), window.view_choices.ask_comparison),
        Command(
            _LINKING, "linkAction", mark("Lin&k scrolling, or not"), (), viewer.commands.toggle_link, view="toggle_link"
        ),
        Command(
            _LINKING,
            "linkHereAction",
            mark("Link scrolling &from here"),
            (),
            viewer.commands.link_from_here,
            view="link_from_here",
        ),
        Command(
            _LINKING, "linkWindowAction", mark("Link &grey levels, or not"), (), viewer.commands.toggle_window_link
        ),
        *(
            Command(
                _LAYOUT,
                f"extra{kind.name.title()}Action",
                tr("Fourth view: {kind}", kind=tr(kind.value)),
                (),
                partial(viewer.show_extra, kind),
                kind is next(iter(Extra)),
                checked=partial(viewer.hanging.shows_extra, kind),
            )
            for kind in Extra
        ),
        Command(_LAYOUT, "maximiseAction", mark("&Maximise or restore the view"), (), viewer.toggle_maximised, True),
        *(
            Command(
                _SLAB,
                f"slab{name.title()}Action",
                text,
                (),
                partial(viewer.set_slab, how),
                checked=partial(_slab_is, viewer, how),
            )
            for name, text, how in _SLABS
        ),
        Command(_SLAB, "slabThicknessAction", mark("S&lab thickness…"), (), window.view_choices.ask_slab_thickness),
        Command(
            _VIEW,
            "cineAction",
            mark("&Play the slices, or stop"),
            (),
            viewer.commands.toggle_cine,
            True,
            view="toggle_cine",
        ),
        Command(_VIEW, "resetViewAction", mark("&Reset view"), (), viewer.commands.reset_view, True, "reset_view"),
        Command(
            _VIEW,
            "namesAction",
            mark("Hide &names"),
            (),
            viewer.commands.toggle_names,
            view="toggle_names",
            checked=lambda: viewer.state.names_hidden,
        ),
        Command(
            _VIEW,
            "crosshairAction",
            mark("&Crosshair"),
            (),
            viewer.commands.toggle_crosshair,
            view="toggle_crosshair",
            checked=lambda: viewer.state.crosshair_visible,
        ),
        Command(
            _VIEW,
            "tiltedAsStoredAction",
            mark("Show &tilted slices as stored"),
            (),
            viewer.commands.toggle_tilted_as_stored,
            checked=lambda: viewer.state.tilted_as_stored,
        ),
        Command(
            _VIEW,
            "graphicsAction",
            mark("&Overlays of the file"),
            (),
            viewer.commands.toggle_graphics,
            checked=lambda: viewer.state.graphics_visible,
        ),
        Command(_VIEW, "headerAction", mark("&Header…"), ("Ctrl+I",), window.header.show, separator_before=True),
        Command(
            _VIEW,
            "primaryAction",
            mark("Ne&xt step; in a worklist: approve"),
            ("Ctrl+Return",),
            window.review.press_primary,
            repeats=False,
        ),
        *window_commands(window),
        *measure_commands(window),
        *review_commands(window),
        *option_commands(window),
        Command(_HELP, "shortcutsAction", mark("&Keys and mouse"), ("?", "F1"), window.choices.show_sheet),
        Command(_HELP, "policyAction", mark("Site &policy…"), (), window.review.asking.show_policy),
        Command(_HELP, "aboutAction", mark("&About MedCrypt"), (), window.show_about),
    )
