#!/usr/bin/env python3
"""Set up, run and check MedCrypt; needs nothing but Python 3.11 and the package registry.

    python3 dev.py run       set everything up and start the application on the sample study
    python3 dev.py test      set everything up and run the whole test suite

Other verbs: setup, lint, types, imports, bench [AREA] [--json FILE], package, translations (collect and compile the
visible texts), pictures (make those of the user guide; or with --every DIR in all themes, languages and scales), check
(setup, lint, types, imports and test; quiet when green). Arguments after the verb go to the program that does the work.
"""

from __future__ import annotations

import argparse
import ctypes
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
LOCK = HERE / "packaging" / "requirements.lock"
STAMP = VENV / "medcrypt-lock.sha256"
MINIMUM = (3, 11)

# Shared libraries that Qt needs and that no Python package carries: library -> Debian/Ubuntu package, Fedora package.
ALWAYS_NEEDED = {
    "libEGL.so.1": ("libegl1", "libglvnd-egl"),
    "libGL.so.1": ("libgl1", "libglvnd-glx"),
    "libxkbcommon.so.0": ("libxkbcommon0", "libxkbcommon"),
    "libfontconfig.so.1": ("libfontconfig1", "fontconfig"),
    "libdbus-1.so.3": ("libdbus-1-3", "dbus-libs"),
}
NEEDED_ON_X11 = {
    "libxcb-cursor.so.0": ("libxcb-cursor0", "xcb-util-cursor"),
    "libxcb-icccm.so.4": ("libxcb-icccm4", "xcb-util-wm"),
    "libxcb-image.so.0": ("libxcb-image0", "xcb-util-image"),
    "libxcb-keysyms.so.1": ("libxcb-keysyms1", "xcb-util-keysyms"),
    "libxcb-render-util.so.0": ("libxcb-render-util0", "xcb-util-renderutil"),
    "libxcb-xinerama.so.0": ("libxcb-xinerama0", "libxcb"),
    "libxcb-shape.so.0": ("libxcb-shape0", "libxcb"),
    "libxkbcommon-x11.so.0": ("libxkbcommon-x11-0", "libxkbcommon-x11"),
}


def stop(message: str, code: int = 1) -> None:
    print(message, file=sys.stderr)
    raise SystemExit(code)


def call(command: list[str | Path], *, quiet: bool = False, environment: dict[str, str] | None = None) -> int:
    """Run a command in the repository; when ``quiet``, its output is shown only if it fails."""
    process = subprocess.run(
        [str(part) for part in command],
        cwd=HERE,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE if quiet else None,
        stderr=subprocess.STDOUT if quiet else None,
        check=False,
    )
    if quiet and process.returncode:
        sys.stdout.write(process.stdout.decode(errors="replace"))
    return process.returncode


def create_environment() -> None:
    if sys.version_info < MINIMUM:
        stop(f"MedCrypt needs Python {MINIMUM[0]}.{MINIMUM[1]} or newer; this is {sys.version.split()[0]}.")
    try:
        import ensurepip  # noqa: F401
        import venv
    except ImportError:
        stop("Python's venv module is missing. On Debian or Ubuntu: sudo apt install python3-venv")
    print("Creating .venv ...", file=sys.stderr)
    shutil.rmtree(VENV, ignore_errors=True)
    venv.EnvBuilder(with_pip=True, symlinks=os.name != "nt").create(VENV)


def setup() -> None:
    """Make ``.venv`` hold exactly what the lock file says; does nothing when it already does."""
    wanted = hashlib.sha256(LOCK.read_bytes() + (HERE / "pyproject.toml").read_bytes()).hexdigest()
    if PYTHON.exists() and STAMP.exists() and STAMP.read_text() == wanted:
        return
    if not PYTHON.exists():
        create_environment()
    print("Installing the pinned dependencies (a few minutes the first time) ...", file=sys.stderr)
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    if call([*pip, "-r", LOCK], quiet=True):
        stop("The dependencies could not be installed; see the lines above. Is the package registry reachable?")
    if call([*pip, "--no-deps", "--no-build-isolation", "-e", "."], quiet=True):
        stop("MedCrypt itself could not be installed into .venv; see the lines above.")
    STAMP.write_text(wanted)


def loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def check_system_libraries(*, window: bool) -> None:
    """Name the packages to install where the system lacks a library that Qt needs."""
    if not sys.platform.startswith("linux"):
        return
    needed = dict(ALWAYS_NEEDED)
    if window and os.environ.get("QT_QPA_PLATFORM", "xcb").startswith("xcb") and os.environ.get("DISPLAY"):
        needed |= NEEDED_ON_X11
    missing = [packages for library, packages in needed.items() if not loads(library)]
    if missing:
        debian = " ".join(dict.fromkeys(names[0] for names in missing))
        fedora = " ".join(dict.fromkeys(names[1] for names in missing))
        stop(
            "Qt needs system libraries that are not installed.\n"
            f"  Debian, Ubuntu:  sudo apt install {debian}\n"
            f"  Fedora, RHEL:    sudo dnf install {fedora}"
        )


def has_display() -> bool:
    if sys.platform.startswith("linux"):
        return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    return True


def run(arguments: list[str]) -> int:
    setup()
    window = has_display() and os.environ.get("QT_QPA_PLATFORM") != "offscreen"
    check_system_libraries(window=window)
    if window:
        return call([PYTHON, "-m", "medcrypt_gui", *(arguments or [HERE / "resources" / "samples" / "dicom"])])
    print("No display: performing the main job offscreen on the sample study.", file=sys.stderr)
    return call([PYTHON, "-m", "medcrypt_gui.demo", *arguments], environment={"QT_QPA_PLATFORM": "offscreen"})


def test(arguments: list[str]) -> int:
    setup()
    check_system_libraries(window=False)
    return call([PYTHON, "-m", "pytest", *arguments], environment={"QT_QPA_PLATFORM": "offscreen"})


def test_quietly() -> int:
    """The whole suite; pytest's closing line alone when green, everything when red."""
    command = [str(PYTHON), "-m", "pytest"]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(command, cwd=HERE, env=environment, capture_output=True, check=False)
    output = done.stdout.decode(errors="replace").strip()
    print(output + done.stderr.decode(errors="replace") if done.returncode else output.splitlines()[-1])
    return done.returncode


def lint(arguments: list[str], *, quiet: bool = False) -> int:
    setup()
    return call([PYTHON, "-m", "ruff", "check", *(arguments or ["."])], quiet=quiet)


def types(arguments: list[str], *, quiet: bool = False) -> int:
    setup()
    return call([PYTHON, "-m", "mypy", *arguments], quiet=quiet)


def imports(arguments: list[str], *, quiet: bool = False) -> int:
    setup()
    script = PYTHON.with_name("lint-imports.exe" if os.name == "nt" else "lint-imports")
    return call([script, *arguments], quiet=quiet)


def bench(arguments: list[str]) -> int:
    setup()
    return call([PYTHON, HERE / "tests" / "benchmarks" / "run.py", *arguments])


def package(arguments: list[str]) -> int:
    setup()
    return call([PYTHON, "-m", "hatchling", "build", "-t", "wheel", *arguments])


def translations(arguments: list[str]) -> int:
    setup()
    return call([PYTHON, HERE / "packaging" / "translations.py", *arguments])


def pictures(arguments: list[str]) -> int:
    setup()
    check_system_libraries(window=False)
    return call([PYTHON, HERE / "packaging" / "make_pictures.py", *arguments])


def check(_arguments: list[str]) -> int:
    """Everything that must be green before a change lands; one line a step."""
    setup()
    check_system_libraries(window=False)
    for name, step in (("lint", lint), ("types", types), ("imports", imports)):
        started = time.monotonic()
        if step([], quiet=True):
            print(f"{name}: failed")
            return 1
        print(f"{name}: ok ({time.monotonic() - started:.0f} s)")
    return test_quietly()


VERBS = {
    "run": run,
    "test": test,
    "setup": lambda _arguments: setup(),
    "lint": lint,
    "types": types,
    "imports": imports,
    "bench": bench,
    "package": package,
    "translations": translations,
    "pictures": pictures,
    "check": check,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("verb", choices=VERBS)
    options, rest = parser.parse_known_args()
    return VERBS[options.verb](rest) or 0


if __name__ == "__main__":
    try:
        raise SystemExit(main())
    except KeyboardInterrupt:
        raise SystemExit(130) from None
