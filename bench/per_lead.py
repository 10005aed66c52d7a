"""Processor time, calls and memory for each lead: the functions themselves, everything else in
other processes. `python -m bench.per_lead` measures it alone.
"""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.document import table
from bench.place import Place, place

LEADS = 200


def section() -> Iterator[str]:
    yield (
        f"Of each {LEADS} leads, after ten that aren't counted. The functions run in a process each"
        " (MiniStack and the CRMs' simulators in others), so this is what Lambda would bill at one"
        " processor of this machine. API Gateway, SQS and DynamoDB are AWS's, and in no figure.\n"
    )
    yield (
        "Most of it is calls to AWS. A *thin* client signs a request and sends it over a connection"
        " that is kept, and does no more: the difference is what it would save, for each call. We"
        " keep botocore: it tries again as each service wants it, renews a function's credentials,"
        " knows every error by its name, and follows AWS without us.\n"
    )
    yield (
        "What botocore lets us leave out is left out: a user agent put together anew for each call"
        " and the judging of its parameters, 13 % of its time each. What is left of its own is"
        " mostly signing, the rules by which it finds an endpoint, and the reading of answers; each"
        " could be shortened only by replacing parts that it doesn't promise to keep, and on Lambda"
        " its version isn't ours to choose. Collecting garbage is 1 % of a lead's time.\n"
    )
    with TemporaryDirectory() as home, place(Path(home)) as here:
        yield table(("", "ms", "calls to AWS", "calls to the CRM", "memory, MB"), _rows(here))


def _rows(here: Place) -> Iterator[tuple[str, ...]]:
    for how in ("botocore", "thin"):
        yield _row(f"a bare call to DynamoDB: {how}", here.run("floor", how, str(LEADS)))
    yield _row("accept, one CRM", here.run("accept", "one", str(LEADS)))
    half = LEADS // 2 - 10
    for batch in (1, 10):
        told = here.run("deliver", "collect", str(half), str(batch), CRM="collect")
        yield _row(f"deliver, one CRM, batches of {batch}", told)
    yield _row("accept, four CRMs", here.run("accept", "four", str(LEADS)))
    for crm in ("trackerrms", "initiative", "centia", "collect"):
        for batch in (1, 10):
            told = here.run("deliver", crm, str(half), str(batch), CRM=crm)
            yield _row(f"deliver to {crm}, one of four, batches of {batch}", told)


def _row(name: str, told: dict[str, float]) -> tuple[str, ...]:
    return (
        name,
        f"{told['ms']:.1f}",
        f"{told['AWS']:.1f}",
        f"{told['CRM']:.1f}",
        f"{told['mb']:.0f}",
    )


if __name__ == "__main__":
    print("\n".join(section()))
