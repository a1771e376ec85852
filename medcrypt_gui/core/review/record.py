"""What is known of the review of one series: the mask as it was kept last, and what people decided about masks.

The state is never stored, it follows from the two: an approval speaks of one mask, told by its hash, and holds for
that mask only. So a changed mask voids it, and taking the change back makes it valid again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from medcrypt_gui.core.language import tr
from medcrypt_gui.core.mask.labels import Label, LabelTable
from medcrypt_gui.core.review.state import ReviewState

HASH_LETTERS = 64
_SPOKEN_OF = (ReviewState.APPROVED, ReviewState.REJECTED)


@dataclass(frozen=True)
class KeptMask:
    """A mask that lies on the disk.

    ``file`` is the name of its file, which lies beside the record; ``sha256`` its `mask_hash`. ``table`` says what its
    labels are called and which of them count to the ROI, as `plain_table` has it; ``volume_ml`` is that of the ROI.
    """

    file: str
    sha256: str
    table: LabelTable
    volume_ml: float

    def __post_init__(self) -> None:
        if not self.file or "/" in self.file or "\\" in self.file or self.file.startswith("."):
            raise ValueError("a kept mask has the name of a file, not a path")
        if len(self.sha256) != HASH_LETTERS or not set(self.sha256) <= set("0123456789abcdef"):
            raise ValueError("the hash of a mask has 64 hexadecimal digits")
        if not 0 <= self.volume_ml < float("inf"):
            raise ValueError("a volume is finite and not negative")


def plain_table(table: LabelTable) -> LabelTable:
    """What is kept of a table: names, colours, what counts to the ROI; not what is shown, locked or painted with."""
    return LabelTable(tuple(Label(one.number, one.name, one.colour, in_roi=one.in_roi) for one in table))


@dataclass(frozen=True)
class Decision:
    """What somebody decided about one mask, or, where ``mask`` is None, about a study without a mask.

    ``version`` counts approved masks: what is not approved yet bears the number it will get. ``when`` is UTC.
    ``reviewer`` is the name as it was typed: nobody checked it. ``image`` is the mark of the image that was looked at,
    empty where it is not known.
    """

    state: ReviewState
    version: int
    mask: KeptMask | None
    when: datetime
    reviewer: str
    comment: str = ""
    image: str = ""

    def __post_init__(self) -> None:
        if self.version < 1:
            raise ValueError("versions count from 1")
        if self.when.utcoffset() != timedelta(0):
            raise ValueError("the time of a decision is UTC")
        if self.state is ReviewState.APPROVED and self.mask is None:
            raise ValueError("only a mask can be approved")
        if self.state is ReviewState.NOT_SEGMENTED:
            raise ValueError("nobody decides that there is no mask")


@dataclass(frozen=True)
class ReviewRecord:
    """The review of one series.

    ``working`` is the mask as it was kept last, None while there is none; of an approved one it is the approved file
    itself. ``decisions`` are all that were made, oldest first. ``comment`` is the one that holds now. ``saved`` is when
    the record was written last (UTC), None for one that never was; ``revision`` counts how often: clocks go wrong.
    """

    working: KeptMask | None = None
    decisions: tuple[Decision, ...] = ()
    comment: str = ""
    saved: datetime | None = None
    revision: int = 0

    def __post_init__(self) -> None:
        if self.revision < 0:
            raise ValueError("revisions count from 0")

    @property
    def state(self) -> ReviewState:
        """Of the mask as it was kept last."""
        return self.state_of(self.working.sha256 if self.working is not None else None)

    @property
    def version(self) -> int:
        """The version that the mask as it was kept last is, or will become when it is approved."""
        return self.version_of(self.working.sha256 if self.working is not None else None)

    @property
    def last(self) -> Decision | None:
        """The decision made last, whether or not it still speaks of the mask."""
        return self.decisions[-1] if self.decisions else None

    @property
    def reviewer(self) -> str:
        """Who decided last; empty where nobody did."""
        return self.last.reviewer if self.last is not None else ""

    @property
    def approved_versions(self) -> tuple[Decision, ...]:
        """The approval of each version that ever was approved, by number; of one approved twice the later one."""
        found = {one.version: one for one in self.decisions if one.state is ReviewState.APPROVED}
        return tuple(found[number] for number in sorted(found))

    def state_of(self, sha256: str | None, image: str = "") -> ReviewState:
        """Where a mask with this hash stands, None for no mask, on the image with this mark, where it was looked at."""
        last = self.last
        if last is not None and last.state is ReviewState.FLAGGED:
            return ReviewState.FLAGGED
        if last is not None and last.state in _SPOKEN_OF and self.voided_by(sha256, image) is None:
            return last.state
        return ReviewState.NOT_SEGMENTED if sha256 is None else ReviewState.IN_PROGRESS

    def version_of(self, sha256: str | None) -> int:
        """The number of the approved version that has this hash, or the next one."""
        approved = self.approved_versions
        same = [one.version for one in approved if _hash_of(one) == sha256]
        return same[-1] if same else approved[-1].version + 1 if approved else 1

    def voided_by(self, sha256: str | None, image: str = "") -> Decision | None:
        """The approval or rejection that does not speak of this mask on this image; None where there is no such."""
        last = self.last
        if last is None or last.state not in _SPOKEN_OF:
            return None
        return last if _hash_of(last) != sha256 or of_another_image(last, image) else None

    def with_working(self, mask: KeptMask | None, when: datetime) -> ReviewRecord:
        """With another mask as the one kept last."""
        return replace(self, working=mask, saved=when, revision=self.revision + 1)

    def with_comment(self, comment: str, when: datetime) -> ReviewRecord:
        return replace(self, comment=comment, saved=when, revision=self.revision + 1)

    def with_decision(self, decision: Decision) -> ReviewRecord:
        """With one decision more; its mask is then the one kept last."""
        decisions = (*self.decisions, decision)
        return ReviewRecord(decision.mask, decisions, decision.comment, decision.when, self.revision + 1)


def of_another_image(decision: Decision, image: str) -> bool:
    """Whether it is known to speak of another image than the one with this mark."""
    return "" not in (decision.image, image) and decision.image != image


def voided_text(decision: Decision, image: str = "") -> str:
    """The sentence for a decision that does not speak of the mask as it is, on the image with this mark."""
    if of_another_image(decision, image):
        return tr(
            "The image is not the one that was looked at when version {version} was decided: look at it anew.",
            version=decision.version,
        )
    if decision.state is ReviewState.APPROVED:
        return tr("Approved version {version} no longer fits the mask: it was changed since.", version=decision.version)
    return tr("The mask was changed since it was rejected.")


def _hash_of(decision: Decision) -> str | None:
    return decision.mask.sha256 if decision.mask is not None else None
