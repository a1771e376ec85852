"""The commands of a review."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medcrypt_gui.core.language import mark
from medcrypt_gui.ui.actions import Command

if TYPE_CHECKING:
    from medcrypt_gui.ui.main_window import MainWindow

_REVIEW = mark("&Review")


def review_commands(window: MainWindow) -> tuple[Command, ...]:
    """In the order of the menu. Ctrl+Enter is the key of the step's button, which approves in a worklist."""
    asking, review, decide = window.review.asking, window.flows.review, window.flows.decide
    return (
        Command(
            _REVIEW,
            "approveAction",
            mark("&Approve and next"),
            (),
            decide.approve_and_next,
            view="primaryAction",
            repeats=False,
        ),
        Command(
            _REVIEW,
            "rejectAction",
            mark("&Reject and next"),
            ("Ctrl+Backspace",),
            decide.reject_and_next,
            repeats=False,
        ),
        Command(
            _REVIEW, "flagAction", mark("&Flag, or take the flag away"), ("Ctrl+Shift+F",), decide.flag, repeats=False
        ),
        Command(
            _REVIEW, "nextStudyAction", mark("&Next study"), ("Ctrl+PgDown",), review.next_study, separator_before=True
        ),
        Command(_REVIEW, "previousStudyAction", mark("&Previous study"), ("Ctrl+PgUp",), review.previous_study),
        Command(
            _REVIEW,
            "glanceAction",
            mark("All &slices at a glance"),
            ("F5",),
            window.middle.toggle_glance,
            checked=lambda: window.middle.shows_glance,
        ),
        Command(
            _REVIEW,
            "proposeAllAction",
            mark("Propose for all not se&gmented"),
            (),
            window.review.propose_all,
            separator_before=True,
        ),
        Command(
            _REVIEW, "openWorklistAction", mark("&Open a saved worklist…"), (), asking.ask_saved, separator_before=True
        ),
        Command(_REVIEW, "saveWorklistAction", mark("Save the &worklist…"), (), asking.ask_where_to_save),
        Command(_REVIEW, "reportAction", mark("Write the repor&t…"), (), asking.ask_report),
        Command(_REVIEW, "exportMasksAction", mark("E&xport the approved masks…"), (), asking.ask_where_to_export),
        Command(_REVIEW, "closeWorklistAction", mark("&Close the worklist"), (), asking.close_worklist),
    )
