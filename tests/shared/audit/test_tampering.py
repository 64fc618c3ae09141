"""Every kind of tampering with the audit trail is found and named."""

import asyncio
from datetime import timedelta

from shared.audit.verify import Anchor
from tests.shared.audit.trail_support import Trail

ROW = "(select seq from audit order by xid, seq offset 7 limit 1)"
SLIP_IN = f"""
insert into audit (at, id, xid, company, action)
select at, gen_random_uuid(), xid, company, 'forged' from audit where seq = {ROW}
"""
SLIP_IN_LAST = """
insert into audit (at, id, xid, company, action)
select now(), gen_random_uuid(), (max(until_xid::text::bigint) - 1)::text::xid8, 'a', 'forged' from audit_seals
"""
CUT_TAIL = """
with cut as (delete from audit_seals where number >= 4)
delete from audit where xid >= (select until_xid from audit_seals where number = 3)
"""
TAMPERINGS: dict[str, tuple[str, str]] = {
    "actor changed": (f"update audit set actor = 'somebody' where seq = {ROW}", "row_altered"),
    "action changed": (f"update audit set action = 'x' where seq = {ROW}", "row_altered"),
    "reason added": (f"update audit set reason = 'x' where seq = {ROW}", "row_altered"),
    "detail changed": (f"update audit set detail = '{{\"n\": 99}}' where seq = {ROW}", "row_altered"),
    "time moved": (f"update audit set at = at + interval '1 microsecond' where seq = {ROW}", "row_altered"),
    "company changed": (f"update audit set company = 'b' where seq = {ROW}", "row_altered"),
    "resource changed": (f"update audit set resource_id = gen_random_uuid() where seq = {ROW}", "row_altered"),
    "trace changed": (f"update audit set trace_id = null where seq = {ROW}", "row_altered"),
    "moved to the end": (f"update audit set xid = pg_current_xact_id() where seq = {ROW}", "row_altered"),
    "moved to the front": (f"update audit set xid = '1' where seq = {ROW}", "row_inserted"),
    "row deleted": (f"delete from audit where seq = {ROW}", "row_deleted"),
    "first row deleted": ("delete from audit where seq = (select min(seq) from audit)", "row_deleted"),
    "last row deleted": ("delete from audit where seq = (select max(seq) from audit)", "row_deleted"),
    "all rows deleted": ("delete from audit", "row_deleted"),
    "row slipped in": (SLIP_IN, "row_inserted"),
    "row slipped in at the front": (
        "insert into audit (at, id, xid, company, action) values (now(), gen_random_uuid(), '1', 'a', 'forged')",
        "row_inserted",
    ),
    "row slipped in at the end": (SLIP_IN_LAST, "row_inserted"),
    "seal's count changed": ("update audit_seals set row_count = row_count + 1 where number = 3", "seal_altered"),
    "seal's time changed": ("update audit_seals set sealed_at = now() where number = 3", "seal_altered"),
    "seal's digests cut": ("update audit_seals set row_digests = '' where number = 3", "seal_altered"),
    "seal's hash changed": ("update audit_seals set hash = repeat('a', 64) where number = 3", "seal_altered"),
    "middle seal deleted": ("delete from audit_seals where number = 3", "seal_missing"),
    "first seal deleted": ("delete from audit_seals where number = 1", "seal_missing"),
    "all seals deleted": ("delete from audit_seals", "tail_truncated"),
    "tail seals deleted, rows kept": ("delete from audit_seals where number >= 4", "tail_truncated"),
    "tail truncated with its seals": (CUT_TAIL, "tail_truncated"),
    "everything deleted": ("with cut as (delete from audit_seals) delete from audit", "tail_truncated"),
}  # fmt: skip


async def fill(trail: Trail) -> list[Anchor]:
    for count in (4, 2, 5, 3, 6):
        await trail.write(count)
        trail.moment.at += timedelta(seconds=61)
        await trail.seal()
    anchors = await trail.anchors()
    assert (await trail.verify(anchors)).is_sound
    assert len(anchors) == 5
    return anchors


async def test_every_tampering_is_found_and_named(trail: Trail) -> None:
    anchors = await fill(trail)
    await trail.connection.execute(
        "create table kept as select * from audit; create table kept_seals as select * from audit_seals"
    )
    target = await trail.connection.fetchval(ROW)
    found: dict[str, str] = {}
    for name, (statement, _) in TAMPERINGS.items():
        await trail.connection.execute(statement)
        report = await trail.verify(anchors)
        found[name] = report.fault.kind if report.fault else "nothing"
        if f"seq = {ROW}" in statement and name != "row slipped in":
            assert report.fault is not None, name
            assert report.fault.seq == target, name
        assert str(report.fault).startswith(("审计", "封签", "事后", "尾部")), name
        await trail.connection.execute(
            "truncate audit, audit_seals; insert into audit overriding system value select * from kept;"
            " insert into audit_seals select * from kept_seals"
        )
        assert (await trail.verify(anchors)).is_sound, name
    assert found == {name: kind for name, (_, kind) in TAMPERINGS.items()}


async def test_chain_written_anew_differs_from_its_anchors(trail: Trail) -> None:
    anchors = await fill(trail)
    await trail.connection.execute(f"update audit set actor = 'somebody' where seq = {ROW}")
    await trail.connection.execute("delete from audit_seals")
    await trail.seal()  # the insider runs our own sealer over the altered rows
    assert (await trail.verify()).is_sound  # which is why the anchors lie elsewhere
    report = await trail.verify(anchors)
    assert report.fault is not None
    assert report.fault.kind == "anchor_differs"


async def test_two_anchors_of_one_number_are_a_fault(trail: Trail) -> None:
    anchors = await fill(trail)
    report = await trail.verify([*anchors, Anchor(2, "f" * 64)])
    assert report.fault is not None
    assert (report.fault.kind, report.fault.seal) == ("anchor_differs", 2)


async def test_verification_keeps_a_million_rows_under_a_minute(trail: Trail) -> None:
    await trail.connection.execute(
        "insert into audit (at, id, company, actor, action, resource_id, detail) select now(), gen_random_uuid(), 'a',"
        " gen_random_uuid()::text, 'complaint.opened', gen_random_uuid(), '{\"version\": 1}'"
        " from generate_series(1, 20000)"
    )
    await trail.seal()
    began = asyncio.get_running_loop().time()
    report = await trail.verify()
    took = asyncio.get_running_loop().time() - began
    assert (report.rows, report.fault) == (20_000, None)
    assert took < 60 * 20_000 / 1_000_000 * 2  # twice the share, for a busy machine
