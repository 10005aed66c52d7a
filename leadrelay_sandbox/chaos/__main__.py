"""python -m leadrelay_sandbox.chaos: run the proof, print its report; exit code 0 if it holds.

With --mutate it holds if it notices what the engine does without that part.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from leadrelay_sandbox.chaos.run import Plan, run


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m leadrelay_sandbox.chaos")
    parser.add_argument("--leads", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument(
        "--mutate",
        choices=("look", "lease", "sweep", "reference"),
        help="without this part of the engine leads must be lost or doubled",
    )
    parser.add_argument("--home", type=Path, help="where the functions' logs are kept")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        home = given.home or Path(scratch)
        home.mkdir(parents=True, exist_ok=True)
        plan = Plan(leads=given.leads, seed=given.seed, mutation=given.mutate, home=home)
        report = run(plan)
    print(report.text())
    return 0 if report.holds else 1


if __name__ == "__main__":
    sys.exit(main())
