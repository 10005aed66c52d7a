"""Proof that a build is whole: each function imports with its layers alone, from elsewhere, and the
layers bring their bytecode.

    python -m leadrelay_sandbox.prove_build BUILD_DIR PYTHON

PYTHON is an interpreter that has boto3 and nothing of ours, as Lambda's runtime has.
"""

import os
import subprocess
import sys
import tempfile
from importlib.util import cache_from_source
from pathlib import Path

from leadrelay_sandbox.environment import ENVIRONMENT

_LAYER_LIMIT = 40_000_000
_FUNCTION_LIMIT = 40_000


def main(build: Path, python: Path) -> int:
    layers = [one / "python" for one in sorted(build.iterdir()) if (one / "python").is_dir()]
    functions = sorted(path.parent for path in build.glob("*/app.py"))
    for place, limit in [
        *((layer.parent, _LAYER_LIMIT) for layer in layers),
        *((function, _FUNCTION_LIMIT) for function in functions),
    ]:
        size = sum(file.stat().st_size for file in place.rglob("*") if file.is_file())
        if size > limit:
            sys.exit(f"{place.name} has {size:,} bytes; {limit:,} is the limit")
    for module in (module for layer in layers for module in layer.rglob("*.py")):
        if not Path(cache_from_source(str(module))).exists():
            sys.exit(f"{module} is without bytecode: each cold start would compile it")
    for function in functions:
        path = os.pathsep.join(map(str, [function, *layers]))
        ended = subprocess.run(  # noqa: S603  # our own interpreter and file
            [python, "-c", "import app; app.handler"],
            env={**ENVIRONMENT, "PYTHONPATH": path, "PATH": os.environ["PATH"]},
            cwd=tempfile.gettempdir(),
            check=False,
        )
        if ended.returncode:
            sys.exit(f"{function.name} can't be imported from its build")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).absolute()))
