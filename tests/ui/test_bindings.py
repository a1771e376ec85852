"""A key has one command; what the user changed holds, and can be taken back."""

from __future__ import annotations

import pytest

from medcrypt_gui.ui.bindings import Bindable, Bindings

TABLE = (
    Bindable("cine", "Play", "Views", ("C",)),
    Bindable("redo", "Re&do…", "Edit", ("Ctrl+Shift+Z", "Ctrl+Y")),
    Bindable("plain", "Plain", "Edit", ()),
)


def test_a_table_that_gives_a_key_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="share the key"):
        Bindings((*TABLE, Bindable("other", "Other", "Views", ("C",))))


def test_a_key_that_is_given_away_is_lost_by_its_holder() -> None:
    bindings = Bindings(TABLE)
    assert bindings.holder("Ctrl+Y") is TABLE[1]
    bindings.give("plain", "Ctrl+Y")
    assert bindings.keys_of("redo") == ("Ctrl+Shift+Z",)
    bindings.give("plain", "F2", further=True)
    assert bindings.keys_of("plain") == ("Ctrl+Y", "F2")
    assert bindings.commands == {"C": "cine", "Ctrl+Shift+Z": "redo", "Ctrl+Y": "plain", "F2": "plain"}
    assert bindings.own == {"redo": ("Ctrl+Shift+Z",), "plain": ("Ctrl+Y", "F2")}


def test_the_own_keys_are_all_that_is_needed_to_have_them_again() -> None:
    bindings = Bindings(TABLE)
    bindings.give("cine", "P")
    bindings.give("plain", "C")
    again = Bindings(TABLE, bindings.own)
    assert again.commands == bindings.commands


def test_resetting_one_takes_its_key_back() -> None:
    bindings = Bindings(TABLE)
    bindings.give("plain", "C")
    bindings.reset("cine")
    assert (bindings.keys_of("cine"), bindings.keys_of("plain")) == (("C",), ())
    assert bindings.own == {}


def test_resetting_all_forgets_everything() -> None:
    bindings = Bindings(TABLE, {"cine": (), "plain": ("C", "X")})
    bindings.reset_all()
    assert bindings.own == {}
    assert bindings.keys_of("cine") == ("C",)


def test_a_kept_key_wins_over_one_that_a_newer_version_gave_to_another_command() -> None:
    bindings = Bindings((*TABLE, Bindable("new", "New", "Views", ("P",))), {"cine": ("P",)})
    assert bindings.keys_of("cine") == ("P",)
    assert bindings.keys_of("new") == ()


def test_kept_keys_that_make_no_sense_are_passed_over() -> None:
    bindings = Bindings(TABLE, {"gone": ("C",), "cine": ("", "No Such Key", "P", "P"), "redo": ("P",)})
    assert bindings.keys_of("cine") == ("P",)
    assert bindings.keys_of("redo") == ()
    assert "gone" not in bindings.commands.values()


def test_a_title_is_told_without_what_menus_need() -> None:
    assert TABLE[1].title == "Redo"
