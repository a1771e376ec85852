"""What an operation on the mask is: a name, options that describe themselves, and a pure function in the background."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.errors import EmptyLabelError
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.language import mark, tr
from medcrypt_gui.core.mask.box import Box
from medcrypt_gui.core.mask.label_region import label_region
from medcrypt_gui.core.mask.part import Part
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.core.tools.base import PointerSample


class Group(Enum):
    """Where an operation stands in the panel and the menu; the value is what users read."""

    IMAGE = mark("From the image")
    SLICES = mark("Between slices")
    SHAPE = mark("Shape")
    PARTS = mark("Parts and holes")
    LABELS = mark("Between labels")


@dataclass(frozen=True, eq=False)
class Subject:
    """What an operation works on: the mask and its active label, the volume, and where the user looks.

    ``slice_axis`` is the axis of ``(Z, Y, X)`` across the active view, ``slice_number`` the slice shown there; ``seed``
    is where the user clicked with a tool, else where the crosshair stands, for operations that begin there. The arrays
    are looked at only.
    """

    mask: RoiMask
    volume: Volume | None
    slice_axis: int = 0
    slice_number: int = 0
    seed: PointerSample | None = None

    @property
    def label(self) -> int:
        """The number of the label that is to change."""
        return self.mask.table.active_number

    def region(self, number: int | None = None) -> tuple[NDArray[np.bool_], Box]:
        """The voxels of a label, by default the active one, inside the smallest box around them, and that box.

        Raises `EmptyLabelError` where it has none.
        """
        number = self.label if number is None else number
        found = label_region(self.mask.labels, number)
        if found is None:
            raise EmptyLabelError(tr("the label {name} has no voxels", name=self.mask.table.name_of(number)))
        return found


@dataclass(frozen=True, eq=False)
class Change:
    """What an operation would do, step by step; ``note`` says in a sentence what it really did ("grew by 3.9 mm").

    ``look_at`` is where the result is to be seen, if not where the user looks: an index axis (0 x, 1 y, 2 z) and the
    slice across it.
    """

    parts: tuple[Part, ...]
    note: str = ""
    look_at: tuple[int, int] | None = None


class Operation(Protocol):
    """One change of the mask as a whole. Panel, menu and help build themselves from it.

    Where ``previews`` is set the change is shown first, follows the options, and is accepted or rejected; others are
    done at once, as one undo step. ``keys`` are portable key texts, which users can change.
    """

    id: str
    title: str
    help: str
    keys: tuple[str, ...]
    group: Group
    previews: bool
    options_type: type[Any]

    def why_not(self, subject: Subject) -> str:
        """Why it cannot be done now, as a sentence for users; empty where it can. Quick: never looks at all voxels."""

    def suggested(self, subject: Subject, task: TaskContext) -> Any:
        """Options that suit the subject, such as Otsu's threshold; by default the plain ones.

        Asked for in the background, of operations that preview only, as long as the user has not chosen any.
        """

    def run(self, subject: Subject, options: Any, task: TaskContext) -> Change:
        """What would change. Raises `MedcryptError` where it cannot be done, `Cancelled`."""


class PlainOperation:
    """What most operations are: done at once, possible wherever there is a mask, with plain options."""

    previews = False
    keys: tuple[str, ...] = ()
    options_type: type[Any]

    def why_not(self, subject: Subject) -> str:
        """Nothing can be done to a label that is locked or hidden."""
        return subject.mask.table.why_not_paint

    def suggested(self, subject: Subject, task: TaskContext) -> Any:  # noqa: ARG002 -- part of the interface
        return self.options_type()


def with_greys_told(note: str, volume: Volume) -> str:
    """The note of an operation that goes by values; of a colour image it says which those are."""
    if volume.rgb is None:
        return note
    told = tr("This image has colours: their brightness is compared.")
    return f"{note} {told}" if note else told


def no_values(subject: Subject) -> str:
    """Why nothing can be told from the values of the image; empty where it can."""
    if subject.volume is None:
        return tr("Open an image first.")
    if subject.volume.geometry.shape != subject.mask.geometry.shape:
        return tr("The mask does not lie on the grid of the image that is shown.")
    if subject.volume.loaded is not None and not subject.volume.loaded.all():
        return tr("Wait until all slices are read.")
    return ""
