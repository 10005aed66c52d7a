"""python -m leadrelay_sandbox.chaos: run the proof, print its report; exit code 0 if it holds,
1 if it doesn't, 2 if it came to no end.

With --mutate it holds if it notices what the engine does without that part.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from leadrelay_sandbox.chaos.clock import suit_machine
from leadrelay_sandbox.chaos.mutants import MUTATIONS
from leadrelay_sandbox.chaos.plan import Plan
from leadrelay_sandbox.chaos.run import TooSlow, run


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m leadrelay_sandbox.chaos")
    parser.add_argument("--leads", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument(
        "--mutate",
        choices=MUTATIONS,
        help="without this part of the engine leads must be lost or doubled",
    )
    parser.add_argument("--home", type=Path, help="where the functions' logs are kept")
    given = parser.parse_args()
    suit_machine()
    with tempfile.TemporaryDirectory() as scratch:
        home = given.home or Path(scratch)
        home.mkdir(parents=True, exist_ok=True)
        plan = Plan(leads=given.leads, seed=given.seed, mutation=given.mutate, home=home)
        try:
            report = run(plan)
        except TooSlow as error:
            print(error)
            return 2
    print(report.text())
    return 0 if report.holds else 1


if __name__ == "__main__":
    sys.exit(main())
