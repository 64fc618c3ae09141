"""`/v1/policy` over a book that was read from Postgres."""

import json
from typing import Any

import asyncpg
from pydantic import Field

from shared.http.policy_routes import code_lists, policy_router
from shared.policy.book import PolicyBook
from shared.policy.commitments import Named
from shared.policy.model import ChapterHeader
from tests.shared.http.door import START, open_door
from tests.support.servers import TestPostgres


class Rules(ChapterHeader):
    """A chapter of this test's own."""

    kinds: dict[str, Named]
    limits: dict[str, int] = Field(default_factory=dict)


RULES: dict[str, Any] = {
    "version": "2026.1",
    "name": "试行规定",
    "owner": "office",
    "effective_on": "2026-06-01",
    "trial_months": 12,
    "approval": [{"state": "filed", "by": "服务管理办公室", "on": "2026-05-01"}],
    "clauses": {"c1": {"text": "两小时内联系", "source": "规定 2.3"}},
    "kinds": {"b": {"name": "乙"}, "a": {"name": "甲"}},
}


async def test_policy_in_force_and_its_codes_are_told(postgres: TestPostgres, company: str) -> None:
    async with open_door(postgres, company, policy_router()) as door:
        admin = door.runtime
        book = PolicyBook({"door_rules": Rules})
        rows = [
            ("pack_companies", "(company, pack, name)", (company, company, "某燃气")),
            (
                "policy_revisions",
                "(pack, chapter, version, sha256, canonical, state, effective_on, stored_at)",
                (company, "door_rules", "2026.1", "ab" * 32, json.dumps(RULES), "filed", START.date(), START),
            ),
        ]
        connection = await asyncpg.connect(postgres.admin_dsn)
        for table, columns, values in rows:
            marks = ", ".join(f"${number}" for number in range(1, len(values) + 1))
            await connection.execute(f"insert into complaint.{table} {columns} values ({marks})", *values)
        await connection.close()
        await book.refresh(admin.hot)
        admin.policy = book
        told = (await door.client.get("/v1/policy")).json()
        assert (told["company"], told["pack"]) == (company, company)
        (chapter,) = told["chapters"]
        assert (chapter["version"], chapter["is_trial"], chapter["state"]) == ("2026.1", True, "filed")
        assert chapter["clauses"] == [{"code": "c1", "text": "两小时内联系", "source": "规定 2.3"}]
        codes = (await door.client.get("/v1/policy/codes")).json()
        assert codes["lists"] == [
            {
                "chapter": "door_rules",
                "kind": "kinds",
                "codes": [{"code": "b", "name": "乙"}, {"code": "a", "name": "甲"}],
            }
        ]


def test_only_named_codes_are_listed() -> None:
    chapter = Rules.model_validate({**RULES, "limits": {"x": 1}})
    assert [kind for kind, _ in code_lists(chapter)] == ["kinds"]
