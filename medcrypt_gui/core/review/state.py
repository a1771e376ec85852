"""What can be said of the mask of a study."""

from __future__ import annotations

from enum import Enum

from medcrypt_gui.core.language import mark


class ReviewState(Enum):
    """Where a mask stands; the value is what users read (through `tr`), the name is what files hold."""

    NOT_SEGMENTED = mark("Not segmented")
    """There is no mask yet."""
    IN_PROGRESS = mark("In progress")
    """There is a mask nobody decided about, or one that was changed since."""
    FLAGGED = mark("Flagged")
    """Somebody wants another look at it. Changing the mask does not take the flag away, deciding does."""
    APPROVED = mark("Approved")
    """Somebody stands behind exactly this mask."""
    REJECTED = mark("Rejected")
    """Somebody decided that exactly this mask shall not be used."""

    @property
    def done(self) -> bool:
        """Whether the reviewer has decided."""
        return self in (ReviewState.APPROVED, ReviewState.REJECTED)
