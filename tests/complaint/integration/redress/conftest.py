"""A pack that prices some commitments; the four that ship price none."""

from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import httpx
import pytest

from shared.policy.loader import load_pack
from shared.policy.store import store_packs
from tests.support.packs import CHAPTERS
from tests.support.world import Company, World

PACK = "priced-gas"
FILES = {
    "pack.yaml": "code: priced-gas\nname: 有价承诺\nextends: xxx-gas\n",
    "complaint.yaml": """
version: "2012.1"
name: 投诉与服务授权管理规定（有价承诺）
owner: service_office
effective_on: 2012-01-01
trial_months: 6
approval:
  - {state: approved_inside, by: 服务管理办公室, on: 2011-10-05}
  - {state: approved_by_director, by: 区域服务总监, on: 2011-10-12}
  - {state: filed, by: 全国服务中心, on: 2011-10-20}
clauses:
  redress: {text: 未按承诺时限响应的，按规定补偿客户, source: 公司设定}
delegation:
  authorities:
    late_answer:
      name: 逾期补偿
      category: compensation
      procedure: [{text: 核对逾期事实并告知客户}]
      decided_by: [customer_service_head]
      levels: [department_head]
      money: {amount_fen: null, unit: 次, waived: 逾期补偿金}
      clause: redress
redress:
  prices:
    grade_2_response:
      {amount_fen: 5000, authority: late_answer, payment: {budget: 4320}, paid_by: [finance_head], department: finance,
       clause: redress, is_open_setting: true}
    grade_1_response:
      {amount_fen: 10000, per: period, period_minutes: 60, cap_fen: 25000, authority: late_answer,
       payment: {budget: 1440}, paid_by: [finance_head], department: finance, clause: redress, is_open_setting: true}
    grade_2_resolution:
      {amount_fen: 100, tiers: [vip], authority: late_answer, payment: {budget: 1440}, paid_by: [finance_head],
       clause: redress, is_open_setting: true}
""",
}


@pytest.fixture(scope="session")
def written_pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pack as a company would mount it."""
    folder = tmp_path_factory.mktemp("packs") / PACK
    folder.mkdir()
    for name, content in FILES.items():
        (folder / name).write_text(content, "utf-8")
    return folder


@pytest.fixture(scope="session")
async def priced_pack(world: World, written_pack: Path) -> str:
    """Stored where the complaint service reads it."""
    pack = load_pack(written_pack, CHAPTERS)
    connection = await asyncpg.connect(world.postgres.admin_dsn, server_settings={"search_path": "complaint"})
    try:
        await store_packs(connection, [pack], now=datetime.now(UTC))
    finally:
        await connection.close()
    world.packs = {**world.packs, PACK: pack}
    return PACK


@pytest.fixture
async def priced(world: World, complaints: httpx.AsyncClient, priced_pack: str, company: str) -> Company:
    """A company that prices what it promised."""
    return await world.company(f"{company}-p", priced_pack)
