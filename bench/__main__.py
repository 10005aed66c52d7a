"""`make bench`: measures everything in one go, or a part of it, and writes docs/performance.md."""

import argparse
from functools import partial

from bench import beside, breaking, import_times, per_lead, scale, systems, time_to_crm
from bench.document import PAGE, Part, write

PARTS = (
    Part("lead", "What a lead costs", per_lead.section),
    Part("peers", "Beside its peers", beside.section),
    Part("start", "What a cold start loads", import_times.section),
    Part("time", "Time to the CRM", time_to_crm.section),
    Part("scale", "Scale", scale.section),
    Part("faults", "What is lost and doubled when things break", breaking.section),
)
LARGE = "At large scale"


def main() -> None:
    names = [part.name for part in PARTS]
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("part", nargs="*", help=f"all of them, or: {', '.join(names)}")
    parser.add_argument(
        "--scale", type=int, metavar="LEADS", help="only the scale, of so many leads"
    )
    given = parser.parse_args()
    if unknown := {*given.part} - {*names}:
        parser.error(f"there is no part {', '.join(unknown)}; there are {', '.join(names)}")
    if given.scale:
        parts = [Part("large", LARGE, partial(scale.section, (given.scale,)))]
    else:
        parts = [part for part in PARTS if not given.part or part.name in given.part]
    wanted = {part.name for part in parts}
    if {"peers", "faults"} & wanted:
        systems.install()
    if "faults" in wanted:
        breaking.begin()
    titles = [title for part in PARTS for title in _with_larger(part.title)]
    write(PAGE, titles, parts)


def _with_larger(title: str) -> list[str]:
    return [title, LARGE] if title == "Scale" else [title]


if __name__ == "__main__":
    main()
