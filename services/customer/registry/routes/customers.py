"""The registry at the door: parse, one use case, answer."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from services.customer.policy_records import Records
from services.customer.registry.rules import rights
from services.customer.registry.schemas import bodies as schemas
from services.customer.registry.schemas import presenting as present
from services.customer.registry.schemas import views
from services.customer.registry.service import history, lookup, registering, revealing
from services.customer.registry.service.secrets import Vault
from services.customer.registry.service.terms import entry_terms, records_of, writer_of
from shared.access.errors import PermissionDeniedError
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.clock import Now
from shared.http.etag import REPLAYED, IfMatch, changed, created, set_etag
from shared.http.idempotency import Once
from shared.http.page import PageAsk, Paging, paging
from shared.http.session import HotTxDep, SessionDep
from shared.ids import new_id

router = APIRouter(prefix="/v1/customers", tags=["customers"])

Reader = Annotated[Principal, requires("customer.read")]
Writer = Annotated[Principal, requires("customer.write")]
Revealer = Annotated[Principal, requires("customer.reveal")]
CustomerPaging = Annotated[PageAsk, paging(maximum=50)]


def _vault(request: Request) -> Vault:
    runtime = request.app.state.runtime
    return Vault(runtime.cipher, runtime.blind_index)


VaultDep = Annotated[Vault, Depends(_vault)]


def hand_of(request: Request, principal: Principal, now: datetime) -> tuple[rights.Writer, Records]:
    """What the posts of the caller may write, and the pack's kinds, in the caller's company."""
    policy = request.app.state.runtime.policy.policy(principal.company, now)
    return writer_of(policy, principal), records_of(policy)


async def _question(
    phone: Annotated[str | SkipJsonSchema[None], Query(max_length=40, description="完整号码或后四位")] = None,
    q: Annotated[
        str | SkipJsonSchema[None], Query(max_length=100, description="名称或地址片段，至少两个文字；也可为编号")
    ] = None,
    meter: Annotated[str | SkipJsonSchema[None], Query(max_length=40, description="表号")] = None,
    number: Annotated[str | SkipJsonSchema[None], Query(max_length=40, description="客户编号")] = None,
    tier: Annotated[str | SkipJsonSchema[None], Query(pattern=r"^[a-z0-9_+-]{1,40}$")] = None,
    ids: Annotated[list[UUID] | SkipJsonSchema[None], Query(max_length=lookup.MAX_IDS)] = None,
) -> lookup.Question:
    return lookup.Question(
        phone=phone, number=number, meter=meter, fragment=q, tier=tier, ids=tuple(dict.fromkeys(ids or ()))
    )


@router.get("", summary="查找客户（脱敏）")
async def list_customers(
    principal: Reader,
    hot: HotTxDep,
    page: CustomerPaging,
    question: Annotated[lookup.Question, Depends(_question)],
    vault: VaultDep,
) -> views.CustomerPage:
    if question.is_lookup and not principal.allows("customer.lookup"):
        raise PermissionDeniedError("没有查找客户的权限", params={"permission": "customer.lookup"})
    limit = lookup.MAX_IDS if question.ids else page.fetch
    companies = (principal.company, *(c for c in principal.companies if c != principal.company))
    rows = await lookup.find(hot, question, index=vault.index, companies=companies, after=page.after, limit=limit)
    cards = [present.card(row, vault) for row in rows]
    if question.ids:
        return views.CustomerPage(items=cards)
    return views.CustomerPage(**page.cut(cards, key=lambda card: (card.rank, card.length, card.id)))


@router.get("/{customer_id}", summary="客户资料（脱敏）")
async def get_customer(
    customer_id: UUID, principal: Reader, hot: HotTxDep, vault: VaultDep, response: Response
) -> views.Customer:
    row = await lookup.whole(hot, customer_id, principal.companies)
    return set_etag(response, present.customer(row, vault))


@router.post("", status_code=201, summary="登记客户")
async def create_customer(
    body: schemas.CustomerCreate,
    principal: Writer,
    once: Once,
    session: SessionDep,
    now: Now,
    vault: VaultDep,
    request: Request,
    response: Response,
) -> views.Customer:
    customer_id = new_id()
    replay = await once.claim(session, resource_id=customer_id, now=now)
    if replay is None:
        policy = request.app.state.runtime.policy.policy(principal.company, now)
        await registering.register(
            session,
            present.entry(body),
            customer_id=customer_id,
            company=principal.company,
            terms=entry_terms(policy),
            vault=vault,
            now=now,
            writer=writer_of(policy, principal),
        )
    shown_id = replay.resource_id if replay else customer_id
    shown = present.customer(await registering.read(session, shown_id, principal.companies), vault)
    return created(response, f"/v1/customers/{shown_id}", shown, replay=replay)


@router.patch("/{customer_id}", summary="更改客户资料")
async def update_customer(
    customer_id: UUID,
    body: schemas.CustomerUpdate,
    principal: Writer,
    if_match: IfMatch,
    session: SessionDep,
    now: Now,
    vault: VaultDep,
    request: Request,
    response: Response,
) -> views.Customer:
    await registering.change(
        session,
        customer_id,
        present.changes(body),
        companies=principal.companies,
        policies=request.app.state.runtime.policy.policy,
        writer=hand_of(request, principal, now)[0],
        expected=if_match,
        now=now,
    )
    return changed(response, present.customer(await registering.read(session, customer_id, principal.companies), vault))


@router.get("/{customer_id}/history", summary="客户资料的变更历史（不含个人信息的值）")
async def list_customer_changes(
    customer_id: UUID, principal: Reader, session: SessionDep, page: Paging
) -> views.ChangePage:
    before = page.after[0] if page.after else None
    rows = await history.page(session, customer_id, principal.companies, before=before, limit=page.fetch)
    shown = [present.change(row) for row in rows]
    return views.ChangePage(**page.cut(shown, key=lambda one: (one.id,)))


@router.post("/{customer_id}/reveal", summary="查看一项个人信息（须有理由，计数并留痕）")
async def reveal_customer(
    customer_id: UUID,
    body: schemas.RevealCreate,
    principal: Revealer,
    once: Once,
    session: SessionDep,
    now: Now,
    vault: VaultDep,
    request: Request,
    response: Response,
) -> views.Reveal:
    runtime = request.app.state.runtime
    reveal_id = new_id()
    replay = await once.claim(session, resource_id=reveal_id, now=now, version=None, status=200)
    if replay is not None:
        reveal_id = replay.resource_id
        response.headers[REPLAYED] = "true"
    shown = await revealing.reveal(
        session,
        customer_id,
        revealing.Ask(body.field.value, body.reason, body.phone_id, body.grant, body.person_id),
        reveal_id=reveal_id,
        principal=principal,
        terms=revealing.terms_of(runtime.policy.policy(principal.company, now)),
        vault=vault,
        grants=runtime.grants,
        now=now,
        is_replay=replay is not None,
    )
    values = [views.RevealedValue(id=row_id, value=value) for row_id, value in shown.values]
    response.headers["Cache-Control"] = "no-store"
    return views.Reveal(id=reveal_id, customer_id=customer_id, field=body.field, values=values)
