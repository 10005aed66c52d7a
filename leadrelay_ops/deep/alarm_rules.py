"""Rules of who is told what, and when."""

from collections.abc import Iterable

from leadrelay_ops.deep.deployment import Alarm, Deployment, Function, Queue, Topic, crm_of
from leadrelay_ops.deep.facts import known
from leadrelay_ops.deep.judge import Flaw, Rule


def _dead(deployment: Deployment) -> Iterable[Queue]:
    dead = deployment.dead_queues
    return (queue for queue in deployment.queues if queue.name in dead)


def _watched(deployment: Deployment, metric: str, dimension: str, value: str) -> Flaw | None:
    for alarm in deployment.alarms:
        if known(alarm.metric) == metric and (dimension, value) in known(alarm.watches):
            return None
    return Flaw("no alarm", f"an alarm on {metric}")


def _dead_alarm(deployment: Deployment, queue: Queue) -> Flaw | None:
    return _watched(deployment, "ApproximateNumberOfMessagesVisible", "QueueName", queue.name)


def _late_alarm(deployment: Deployment, queue: Queue) -> Flaw | None:
    """A CRM's on what the sweep tells: a queue's own age leaves out what was tried three times."""
    crms = (crm for crm, flow in deployment.flow_of.items() if flow.queue.name == queue.name)
    if crm := next(crms, None):
        return _watched(deployment, "crm.waits.ms", "crm", crm)
    return _watched(deployment, "ApproximateAgeOfOldestMessage", "QueueName", queue.name)


def _errors_alarm(deployment: Deployment, function: Function) -> Flaw | None:
    return _watched(deployment, "Errors", "FunctionName", function.name)


def _paused_alarm(deployment: Deployment, function: Function) -> Flaw | None:
    crm = crm_of(function)
    return _watched(deployment, "crm.paused", "crm", crm) if crm else None


def _mute(_: Deployment, alarm: Alarm) -> Flaw | None:
    return None if known(alarm.acts) else Flaw("tells nobody", "an action, switched on")


def _unheard(_: Deployment, topic: Topic) -> Flaw | None:
    return None if known(topic.subscribers) else Flaw("nobody subscribes", "a subscriber")


def _topic_key(_: Deployment, topic: Topic) -> Flaw | None:
    if "alias/aws/sns" in (known(topic.key) or ""):
        return Flaw("AWS's own KMS key", "none, or a key of yours")
    return None


ALARM_RULES = (
    Rule(
        name="dead-alarm",
        severity="delays",
        subjects=_dead,
        flaw=_dead_alarm,
        why="nobody is told of leads that are parked",
        mend="give it an alarm as template.yaml does",
    ),
    Rule(
        name="late-alarm",
        severity="delays",
        subjects=lambda deployment: deployment.working_queues,
        flaw=_late_alarm,
        why="nobody is told of leads that wait",
        mend="give it an alarm as template.yaml does",
    ),
    Rule(
        name="errors-alarm",
        severity="delays",
        subjects=lambda deployment: deployment.functions,
        flaw=_errors_alarm,
        why="nobody is told when it fails",
        mend="give it an alarm as template.yaml does",
    ),
    Rule(
        name="paused-alarm",
        severity="delays",
        subjects=lambda deployment: deployment.functions,
        flaw=_paused_alarm,
        why="nobody is told that its CRM is paused",
        mend="give it an alarm as template.yaml does",
    ),
    Rule(
        name="mute-alarm",
        severity="delays",
        subjects=lambda deployment: deployment.alarms,
        flaw=_mute,
        why="it rings, and nobody hears it",
        mend="set AlarmActions, and ActionsEnabled",
    ),
    Rule(
        name="unheard-topic",
        severity="delays",
        subjects=lambda deployment: deployment.topics,
        flaw=_unheard,
        why="no alarm reaches anybody",
        mend="deploy with AlarmEmail and confirm the mail, or subscribe something else",
    ),
    Rule(
        name="topic-key",
        severity="delays",
        subjects=lambda deployment: deployment.topics,
        flaw=_topic_key,
        why="CloudWatch may not use that key, so no alarm reaches anybody",
        mend="leave KmsMasterKeyId out: alarms hold nothing personal",
    ),
)
