"""Verification of the audit trail: rows against seals, seals against one another, seals against the anchors."""

import struct
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

from typing_extensions import override

from shared.audit.chain import GENESIS, ROW_COLUMNS, Seal, digest

_PREFETCH = 2000
_SEALS = (
    "select number, until_xid::text as until_xid, row_count, previous_hash, hash, row_digests, sealed_at"
    " from audit_seals order by number"
)
_ROWS = f"select {ROW_COLUMNS} from audit order by audit.xid, audit.seq"  # noqa: S608  # names are ours
_ROW = f"select {ROW_COLUMNS} from audit where audit.seq = $1"  # noqa: S608


@dataclass(frozen=True, slots=True)
class Anchor:
    """The head of the chain as it stood outside: number and hash of a seal."""

    number: int
    hash: str


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing that is wrong.

    `kind`: row_altered, row_deleted, row_inserted, seal_altered, seal_missing, chain_broken, anchor_differs,
    tail_truncated.  `seq` is the row's, where one can be named; `seal` the number of the seal.
    """

    kind: str
    seal: int | None = None
    seq: int | None = None

    @override
    def __str__(self) -> str:
        """For people."""
        places = {
            "row_altered": "审计记录被改动",
            "row_deleted": "审计记录被删除",
            "row_inserted": "事后插入的审计记录",
            "seal_altered": "封签被改动",
            "seal_missing": "封签缺失",
            "chain_broken": "封签链断裂",
            "anchor_differs": "封签与外部锚点不符",
            "tail_truncated": "尾部被截断：外部锚点之后的封签不存在",
        }
        where = f"，记录序号 {self.seq}" if self.seq is not None else ""
        return f"{places[self.kind]}：封签 {self.seal}{where}"


@dataclass(frozen=True, slots=True)
class Report:
    """What was checked: rows under seal, rows not sealed yet, seals, anchors; `fault` is the first one found."""

    rows: int
    unsealed: int
    seals: int
    anchors: int
    fault: Fault | None = None

    @property
    def is_sound(self) -> bool:
        """Whether nothing was found."""
        return self.fault is None


class _FaultFoundError(Exception):
    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(slots=True)
class _Check:
    connection: Any
    anchors: dict[int, str]
    rows: int = 0
    unsealed: int = 0
    seals: int = 0
    head: str = GENESIS
    until_xid: int = 0

    async def run(self) -> None:
        """Walk both tables in the order of the chain."""
        rows = self.connection.cursor(_ROWS, prefetch=_PREFETCH).__aiter__()
        async for stored in self.connection.cursor(_SEALS, prefetch=20):
            seal = self._seal(stored)
            await self._rows_of(seal, rows)
            self.rows = seal.row_count
            self.until_xid = seal.until_xid
        async for row in rows:
            if int(row["xid"]) < self.until_xid:
                raise _FaultFoundError(Fault("row_inserted", self.seals, row["seq"]))
            self.unsealed += 1
        missing = [number for number in self.anchors if number > self.seals]
        if missing:
            raise _FaultFoundError(Fault("tail_truncated", self.seals + 1))

    def _seal(self, stored: Any) -> Seal:
        """The next seal, if it says the truth about itself and about the one before."""
        number = self.seals + 1
        seal = Seal(
            number=stored["number"],
            until_xid=int(stored["until_xid"]),
            row_count=stored["row_count"],
            previous_hash=stored["previous_hash"],
            row_digests=stored["row_digests"],
            sealed_at=stored["sealed_at"],
        )
        if seal.number != number:
            raise _FaultFoundError(Fault("seal_missing", number))
        if seal.hash != stored["hash"] or seal.until_xid < self.until_xid:
            raise _FaultFoundError(Fault("seal_altered", number))
        if seal.previous_hash != self.head:
            raise _FaultFoundError(Fault("chain_broken", number))
        if self.anchors.get(number, seal.hash) != seal.hash:
            raise _FaultFoundError(Fault("anchor_differs", number))
        self.seals = number
        self.head = seal.hash
        return seal

    async def _rows_of(self, seal: Seal, rows: AsyncIterator[Any]) -> None:
        try:
            entries = list(seal.entries())
        except struct.error:
            raise _FaultFoundError(Fault("seal_altered", seal.number)) from None
        if self.rows + len(entries) != seal.row_count:
            raise _FaultFoundError(Fault("seal_altered", seal.number))
        covered = {seq for seq, _ in entries}
        for seq, expected in entries:
            row = await anext(rows, None)
            if row is None or row["seq"] != seq:
                raise _FaultFoundError(await self._out_of_order(seal, seq, expected, row, covered))
            if digest(row) != expected:
                raise _FaultFoundError(Fault("row_altered", seal.number, seq))

    async def _out_of_order(self, seal: Seal, seq: int, expected: bytes, row: Any, covered: set[int]) -> Fault:
        """Another row stands where `seq` should: is `seq` gone, was it moved, or was something put before it?"""
        found = await self.connection.fetchrow(_ROW, seq)
        if found is None:
            return Fault("row_deleted", seal.number, seq)
        if digest(found) != expected or row is None:
            return Fault("row_altered", seal.number, seq)
        return Fault("row_altered" if row["seq"] in covered else "row_inserted", seal.number, row["seq"])


async def verify(connection: Any, anchors: Sequence[Anchor]) -> Report:
    """Check the trail of the connection's schema from its first row to its last.

    `connection` is asyncpg's, `anchors` what stream AUDIT kept of this schema, in any order.  Two anchors of one number
    that differ are a fault as well.  Rows of the last second may be unsealed; they are counted.
    """
    by_number: dict[int, str] = {}
    for anchor in anchors:
        if by_number.setdefault(anchor.number, anchor.hash) != anchor.hash:
            return Report(0, 0, 0, len(anchors), Fault("anchor_differs", anchor.number))
    check = _Check(connection, by_number)
    fault = None
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        try:
            await check.run()
        except _FaultFoundError as found:
            fault = found.fault
    return Report(check.rows, check.unsealed, check.seals, len(anchors), fault)
