"""Each rule sees the one thing that it is for, and nothing else; nothing unread passes as sound."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from leadrelay.crm.base import adapter
from leadrelay.crms import CRMS
from leadrelay_ops.deep.deployment import Deployment
from leadrelay_ops.deep.facts import Unread
from leadrelay_ops.deep.judge import judge
from leadrelay_ops.deep.rules import RULES
from leadrelay_sandbox.simulators import secret
from tests.ops.deep.sound import changed, sound, with_source, with_variable, without

type Break = Callable[[Deployment], Deployment]

DAY = 86_400
KMS = "arn:aws:kms:eu-west-1:123456789012:alias/aws/"


def part(name: str, **changes: object) -> Break:
    return lambda deployment: changed(deployment, name, **changes)


def env(name: str, **variables: str) -> Break:
    return lambda deployment: with_variable(deployment, name, **variables)


def source(name: str, **changes: object) -> Break:
    return lambda deployment: with_source(deployment, name, **changes)


def gone(*names: str) -> Break:
    return lambda deployment: without(deployment, *names)


def both(one: Break, other: Break) -> Break:
    return lambda deployment: other(one(deployment))


def unread(why: str) -> Unread:
    return Unread("something", why)


BREAKS: list[tuple[str, str, Break]] = [
    ("visibility", "ArrivalsQueue", part("ArrivalsQueue", visibility=359)),
    ("visibility", "CentiaQueue", part("DeliverToCentiaQueue", window=1)),
    ("partial-batch", "ReceiveFileQueue", part("ReceiveFileQueue", partial_batch=False)),
    (
        "no-dead-queue",
        "CentiaQueue",
        both(
            part("CentiaQueue", dead_queue=None, max_receives=None),
            gone("CentiaDeadQueue", "CentiaParkedAlarm"),
        ),
    ),
    ("no-dead-queue", "CentiaQueue", gone("CentiaDeadQueue")),
    ("dead-retention", "CentiaDeadQueue", part("CentiaDeadQueue", retention=4 * DAY)),
    ("receive-count", "CentiaQueue", part("CentiaQueue", max_receives=200)),
    ("receive-count", "ArrivalsQueue", part("ArrivalsQueue", max_receives=4)),
    ("message-size", "ArrivalsQueue", part("ArrivalsQueue", max_bytes=1024)),
    ("unread-queue", "ArrivalsQueue", gone("ReceiveFileQueue")),
    ("queue-key", "ArrivalsQueue", part("ArrivalsQueue", key=f"{KMS}sqs")),
    ("give-up", "CentiaQueue", part("CentiaQueue", retention=3 * DAY)),
    ("delay", "CentiaQueue", part("CentiaQueue", delay=60)),
    ("queue-encryption", "CentiaQueue", part("CentiaQueue", key=None)),
    ("reading-off", "DeliverToCentiaQueue", part("DeliverToCentiaQueue", enabled=False)),
    ("stopped", "ReceiveForm", part("ReceiveForm", reserved=0)),
    ("lease", "DeliverToCentia", env("DeliverToCentia", LEASE_SECONDS="359")),
    ("long-lease", "DeliverToCentia", env("DeliverToCentia", LEASE_SECONDS="361")),
    ("rounds", "DeliverToCentiaQueue", part("DeliverToCentiaQueue", batch_size=11)),
    ("too-few", "DeliverToCentia", part("DeliverToCentia", reserved=1)),
    ("unlimited", "DeliverToCentiaQueue", part("DeliverToCentiaQueue", max_functions=None)),
    (
        "gone",
        "Files",
        part("Files", private=unread("NoSuchBucket")),
    ),
    ("sweep-off", "Sweep", part("SweepEveryMinute", enabled=False)),
    ("sweep-off", "Sweep", gone("SweepEveryMinute")),
    ("tidy-off", "Tidy", part("TidyEveryDay", enabled=False)),
    ("tidy-off", "Tidy", gone("TidyEveryDay")),
    ("sweep-slow", "SweepEveryMinute", part("SweepEveryMinute", expression="rate(1 hour)")),
    ("swept", "Sweep", env("Sweep", CRMS="trackerrms,initiative,centia")),
    ("swept", "Sweep", env("Sweep", CRMS="initiative,trackerrms,centia,collect")),
    ("left-out", "web", source("web", deliver=("trackerrms", "salesforce"))),
    ("origin", "web", source("web", origins=("http://www.example.com",))),
    ("public-url", "web", source("web", public_url="http://hooks.example.com/x")),
    ("unreadable-secret", "crm/centia", part("crm/centia", wrong="no JSON", keys=None)),
    ("secret-keys", "crm/centia", part("crm/centia", keys=frozenset({"base_url", "email"}))),
    ("throttled", "HttpApiStage", part("HttpApiStage", rate=0.5)),
    ("throttled", "HttpApiStage", part("HttpApiStage", burst=0)),
    ("unthrottled", "HttpApiStage", part("HttpApiStage", rate=None, burst=None)),
    ("backups", "LedgerTable", part("LedgerTable", backups=False)),
    ("kept", "LedgerTable", part("LedgerTable", kept=False)),
    ("kept", "Files", part("Files", kept=False)),
    ("files-expire", "Files", part("Files", expiry={"leads/": 1129, "uploads/": 7})),
    ("files-expire", "Files", part("Files", expiry={"leads/x/": 30})),
    ("uploads-expire", "Files", part("Files", expiry={"uploads/": 3})),
    ("uploads-untold", "Files", part("Files", tells=False)),
    ("public-files", "Files", part("Files", private=False)),
    ("no-room", "account", part("account", concurrency=15)),
    ("no-room", "account", part("account", concurrency=10)),
    ("memory", "DeliverToCentia", part("DeliverToCentia", memory=256)),
    ("capacity", "LedgerTable", part("LedgerTable", on_demand=False)),
    ("ttl", "LedgerTable", part("LedgerTable", ttl=None)),
    ("ttl", "LedgerTable", part("LedgerTable", ttl="ttl")),
    ("bucket-encryption", "Files", part("Files", encrypted=False)),
    ("log-retention", "SweepLogs", part("SweepLogs", days=None)),
    ("dead-alarm", "CentiaDeadQueue", gone("CentiaParkedAlarm")),
    ("late-alarm", "ArrivalsQueue", gone("ArrivalsLateAlarm")),
    ("late-alarm", "CentiaQueue", gone("CentiaLateAlarm")),
    ("errors-alarm", "Sweep", gone("SweepErrorsAlarm")),
    ("paused-alarm", "DeliverToCentia", gone("CentiaPausedAlarm")),
    ("mute-alarm", "CentiaParkedAlarm", part("CentiaParkedAlarm", acts=False)),
    ("unheard-topic", "AlarmTopic", part("AlarmTopic", subscribers=0)),
    ("topic-key", "AlarmTopic", part("AlarmTopic", key=f"{KMS}sns")),
]


def test_a_sound_deployment_has_no_flaw_and_nothing_unread() -> None:
    verdict = judge(sound(), RULES)
    assert (verdict.findings, verdict.unread) == ([], [])


@pytest.mark.parametrize(
    ("rule", "where", "break_"),
    BREAKS,
    ids=[f"{rule}-{number}" for number, (rule, _, _) in enumerate(BREAKS)],
)
def test_one_flaw_is_one_finding(rule: str, where: str, break_: Break) -> None:
    (finding,) = judge(break_(sound()), RULES).findings
    assert (finding.rule, finding.where) == (rule, where)
    assert finding.found != finding.wanted


def test_every_rule_has_been_seen_to_find_something() -> None:
    names = [rule.name for rule in RULES]
    assert len(names) == len(set(names))
    assert {rule for rule, _, _ in BREAKS} == set(names)


def test_the_worst_comes_first() -> None:
    worse = changed(changed(sound(), "LedgerTable", ttl=None), "Files", private=False)
    worse = changed(worse, "AlarmTopic", subscribers=0)
    verdict = judge(worse, RULES)
    assert [finding.severity for finding in verdict.findings] == ["loses", "delays", "advice"]
    assert verdict.loses


# -- what is no flaw ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "fine",
    [
        part("CentiaQueue", visibility=7200),
        part("CentiaQueue", key="arn:aws:kms:eu-west-1:123456789012:key/ours"),
        part("DeliverToCentia", reserved=2),
        part("Files", expiry={}),
        part("crm/centia", keys=adapter("centia").secret_keys[0] | {"url_template"}),
        both(
            part("DeliverToCentiaQueue", enabled=False),
            partial(replace, paused=frozenset({"centia"})),
        ),
        source("web", origins=("http://127.0.0.1:3000",)),
        source("jobs", file_wait=timedelta(days=6)),
        both(
            part("CentiaQueue", max_receives=860),
            env("DeliverToCentia", GIVE_UP_AFTER_HOURS="336"),
        ),
    ],
    ids=range(9),
)
def test_what_is_well_is_not_told(fine: Break) -> None:
    assert judge(fine(sound()), RULES).findings == []


@pytest.mark.parametrize("crm", CRMS)
def test_the_sandbox_s_secrets_are_of_the_wanted_shape(crm: str) -> None:
    keys = frozenset(secret(crm, "http://127.0.0.1:9"))
    assert any(way <= keys for way in adapter(crm).secret_keys)


# -- what couldn't be read ----------------------------------------------------------------


def test_what_is_unread_is_told_and_never_passes_for_sound_or_wrong() -> None:
    hidden = unread("AccessDenied")
    verdict = judge(changed(sound(), "LedgerTable", backups=hidden, ttl=hidden), RULES)
    assert verdict.findings == []
    assert verdict.unread == [hidden]


def test_what_is_unread_of_one_queue_hides_no_flaw_of_another() -> None:
    broken = changed(sound(), "CentiaQueue", visibility=unread("AccessDenied"))
    verdict = judge(changed(broken, "CollectQueue", visibility=30), RULES)
    assert ("visibility", "CollectQueue") in {(one.rule, one.where) for one in verdict.findings}
    assert verdict.unread == [unread("AccessDenied")]


def test_a_mapping_that_is_unread_makes_no_queue_look_abandoned() -> None:
    hidden = unread("AccessDenied")
    broken = changed(sound(), "DeliverToCentiaQueue", queue=hidden, function=hidden)
    verdict = judge(broken, RULES)
    assert verdict.findings == []
    assert hidden in verdict.unread
