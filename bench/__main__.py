"""`make bench`: measures everything in one go, and writes docs/performance.md."""

from functools import partial

from bench import beside, breaking, import_times, per_lead, scale, systems, time_to_crm
from bench.document import write
from leadrelay_sandbox.home import ROOT


def main() -> None:
    systems.install()
    told = breaking.begin()
    write(
        ROOT / "docs/performance.md",
        (
            ("what a lead costs", per_lead.section),
            ("beside its peers", beside.section),
            ("what a cold start loads", import_times.section),
            ("time to the CRM", time_to_crm.section),
            ("scale", scale.section),
            ("what is lost and doubled", partial(breaking.section, told)),
        ),
    )


if __name__ == "__main__":
    main()
