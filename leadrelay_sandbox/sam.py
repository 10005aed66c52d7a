"""SAM CLI, talking to the twin as it would to AWS."""

import subprocess
import sys
from pathlib import Path

from leadrelay_sandbox.home import ROOT, TWIN_REGION
from leadrelay_sandbox.ministack import clean_environment


class TwinError(Exception):
    """The twin can't be started, or not be deployed to; the message says what to do."""


def sam_deploy(*words: str, endpoint_url: str, logs: Path) -> None:
    """`sam deploy` with samconfig.toml's settings of the twin; what it says goes into deploy.log
    in `logs`. Raises TwinError."""
    log = logs / "deploy.log"
    with log.open("wb") as output:
        ended = subprocess.run(  # noqa: S603  # our own environment's command
            [
                ROOT / ".venv-sam" / "bin" / "sam",
                "deploy",
                "--config-env=twin",
                f"--config-file={ROOT / 'samconfig.toml'}",
                *words,
            ],
            env={
                **clean_environment(),
                "AWS_ENDPOINT_URL": endpoint_url,
                "AWS_ACCESS_KEY_ID": "twin",
                "AWS_SECRET_ACCESS_KEY": "twin",
                "AWS_DEFAULT_REGION": TWIN_REGION,
                "SAM_CLI_TELEMETRY": "0",
            },
            cwd=ROOT,
            stdout=output,
            stderr=output,
            check=False,
        )
    if ended.returncode:
        sys.stderr.write(log.read_text("utf-8", "replace")[-4000:])
        raise TwinError(f"sam deploy failed; the whole of it is in {log}")
