"""The queue of a review: which studies, where each stands, what is next."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cached_property
from pathlib import Path

from medcrypt_gui.core.language import mark, trn
from medcrypt_gui.core.review.record import ReviewRecord
from medcrypt_gui.core.review.series_ref import SeriesRef
from medcrypt_gui.core.review.state import ReviewState


@dataclass(frozen=True)
class WorklistEntry:
    """A study of the queue, as its headers gave it.

    ``name`` is what it is called there: the name of the file, or of a DICOM series its description and a short
    identifier, never a patient's. ``opens`` is what is opened to find it again: its file, or the folder of a DICOM
    series. ``shape`` is ``(Z, Y, X)``. ``first_mask`` is a mask that came with the study.
    """

    ref: SeriesRef
    name: str
    opens: Path
    modality: str
    shape: tuple[int, int, int]
    first_mask: Path | None = None


@dataclass(frozen=True)
class WorklistItem:
    """A study of the queue, and what is known of its review. ``notes`` are sentences, such as of a damaged record.

    ``seen`` is its state as it was when the mask itself was looked at, None where only the record was.
    """

    entry: WorklistEntry
    record: ReviewRecord = field(default_factory=ReviewRecord)
    notes: tuple[str, ...] = ()
    seen: ReviewState | None = None

    @property
    def id(self) -> str:
        return self.entry.ref.id

    @property
    def state(self) -> ReviewState:
        """As it was seen, or the record says; a mask that came along is there although nobody kept it yet."""
        if self.seen is not None:
            return self.seen
        state = self.record.state
        if state is ReviewState.NOT_SEGMENTED and self.record.working is None and self.entry.first_mask is not None:
            return ReviewState.IN_PROGRESS
        return state


class WorklistOrder(Enum):
    """In which order the queue is shown and gone through; the value is what users read."""

    AS_LISTED = mark("As listed")
    NAME = mark("By name")
    STATE = mark("By state: undecided first")
    NEWEST = mark("Decided last first")


@dataclass(frozen=True)
class WorklistFilter:
    """Which studies are shown: all of these must hold. ``states`` empty: any; ``reviewer`` None: anybody's.

    ``text`` is looked for in name, modality, comment and reviewer, whatever the capitals.
    """

    states: frozenset[ReviewState] = frozenset()
    reviewer: str | None = None
    text: str = ""

    def admits(self, item: WorklistItem) -> bool:
        if self.states and item.state not in self.states:
            return False
        if self.reviewer is not None and item.record.reviewer != self.reviewer:
            return False
        record = item.record
        looked_in = "\n".join((item.entry.name, item.entry.modality, record.comment, record.reviewer))
        return self.text.strip().casefold() in looked_in.casefold()


@dataclass(frozen=True)
class Worklist:
    """The queue. ``name`` is its title; ``current`` the id of the study that was shown last, empty for none."""

    items: tuple[WorklistItem, ...] = ()
    name: str = ""
    current: str = ""

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {item.id: place for place, item in enumerate(self.items)}

    def __len__(self) -> int:
        return len(self.items)

    def __contains__(self, item_id: str) -> bool:
        return item_id in self._places

    def __getitem__(self, item_id: str) -> WorklistItem:
        """The study of that id. Raises KeyError."""
        return self.items[self._places[item_id]]

    def with_record(
        self, item_id: str, record: ReviewRecord, notes: tuple[str, ...] = (), seen: ReviewState | None = None
    ) -> Worklist:
        """With what is known now of one study. Raises KeyError."""
        place = self._places[item_id]
        changed = replace(self.items[place], record=record, notes=notes, seen=seen)
        return replace(self, items=(*self.items[:place], changed, *self.items[place + 1 :]))

    def with_current(self, item_id: str) -> Worklist:
        return replace(self, current=item_id)

    def shown(
        self, wanted: WorklistFilter = WorklistFilter(), order: WorklistOrder = WorklistOrder.AS_LISTED
    ) -> tuple[WorklistItem, ...]:
        """The studies that the filter admits, in that order."""
        return _ordered([item for item in self.items if wanted.admits(item)], order)

    def counts(self) -> Mapping[ReviewState, int]:
        """How many studies are in each state, all states named."""
        found = Counter(item.state for item in self.items)
        return {state: found[state] for state in ReviewState}

    @property
    def done(self) -> int:
        """How many are approved or rejected."""
        return sum(item.state.done for item in self.items)

    @property
    def summary(self) -> str:
        """Such as "17 of 20 done"."""
        return trn("{done} of {count} done", "{done} of {count} done", len(self.items), done=self.done)


def counted(text: str) -> list[tuple[int, str]]:
    """What to sort names by, so that "study 2" comes before "study 10"; capitals do not matter."""
    parts = re.split(r"([0-9]+)", text.casefold())
    return [(int(part), "") if place % 2 else (0, part) for place, part in enumerate(parts)]


def next_unfinished(items: tuple[WorklistItem, ...], after: str) -> WorklistItem | None:
    """The next of these that is not decided, beginning anew at the end; None when no other is left.

    ``after`` is an id; where it is none of them, the first unfinished one.
    """
    place = next((i for i, item in enumerate(items) if item.id == after), None)
    others = items if place is None else (*items[place + 1 :], *items[:place])
    return next((item for item in others if not item.state.done), None)


def neighbour(items: tuple[WorklistItem, ...], of: str, step: int) -> WorklistItem | None:
    """The study ``step`` places further, decided or not; None beyond the ends. The first one where ``of`` is none."""
    place = next((i for i, item in enumerate(items) if item.id == of), None)
    wanted = 0 if place is None else place + step
    return items[wanted] if 0 <= wanted < len(items) else None


_URGENCY = (
    ReviewState.FLAGGED,
    ReviewState.IN_PROGRESS,
    ReviewState.NOT_SEGMENTED,
    ReviewState.REJECTED,
    ReviewState.APPROVED,
)


def _ordered(items: list[WorklistItem], order: WorklistOrder) -> tuple[WorklistItem, ...]:
    if order is WorklistOrder.NAME:
        items = sorted(items, key=lambda item: counted(item.entry.name))
    elif order is WorklistOrder.STATE:
        items = sorted(items, key=lambda item: _URGENCY.index(item.state))
    elif order is WorklistOrder.NEWEST:
        items = sorted(items, key=lambda item: -(item.record.last.when.timestamp() if item.record.last else 0.0))
    return tuple(items)
