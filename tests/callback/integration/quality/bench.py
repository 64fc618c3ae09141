"""How tests review calls: a completed call that the draw picks, its reviewers, their cards."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx

from services.callback.calls.rules.draws import offset_of
from services.callback.policy_in_force import Governances, open_governances
from services.callback.quality.rules.draws import choose, stratum_name
from services.callback.quality.service.drawing import draw_reviews
from services.callback.quality.service.keeping import give_back
from shared.ids import new_id
from shared.sla.sweeper import Sweeper
from tests.callback.integration.line import GOOD, Json, Line
from tests.support.world import Company

MONTH = "2026-11"
GOOD_CARD: Json = {
    "opening": {"points": 5},
    "courtesy": {"points": 4},
    "script": {"points": 5},
    "listening": {"points": 4},
    "closing": {"points": 5},
}
"""15·5 + 25·4 + 25·5 + 25·4 + 10·5 = 450 of 500."""
POOR_CARD: Json = {code: {"points": 2} for code in GOOD_CARD}
"""200 of 500."""
RECALL_CARD: Json = {"recorded": {"points": 0}, "courtesy": {"points": 3}, "told": {}}
"""90 of 400: the last line does not apply."""
HEARD: Json = {"recording": "rec/2026/11/24/8831.wav", "scores": GOOD_CARD}


def until_chosen(company: str, caller: UUID, line: Line, *, recall: bool, double: bool) -> tuple[str, int, int]:
    """The stratum's name, and how many calls come before the first that the draw treats so."""
    governing = governances(line).in_force(company, line.clock.now())
    quality = governing.chapter.quality
    shares = (quality.share, quality.recall.share, quality.calibration.share)
    name, drawn, position = stratum_name(company, MONTH, str(caller), governing.version), 0, 1
    while True:
        chosen = choose(quality.seed, name, position, drawn, shares)
        if chosen.is_drawn and (chosen.is_recall, chosen.is_double) == (recall, double):
            return name, position - 1, drawn
        drawn += chosen.is_drawn
        position += 1


def governances(line: Line) -> Governances:
    """Of the started service."""
    return open_governances(line.runtime.policy, line.runtime.calendars)


async def draw(line: Line, company: Company) -> int:
    """What the worker's job does."""
    async with line.runtime.sessions.begin() as session:
        await give_back(session, company.code, now=line.clock.now())
        return await draw_reviews(session, line.app.state.call_desk, company.code, now=line.clock.now())


async def reviewed_call(
    line: Line, company: Company, *, recall: bool = False, double: bool = False, login: str = "agent"
) -> list[Json]:
    """A call that was completed and drawn; answers its reviews as the office sees them."""
    caller = company.person(login)
    name, seen, drawn = until_chosen(company.code, caller, line, recall=recall, double=double)
    governing = governances(line).in_force(company.code, line.clock.now())
    quality = governing.chapter.quality
    await line.pool.execute(
        "insert into review_strata (id, company, caller_id, month, policy_pack, policy_version, name, seed, numerator,"
        " denominator, offset_numerator, seen, drawn) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        new_id(),
        company.code,
        caller,
        MONTH,
        governing.policy.pack,
        governing.version,
        name,
        quality.seed,
        quality.share.numerator,
        quality.share.denominator,
        offset_of(quality.seed, name),
        seen,
        drawn,
    )
    customer_id = await line.know(company, "vip")
    await line.complete(company, customer_id=customer_id)
    one = await line.record(
        company, await line.claim(company, login=login), login=login, result="reached", answers=GOOD
    )
    assert await draw(line, company) == 1
    found = await line.client.get(
        "/v1/call-reviews", params={"callback_id": one["id"]}, headers=company.headers("office")
    )
    return sorted(found.json()["items"], key=lambda review: review["seat"])


async def step(line: Line, company: Company, review: Json, act: str, *, login: str, **body: Any) -> httpx.Response:
    """One step from the newest version, whatever comes of it."""
    version = await line.pool.fetchval("select version from call_reviews where id = $1", UUID(review["id"]))
    return await line.client.post(
        f"/v1/call-reviews/{review['id']}/{act}", json=body, headers=company.headers(login, version=version)
    )


async def done(line: Line, company: Company, review: Json, act: str, *, login: str, **body: Any) -> Json:
    """A step that is taken."""
    answer = await step(line, company, review, act, login=login, **body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def record(line: Line, company: Company, review: Json, *, login: str, **form: Any) -> Json:
    """Claimed and reviewed."""
    await done(line, company, review, "claim", login=login)
    return await done(line, company, review, "record", login=login, **form)


async def detail(line: Line, company: Company, review: Json, *, login: str = "office") -> Json:
    """A review with what belongs to it."""
    answer = await line.client.get(f"/v1/call-reviews/{review['id']}", headers=company.headers(login))
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def clocks(line: Line, company: Company, review: Json) -> dict[str, str]:
    """State by metric."""
    return {one["metric"]: one["state"] for one in await line.clocks(company, "call-reviews", review)}


async def later(line: Line, **span: float) -> None:
    """Time passes, and clocks are judged."""
    line.clock.advance(timedelta(**span))
    await Sweeper(line.pool, line.clock).sweep()
