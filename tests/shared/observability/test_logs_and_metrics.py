"""Logs are one ASCII line without personal data; metrics and gauges tell the truth."""

import io
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from shared.database import create_hot_pool
from shared.errors import RuleViolatedError
from shared.observability import context
from shared.observability import logging as gasdesk_logging
from shared.observability.context import CallContext
from shared.observability.gauges import BusinessGauges
from shared.observability.logging import describe, scrub
from shared.observability.metrics import Metrics
from tests.support.servers import TestPostgres

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    gasdesk_logging.configure("complaint", stream=stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def told(lines: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines.getvalue().splitlines()]


def test_line_carries_the_call_and_nothing_personal(lines: io.StringIO) -> None:
    call = CallContext(correlation_id=UUID(int=5), actor="a", traceparent=f"00-{'a' * 32}-{'b' * 16}-01")
    with context.bind(call):
        structlog.get_logger("x").info(
            "case.opened 13800138000", note="张三 13900139000", deep={"k": ["340102199001011234"]}
        )
        logging.getLogger("foreign").warning("call %s", "0551-62345678")
    first, second = told(lines)
    assert (first["service"], first["level"], first["trace_id"], first["actor"]) == ("complaint", "info", "a" * 32, "a")
    assert (first["event"], first["note"]) == ("case.opened 138****8000", "张三 139****9000")
    assert first["deep"] == {"k": ["340102********1234"]}
    assert (second["event"], second["logger"]) == ("call 0551-****5678", "foreign")


def test_injected_lines_stay_one_line(lines: io.StringIO) -> None:
    structlog.get_logger("x").info("a", text='\r\n{"level":"critical"}\u2028\x1b[31m')
    raw = lines.getvalue()
    assert raw.count("\n") == 1
    assert raw.isascii()
    assert "\x1b" not in raw
    assert told(lines)[0]["level"] == "info"


def test_foreign_exception_texts_are_left_out(lines: io.StringIO) -> None:
    try:
        int("13800138000张三")
    except ValueError as error:
        structlog.get_logger("x").exception("failed")
        described = describe(error)
    assert "张三" not in lines.getvalue().encode().decode("unicode_escape")
    assert described["error"] == "builtins.ValueError"
    assert described["frames"]
    assert "message" not in described
    assert describe(RuleViolatedError("x"))["code"] == "rule_violated"


@given(st.text(max_size=30), st.integers(3, 9), st.integers(0, 999_999_999), st.text(max_size=30))
def test_mobile_numbers_are_masked_wherever_they_stand(before: str, second: int, rest: int, after: str) -> None:
    number = f"1{second}{rest:09d}"
    text = f"{before} {number} {after}"
    assert number not in scrub(text)


def test_scrubbing_keeps_other_texts() -> None:
    for text in ("", "TS261122-000123", "amount_fen 1234567", "2026-11-23T01:00:00+00:00", "a" * 50, "100.00 m3"):
        assert scrub(text) == text
    for dirty in ("+86 138 0013 8000", "86-13800138000", "138-0013-8000", "１３８００１３８０００"):
        assert "*" in scrub(dirty)


def test_context_is_bound_replaced_and_restored() -> None:
    outer = CallContext(correlation_id=uuid4())
    with context.bind(outer):
        with context.bind(CallContext(correlation_id=uuid4())):
            assert context.replace(actor="b", hops=2).actor == "b"
            assert context.current().hops == 2
        assert context.current() is outer
        assert outer.trace_id == outer.correlation_id.hex


def test_metrics_of_two_applications_do_not_meet() -> None:
    first, second = Metrics("a"), Metrics("b")
    first.counter("gasdesk_things", "x", ("kind",)).labels("k").inc()
    assert b'gasdesk_things_total{kind="k"} 1.0' in first.render()
    assert b"gasdesk_things" not in second.render()


async def test_gauges_read_the_schema(postgres: TestPostgres, company: str) -> None:
    pool = await create_hot_pool(postgres.url("inspection"), application_name="t-gauges", schema="inspection")
    metrics = Metrics("inspection")
    gauges = BusinessGauges(metrics)
    before = await gauges.sample(pool, NOW)
    await pool.execute(
        "insert into dead_letters (id, at, consumer, stream, stream_seq, company, reason, error, raw, attempts)"
        " values ($1, $2, $3, 'S', 1, $3, 'undecodable', 'x', '', 1)",
        uuid4(),
        NOW,
        company,
    )
    await pool.execute(
        "insert into outbox (at, id, company, type, aggregate_type, aggregate_id, aggregate_version, correlation_id,"
        " routing, payload) values ($1, $2, $3, 'inspection.tested', 'test', $2, 1, $2, '{}', '{}')",
        NOW - timedelta(days=300),
        uuid4(),
        company,
    )
    after = await gauges.sample(pool, NOW)
    assert after["dead_letters"] == before["dead_letters"] + 1
    assert after["outbox_rows"] == min(before["outbox_rows"] + 1, 10_001)
    assert b"gasdesk_outbox_lag_seconds" in metrics.render()
    await pool.execute("update outbox set published_at = $1 where company = $2", NOW, company)
    await pool.close()
