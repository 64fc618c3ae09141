"""Told, heard, in effect, contested: the ledger follows to the fen and the point."""

from datetime import timedelta
from uuid import UUID

from services.incentive.cases.service import reversing
from tests.incentive.integration.cases.board import (
    CASES,
    again,
    do,
    effective,
    grave,
    lapsed,
    opened,
    refused,
    signed,
    sums,
    told,
)
from tests.incentive.integration.proposals.board import breach, file, heard, raised
from tests.support.stage import Json, Stage
from tests.support.world import Company


def expected(gas: Company, fen: int = 10000, points: int = 1) -> dict[tuple[str, str, str], int]:
    crew = str(gas.person("crew"))
    return {("employee", crew, "fen"): -fen, ("department", "customer_service", "points"): -points}


async def test_the_person_is_heard_before_it_takes_effect(stage: Stage, gas: Company) -> None:
    case = await signed(stage, gas, await opened(stage, gas))
    assert await refused(stage, gas, case, "tell", "head") == (403, "permission_denied")
    case = await do(stage, gas, case, "tell", "office")
    assert case["state"] == "hearing"
    assert await sums(stage, gas) == {}
    assert await refused(stage, gas, case, "statement", "leader", words="冤枉") == (404, "incentive_case_not_found")
    assert await refused(stage, gas, case, "statement", "head", words="冤枉") == (403, "incentive_not_the_person")
    evidence = await file(stage, gas, "crew")
    foreign = await file(stage, gas, "leader")
    assert await refused(stage, gas, case, "statement", "crew", words="见附件", file_ids=[foreign]) == (
        422,
        "incentive_evidence_unknown",
    )
    case = await do(stage, gas, case, "statement", "crew", words="当时在抢修现场", file_ids=[evidence])
    assert (case["state"], case["signer_ids"]) == ("considering", [str(gas.person("gm"))])
    assert await refused(stage, gas, case, "consider", "deputy", outcome="upheld", reason="维持") == (
        403,
        "incentive_not_your_step",
    )
    case = await do(stage, gas, case, "consider", "gm", outcome="upheld", reason="维持")
    assert (case["state"], case["effect"]) == ("effective", 1)
    assert await sums(stage, gas) == expected(gas)
    (fact,) = await stage.facts(gas, "incentive.took_effect")
    assert (fact["effect"], fact["month"], fact["subject_id"]) == (1, "2026-11", str(gas.person("crew")))
    clocks = await stage.clocks(gas, f"{CASES}/{case['id']}")
    assert (clocks["case_told"]["state"], clocks["case_considered"]["state"]) == ("met", "met")


async def test_a_statement_lowers_or_ends_it_never_worsens(stage: Stage, gas: Company) -> None:
    case = await told(stage, gas, await opened(stage, gas, amounts={"amount_fen": 30000}))
    case = await do(stage, gas, case, "statement", "crew", words="情有可原")
    body = {"outcome": "lowered", "reason": "减轻"}
    for amounts in ({"amount_fen": 40000}, {}, {"amount_fen": 20000, "department_points": 5}):
        answer = await refused(stage, gas, case, "consider", "gm", amounts=amounts, **body)
        assert answer == (422, "incentive_not_lower"), amounts
    case = await do(stage, gas, case, "consider", "gm", amounts={"amount_fen": 20000}, **body)
    assert await sums(stage, gas) == expected(gas, fen=20000)
    statement = (await again(stage, gas, case))["statement"]
    assert statement["amounts_before"]["amount_fen"] == 30000
    other = await told(stage, gas, await opened(stage, gas, breach(stage, gas.person("clerk"))))
    other = await do(stage, gas, other, "statement", "clerk", words="不是我经办")
    other = await do(stage, gas, other, "consider", "gm", outcome="rejected", reason="申辩成立")
    assert other["state"] == "rejected"
    assert await sums(stage, gas) == expected(gas, fen=20000)


async def test_an_unused_window_lapses_and_it_takes_effect_once(stage: Stage, gas: Company) -> None:
    case = await told(stage, gas, await opened(stage, gas))
    await stage.run_job(gas, "let_hearings_lapse")
    assert (await again(stage, gas, case))["state"] == "hearing", "not before the window ends"
    case = await lapsed(stage, gas, case)
    await stage.run_job(gas, "let_hearings_lapse")
    assert (case["state"], await sums(stage, gas)) == ("effective", expected(gas))
    assert len(await stage.facts(gas, "incentive.took_effect")) == 1
    late = await told(stage, gas, await opened(stage, gas, breach(stage, gas.person("clerk"))))
    stage.clock.advance(timedelta(days=12))
    assert await refused(stage, gas, late, "statement", "clerk", words="迟") == (409, "incentive_window_over")


async def test_an_appeal_suspends_and_decides(stage: Stage, gas: Company) -> None:
    case = await effective(stage, gas, await opened(stage, gas))
    assert await refused(stage, gas, case, "appeal", "head", grounds="不服") == (403, "incentive_not_the_person")
    case = await do(stage, gas, case, "appeal", "crew", grounds="证据不足")
    assert (case["state"], await sums(stage, gas)) == ("contested", {})
    assert case["signer_ids"] == [str(gas.person("committee"))], "who signed does not decide"
    assert await refused(stage, gas, case, "decide-appeal", "gm", outcome="upheld", reason="维持") == (
        403,
        "incentive_not_your_step",
    )
    case = await do(stage, gas, case, "decide-appeal", "committee", outcome="upheld", reason="维持原决定")
    assert (case["state"], case["effect"]) == ("effective", 2)
    assert await sums(stage, gas) == expected(gas)
    assert await refused(stage, gas, case, "appeal", "crew", grounds="再诉") == (
        409,
        "incentive_appeal_already_decided",
    )
    facts = await stage.facts(gas, "incentive.took_effect", "incentive.suspended", "incentive.appeal_decided")
    assert [(fact["type"], fact.get("effect")) for fact in facts] == [
        ("incentive.took_effect", 1),
        ("incentive.suspended", 1),
        ("incentive.appeal_decided", None),
        ("incentive.took_effect", 2),
    ]


async def test_an_overturned_penalty_leaves_no_trace_in_the_sums(stage: Stage, gas: Company) -> None:
    case = await effective(stage, gas, await grave(stage, gas), "deputy", "committee", "office", "gm")
    before = await sums(stage, gas)
    head, crew = str(gas.person("head")), str(gas.person("crew"))
    assert before == {
        ("employee", crew, "fen"): -10000,
        ("employee", head, "fen"): -10000,
        ("department", "customer_service", "points"): -2,
    }
    case = await do(stage, gas, case, "appeal", "head", grounds="已尽管理责任")
    case = await do(stage, gas, case, "withdraw-appeal", "head")
    assert (case["state"], case["effect"], await sums(stage, gas)) == ("effective", 2, before)
    other = await effective(stage, gas, await opened(stage, gas))
    other = await do(stage, gas, other, "appeal", "crew", grounds="证据不足")
    other = await do(stage, gas, other, "decide-appeal", "committee", outcome="overturned", reason="认定有误")
    assert (other["state"], other["ended_for"], await sums(stage, gas)) == ("reversed", "appeal", before)
    trial = await stage.get(gas, "/v1/incentive-ledger/trial-balance", period="2026")
    assert trial["is_balanced"] is True


async def test_the_appeal_has_its_window(stage: Stage, gas: Company) -> None:
    case = await effective(stage, gas, await opened(stage, gas))
    stage.clock.advance(timedelta(days=20))
    assert await refused(stage, gas, case, "appeal", "crew", grounds="不服") == (409, "incentive_window_over")


async def test_a_reward_takes_effect_with_the_last_signature(stage: Stage, gas: Company) -> None:
    crew, leader = str(gas.person("crew")), str(gas.person("leader"))
    shares = [
        {"staff_id": crew, "percent": 67, "is_main": True},
        {"staff_id": leader, "percent": 33},
    ]
    answer = await raised(stage, gas, "reward-honour", login="head", employee_id=crew, shares=shares)
    assert answer.status_code == 201, answer.text
    confirmed = await stage.post(
        gas,
        f"/v1/incentive-proposals/{answer.json()['id']}/confirm",
        {"opinion": "属实", "amounts": {"amount_fen": 33333, "department_points": 2}},
        login="officestaff",
        version=1,
    )
    assert confirmed.status_code == 200, confirmed.text
    case = await signed(stage, gas, await again(stage, gas, {"id": confirmed.json()["case_id"]}))
    assert (case["state"], case["appeal_until"]) == ("effective", None)
    assert await sums(stage, gas) == {
        ("employee", crew, "fen"): 22334,
        ("employee", leader, "fen"): 10999,
        ("department", "customer_service", "points"): 2,
    }
    assert await refused(stage, gas, case, "appeal", "crew", grounds="太少") == (403, "incentive_not_the_person")


async def test_a_talk_settles_the_first_minor_matter(stage: Stage, gas: Company) -> None:
    (row,) = await heard(stage, gas, breach(stage, gas.person("crew")))
    assert row["is_talk_suggested"]
    answer = await stage.post(
        gas,
        f"/v1/incentive-proposals/{row['id']}/confirm",
        {"opinion": "首次，谈话", "is_talk": True},
        login="office",
        version=1,
    )
    assert answer.status_code == 200, answer.text
    case = await again(stage, gas, {"id": answer.json()["case_id"]})
    assert case["state"] == "talk"
    when = stage.clock.now().isoformat()
    body: Json = {"summary": "指出问题", "reply": "今后改正"}
    assert await refused(stage, gas, case, "talk", "deputy", held_at=when, **body) == (403, "incentive_not_your_step")
    early = (stage.clock.now() - timedelta(days=1)).isoformat()
    assert await refused(stage, gas, case, "talk", "head", held_at=early, **body) == (422, "incentive_talk_time")
    case = await do(stage, gas, case, "talk", "head", held_at=when, **body)
    assert (case["state"], await sums(stage, gas)) == ("settled", {})
    assert (await stage.clocks(gas, f"{CASES}/{case['id']}"))["case_talk"]["state"] == "met"


async def test_a_retracted_cause_ends_whatever_hangs_on_it(stage: Stage, gas: Company) -> None:
    case = await effective(stage, gas, await opened(stage, gas))
    under_way = await opened(stage, gas, breach(stage, gas.person("clerk")))
    desk = stage.app.state.desk
    for one, state in ((case, "reversed"), (under_way, "dropped")):
        for _ in range(3):
            async with stage.runtime.sessions.begin() as session:
                row = await reversing.reverse(
                    session, desk, gas.code, UUID(one["id"]), cause="sla.breach_retracted", now=stage.clock.now()
                )
                assert row.state == state
    assert await sums(stage, gas) == {}
    assert len(await stage.facts(gas, "incentive.reversed")) == 1
    assert len(await stage.facts(gas, "incentive.dropped")) == 1


async def test_while_the_cause_is_contested_nothing_goes_on(stage: Stage, gas: Company) -> None:
    case = await opened(stage, gas)
    desk = stage.app.state.desk
    async with stage.runtime.sessions.begin() as session:
        await reversing.hold(session, desk, gas.code, UUID(case["id"]), is_held=True, now=stage.clock.now())
    held = await again(stage, gas, case)
    assert (await stage.clocks(gas, f"{CASES}/{case['id']}"))["case_sign_1"]["state"] == "paused"
    assert await refused(stage, gas, held, "sign", "head", opinion="同意") == (409, "incentive_cause_contested")
    async with stage.runtime.sessions.begin() as session:
        await reversing.hold(session, desk, gas.code, UUID(case["id"]), is_held=False, now=stage.clock.now())
    case = await do(stage, gas, await again(stage, gas, case), "sign", "head", opinion="同意")
    assert case["step"] == 2
