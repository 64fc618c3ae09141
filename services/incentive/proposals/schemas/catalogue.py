"""The catalogue in force, as people read it."""

from services.incentive.policy import IncentiveGoverning
from services.incentive.policy_approvals import Signer
from services.incentive.policy_catalogue import (
    AmountRange,
    Counter,
    IncentiveClause,
    IncentiveKind,
    LossRange,
    PointsRange,
    Subject,
)
from shared.http.base_model import ApiModel


class CatalogueClause(ApiModel):
    """The text on which it rests."""

    code: str
    text: str
    source: str | None


class CatalogueStep(ApiModel):
    """One signature of the chain."""

    name: str
    signer: Signer
    post: str | None
    otherwise: str | None


class CatalogueProvision(ApiModel):
    """One reward or penalty: ranges in fen and points, who decides, whether it is published."""

    code: str
    name: str
    kind: IncentiveKind
    subject: Subject
    level: int | None
    amount: AmountRange | None
    head_amount: AmountRange | None
    points: PointsRange | None
    department_points: PointsRange | None
    loss: LossRange | None
    has_warning: bool
    month_grade: str | None
    department_month_grade: str | None
    is_suspension: bool
    ends_award: bool
    may_be_collective: bool
    is_published: bool
    is_outside: bool
    """Lies outside this regulation: shown as such, never decided here."""
    talk_first: bool
    gifts: list[str]
    chain: str | None
    steps: list[CatalogueStep]
    clause: CatalogueClause
    needs_evidence: bool
    """When raised by hand."""
    raised_by: list[str]
    """Posts that may raise it by hand."""
    is_open_setting: bool


class CatalogueCounter(ApiModel):
    """What adds up, and what is proposed at exactly the n-th."""

    code: str
    name: str
    of: list[str]
    facts: list[str]
    subject: Subject
    at: int
    is_all_years: bool
    then: str
    clause: CatalogueClause


class CatalogueSource(ApiModel):
    """A kind of fact that drafts proposals, in the order in which they are tried."""

    code: str
    name: str
    fact: str
    proposes: str
    proposes_department: str | None
    subject: Subject


class IncentiveCatalogue(ApiModel):
    """The provisions in force."""

    pack: str
    version: str
    provisions: list[CatalogueProvision]
    counters: list[CatalogueCounter]
    month_grades: dict[str, str]
    """Code to name, best first."""
    sources: list[CatalogueSource]


def catalogue_of(governing: IncentiveGoverning) -> IncentiveCatalogue:
    """What the revision says, each clause with its text."""
    chapter = governing.chapter
    return IncentiveCatalogue(
        pack=governing.policy.pack,
        version=governing.version,
        provisions=[_provision(governing, code, one) for code, one in sorted(chapter.catalogue.provisions.items())],
        counters=[_counter(governing, code, one) for code, one in sorted(chapter.catalogue.counters.items())],
        month_grades={code: one.name for code, one in sorted(chapter.catalogue.month_grades.items())},
        sources=[
            CatalogueSource(
                code=code,
                name=one.name,
                fact=one.fact,
                proposes=one.proposes,
                proposes_department=one.proposes_department,
                subject=one.subject,
            )
            for code, one in chapter.proposals.ordered
        ],
    )


def _provision(governing: IncentiveGoverning, code: str, one: IncentiveClause) -> CatalogueProvision:
    chapter = governing.chapter
    rule = chapter.proposals.raised.get(code)
    steps = chapter.approvals.chains[one.chain].steps if one.chain else ()
    said = {name: getattr(one, name) for name in CatalogueProvision.model_fields if hasattr(one, name)}
    return CatalogueProvision(
        **{
            **said,
            "code": code,
            "gifts": list(one.gifts),
            "steps": [CatalogueStep.model_validate(step) for step in steps],
            "clause": _clause(governing, one.clause),
            "needs_evidence": rule is not None and rule.needs_evidence,
            "raised_by": list((rule.by if rule else ()) or chapter.proposals.raised_by),
        }
    )


def _counter(governing: IncentiveGoverning, code: str, one: Counter) -> CatalogueCounter:
    return CatalogueCounter(
        code=code,
        name=one.name,
        of=list(one.of),
        facts=list(one.facts),
        subject=one.subject,
        at=one.at,
        is_all_years=one.is_all_years,
        then=one.then,
        clause=_clause(governing, one.clause),
    )


def _clause(governing: IncentiveGoverning, code: str) -> CatalogueClause:
    clause = governing.chapter.clauses[code]
    return CatalogueClause(code=code, text=clause.text, source=clause.source)
