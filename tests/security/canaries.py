"""Personal data that exists once in the world, and where it is found again."""

import json
import secrets
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg

from shared.events.topology import SERVICES
from tests.security.house import House
from tests.security.rows import tables

DESIGNED: Mapping[str, frozenset[str]] = {
    "name": frozenset(
        {
            *("customer.customers.name", "customer.customers.name_key", "customer.group_members.name"),
            *("customer.contact_persons.name", "customer.vulnerable_persons.name"),
            "customer.account_changes.former_name",
        }
    ),
    "address": frozenset({"customer.premises.address", "customer.premises.address_key"}),
    "staff": frozenset({"incentive.staff_members.name"}),
}
"""Kind of canary to the columns that may hold it in the clear; all else is encrypted everywhere (design.md 6)."""


@dataclass
class Canaries:
    """Names, telephones, addresses and identity numbers of this run, by kind."""

    made: dict[str, str] = field(default_factory=dict)

    def name(self) -> str:
        """Of a customer or a member of a group."""
        return self._keep("name", f"雀{secrets.token_hex(6)}")

    def staff(self) -> str:
        """Of a member of staff."""
        return self._keep("staff", f"莺{secrets.token_hex(6)}")

    def complainant(self) -> str:
        """Of somebody who complains."""
        return self._keep("complainant", f"鹂{secrets.token_hex(6)}")

    def address(self) -> str:
        """Where gas is used."""
        return self._keep("address", f"鸢尾路{secrets.randbelow(10**12):012d}号")

    def phone(self) -> str:
        """A mobile number of a range that nobody has."""
        return self._keep("phone", f"100{secrets.randbelow(10**8):08d}")

    def identity(self) -> str:
        """Number of a passport."""
        return self._keep("identity", f"E{secrets.randbelow(10**8):08d}")

    def _keep(self, kind: str, text: str) -> str:
        self.made[text] = kind
        return text

    def within(self, text: str) -> list[str]:
        """The canaries that stand in a text, also where it shows bytes as hex."""
        return [one for one in self.made if one in text or one.encode().hex() in text]


def in_lines(canaries: Canaries, lines: str) -> list[str]:
    """Canaries in JSON log lines, whose texts are escaped."""
    told = (json.dumps(json.loads(line), ensure_ascii=False) for line in lines.splitlines() if line.startswith("{"))
    return canaries.within("\n".join([lines, *told]))


def in_files(canaries: Canaries, folder: Path) -> list[tuple[str, str]]:
    """File and canary, for every file under `folder`."""
    content = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return [(path.name, one) for path, raw in content.items() for one in canaries.made if one.encode() in raw]


async def in_tables(canaries: Canaries, house: House, company: str) -> list[str]:
    """Columns of all five schemas in which a canary stands that has no business there."""
    found: list[str] = []
    for service in SERVICES:
        pool = house.pool(service)
        for table, has_company in (await tables(pool, service)).items():
            where = "where company = $1" if has_company else "where $1::text is not null"
            found += [hit async for hit in _hits(canaries, pool, f"{service}.{table}", where, company)]
    return found


async def _hits(canaries: Canaries, pool: asyncpg.Pool, table: str, where: str, company: str) -> AsyncIterator[str]:
    rows = await pool.fetch(f"select to_jsonb(t) as row from {table} t {where}", company)
    for row in rows:
        values = row["row"] if isinstance(row["row"], dict) else json.loads(row["row"])
        for column, value in values.items():
            for one in canaries.within(json.dumps(value, ensure_ascii=False)):
                kind = canaries.made[one]
                if f"{table}.{column}" not in DESIGNED.get(kind, ()):
                    yield f"{kind} in {table}.{column}"
