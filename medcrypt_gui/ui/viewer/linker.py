"""Moves the views of several series together: crosshair, zoom and position in millimetres, and grey levels."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from medcrypt_gui.core.imaging import linking
from medcrypt_gui.core.imaging.linking import Index, Place
from medcrypt_gui.core.imaging.volume import Volume, Window
from medcrypt_gui.ui.viewer.guest import Guest, Link
from medcrypt_gui.ui.viewer.plane_canvas import PlaneCanvas
from medcrypt_gui.ui.viewer.view_state import ViewState

_NO_OFFSET = (0.0, 0.0, 0.0)


class Shown(NamedTuple):
    """One visible view, of a guest or (None) of the main series."""

    canvas: PlaneCanvas
    guest: Guest | None


class Linker:
    """Keeps one place in the main series' millimetres. Guests that are not linked keep their own.

    ``main`` is the main series' state, ``guests`` all guests, ``shown`` the visible views, and ``main_moved`` is called
    after the main series' crosshair was moved.
    """

    def __init__(
        self,
        main: ViewState,
        guests: Iterable[Guest],
        shown: Callable[[], Sequence[Shown]],
        main_moved: Callable[[], None],
    ) -> None:
        self._main, self._guests, self._shown, self._main_moved = main, guests, shown, main_moved
        self._place: Place = _NO_OFFSET

    # Places

    def begin(self) -> None:
        """The main series is another one, looked at where its crosshair stands."""
        self._main.exact = None
        if self._main.volume is not None:
            x, y, z = self._main.crosshair
            self._place = _place(self._main.volume, (float(x), float(y), float(z)))
            self._show_place(self._linked())

    def move_main(self, wanted: Index) -> None:
        """The user chose a voxel of the main series."""
        if self._main.volume is not None:
            self._place = linking.moved(self._main.volume.geometry, self._place, wanted)
            self._show_place(self._linked())

    def move_guest(self, guest: Guest, wanted: Index, through_axis: int) -> None:
        """The user chose a voxel of a guest; one that is linked takes everything along."""
        if guest.state.volume is None:
            return
        guest.place = linking.moved(guest.state.volume.geometry, guest.place, wanted, axes=(through_axis,))
        if guest.linked:
            self._place = linking.shifted(guest.place, guest.offset, -1)
            self._show_place(self._linked())
        else:
            self._show_guest(guest)
            self._redraw()

    def _linked(self) -> list[Guest]:
        return [guest for guest in self._guests if guest.linked]

    def _show_place(self, guests: list[Guest]) -> None:
        main = self._main
        assert main.volume is not None
        for guest in guests:
            guest.place = linking.shifted(self._place, guest.offset)
            self._show_guest(guest)
        before = main.crosshair
        exact = linking.exact_index(main.volume.geometry, self._place)
        main.exact, main.crosshair = exact if guests else None, linking.nearest_index(main.volume.geometry, exact)
        if guests:
            self.align()
        self._redraw()
        if main.crosshair != before:
            self._main_moved()

    def _show_guest(self, guest: Guest) -> None:
        volume = guest.state.volume
        assert volume is not None
        guest.state.exact = linking.exact_index(volume.geometry, guest.place)
        guest.state.crosshair = linking.nearest_index(volume.geometry, guest.state.exact)

    def _redraw(self) -> None:
        for one in self._shown():
            one.canvas.update()

    # Links

    def join(self, guest: Guest) -> None:
        """A guest's voxels came, or it was linked: bring it to the place of the others."""
        if guest.linked and self._main.volume is not None:
            self._show_place(self._linked())
        elif guest.state.volume is not None:
            self._show_guest(guest)
            self._redraw()

    def toggle(self, guest: Guest) -> None:
        """Link or unlink. A guest whose coordinates mean something else is linked from what is shown now.

        One that is still being read shows no place that it could be linked from.
        """
        if guest.state.volume is None:
            return
        if guest.linked:
            self._unlink(guest)
        elif guest.basis is linking.LinkBasis.NONE:
            self.link_from_here(guest)
        else:
            guest.offset = _NO_OFFSET
            by_frame = guest.basis is linking.LinkBasis.FRAME
            guest.set_link(Link.BY_FRAME if by_frame else Link.BY_COORDINATES)
            self.join(guest)

    def link_from_here(self, guest: Guest) -> None:
        """Link, taking the two places shown now for the same one; again ends it."""
        if guest.state.volume is None:
            return
        if guest.link is Link.FROM_HERE:
            self._unlink(guest)
            return
        guest.offset = linking.shifted(guest.place, self._place, -1)
        guest.set_link(Link.FROM_HERE)
        self.join(guest)

    def _unlink(self, guest: Guest) -> None:
        guest.offset = _NO_OFFSET
        guest.set_link(Link.OTHER_FRAME if guest.basis is linking.LinkBasis.NONE else Link.OFF)

    # Windows

    def set_window(self, window: Window, guest: Guest | None = None) -> bool:
        """Use a window in the main series, or in a guest; returns whether the main series' changed with it."""
        with_main = guest is None or guest.window_linked
        if guest is not None:
            guest.state.window = window
        if with_main:
            self._main.window = window
            for other in self._guests:
                if other.window_linked:
                    other.state.window = window
        self._redraw()
        return with_main

    def toggle_window(self, guest: Guest) -> None:
        guest.window_linked = not guest.window_linked
        if guest.window_linked:
            guest.state.window = self._main.window
        guest.changed.emit()

    # Zoom and position

    def align(self) -> None:
        """Let all linked views of a plane show what the first of them shows."""
        leaders: dict[object, Shown] = {}
        for one in self._shown():
            if one.guest is None or one.guest.linked:
                self._follow(leaders.setdefault(one.canvas.plane, one), one)

    def on_reframed(self, source: PlaneCanvas) -> None:
        """A view was zoomed or moved: the linked views of the same plane follow."""
        shown = self._shown()
        leader = next((one for one in shown if one.canvas is source), None)
        if leader is None or (leader.guest is not None and not leader.guest.linked):
            return
        for one in shown:
            if one.canvas.plane is source.plane and (one.guest is None or one.guest.linked):
                self._follow(leader, one)

    def _follow(self, leader: Shown, follower: Shown) -> None:
        """The same scale, and the same point in the middle: across the leader's slice, that of the shared place."""
        first, then = leader.canvas, follower.canvas
        if first is then or first.view is None or then.view is None:
            return
        assert first.state.volume is not None
        assert then.state.volume is not None
        frame = first.frame()
        index = first.view.display_to_index(*frame.centre, first.state.exact_crosshair[first.view.through_axis])
        place = linking.shifted(_place(first.state.volume, index), _offset(leader), -1)
        exact = linking.exact_index(then.state.volume.geometry, linking.shifted(place, _offset(follower)))
        u, v, _ = then.view.index_to_display(exact)
        then.follow(frame.scale, (u, v))


def _offset(shown: Shown) -> Place:
    return shown.guest.offset if shown.guest is not None else _NO_OFFSET


def _place(volume: Volume, index: Place) -> Place:
    x, y, z = volume.geometry.to_mm(index)
    return float(x), float(y), float(z)
