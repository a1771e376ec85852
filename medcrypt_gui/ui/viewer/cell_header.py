"""The line above a cell: which series, which plane, and how it follows the main series; each is a menu."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QIcon, QMouseEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QSizePolicy,
    QStyle,
    QStyleOptionToolButton,
    QStylePainter,
    QToolButton,
    QWidget,
)

from medcrypt_gui.core.imaging.planes import Plane
from medcrypt_gui.core.imaging.series import Series
from medcrypt_gui.core.language import tr
from medcrypt_gui.ui import icons
from medcrypt_gui.ui.viewer.cells import Cell, EmptyCell, ExtraCell, GuestCell, MainCell, plane_of
from medcrypt_gui.ui.viewer.extra_views import Extra
from medcrypt_gui.ui.viewer.guest import Guest, Link, title_of

HEIGHT = 26
_PADDING = 20
_LEAST_TITLE = 120
_LEAST_ELIDED = 28
_BRIEF = {Link.OTHER_FRAME: Link.OFF.value}  # the badge in the picture says why


@dataclass(frozen=True)
class HeaderText:
    """What a header tells: the cell, the series it belongs to, and the guest where it is one."""

    cell: Cell
    main: Series | None
    guest: Guest | None
    names_hidden: bool


class CellHeader(QWidget):
    """``place`` is the number of the cell, from 1. It only reports what was chosen."""

    cell_chosen = Signal(object)  # a Cell
    main_asked = Signal(object)  # a Series that is to become the main one
    maximise_asked = Signal()
    link_toggled = Signal(object)  # the Guest, as in the two below
    link_from_here_asked = Signal(object)
    window_link_toggled = Signal(object)

    def __init__(self, place: int, study: Callable[[], Sequence[Series]], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(f"cell{place}Header")
        self.setProperty("look", "cellHeader")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._study = study
        self._told = HeaderText(EmptyCell(), None, None, False)
        self._series = _MenuButton(f"cell{place}Series", tr("What this cell shows"), self, elided=True)
        self._plane = _MenuButton(f"cell{place}Plane", tr("Plane of this cell"), self)
        self._link = _MenuButton(f"cell{place}Link", tr("How this cell is linked"), self)
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 0, 4, 0)
        row.setSpacing(0)
        row.addWidget(self._series)
        row.addWidget(self._plane)
        row.addStretch(1)
        row.addWidget(self._link)
        for button, fill in (
            (self._series, self._fill_series),
            (self._plane, self._fill_plane),
            (self._link, self._fill_link),
        ):
            menu = QMenu(button)
            menu.setObjectName(f"{button.objectName()}Menu")
            menu.aboutToShow.connect(lambda menu=menu, fill=fill: (menu.clear(), fill(menu)))
            button.setMenu(menu)

    def show_text(self, told: HeaderText) -> None:
        """Tell what the cell shows now."""
        self._told = told
        cell, guest = told.cell, told.guest
        series = guest.series if guest is not None else told.main if isinstance(cell, MainCell | ExtraCell) else None
        locked = tr("locked") + "  " if guest is not None and guest.series.protected else ""
        title = title_of(series, told.names_hidden) if series is not None else tr("Choose a series")
        self._series.show_text(tr(cell.kind.value) if isinstance(cell, ExtraCell) else locked + title)
        self._plane.setVisible(isinstance(cell, MainCell | GuestCell))
        if isinstance(cell, MainCell | GuestCell):
            self._plane.show_text(tr(cell.plane.value))
        self._link.setVisible(guest is not None)
        if guest is not None:
            off = guest.link in (Link.OFF, Link.OTHER_FRAME)
            self._link.show_text(tr(_BRIEF.get(guest.link, guest.link.value)), icon="unlinked" if off else "linked")
            self._link.setToolTip(tr(guest.link.value))
        self._series.setToolTip(self._series.text())
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        self.maximise_asked.emit()

    def _fit(self) -> None:
        """The words of the link go first where there is little room, then the end of the title."""
        self._link.set_brief(False)
        beside = self._plane.sizeHint().width() + self._link.sizeHint().width()
        self._link.set_brief(self._link.isVisibleTo(self) and self.width() < beside + _LEAST_TITLE)

    def _fill_series(self, menu: QMenu) -> None:
        told = self._told
        for series in self._study():
            name = title_of(series, told.names_hidden)
            main = told.main is not None and series.uid == told.main.uid
            shown = (
                isinstance(told.cell, MainCell)
                if main
                else told.guest is not None and told.guest.series.uid == series.uid
            )
            action = _entry(menu, tr("{series} (main)", series=name) if main else name, shown)
            action.triggered.connect(lambda _on=False, series=series: self._choose_series(series))
        menu.addSeparator()
        for kind in Extra:
            action = _entry(menu, tr(kind.value), told.cell == ExtraCell(kind))
            action.triggered.connect(lambda _on=False, kind=kind: self.cell_chosen.emit(ExtraCell(kind)))
        if told.guest is not None:
            menu.addSeparator()
            action = _entry(menu, tr("Work on this series"), False)
            action.triggered.connect(lambda _on=False, series=told.guest.series: self.main_asked.emit(series))

    def _choose_series(self, series: Series) -> None:
        plane = self._told.cell.plane if isinstance(self._told.cell, MainCell | GuestCell) else Plane.AXIAL
        main = self._told.main is not None and series.uid == self._told.main.uid
        self.cell_chosen.emit(MainCell(plane) if main else GuestCell(series.uid, plane_of(series, plane)))

    def _fill_plane(self, menu: QMenu) -> None:
        cell = self._told.cell
        for plane in Plane:
            action = _entry(menu, tr(plane.value), isinstance(cell, MainCell | GuestCell) and cell.plane is plane)
            chosen = GuestCell(cell.uid, plane) if isinstance(cell, GuestCell) else MainCell(plane)
            action.triggered.connect(lambda _on=False, chosen=chosen: self.cell_chosen.emit(chosen))

    def _fill_link(self, menu: QMenu) -> None:
        guest = self._told.guest
        if guest is None:
            return
        anyway = guest.link is Link.OTHER_FRAME
        text = tr("Link anyway, from what is shown now") if anyway else tr("Link scrolling, zoom and position")
        linked = _entry(menu, text, guest.linked)
        linked.setEnabled(guest.state.volume is not None)
        linked.triggered.connect(lambda _on=False: self.link_toggled.emit(guest))
        if not anyway:
            here = _entry(menu, tr("Link scrolling from here"), guest.link is Link.FROM_HERE)
            here.setEnabled(guest.state.volume is not None)
            here.triggered.connect(lambda _on=False: self.link_from_here_asked.emit(guest))
        window = _entry(menu, tr("Link grey levels"), guest.window_linked)
        window.triggered.connect(lambda _on=False: self.window_link_toggled.emit(guest))


def _entry(menu: QMenu, text: str, checked: bool) -> QAction:
    action = menu.addAction(text.replace("&", "&&"))
    action.setCheckable(True)
    action.setChecked(checked)
    return action


class _MenuButton(QToolButton):
    """A flat button with a menu; where it is ``elided`` its text is cut if there is no room for it."""

    def __init__(self, name: str, accessible: str, parent: QWidget, elided: bool = False) -> None:
        super().__init__(parent)
        self._elided = elided
        self.setObjectName(name)
        self.setAccessibleName(accessible)
        self.setToolTip(accessible)
        self.setProperty("look", "cellHeader")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setIconSize(QSize(14, 14))
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._whole, self._brief = "", False

    def show_text(self, text: str, icon: str = "") -> None:
        self._whole = text
        self.setIcon(icons.icon(icon) if icon else QIcon())
        self.setText("" if self._brief else text)

    def set_brief(self, brief: bool) -> None:
        """Show the icon only."""
        self._brief = brief
        self.setText("" if brief else self._whole)
        style = Qt.ToolButtonStyle
        self.setToolButtonStyle(style.ToolButtonIconOnly if brief else style.ToolButtonTextBesideIcon)

    def minimumSizeHint(self) -> QSize:
        return QSize(_LEAST_ELIDED, HEIGHT) if self._elided else self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        option = QStyleOptionToolButton()
        self.initStyleOption(option)
        taken = _PADDING + (self.iconSize().width() + 6 if not self.icon().isNull() else 0)
        option.text = self.fontMetrics().elidedText(
            option.text, Qt.TextElideMode.ElideRight, max(self.width() - taken, 0)
        )
        QStylePainter(self).drawComplexControl(QStyle.ComplexControl.CC_ToolButton, option)
