"""The policy of a site: understood whole, or nothing is protected."""

from __future__ import annotations

from pathlib import Path

import pytest

from medcrypt_gui.adapters.policy_file import PolicyFile, policy_path
from medcrypt_gui.core.age import HybridIdentity, X25519Identity
from medcrypt_gui.core.errors import ForbiddenByPolicyError, UnusablePolicyError
from medcrypt_gui.core.policy import ApprovalRule, Policy

ESCROW = HybridIdentity.generate()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "policy.toml"


def test_without_a_file_nothing_is_demanded_but_a_question(path: Path) -> None:
    assert PolicyFile(path).read() == Policy()
    assert Policy().approval is ApprovalRule.ASK


def test_everything_is_read_and_told(path: Path, tmp_path: Path) -> None:
    path.write_text(
        f"""
        approval_required = "forbid"   # a comment
        passphrase_required = true
        minimum_entropy_bits = 60
        escrow_recipient = "{ESCROW.recipient}"
        allowed_targets = ['{tmp_path / "out"}']
        """
    )
    policy = PolicyFile(path).read()
    wanted = Policy(ApprovalRule.FORBID, True, 60.0, str(ESCROW.recipient), (tmp_path / "out",), path)
    assert policy == wanted
    assert policy.escrow == (ESCROW.recipient,)
    assert len(policy.lines) == 5
    assert not any(str(ESCROW.recipient) in line for line in policy.lines), "too long to be read by anybody"


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("approval_required = ", "TOML"),
        ("approval_required = 'yes'", "approval_required"),
        ("approval_required = true", "approval_required"),
        ("aproval_required = 'forbid'", "aproval_required"),
        ("[approval]\nrequired = true", "approval"),
        ("passphrase_required = 1", "passphrase_required"),
        ("minimum_entropy_bits = '60'", "minimum_entropy_bits"),
        ("minimum_entropy_bits = true", "minimum_entropy_bits"),
        ("minimum_entropy_bits = -1", "minimum_entropy_bits"),
        ("minimum_entropy_bits = 999", "minimum_entropy_bits"),
        ("minimum_entropy_bits = nan", "minimum_entropy_bits"),
        ("escrow_recipient = ''", "escrow_recipient"),
        ("escrow_recipient = 7", "escrow_recipient"),
        ("escrow_recipient = 'age1pq1xyz'", "escrow_recipient"),
        (f"escrow_recipient = '{X25519Identity.generate().recipient}'", "classical"),
        ("allowed_targets = '/srv'", "allowed_targets"),
        ("allowed_targets = []", "allowed_targets"),
        ("allowed_targets = ['']", "allowed_targets"),
        ("allowed_targets = ['out']", "allowed_targets"),
        ("x = 1" + "\n# long" * 300_000, "large"),
    ],
)
def test_what_is_not_understood_forbids_everything(path: Path, content: str, named: str, tmp_path: Path) -> None:
    path.write_text(content)
    policy = PolicyFile(path).read()
    assert named in policy.fault
    for refused in (
        policy.refuse_if_unusable,
        lambda: policy.check_passphrase("correct horse battery staple"),
        lambda: policy.check_target(tmp_path),
        lambda: policy.check_approval(True),
    ):
        with pytest.raises(UnusablePolicyError) as told:
            refused()
        assert told.value.path == path
        assert named in told.value.detail


@pytest.mark.parametrize("make", [lambda path: path.mkdir(), lambda path: path.write_bytes(b"\xff\xfe")])
def test_what_cannot_be_read_forbids_everything(path: Path, make: object) -> None:
    make(path)  # type: ignore[operator]
    assert PolicyFile(path).read().fault


def test_it_is_read_anew_each_time(path: Path) -> None:
    source = PolicyFile(path)
    assert not source.read().passphrase_required
    path.write_text("passphrase_required = true")
    assert source.read().passphrase_required


def test_a_variable_of_the_environment_does_not_move_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = policy_path()
    for name in ("XDG_CONFIG_DIRS", "XDG_CONFIG_HOME", "HOME", "PROGRAMDATA", "MEDCRYPT_POLICY"):
        monkeypatch.setenv(name, str(tmp_path))
    assert policy_path() == before


def test_passphrases(path: Path) -> None:
    path.write_text("minimum_entropy_bits = 60")
    policy = PolicyFile(path).read()
    policy.check_passphrase(None)
    policy.check_passphrase("umbrella crispy landlord vocation gravity")
    with pytest.raises(ForbiddenByPolicyError, match="60 bits") as told:
        policy.check_passphrase("Muster1970")
    assert "Muster" not in str(told.value)
    with pytest.raises(ForbiddenByPolicyError, match="must have a passphrase"):
        Policy(passphrase_required=True).check_passphrase(None)


def test_targets(tmp_path: Path) -> None:
    allowed = tmp_path / "out"
    allowed.mkdir()
    (tmp_path / "elsewhere").mkdir()
    (allowed / "link").symlink_to(tmp_path / "elsewhere")
    policy = Policy(allowed_targets=(allowed,))
    policy.check_target(allowed)
    policy.check_target(allowed / "new" / "folder")
    for wrong in (tmp_path, tmp_path / "outside", allowed / ".." / "x", allowed / "link" / "x"):
        with pytest.raises(ForbiddenByPolicyError, match="may not be written"):
            policy.check_target(wrong)


def test_approval() -> None:
    Policy(ApprovalRule.FORBID).check_approval(True)
    Policy(ApprovalRule.ASK).check_approval(False)
    with pytest.raises(ForbiddenByPolicyError, match="approved"):
        Policy(ApprovalRule.FORBID).check_approval(False)
