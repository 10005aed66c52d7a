"""`leadrelay check --deep` on the deployed twin: clean, until somebody changes it by hand."""

from typer.testing import CliRunner, Result

from leadrelay_ops.cli import app
from leadrelay_ops.stack import Stack

VISIBILITY = "VisibilityTimeout"


def check(stack: Stack) -> Result:
    words = ("check", "--deep", "--sources", str(stack.sources))
    return CliRunner().invoke(app, words, obj=lambda _: stack)


def test_the_deployed_twin_loses_nothing(stack: Stack) -> None:
    ran = check(stack)
    assert ran.exit_code == 0, ran.output
    told = ran.stdout.splitlines()
    assert told[-1] == "deep: 0 loses, 1 delays, 0 advice; 3 not checked"
    assert "delays: AlarmTopic: unheard-topic" in told  # nobody is mailed
    ours = "MiniStack doesn't take it over from the template"
    assert [line for line in told if line.startswith("not checked")] == [
        f"not checked: LedgerTable: backups: {ours}",
        f"not checked: Files: lifecycle: {ours}",
        f"not checked: LedgerTable: ttl: {ours}",
    ]


def test_a_visibility_that_was_lowered_by_hand_fails_the_check_until_it_is_put_back(
    stack: Stack,
) -> None:
    sqs = stack.client("sqs")
    url = sqs.get_queue_url(QueueName=f"{stack.name}-centia")["QueueUrl"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={VISIBILITY: "120"})
    try:
        ran = check(stack)
    finally:
        sqs.set_queue_attributes(QueueUrl=url, Attributes={VISIBILITY: "360"})
    assert ran.exit_code == 1
    assert "120 s; should be 360 s or more" in ran.stdout
    assert "CentiaQueue" in ran.stdout
    assert "visibility 120; should be 360" in ran.stdout  # the drift
    assert check(stack).exit_code == 0
