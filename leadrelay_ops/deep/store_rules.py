"""Rules of what keeps leads and their files."""

from collections.abc import Iterable
from datetime import timedelta

from leadrelay.ledger.retention import UNDELIVERED_KEPT
from leadrelay_ops.deep.deployment import Bucket, Deployment, LogGroup, Table
from leadrelay_ops.deep.facts import known
from leadrelay_ops.deep.judge import Flaw, Rule

_TTL = "expires_at"


def _tables(deployment: Deployment) -> Iterable[Table]:
    return deployment.tables


def _buckets(deployment: Deployment) -> Iterable[Bucket]:
    return deployment.buckets


def _backups(_: Deployment, table: Table) -> Flaw | None:
    return None if known(table.backups) else Flaw("off", "point-in-time recovery")


def _kept(_: Deployment, store: Table | Bucket) -> Flaw | None:
    return None if known(store.kept) else Flaw("Delete", "Retain")


def _capacity(_: Deployment, table: Table) -> Flaw | None:
    return None if known(table.on_demand) else Flaw("provisioned capacity", "on demand")


def _ttl(_: Deployment, table: Table) -> Flaw | None:
    is_ = known(table.ttl)
    return None if is_ == _TTL else Flaw(is_ or "off", _TTL)


def _files_expire(deployment: Deployment, bucket: Bucket) -> Flaw | None:
    longest = max((source.retention for source in deployment.sources.values()), default=timedelta())
    return _too_soon(bucket, "leads/", UNDELIVERED_KEPT + longest)


def _uploads_expire(deployment: Deployment, bucket: Bucket) -> Flaw | None:
    longest = max((source.file_wait for source in deployment.sources.values()), default=timedelta())
    return _too_soon(bucket, "uploads/", longest + timedelta(days=1))


def _too_soon(bucket: Bucket, folder: str, least: timedelta) -> Flaw | None:
    for prefix, days in known(bucket.expiry).items():
        within = folder.startswith(prefix) or prefix.startswith(folder)
        if within and timedelta(days=days) < least:
            return Flaw(f"{prefix or '*'} after {days} days", f"{least.days} days or more")
    return None


def _untold(_: Deployment, bucket: Bucket) -> Flaw | None:
    return None if known(bucket.tells) else Flaw("nobody is told", "the arrivals' queue is told")


def _public(_: Deployment, bucket: Bucket) -> Flaw | None:
    return None if known(bucket.private) else Flaw("public access", "all of it blocked")


def _encrypted(_: Deployment, bucket: Bucket) -> Flaw | None:
    return None if known(bucket.encrypted) else Flaw("off", "on")


def _logs(_: Deployment, group: LogGroup) -> Flaw | None:
    return Flaw("kept for ever", "RetentionInDays") if known(group.days) is None else None


STORE_RULES = (
    Rule(
        name="backups",
        severity="loses",
        subjects=_tables,
        flaw=_backups,
        why="the ledger is the only place where a lead is until it is delivered",
        mend="enable point-in-time recovery of the table",
    ),
    Rule(
        name="kept",
        severity="loses",
        subjects=lambda deployment: [*deployment.tables, *deployment.buckets],
        flaw=_kept,
        why="deleting the stack, or a change that replaces this, deletes what is in it",
        mend="set DeletionPolicy and UpdateReplacePolicy: Retain",
    ),
    Rule(
        name="files-expire",
        severity="loses",
        subjects=_buckets,
        flaw=_files_expire,
        why="a lead may wait for 400 days, and is kept for its source's retention after that",
        mend="raise ExpirationInDays of leads/",
    ),
    Rule(
        name="uploads-expire",
        severity="loses",
        subjects=_buckets,
        flaw=_uploads_expire,
        why="a lead waits for its file for the source's file_wait",
        mend="raise ExpirationInDays of uploads/",
    ),
    Rule(
        name="uploads-untold",
        severity="loses",
        subjects=_buckets,
        flaw=_untold,
        why="a file that a browser uploads would never be brought to its lead",
        mend="set the bucket's NotificationConfiguration as template.yaml does",
    ),
    Rule(
        name="public-files",
        severity="loses",
        subjects=_buckets,
        flaw=_public,
        why="the bucket holds résumés",
        mend="block all public access of the bucket",
    ),
    Rule(
        name="capacity",
        severity="delays",
        subjects=_tables,
        flaw=_capacity,
        why="a burst of leads would be throttled, and answered 503",
        mend="set BillingMode: PAY_PER_REQUEST",
    ),
    Rule(
        name="ttl",
        severity="advice",
        subjects=_tables,
        flaw=_ttl,
        why="leads and guards are never forgotten",
        mend="enable time to live on expires_at",
    ),
    Rule(
        name="bucket-encryption",
        severity="advice",
        subjects=_buckets,
        flaw=_encrypted,
        why="the bucket holds résumés",
        mend="set BucketEncryption",
    ),
    Rule(
        name="log-retention",
        severity="advice",
        subjects=lambda deployment: deployment.log_groups,
        flaw=_logs,
        why="logs cost money for ever",
        mend="set RetentionInDays",
    ),
)
