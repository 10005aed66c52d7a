"""Chromium for these tests: what the machine has, or Debian's."""

import os
import shutil
import subprocess
from pathlib import Path

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
_APT = ("apt-get", "-q", "-o", "DPkg::Lock::Timeout=120")
_ARGUMENTS = (
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


class NoChromium(Exception):
    """There is none, and none can be installed; the message says what to do."""


def chromium() -> str:
    """Its path. Where there is none, and we may, Debian's is installed. Raises NoChromium."""
    if found := _found():
        return found
    if shutil.which("apt-get") and os.geteuid() == 0:
        for command in (("update",), ("install", "-y", "--no-install-recommends", "chromium")):
            subprocess.run(  # noqa: S603
                [*_APT, *command],
                check=False,
                env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            )
        if found := _found():
            return found
    raise NoChromium(
        "there is no Chromium or Chrome. On Debian: apt-get install chromium. Elsewhere name "
        "yours: LEADRELAY_BROWSER=/path/to/it"
    )


def arguments() -> list[str]:
    """How it is started: without its sandbox for root, who can't have it."""
    return [*_ARGUMENTS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]


def _found() -> str | None:
    named = os.environ.get("LEADRELAY_BROWSER")
    ours = (shutil.which(name) for name in (named, *_NAMES) if name)
    return next(filter(None, ours), str(_MAC) if _MAC.exists() else None)
