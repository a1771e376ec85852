"""What an operation on the mask is: a name, options that describe themselves, and a pure function in the background."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol

from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.language import mark
from medcrypt_gui.core.mask.editor import Part
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
    is where the user clicked, for operations that grow from there. The arrays are looked at only.
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


@dataclass(frozen=True, eq=False)
class Change:
    """What an operation would do, step by step; ``note`` says in a sentence what it really did ("grew by 3.9 mm")."""

    parts: tuple[Part, ...]
    note: str = ""


class Operation(Protocol):
    """One change of the mask as a whole. Panel, menu and help build themselves from it.

    Where ``previews`` is set the change is shown first, follows the options, and is accepted or rejected; others are
    done at once, as one undo step.
    """

    id: str
    title: str
    help: str
    group: Group
    previews: bool
    options_type: type[Any]

    def why_not(self, subject: Subject) -> str:
        """Why it cannot be done now, as a sentence for users; empty where it can. Quick: never looks at all voxels."""

    def suggested(self, subject: Subject, task: TaskContext) -> Any:
        """Options that suit the subject, such as Otsu's threshold; by default the plain ones."""

    def run(self, subject: Subject, options: Any, task: TaskContext) -> Change:
        """What would change. Raises `MedcryptError` where it cannot be done, `Cancelled`."""


class PlainOperation:
    """What most operations are: done at once, possible wherever there is a mask, with plain options."""

    previews = False
    options_type: type[Any]

    def why_not(self, subject: Subject) -> str:  # noqa: ARG002 -- part of the interface
        return ""

    def suggested(self, subject: Subject, task: TaskContext) -> Any:  # noqa: ARG002 -- part of the interface
        return self.options_type()
