"""One row of every kind that an operation can name, in one company, and whose each is."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from shared.access.permissions import ScopeLevel
from shared.ids import new_id
from tests.complaint.integration.desk import open_case, step
from tests.complaint.integration.judging import confirmed, done, lodge, post, worked_case
from tests.security.house import House
from tests.support.world import Company

CSV = "客户编号,客户名称,客户类别,用气地址\n".encode()


WAITING = frozenset(
    (
        *("callbacks", "callbacks/clocks", "card-sales", "contracts", "contracts/clocks", "customer-merges"),
        *("customer-notices", "customer-notices/clocks", "customers/equipment", "customers/great-days"),
        *("customers/members", "customers/meters", "customers/premises", "customers/tags", "entry-checks"),
        *("entry-checks/clocks", "entry-findings", "entry-reports", "entry-reports/clocks", "entry-tasks"),
        *("entry-tasks/clocks", "hand-overs", "hand-overs/clocks", "hazards", "hazards/clocks", "material-prices"),
        *("merge-candidates", "meter-readings", "meter-readings/documents", "meter-readings/payments"),
        *("needless-lookups", "needless-lookups/clocks", "opinions", "opinions/clocks", "orders/documents"),
        *("orders/fees", "orders/materials", "orders/payments", "orders/waivers", "rights-withdrawals"),
        *("rights-withdrawals/clocks", "safety-inspections", "safety-plans", "service-assignments", "service-plans"),
        *("service-plans/clocks", "standard-answers", "supply-interruptions", "supply-interruptions/clocks"),
        *("supply-interruptions/customers", "three-way-exceptions", "tier-proposals", "tier-proposals/clocks"),
        *("visits", "visits/clocks", "visit-plans", "account-evaluations", "account-evaluations/clocks"),
        *("findings", "findings/clocks"),
        "vulnerable-persons",
        *("activities", "activities/invitations", "gifts", "gifts/clocks", "greetings", "greetings/clocks"),
        *("message-opt-outs", "messages"),
        *("surveys", "surveys/answers", "surveys/clocks", "surveys/invitations"),
        "inspection-samples",
        "shift-hand-overs",
        *("inspections", "inspections/clocks"),
        *("inspection-plans", "inspection-plans/clocks", "planned-inspections", "planned-inspections/clocks"),
        *("call-reviews", "call-reviews/clocks", "supervision-opinions", "supervision-opinions/clocks"),
        *("supervisors", "supervisors/clocks", "supervisor-activities", "supervisor-activities/clocks"),
        *("observations", "observations/clocks"),
        *("notices", "notices/clocks"),
        *("improvement-plans", "improvement-plans/clocks", "improvements", "improvements/clocks", "staff-proposals"),
        *("staff-proposals/clocks", "trainings", "service-meetings", "gathering-duties", "gathering-duties/clocks"),
        *("meeting-decisions", "meeting-decisions/clocks", "good-examples"),
        *("monthly-summaries", "monthly-summaries/clocks", "themed-reports", "themed-reports/clocks", "archives"),
        *("incentive-ledger-months", "incentive-ledger-months/clocks"),
        *("assessments", "assessment-months", "assessment-months/clocks"),
        *("incentive-cases", "incentive-cases/clocks", "incentive-standings"),
        *("incentive-proposals", "incentive-proposals/clocks"),
    )
)
"""Kinds of rows that nobody makes here yet: who sees them is proved by the tests of their own features."""


@dataclass(frozen=True)
class Subject:
    """Ids by path parameter, and who holds the row; a row of the company has no holder."""

    what: str
    ids: Mapping[str, str]
    owners: frozenset[str] = frozenset()
    team: str | None = None
    department: str | None = None
    posts: frozenset[str] = field(default=frozenset())
    prefix: str = ""
    """Path under which the ids mean this, where parameters share their names."""
    service: str = ""
    """Service whose rows these are, where paths share their names too."""

    def is_seen(self, company: Company, login: str, level: ScopeLevel) -> bool:
        """The scope rule in words: the levels add up, leaders in charge reach their lines (design.md 6)."""
        person = company.pack.common.demo_staff[login]
        reaches = [str(company.person(login)) in self.owners, bool(self.posts & set(person.posts))]
        if level >= ScopeLevel.TEAM:
            reaches.append(self.team is not None and self.team == person.team)
        if level >= ScopeLevel.DEPARTMENT:
            reaches.append(self.department in {person.department, *person.lines} - {None})
        return level is ScopeLevel.COMPANY or any(reaches)


def case_subject(what: str, case: Mapping[str, Any]) -> Subject:
    """A case by what its JSON says of its holders."""
    owners = {case["owner_id"], case["first_responsible_id"]} - {None}
    ids = {"complaint_id": case["id"], "subject_id": case["id"], "clock_id": case["clocks"][0]["id"]}
    return Subject(
        what, ids, frozenset(owners), case["team"], case["department"], frozenset(case["posts"]), "/v1/complaints"
    )


async def make_cases(house: House, company: Company) -> list[Subject]:
    """Cases of people in three departments, one in a department's queue, one closed."""
    client = house.clients["complaint"]
    made = [case_subject(f"of {who}", await open_case(client, company, login=who)) for who in ("agent", "account")]
    queued = await open_case(client, company)
    queued = await step(client, company, queued, "transfer", department="network", reason="转管网部")
    old = await open_case(client, company, login="crew")
    old = await step(client, company, old, "acknowledge", "crew")
    old = await step(client, company, old, "resolve", "crew", resolution="已修复")
    old = await step(client, company, old, "close", "office")
    return [*made, case_subject("in a queue", queued), case_subject("closed", old)]


async def make_contested(house: House, company: Company) -> list[Subject]:
    """A case with a finding and a corrective measure, the appeal of the person responsible, the use of an authority."""
    client = house.clients["complaint"]
    case = await worked_case(client, company)
    plan = {"description": "重新培训", "owner_id": str(company.person("head"))}
    found = await confirmed(client, company, case, measures=[plan])
    appeal = await done(await lodge(client, company, case, "crew", "employee"), 201)
    clocks = await client.get(f"/v1/appeals/{appeal['id']}/clocks", headers=company.headers("office"))
    (clock, *_) = clocks.json()["items"]
    ids = {"complaint_id": case["id"], "measure_id": found["measures"][0]["id"]}
    contested = {"appeal_id": appeal["id"], "subject_id": appeal["id"], "clock_id": clock["id"]}
    use = {"authority": "installation_defect", "reason": "现场整改"}
    used = await done(await client.post("/v1/authorisations", json=use, headers=company.headers("crew")), 201)
    authorised = {"authorisation_id": used["id"], "subject_id": used["id"], "clock_id": clock["id"]}
    redress = new_id()
    await house.pool("complaint").execute(_REDRESS, redress, uuid.UUID(clock["id"]))
    owed = {"redress_id": str(redress), "subject_id": str(redress), "clock_id": clock["id"]}
    return [
        Subject("judged", ids),
        Subject("redress", owed, prefix="/v1/redress"),
        Subject("appeal", contested, prefix="/v1/appeals"),
        Subject("authorisation", authorised, prefix="/v1/authorisations"),
    ]


_REDRESS = """
insert into redress (id, company, clock_id, complaint_id, cycle, metric, commitment, authority, clause, state, per,
  unit_fen, amount_fen, steps, breached_at, proposed_at, policy_pack, policy_version, matter_id)
select $1, c.company, k.id, c.id, 1, 'response', 'response', 'redress', 'flow', 'proposed', 'once', 1, 1, 1, now(),
  now(), c.policy_pack, c.policy_version, c.matter_id
from clocks k join complaints c on c.matter_id = k.matter_id where k.id = $2
"""
"""None of the shipped packs has prices: no promise that was missed proposes one."""


async def make_dossier(house: House, company: Company) -> list[Subject]:
    """What the file of a case may hold: consultation, complainant, related case, report of retaliation, template."""
    client = house.clients["complaint"]
    case, other = await open_case(client, company), await open_case(client, company)

    async def made(part: str, **body: Any) -> Any:
        path = f"/v1/complaints/{case['id']}"
        version = (await client.get(path, headers=company.headers("agent"))).json()["version"]
        return await done(await post(client, company, f"{path}/{part}", "agent", version, body), 201)

    asked = await made("consultations", question="请会商", departments=["network"])
    added = await made("complainants", name="周知微")
    reported = await made("retaliation", source="complainant", statement="被停气")
    template = {"code": "receipt", "name": "受理告知", "body": "已受理"}
    drafted = await done(await post(client, company, "/v1/reply-templates", "officestaff", None, template), 201)
    ids = {"complaint_id": case["id"], "consultation_id": asked["id"], "complainant_id": added["id"]}
    ids |= {"report_id": reported["id"], "other_id": other["id"]}
    return [Subject("dossier", ids), Subject("template", {"template_id": drafted["id"]})]


FILING = ("complaint", "customer", "callback", "inspection", "incentive")
"""The services that keep files."""


async def make_others(house: House, company: Company) -> list[Subject]:
    """A customer with belongings, a contact, an import, a tier run, a file and a person of the directory."""
    customer = await _customer(house, company)
    contact, imported, figures, run = await _made(house, company)
    files = [await _file(house, company, service) for service in FILING]
    person = str(company.person("meterreader"))
    belonging = {"belonging": "phones", "row_id": customer["phones"][0]["id"]}
    agent = frozenset({str(company.person("agent"))})
    return [
        Subject("customer", {"customer_id": customer["id"], **belonging}),
        Subject("contact", {"contact_id": contact["id"]}, agent),
        Subject("import", {"import_id": imported["id"]}, prefix="/v1/customers/imports"),
        Subject("figures", {"import_id": figures["id"]}, prefix="/v1/tier-figures/imports"),
        Subject("tier run", {"run_id": run["id"]}),
        *(
            Subject("file", {"file_id": one}, agent, service=service)
            for service, one in zip(FILING, files, strict=True)
        ),
        Subject("person", {"staff_id": person}, department="customer_service"),
    ]


async def make_orders(house: House, company: Company) -> list[Subject]:
    """A service order of the hotline's."""
    taken = {"work": "consultation", "channel": "hotline", "summary": "咨询用气", "details": {}}
    body = {"name": "周知行", "kind": "residential", "premises": {"address": "人民路2号"}}
    customer = await _posted(house, company, "customer", "/v1/customers", "clerk", json=body)
    order = await _posted(
        house, company, "customer", "/v1/orders", "agent", json={**taken, "customer_id": customer["id"]}
    )
    clocks = await house.clients["customer"].get(f"/v1/orders/{order['id']}/clocks", headers=company.headers("agent"))
    (clock, *_) = clocks.json()["items"]
    ids = {"order_id": order["id"], "subject_id": order["id"], "clock_id": clock["id"]}
    return [Subject("order", ids, frozenset({str(company.person("agent"))}), prefix="/v1/orders")]


async def _customer(house: House, company: Company) -> Any:
    body: dict[str, object] = {"name": "周知微", "kind": "commercial", "party": "group", "phones": ["10012345678"]}
    body |= {"premises": {"address": "人民路1号"}}
    return await _posted(house, company, "customer", "/v1/customers", "clerk", json=body)


async def _made(house: House, company: Company) -> list[Any]:
    started = {"channel": "hotline", "started_at": "2026-01-05T02:00:00Z"}
    return [
        await _posted(house, company, "customer", "/v1/contacts", "agent", json=started),
        await _posted(house, company, "customer", "/v1/customers/imports", "keeper", files={"file": ("a.csv", CSV)}),
        await _posted(house, company, "customer", "/v1/tier-figures/imports", "keeper", content=CSV),
        await _posted(house, company, "customer", "/v1/tier-runs", "keeper", json={}),
    ]


async def _file(house: House, company: Company, service: str) -> str:
    made = await _posted(house, company, service, "/v1/files", "agent", files={"file": ("a.txt", b"text")})
    return str(made["id"])


async def _posted(house: House, company: Company, service: str, path: str, login: str, **content: Any) -> Any:
    headers = company.headers(login, key=str(uuid.uuid4()))
    headers |= {"Content-Type": "text/csv"} if "content" in content else {}
    answer: httpx.Response = await house.clients[service].post(path, headers=headers, **content)
    assert answer.is_success, answer.text
    return answer.json()
