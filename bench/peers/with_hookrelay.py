"""hookrelay as its documentation puts it together: FastAPI's router, SQLite, a worker."""

import asyncio
import hashlib
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
from fastapi import FastAPI
from hookrelay import Worker
from hookrelay.backends.sqlite import SQLiteBackend
from hookrelay.fastapi import create_webhook_router
from sqlalchemy.ext.asyncio import create_async_engine

backend = SQLiteBackend(create_async_engine(f"sqlite+aiosqlite:///{os.environ['STORE']}"))
web = httpx.AsyncClient(timeout=30)


async def forward(event: Any) -> None:
    (await web.post(os.environ["RECEIVER"], json=event.payload)).raise_for_status()


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    await backend.init_schema()
    worker = asyncio.create_task(Worker(backend, forward, concurrency=10).run_forever())
    yield
    worker.cancel()


app = FastAPI(lifespan=lifespan)
router = create_webhook_router(
    backend=backend,
    source="forms",
    idempotency_key=lambda lead: hashlib.sha256(json.dumps(lead).encode()).hexdigest(),
)
app.include_router(router, prefix="/leads")
