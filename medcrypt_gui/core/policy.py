"""What a site demands: approval, passphrases, who else can open, where protected copies may go."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from medcrypt_gui.core.age import HybridRecipient, X25519Recipient, parse_recipient
from medcrypt_gui.core.errors import ForbiddenByPolicyError, UnusablePolicyError, UsageError
from medcrypt_gui.core.keys.passphrase import estimated_bits
from medcrypt_gui.core.language import mark, tr

MOST_BITS = 256.0


class ApprovalRule(Enum):
    """What becomes of a mask that nobody approved, when it is to be protected; the value is what users read."""

    NONE = mark("Masks need no approval")
    ASK = mark("Protecting a mask that nobody approved asks first")
    FORBID = mark("A mask that nobody approved is not protected")


@dataclass(frozen=True)
class Policy:
    """The policy of a site. As it is constructed it demands nothing but a question, which is what holds without one.

    ``minimum_entropy_bits`` is for passphrases, wherever one is used. ``escrow_recipient`` is the age recipient that
    can open every protected study, empty for none. ``allowed_targets`` are the folders that protected copies may go to,
    empty for any. ``source`` is the file, None where there is none. ``fault`` says why the file cannot be used, naming
    the key; nothing is protected then.
    """

    approval: ApprovalRule = ApprovalRule.ASK
    passphrase_required: bool = False
    minimum_entropy_bits: float = 0.0
    escrow_recipient: str = ""
    allowed_targets: tuple[Path, ...] = ()
    source: Path | None = None
    fault: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.minimum_entropy_bits <= MOST_BITS:
            raise ValueError(tr("minimum_entropy_bits must lie between 0 and 256"))
        if not all(folder.is_absolute() for folder in self.allowed_targets):
            raise ValueError(tr("allowed_targets must be whole paths, from the root of the disk"))
        if self.escrow_recipient:
            _post_quantum(self.escrow_recipient)

    @property
    def escrow(self) -> tuple[HybridRecipient, ...]:
        """Whom the region of interest is encrypted to beside the holder of the card."""
        return (_post_quantum(self.escrow_recipient),) if self.escrow_recipient else ()

    def refuse_if_unusable(self) -> None:
        """Raise `UnusablePolicyError` where the file cannot be used."""
        if self.fault:
            raise UnusablePolicyError(self.fault, path=self.source)

    def check_passphrase(self, passphrase: str | None) -> None:
        """Raise `ForbiddenByPolicyError` unless a card may be made with this passphrase, None for none."""
        self.refuse_if_unusable()
        if passphrase is None:
            if self.passphrase_required:
                raise ForbiddenByPolicyError(tr("a key card must have a passphrase here"), path=self.source)
            return
        if estimated_bits(passphrase) < self.minimum_entropy_bits:
            raise ForbiddenByPolicyError(
                tr("the passphrase must be worth at least {bits:g} bits", bits=self.minimum_entropy_bits),
                path=self.source,
            )

    def check_target(self, target: Path) -> None:
        """Raise `ForbiddenByPolicyError` unless protected copies may go there. Links are followed first."""
        self.refuse_if_unusable()
        if self.allowed_targets:
            place = target.resolve()
            if not any(place.is_relative_to(folder.resolve()) for folder in self.allowed_targets):
                raise ForbiddenByPolicyError(
                    tr("protected copies may not be written to this folder: {folder}", folder=target), path=self.source
                )

    def check_approval(self, approved: bool) -> None:
        """Raise `ForbiddenByPolicyError` where an unapproved mask may not be protected."""
        self.refuse_if_unusable()
        if self.approval is ApprovalRule.FORBID and not approved:
            raise ForbiddenByPolicyError(tr("only a mask that somebody approved is protected here"), path=self.source)

    @property
    def lines(self) -> tuple[str, ...]:
        """What it demands, one sentence a line, for the window and the command line."""
        if self.fault:
            return (tr("The policy cannot be used: {reason}. Nothing is protected.", reason=self.fault),)
        found = [tr(self.approval.value)]
        if self.passphrase_required:
            found.append(tr("Every key card has a passphrase"))
        if self.minimum_entropy_bits:
            found.append(tr("A passphrase is worth at least {bits:g} bits", bits=self.minimum_entropy_bits))
        if self.escrow_recipient:
            found.append(tr("Every protected study also opens with the key of {who}", who=self.escrow_short))
        if self.allowed_targets:
            folders = ", ".join(map(str, self.allowed_targets))
            found.append(tr("Protected copies go to {folders} only", folders=folders))
        return tuple(found)

    @property
    def escrow_short(self) -> str:
        """The escrow recipient, whose whole text has two thousand letters, by its ends."""
        text = self.escrow_recipient
        return f"{text[:14]}…{text[-6:]}" if len(text) > 24 else text


def _post_quantum(text: str) -> HybridRecipient:
    """Raises ValueError with the reason."""
    try:
        recipient = parse_recipient(text)
    except UsageError as error:
        raise ValueError(tr("escrow_recipient is no age recipient")) from error
    if isinstance(recipient, X25519Recipient):
        raise ValueError(
            tr(
                "escrow_recipient is a classical one (age1...): beside the card's post-quantum key it would be the "
                "weak spot; it must begin with age1pq1"
            )
        )
    return recipient
