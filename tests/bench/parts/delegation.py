""" "May I?" against a bare handler, and the ledger of a month with 100,000 uses."""

import asyncio
import json
import time
import urllib.request
from datetime import UTC, datetime, timedelta
from typing import Any

from services.complaint.delegation.rules.ledger import month_before
from shared.ids import derived_id
from tests.bench.drive import paired, rate_of
from tests.bench.report import Report
from tests.bench.stage import Stage

_USES = 100_000
_QUESTIONS = {
    "facts only": ("vulnerable_service", {"facts": {one: {"is_declared": True} for one in ("person", "appliance")}}),
    "with tier and amounts": (
        "blocking_resident",
        {
            "facts": {"contract_due": {"number": 1}, "affected": {"number": 30}, "blocking": {"number": 3}},
            "customer_id": "0190b6f0-5a4c-7c3e-9f10-2f4f4a6b7c8d",
            "quantity": 1,
        },
    ),
}
_FILL = (
    """
insert into authorisations (id, company, number, authority, category, state, requested_by, department, tier, reason,
  amount_fen, executed_fen, requested_at, requested_month, approved_at, executed_at, ledger_month, policy_pack,
  policy_version, matter_id)
select md5('bench-authority-' || g)::uuid, $1, 'B' || g, 'priority_maintenance_fee', 'fee_waiver', 'completed', $2,
  'customer_service', 'vip', '检修', 5000, 5000, $4, $3, $4, $4::timestamptz + make_interval(secs => g), $3, 'xxx-gas',
  'bench', md5('bench-authority-' || g)::uuid
from generate_series(1, $5::int) g
""",
    """
insert into authority_ledger_entries (id, company, month, authorisation_id, number, occurred_at, recorded_at,
  occurred_month, is_late, customer_id, authority, item, conditions, handler_id, department, decided_post, approved_fen,
  executed_fen, result)
select md5('bench-entry-' || id)::uuid, company, ledger_month, id, number, executed_at, executed_at, ledger_month,
  false, md5(id::text)::uuid, authority, '燃气管维修费与上门费', array['VIP 或关键客户'], requested_by, department,
  'repair_worker', amount_fen, executed_fen, '只收材料费'
from authorisations where company = $1 and ledger_month = $2
""",
)


async def run(stage: Stage, report: Report) -> None:
    """Questions first, then the month."""
    with stage.service("complaint") as port:
        await _questions(stage, report, port)
        await _ledger(stage, report, port)


async def _questions(stage: Stage, report: Report, port: int) -> None:
    with stage.floor("asking", {}) as bare:
        for what, (code, body) in _QUESTIONS.items():
            asked = [{"method": "POST", "path": f"/v1/authorities/{code}/check", "body": json.dumps(body)}]
            floor, ours = stage.target(bare, asked), stage.target(port, asked, login="head", fresh_key=True)
            pair = await paired(lambda floor=floor: rate_of(floor), lambda ours=ours: rate_of(ours))  # type: ignore[misc]
            report.tell(
                f"may I?, {what}, of a bare FastAPI handler",
                floor=f"{pair.floor:,.0f}/s",
                ours=f"{pair.ours:,.0f}/s",
                result=f"{pair.ratio:.2f}",
            )


async def _ledger(stage: Stage, report: Report, port: int) -> None:
    local = datetime.now(UTC) + timedelta(hours=8)
    month = month_before(f"{local:%Y-%m}")
    started = datetime.fromisoformat(f"{month}-02T00:00:00+08:00")
    code = stage.company.code
    async with stage.admin("complaint") as admin:
        await admin.execute(_FILL[0], code, stage.company.person("crew"), month, started, _USES)
        await admin.execute(_FILL[1], code, month)
        await admin.execute(
            "insert into authority_ledgers (id, company, month, state, seed, drafted_at)"
            " values ($1, $2, $3, 'draft', 'bench', $4)",
            derived_id("authority_ledger", code, month),
            code,
            month,
            started,
        )
        await admin.execute("analyze authority_ledger_entries")
        floor = await _timed(lambda: admin.fetch("select * from authority_ledger_entries where company = $1", code))
    what = f"ledger of {_USES:,} uses"
    path = f"/v1/authority-ledger/{month}"
    took, _ = await _asked(stage, port, "GET", path, "gm")
    report.tell(f"{what}, first page with reconciliation", floor="", ours=f"{took * 1000:,.0f} ms", result="")
    took, size = await _asked(stage, port, "GET", f"{path}/export", "gm")
    report.tell(
        f"{what}, XLSX of {size / 1e6:.1f} MB, of fetching the rows",
        floor=f"{floor:.1f} s",
        ours=f"{took:.1f} s",
        result=f"{took / floor:.1f}",
    )
    for version, login in ((1, "office"), (2, "gm")):
        await _asked(stage, port, "POST", f"{path}/sign", login, version=version)
    took, _ = await _asked(stage, port, "POST", f"{path}/lock", "office", version=3)
    report.tell(f"{what}, locked with its digest", floor=f"{floor:.1f} s", ours=f"{took:.1f} s", result="")


async def _timed(work: Any) -> float:
    began = time.perf_counter()
    await work()
    return time.perf_counter() - began


async def _asked(
    stage: Stage, port: int, method: str, path: str, login: str, *, version: int | None = None
) -> tuple[float, int]:
    """How long one request takes, and how many bytes it answers."""
    headers = stage.company.headers(login, version=version) | {"Content-Type": "application/json"}
    data = json.dumps({"note": "已核实"} if path.endswith("/sign") else {}).encode() if method == "POST" else None
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data, headers, method=method)

    def ask() -> int:
        with urllib.request.urlopen(request, timeout=300) as answer:  # noqa: S310
            return len(answer.read())

    began = time.perf_counter()
    size = await asyncio.to_thread(ask)
    return time.perf_counter() - began, size
