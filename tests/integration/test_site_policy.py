"""What a site demands is enforced by the services, whoever calls them, and the escrow key opens what was protected."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from builders.study import Study
from conftest import REPOSITORY

from medcrypt_gui.adapters.policy_file import PolicyFile
from medcrypt_gui.adapters.review_file import ReviewFile
from medcrypt_gui.bootstrap import build_workbench
from medcrypt_gui.cli.main import run
from medcrypt_gui.core.age import HybridIdentity, X25519Identity
from medcrypt_gui.core.errors import ForbiddenByPolicyError, UnusablePolicyError, WrongKeyError
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.issue_key_card import make_card
from medcrypt_gui.services.load_mask import load_mask
from medcrypt_gui.services.open_study import find_series
from medcrypt_gui.services.protect_study import ProtectionPlan, ProtectRequest, plan_protection, protect
from medcrypt_gui.services.restore_study import restore
from medcrypt_gui.services.review_mask import approve, keep_mask, open_review
from medcrypt_gui.services.site import Site
from medcrypt_gui.services.verify_study import verify
from medcrypt_gui.services.workbench import Workbench

pytestmark = pytest.mark.usefixtures("quick_passphrases")

ESCROW = HybridIdentity.from_seed(bytes(range(100, 132)))
STRONG = "umbrella crispy landlord vocation gravity"


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return Study(tmp_path)


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    return tmp_path / "site" / "policy.toml"


@pytest.fixture
def demand(policy: Path) -> Callable[[str], None]:
    """Write the site's policy."""

    def write(text: str) -> None:
        policy.parent.mkdir(exist_ok=True)
        policy.write_text(text)

    return write


@pytest.fixture
def bench(policy: Path, tmp_path: Path) -> Workbench:
    return replace(build_workbench(), policy=PolicyFile(policy), reviews=ReviewFile(tmp_path / "user"))


@pytest.fixture
def medcrypt(bench: Workbench) -> Callable[..., int]:
    return lambda *arguments: run([str(one) for one in arguments], lambda: bench)


def planned(study: Study, bench: Workbench, mask: RoiMask | None = None, target: Path | None = None) -> ProtectionPlan:
    series = find_series([study.source], bench.readers, TaskContext()).series[0]
    region = mask or load_mask(study.mask, series, bench.masks).mask
    request = ProtectRequest(series, region, target or study.protected)
    return plan_protection(request, bench.protectors, TaskContext(), Site.of(bench))


def approve_mask(study: Study, bench: Workbench) -> RoiMask:
    series = find_series([study.source], bench.readers, TaskContext()).series[0]
    mask = load_mask(study.mask, series, bench.masks).mask
    review = open_review(series, bench.reviews, bench.masks, TaskContext())
    approve(review, mask, bench.reviews, reviewer="Ada", comment="")
    return mask


def test_without_a_policy_an_unapproved_mask_is_asked_about(study: Study, bench: Workbench) -> None:
    assert planned(study, bench).asks
    approve_mask(study, bench)
    assert not planned(study, bench).asks


def test_only_the_approved_mask_is_protected_where_that_is_demanded(
    study: Study, bench: Workbench, demand: Callable[[str], None]
) -> None:
    demand('approval_required = "forbid"')
    with pytest.raises(ForbiddenByPolicyError, match="approved"):
        planned(study, bench)
    mask = approve_mask(study, bench)
    assert planned(study, bench).approved
    changed = mask.labels.copy()
    changed[0, 0, 0] = 1
    with pytest.raises(ForbiddenByPolicyError, match="approved"):
        planned(study, bench, replace(mask, labels=changed))


def test_an_approval_that_another_keeping_voided_does_not_help(
    study: Study, bench: Workbench, demand: Callable[[str], None]
) -> None:
    demand('approval_required = "forbid"')
    mask = approve_mask(study, bench)
    changed = replace(mask, labels=mask.labels[:, ::-1].copy())
    series = find_series([study.source], bench.readers, TaskContext()).series[0]
    keep_mask(open_review(series, bench.reviews, bench.masks, TaskContext()), changed, bench.reviews)
    with pytest.raises(ForbiddenByPolicyError):
        planned(study, bench, changed)


def test_a_record_that_cannot_be_read_approves_nothing(
    study: Study, bench: Workbench, demand: Callable[[str], None]
) -> None:
    demand('approval_required = "forbid"')
    approve_mask(study, bench)
    record = next(study.source.glob("*.medcrypt-review.json"))
    for damage in ("{", json.dumps({"version": 99})):
        record.write_text(damage)
        with pytest.raises(ForbiddenByPolicyError):
            planned(study, bench)


def test_where_nothing_is_demanded_nothing_is_asked(
    study: Study, bench: Workbench, demand: Callable[[str], None]
) -> None:
    demand('approval_required = "none"')
    assert not planned(study, bench).asks


def test_targets_are_checked_by_the_service(
    study: Study, bench: Workbench, demand: Callable[[str], None], tmp_path: Path
) -> None:
    demand(f"allowed_targets = ['{tmp_path / 'out'}']")
    with pytest.raises(ForbiddenByPolicyError, match="may not be written"):
        planned(study, bench)
    assert planned(study, bench, target=tmp_path / "out" / "new")


@pytest.mark.parametrize("passphrase", [None, "Muster1970"])
def test_a_card_that_the_site_does_not_allow_is_not_made(
    bench: Workbench, demand: Callable[[str], None], passphrase: str | None
) -> None:
    demand("passphrase_required = true\nminimum_entropy_bits = 60")
    with pytest.raises(ForbiddenByPolicyError):
        make_card(HybridIdentity.generate(), passphrase, bench)
    assert make_card(HybridIdentity.generate(), STRONG, bench).protected


def test_a_policy_that_cannot_be_used_stops_protecting_and_nothing_else(
    study: Study, bench: Workbench, demand: Callable[[str], None]
) -> None:
    approve_mask(study, bench)
    done = protect(planned(study, bench), identity := HybridIdentity.generate(), TaskContext())
    demand("approval_required = 'forbidden'")
    with pytest.raises(UnusablePolicyError, match="approval_required"):
        planned(study, bench, target=study.folder / "again")
    with pytest.raises(UnusablePolicyError, match="approval_required"):
        make_card(identity, STRONG, bench)
    assert find_series([study.source], bench.readers, TaskContext()).series
    assert verify(done.files, [identity], TaskContext()).raise_if_incomplete() is None


def test_the_escrow_key_and_the_card_open_the_study(
    study: Study, bench: Workbench, demand: Callable[[str], None]
) -> None:
    demand(f'escrow_recipient = "{ESCROW.recipient}"')
    identity = HybridIdentity.generate()
    done = protect(planned(study, bench), identity, TaskContext())
    for n, one in enumerate((identity, ESCROW)):
        restore([done.folder], [one], study.folder / f"restored-{n}", TaskContext())
        for path in study.files:
            assert (study.folder / f"restored-{n}" / path.name).read_bytes() == path.read_bytes()


def test_without_escrow_the_escrow_key_opens_nothing(study: Study, bench: Workbench) -> None:
    done = protect(planned(study, bench), HybridIdentity.generate(), TaskContext())
    with pytest.raises(WrongKeyError):
        restore([done.folder], [ESCROW], study.folder / "restored", TaskContext())


def test_a_classical_escrow_recipient_is_refused_with_the_reason(
    study: Study, bench: Workbench, demand: Callable[[str], None]
) -> None:
    demand(f'escrow_recipient = "{X25519Identity.generate().recipient}"')
    with pytest.raises(UnusablePolicyError, match="classical"):
        planned(study, bench)


def test_the_recovery_script_opens_a_study_with_the_escrow_key(
    study: Study, bench: Workbench, demand: Callable[[str], None]
) -> None:
    demand(f'escrow_recipient = "{ESCROW.recipient}"')
    done = protect(planned(study, bench), HybridIdentity.generate(), TaskContext())
    key = study.folder / "escrow.txt"
    key.write_text(f"{ESCROW.secret_string}\n")
    script = REPOSITORY / "packaging" / "recover.py"
    command = [sys.executable, str(script), str(key), str(done.folder), "-o", str(study.folder / "out")]
    finished = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert finished.returncode == 0, finished.stderr
    for path in study.files:
        assert (study.folder / "out" / path.name).read_bytes() == path.read_bytes()


def test_the_command_line_obeys_before_it_writes(
    study: Study,
    medcrypt: Callable[..., int],
    demand: Callable[[str], None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = ("--mask", study.mask, "--card", study.card, "--quiet")
    demand("passphrase_required = true")
    assert medcrypt("protect", study.source, "-o", study.protected, *words, "--no-passphrase") == 2
    demand("minimum_entropy_bits = 200")
    assert medcrypt("protect", study.source, "-o", study.protected, *words, "--passphrase-file", study.passphrase) == 2
    demand('approval_required = "forbid"')
    assert medcrypt("protect", study.source, "-o", study.protected, *words, "--no-passphrase") == 2
    demand("nonsense = 1")
    assert medcrypt("protect", study.source, "-o", study.protected, *words, "--no-passphrase") == 2
    told = capsys.readouterr().err
    assert "'nonsense' is unknown" in told
    assert "policy.toml" in told
    assert not study.protected.exists()
    assert not study.card.exists()
    demand('approval_required = "ask"')
    arguments = ("protect", study.source, "-o", study.protected, *words[:-1], "--no-passphrase")
    assert medcrypt(*arguments) == 0
    assert "nobody approved" in capsys.readouterr().err


def test_escrow_on_the_command_line(study: Study, medcrypt: Callable[..., int], demand: Callable[[str], None]) -> None:
    demand(f'escrow_recipient = "{ESCROW.recipient}"')
    words = ("--mask", study.mask, "--card", study.card, "--no-passphrase", "--quiet")
    assert medcrypt("protect", study.source, "-o", study.protected, *words) == 0
    key = study.folder / "escrow.txt"
    key.write_text(f"{ESCROW.secret_string}\n")
    assert medcrypt("restore", study.protected, "-o", study.restored, "--key-file", key, "--quiet") == 0
    assert study.everything_is_back()


def test_the_policy_is_shown(
    medcrypt: Callable[..., int], demand: Callable[[str], None], capsys: pytest.CaptureFixture[str], policy: Path
) -> None:
    assert medcrypt("policy") == 0
    assert "no policy" in capsys.readouterr().out
    demand('approval_required = "forbid"\nminimum_entropy_bits = 60')
    assert medcrypt("policy", "--json") == 0
    record = json.loads(capsys.readouterr().out)
    assert (record["file"], record["approval_required"]) == (str(policy), "forbid")
    demand("[[[")
    assert medcrypt("policy") == 2
    assert "TOML" in capsys.readouterr().err
