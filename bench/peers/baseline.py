"""What a good engineer writes in an afternoon: FastAPI, SQLite with each commit synced, httpx.

A lead and its delivery are kept in one transaction before the answer, unless the same content came
within ten minutes. A worker delivers with a lease, tries again at growing intervals, and puts aside
what failed twenty times. It doesn't look before it writes again.
"""

import asyncio
import hashlib
import json
import os
import sqlite3
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpx
from fastapi import FastAPI

RECEIVER, AT_ONCE, LEASE_S, MOST_TRIES = os.environ["RECEIVER"], 10, 60, 20

store = sqlite3.connect(os.environ["STORE"], isolation_level=None, check_same_thread=False)
store.executescript("""
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
CREATE TABLE IF NOT EXISTS lead (
    id TEXT PRIMARY KEY, content TEXT, state TEXT, tries INTEGER, due REAL
);
CREATE TABLE IF NOT EXISTS seen (digest TEXT PRIMARY KEY, lead TEXT, until REAL);
CREATE INDEX IF NOT EXISTS waiting ON lead (due) WHERE state = 'waiting';
""")
news = asyncio.Event()


def keep(content: str) -> str:
    """The id of the lead, which may have been there already."""
    digest, now, lead = hashlib.sha256(content.encode()).hexdigest(), time.time(), uuid.uuid4().hex
    store.execute("BEGIN IMMEDIATE")
    try:
        known = store.execute(
            "SELECT lead FROM seen WHERE digest = ? AND until > ?", (digest, now)
        ).fetchone()
        if not known:
            store.execute("REPLACE INTO seen VALUES (?, ?, ?)", (digest, lead, now + 600))
            store.execute("INSERT INTO lead VALUES (?, ?, 'waiting', 0, ?)", (lead, content, now))
        store.execute("COMMIT")
    except BaseException:
        store.execute("ROLLBACK")
        raise
    return known[0] if known else lead


def take() -> list[tuple[str, str, int]]:
    """Those that are due, ours until the lease is over."""
    now = time.time()
    return store.execute(
        "UPDATE lead SET due = ?, tries = tries + 1 WHERE id IN (SELECT id FROM lead"
        " WHERE state = 'waiting' AND due <= ? ORDER BY due LIMIT ?) RETURNING id, content, tries",
        (now + LEASE_S, now, AT_ONCE),
    ).fetchall()


async def deliver(web: httpx.AsyncClient, lead: str, content: str, tries: int) -> None:
    try:
        (await web.post(RECEIVER, json=json.loads(content))).raise_for_status()
    except httpx.HTTPError:
        state = "waiting" if tries < MOST_TRIES else "aside"
        due = time.time() + min(3600, 15 * 2 ** (tries - 1))
        store.execute("UPDATE lead SET state = ?, due = ? WHERE id = ?", (state, due, lead))
    else:
        store.execute("UPDATE lead SET state = 'delivered' WHERE id = ?", (lead,))


async def work() -> None:
    async with httpx.AsyncClient(timeout=30) as web:
        while True:
            if due := take():
                await asyncio.gather(*(deliver(web, *one) for one in due))
                continue
            news.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(news.wait(), 1)


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    worker = asyncio.create_task(work())
    yield
    worker.cancel()


app = FastAPI(lifespan=lifespan)


@app.post("/leads")
async def post(lead: dict[str, Any]) -> dict[str, str]:
    kept = keep(json.dumps(lead, sort_keys=True))
    news.set()
    return {"id": kept}
