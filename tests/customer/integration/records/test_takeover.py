"""What the migration takes over: equipment out of the addresses' JSON, tags out of the customers' arrays."""

import importlib
from uuid import UUID

from sqlalchemy import text

from tests.customer.integration.records.desk import Desk

MIGRATION = importlib.import_module("services.customer.migrations.versions.0006_registry_whole")


async def test_equipment_and_tags_become_rows(desk: Desk) -> None:
    made = await desk.customer()
    statements = [one for part in (MIGRATION.PREMISES, MIGRATION.PEOPLE) for one in part.strip().split(";\n")]
    copies = [
        one for one in statements if one.strip().startswith(("insert into gas_equipment", "insert into customer_tags"))
    ]
    assert len(copies) == 2
    async with desk.rig.sessions() as session:
        await session.execute(
            text("update premises set equipment = cast(:said as jsonb) where customer_id = :id"),
            {
                "id": UUID(made["id"]),
                "said": '[{"kind": "stove", "brand": "A", "installed_on": "2020-01-02"}, {"installed_on": "?"}, 7]',
            },
        )
        await session.execute(
            text("update customers set tags = '{official,key}' where id = :id"), {"id": UUID(made["id"])}
        )
        for copy in copies:
            await session.execute(
                text(copy.rstrip(";") + (" on conflict do nothing" if "customer_tags" in copy else ""))
            )
        rows = await session.execute(
            text("select kind, brand, installed_on::text from gas_equipment where customer_id = :id order by kind"),
            {"id": UUID(made["id"])},
        )
        assert [tuple(row) for row in rows] == [("other", None, None), ("stove", "A", "2020-01-02")]
        tags = await session.execute(
            text("select tag, source, state from customer_tags where customer_id = :id order by tag"),
            {"id": UUID(made["id"])},
        )
        assert [tuple(row) for row in tags] == [("key", "takeover", "active"), ("official", "takeover", "active")]
        await session.rollback()
