"""Which cell shows what: fills the arrangement with planes, guests and extras, and keeps it over a change of series."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRect, Qt, Signal
from PySide6.QtWidgets import QWidget

from medcrypt_gui.core.imaging.planes import Plane, acquired_plane
from medcrypt_gui.core.imaging.series import Series
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.ui.viewer import cells as hung
from medcrypt_gui.ui.viewer.canvas_signals import connect_guest
from medcrypt_gui.ui.viewer.cell_header import CellHeader, HeaderText
from medcrypt_gui.ui.viewer.cells import Arrangement, Cell, Cells, ExtraCell, GuestCell, MainCell
from medcrypt_gui.ui.viewer.extra_views import Extra, make_extra
from medcrypt_gui.ui.viewer.guest import Guest
from medcrypt_gui.ui.viewer.guest_view import EmptyView, GuestView
from medcrypt_gui.ui.viewer.guests import Guests
from medcrypt_gui.ui.viewer.linker import Linker, Shown
from medcrypt_gui.ui.viewer.plane_canvas import PlaneCanvas
from medcrypt_gui.ui.viewer.view_grid import Framed, ViewGrid

if TYPE_CHECKING:
    from medcrypt_gui.ui.viewer.viewer_panel import ViewerPanel


class Hanging(QObject):
    """Owns the cells of a `ViewerPanel`: its grid, headers, guests and extras."""

    main_asked = Signal(object)  # a Series that is to become the main one

    def __init__(self, panel: ViewerPanel) -> None:
        super().__init__(panel)
        self._panel = panel
        self._grid = ViewGrid(panel)
        self._study: tuple[Series, ...] = ()
        self._main_uid: str | None = None
        self._arrangement = Arrangement.FOCUS
        self._extra = Extra.HISTOGRAM
        self._cells: Cells = tuple(MainCell(plane) for plane in Plane)
        self._remembered: dict[Arrangement, tuple[str | None, Cells]] = {}
        self.guests = Guests(panel.state, self)
        self.guests.changed.connect(self.refresh)
        self.guests.read.connect(self._on_read)
        self._views: dict[int, tuple[Cell, QWidget]] = {}  # those made for one cell: of guests, and empty ones
        self._extras: dict[Extra, QWidget] = {}
        self._headers: list[CellHeader] = []
        self._alone_since_flat = False
        self.linker = Linker(panel.state, self.guests, self.shown, panel.announce_crosshair)

    # What is shown where

    @property
    def arrangement(self) -> Arrangement:
        return self._arrangement

    @property
    def cells(self) -> Cells:
        return self._cells

    @property
    def extra(self) -> Extra:
        """The extra that is shown, or was last."""
        return self._extra

    @property
    def study(self) -> tuple[Series, ...]:
        return self._study

    def set_study(self, study: Sequence[Series]) -> None:
        """Another study was opened: what the cells showed of the one before is dropped."""
        self._study = tuple(study)
        self._remembered.clear()
        self._main_uid = None
        self._hang(hung.known_only(self._cells, ()))

    def set_arrangement(self, arrangement: Arrangement) -> None:
        """Share the panel so, showing what its cells showed last in this study; chosen again, what they begin with."""
        self._remembered[self._arrangement] = (self._main_uid, self._cells)
        if arrangement == self._arrangement:
            self._remembered.pop(arrangement)
        self._arrangement = arrangement
        before, cells = self._remembered.get(arrangement, (self._main_uid, self._default()))
        if self._main is not None and before != self._main_uid:
            cells = hung.after_main_changed(cells, before, self._main)
        self._alone_since_flat = False
        self._hang(hung.known_only(cells, self._study))

    def compare(self, series: Series) -> None:
        """The main series and this one side by side, in the plane that is looked at."""
        plane = self._panel.active_canvas.plane
        self._remembered[self._arrangement] = (self._main_uid, self._cells)
        self._arrangement, self._alone_since_flat = Arrangement(1, 2), False
        self._hang((MainCell(self._plane_of_main(plane)), GuestCell(series.uid, hung.plane_of(series, plane))))

    def show_extra(self, kind: Extra) -> None:
        """An extra in its cell, or as the fourth of four equal ones."""
        self._extra = kind
        place = next((n for n, cell in enumerate(self._cells) if isinstance(cell, ExtraCell)), None)
        if place is None:
            self._remembered.pop(Arrangement.QUAD, None)
            self.set_arrangement(Arrangement.QUAD)
            place = None if self.shows_extra(kind) else len(self._cells) - 1  # guests may have taken all four
        if place is not None:
            self.show_in_cell(place, ExtraCell(kind))

    def shows_extra(self, kind: Extra) -> bool:
        """Whether a cell is for this kind, even while another one is maximised."""
        return ExtraCell(kind) in self._cells

    @property
    def focused_extra(self) -> QWidget | None:
        """The visible extra that has the focus."""
        focused = self._panel.window().focusWidget()
        shown = [view for view in self._extras.values() if view.isVisible() and focused is not None]
        return next((view for view in shown if view is focused or view.isAncestorOf(focused)), None)

    def show_in_cell(self, place: int, cell: Cell) -> None:
        """Show this in a cell, counted from 0. The last cell of the main series can only get another main series."""
        cells = hung.with_cell(self._cells, place, cell)
        if not any(isinstance(one, MainCell) for one in cells):
            if isinstance(cell, GuestCell):
                self._ask_main(cell.uid)
            return
        if isinstance(cell, ExtraCell):
            self._extra = cell.kind
        self._hang(cells)

    def show_series(self, place: int, uid: str) -> None:
        """A series was dropped on a cell: shown there in the plane that the cell showed."""
        series = next((one for one in self._study if one.uid == uid), None)
        if series is None:
            return
        cell = self._cells[place]
        plane = cell.plane if isinstance(cell, MainCell | GuestCell) else self._panel.active_canvas.plane
        if uid != self._main_uid:
            self.show_in_cell(place, GuestCell(uid, hung.plane_of(series, plane)))
        elif not isinstance(cell, MainCell):
            self.show_in_cell(place, MainCell(self._plane_of_main(plane)))

    def next_series(self, further: int, cell: GuestCell) -> None:
        """The cells of a guest show its neighbour in the study; the main series is passed over."""
        others = [one for one in self._study if one.uid != self._main_uid]
        at = next(n for n, one in enumerate(others) if one.uid == cell.uid) + further
        if 0 <= at < len(others):
            uid, plane = others[at].uid, hung.plane_of(others[at], cell.plane)
            self.show_in_cell(self._cells.index(cell), GuestCell(uid, plane))

    # The main series

    def main_changed(self, series: Series | None) -> None:
        """Another main series is shown from its beginning, or none."""
        if series is None:
            self._hang(self._cells)
            return
        before, self._main_uid = self._main_uid, series.uid
        if before is None:
            self._cells = self._default()
        elif before != series.uid:
            self._cells = hung.after_main_changed(self._cells, before, series)
        self.guests.begin_links()
        alone = self._grid.alone
        volume = self._panel.state.volume
        # Planes across the slices of a paged volume would fetch all of it from the disk; they are there on request.
        single = series.is_flat or (volume is not None and volume.paged)
        if single and not hung.guests_of(self._cells):
            acquired = acquired_plane(series.geometry)
            alone, self._alone_since_flat = self._panel.canvases[list(Plane).index(acquired)], True
        elif self._alone_since_flat:
            alone, self._alone_since_flat = None, False
        self._hang(self._cells, alone)

    @property
    def _main(self) -> Series | None:
        return self._panel.state.series

    def _plane_of_main(self, plane: Plane) -> Plane:
        return hung.plane_of(self._main, plane) if self._main is not None else plane

    def _default(self) -> Cells:
        plane = self._plane_of_main(self._panel.active_canvas.plane)
        return hung.default_cells(self._arrangement, self._main, self._study, plane, self._extra)

    def _ask_main(self, uid: str) -> None:
        self.main_asked.emit(next(one for one in self._study if one.uid == uid))

    # Guests

    def _on_read(self, uid: str, volume: Volume) -> None:
        guest = self.guests.get(uid)
        if guest is not None:
            guest.take(volume, self._panel.state)
            self.linker.join(guest)
            self.linker.align()
            self._activate_something()

    def share(self) -> None:
        """What holds for all views changed in the main series' state."""
        self.guests.share()
        self.refresh()

    # Placing

    def _hang(self, cells: Cells, alone: QWidget | None = None) -> None:
        self._cells = cells
        wanted = hung.guests_of(cells) if self._main is not None else ()
        self.guests.sort(wanted, self._study)
        self._drop_views()
        views = [self._view(n, cell) for n, cell in enumerate(cells)]
        headed = self._arrangement != Arrangement.FOCUS or len(self.guests) > 0
        while len(self._headers) < len(cells):
            self._add_header(len(self._headers))
        framed = [Framed(view, self._headers[n] if headed else None) for n, view in enumerate(views)]
        self._grid.arrange(self._arrangement, framed, alone if alone in views else None)
        self.refresh()
        self._activate_something()
        self.linker.align()

    def _view(self, place: int, cell: Cell) -> QWidget:
        if isinstance(cell, MainCell):
            return self._panel.canvases[list(Plane).index(cell.plane)]
        if isinstance(cell, ExtraCell):
            if cell.kind not in self._extras:
                self._extras[cell.kind] = make_extra(cell.kind, self._panel)
            return self._extras[cell.kind]
        if place not in self._views:
            self._views[place] = (cell, self._made(place, cell))
        return self._views[place][1]

    def _made(self, place: int, cell: Cell) -> QWidget:
        guest = self.guests.get(cell.uid) if isinstance(cell, GuestCell) else None
        if guest is None or not isinstance(cell, GuestCell):
            return EmptyView(place + 1, self._panel)
        view = GuestView(guest, cell.plane, place + 1, self._panel)
        view.cancel_asked.connect(lambda: self.guests.stop_asked.emit(guest.series.uid))
        view.again_asked.connect(lambda: self.guests.again_asked.emit(guest.series.uid))
        connect_guest(self._panel, view.canvas, guest)
        return view

    def _drop_views(self) -> None:
        """Those of cells that show something else now, or whose guest is another one."""
        for place, (cell, view) in list(self._views.items()):
            kept = place < len(self._cells) and self._cells[place] == cell
            if isinstance(cell, GuestCell):
                kept = kept and isinstance(view, GuestView) and self.guests.get(cell.uid) is view.guest
            if not kept:
                del self._views[place]
                view.hide()
                view.deleteLater()

    def _add_header(self, place: int) -> None:
        header = CellHeader(place + 1, lambda: self._study, self._panel)
        header.cell_chosen.connect(lambda cell: self.show_in_cell(place, cell))
        header.main_asked.connect(self.main_asked)
        header.maximise_asked.connect(lambda: self.toggle_maximised(self._view(place, self._cells[place])))
        header.link_toggled.connect(self.linker.toggle)
        header.link_from_here_asked.connect(self.linker.link_from_here)
        header.window_link_toggled.connect(self.linker.toggle_window)
        header.hide()
        self._headers.append(header)

    def refresh(self) -> None:
        """Headers tell what their cells show now."""
        for header, cell in zip(self._headers, self._cells, strict=False):
            guest = self.guests.get(cell.uid) if isinstance(cell, GuestCell) else None
            header.show_text(HeaderText(cell, self._main, guest, self._panel.state.names_hidden))

    # What is visible

    def shown(self) -> list[Shown]:
        """The visible views of slices, in the order of their cells."""
        found = []
        for view in self._visible():
            if isinstance(view, PlaneCanvas):
                found.append(Shown(view, None))
            elif isinstance(view, GuestView) and view.currentWidget() is view.canvas:
                found.append(Shown(view.canvas, view.guest))
        return found

    def guest_canvases(self) -> list[PlaneCanvas]:
        """Those of guests, visible or not."""
        return [view.canvas for _cell, view in self._views.values() if isinstance(view, GuestView)]

    def _visible(self) -> list[QWidget]:
        views = [self._view(n, cell) for n, cell in enumerate(self._cells)]
        return [view for view in views if self._grid.alone in (None, view)]

    def next_stop(self, here: QWidget | None) -> QWidget | None:
        """The view after ``here`` that can take the keys; extras that take none are passed over."""
        stops = [
            view.canvas if isinstance(view, GuestView) and view.currentWidget() is view.canvas else view
            for view in self._visible()
        ]
        stops = [view for view in stops if view.focusPolicy() != Qt.FocusPolicy.NoFocus]
        at = next((n for n, view in enumerate(stops) if here is not None and view in (here, here.parent())), -1)
        return stops[(at + 1) % len(stops)] if stops else None

    def toggle_maximised(self, canvas: QWidget) -> None:
        """Show the cell of this view alone, or all again."""
        cell = canvas.parentWidget() if isinstance(canvas.parentWidget(), GuestView) else canvas
        self._alone_since_flat = False
        self._grid.show_alone(None if self._grid.alone is not None else cell)
        self.linker.align()

    @property
    def active_guest(self) -> Guest | None:
        """The guest whose view keys act on; None while it is the main series."""
        return next((one.guest for one in self.shown() if one.canvas is self._panel.active_canvas), None)

    def cell_of(self, canvas: QWidget) -> Cell | None:
        """What the cell of this view shows."""
        for n, cell in enumerate(self._cells):
            if self._view(n, cell) in (canvas, canvas.parentWidget()):
                return cell
        return None

    def area_at(self, x: float, y: float) -> tuple[int, QRect] | None:
        """Number, from 0, and rectangle of the visible cell at a point of the panel, its header included."""
        visible = self._visible()
        for n, cell in enumerate(self._cells):
            view = self._view(n, cell)
            area = view.geometry()
            if n < len(self._headers) and not self._headers[n].isHidden():
                area = area.united(self._headers[n].geometry())
            if view in visible and area.contains(int(x), int(y)):
                return n, area
        return None

    def _activate_something(self) -> None:
        """The view that keys act on is one that can be seen."""
        shown = self.shown()
        if all(one.canvas is not self._panel.active_canvas for one in shown):
            first = next((one.canvas for one in shown if one.guest is None), None)
            self._panel.activate(first or (shown[0].canvas if shown else self._panel.canvases[0]))
