"""What every cell of an arrangement shows, as frozen descriptions: free of Qt, so that hanging can be tested by itself.

The *main* series is the one that is worked on. A *guest* is another series of the study beside it, only to be looked
at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from medcrypt_gui.core.imaging.linking import LinkBasis, basis_of
from medcrypt_gui.core.imaging.planes import Plane, acquired_plane
from medcrypt_gui.core.imaging.series import Series
from medcrypt_gui.ui.viewer.extra_views import Extra


@dataclass(frozen=True)
class Arrangement:
    """How cells share the panel: a grid, or with ``large_first`` one large cell left of the others."""

    rows: int
    columns: int
    large_first: bool = False

    FOCUS: ClassVar[Arrangement]
    QUAD: ClassVar[Arrangement]

    @property
    def count(self) -> int:
        """How many cells there are."""
        return self.rows + 1 if self.large_first else self.rows * self.columns


Arrangement.FOCUS = Arrangement(2, 2, large_first=True)
Arrangement.QUAD = Arrangement(2, 2)


@dataclass(frozen=True)
class MainCell:
    """A plane of the main series; every plane of it is shown once at most."""

    plane: Plane


@dataclass(frozen=True)
class GuestCell:
    """A plane of another series of the study."""

    uid: str
    plane: Plane


@dataclass(frozen=True)
class ExtraCell:
    """Something else about the main series; every kind is shown once at most."""

    kind: Extra


@dataclass(frozen=True)
class EmptyCell:
    """Nothing yet."""


Cell: TypeAlias = MainCell | GuestCell | ExtraCell | EmptyCell
Cells: TypeAlias = tuple[Cell, ...]


def default_cells(
    arrangement: Arrangement, main: Series | None, study: Sequence[Series], plane: Plane, extra: Extra
) -> Cells:
    """What an arrangement begins with; ``plane`` is the one looked at now.

    One cell keeps that plane; two compare it with the same plane of the next series; three and four are the three
    planes, with an extra; more are the series of the study, the main one first, each in the plane in which it was
    acquired. Where the main series is a single image, so that it has no three planes, three and four are that as well.
    """
    count = arrangement.count
    flat = main is not None and main.is_flat
    planes: list[Cell] = [MainCell(one) for one in Plane]
    guests = compared_first(main, study)
    chosen: list[Cell]
    if count == 1:
        chosen = [MainCell(plane)]
    elif count == 2:
        chosen = [MainCell(plane), *(GuestCell(one.uid, plane_of(one, plane)) for one in guests)]
        chosen += [one for one in planes if one != MainCell(plane) and not flat]
    elif guests and (count > 4 or (flat and not arrangement.large_first)):
        first = acquired_plane(main.geometry) if main is not None else plane
        chosen = [MainCell(first), *(GuestCell(one.uid, acquired_plane(one.geometry)) for one in guests)]
    else:
        chosen = [*planes, ExtraCell(extra)]
    return (*chosen, *[EmptyCell()] * count)[:count]


def compared_first(main: Series | None, study: Sequence[Series]) -> list[Series]:
    """The other series of the study: those linked to the main one first, and among them the ones after it first."""
    uids = [one.uid for one in study]
    if main is None or main.uid not in uids:
        return [one for one in study if main is None or one.uid != main.uid]
    place = uids.index(main.uid)
    others = [*study[place + 1 :], *study[:place]]
    return sorted(others, key=lambda one: basis_of(main, one) is LinkBasis.NONE)


def plane_of(series: Series, wanted: Plane) -> Plane:
    """``wanted``, or the only plane that makes sense of a single image."""
    return acquired_plane(series.geometry) if series.is_flat else wanted


def with_cell(cells: Cells, place: int, cell: Cell) -> Cells:
    """``cells`` with another one at ``place``; what can be shown only once changes places."""
    changed = list(cells)
    if isinstance(cell, MainCell | ExtraCell) and cell in cells:
        changed[cells.index(cell)] = cells[place]
    changed[place] = cell
    return tuple(changed)


def after_main_changed(cells: Cells, before: str | None, main: Series) -> Cells:
    """The same arrangement for another main series: a guest that became the main one changes places with it."""
    changed: list[Cell] = []
    shown = {cell.plane for cell in cells if isinstance(cell, MainCell)}
    for cell in cells:
        if isinstance(cell, GuestCell) and cell.uid == main.uid:
            changed.append(GuestCell(before, cell.plane) if before is not None else EmptyCell())
        else:
            changed.append(cell)
    first = next((n for n, cell in enumerate(changed) if isinstance(cell, MainCell)), None)
    if first is not None and acquired_plane(main.geometry) not in shown:
        changed[first] = MainCell(acquired_plane(main.geometry))
    return tuple(changed)


def known_only(cells: Cells, study: Sequence[Series]) -> Cells:
    """Without guests that are no series of the study."""
    uids = {one.uid for one in study}
    return tuple(EmptyCell() if isinstance(cell, GuestCell) and cell.uid not in uids else cell for cell in cells)


def guests_of(cells: Cells) -> tuple[str, ...]:
    """The guests' uids in the order of their cells, each once."""
    return tuple(dict.fromkeys(cell.uid for cell in cells if isinstance(cell, GuestCell)))
