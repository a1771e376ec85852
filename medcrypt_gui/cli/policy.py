"""``medcrypt policy``: what the site demands."""

from __future__ import annotations

import argparse

from medcrypt_gui.cli.console import Console
from medcrypt_gui.core.language import tr
from medcrypt_gui.services.workbench import Workbench

NAME = "policy"
HELP = "show the policy of this site: what protecting a study demands here"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None of its own."""


def run(_options: argparse.Namespace, bench: Workbench, console: Console) -> int:
    """Exit 0; 2 for a policy that cannot be used, with the reason."""
    policy = bench.policy.read()
    policy.refuse_if_unusable()
    record = {
        "file": policy.source,
        "approval_required": policy.approval.name.lower(),
        "passphrase_required": policy.passphrase_required,
        "minimum_entropy_bits": policy.minimum_entropy_bits,
        "escrow_recipient": policy.escrow_recipient or None,
        "allowed_targets": list(policy.allowed_targets) or None,
    }
    source = tr("There is no policy here.") if policy.source is None else str(policy.source)
    console.result(record, [source, *(f"  {line}" for line in policy.lines)])
    return 0
