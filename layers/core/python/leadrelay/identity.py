"""Which code and which sources.toml are at work: `/health` tells it, for anybody to compare."""

from hashlib import sha256
from pathlib import Path

_DIGITS = 12
_SHIPPED = {".py", ".toml"}


def code_digest(package: Path = Path(__file__).parent) -> str:
    """Of everything that Leadrelay's modules say, wherever and whenever they were built."""
    digest = sha256()
    files = (file for file in package.rglob("*") if file.suffix in _SHIPPED)
    for file in sorted(files, key=lambda one: one.relative_to(package).as_posix()):
        digest.update(file.relative_to(package).as_posix().encode() + b"\n")
        digest.update(sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:_DIGITS]


def sources_digest(file: Path) -> str:
    """Of a `sources.toml`, to the byte."""
    return sha256(file.read_bytes()).hexdigest()[:_DIGITS]
