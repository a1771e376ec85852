"""The wheel carries what lies outside the package: models, resources, the sample study."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built and unpacked as pip would lay it out."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_the_installed_package_finds_its_models_and_resources(installed: Path, tmp_path: Path) -> None:
    look = (
        "from medcrypt_gui.bootstrap import build_workbench;"
        "b = build_workbench();"
        "assert 'brain-mr' in b.segmenters();"
        "assert len(b.wordlist()) == 7776;"
        "assert len(list((b.samples_dir / 'dicom').iterdir())) > 50;"
        "import medcrypt_gui; print(medcrypt_gui.__file__)"
    )
    program = f"import sys; sys.path.insert(0, {str(installed)!r}); {look}"
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()).is_relative_to(installed)


def test_the_wheel_brings_nothing_that_only_developers_need(installed: Path) -> None:
    names = {path.relative_to(installed).parts[0] for path in installed.iterdir()}
    assert {name for name in names if not name.endswith(".dist-info")} == {"medcrypt_gui"}
    assert not list(installed.rglob("train.py"))
