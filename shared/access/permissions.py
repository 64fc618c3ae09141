"""Who may do what: one table from permission to access role and scope (reliability.md 3, role x permission)."""

from collections.abc import Iterable
from enum import IntEnum, StrEnum


class Role(StrEnum):
    """The fourteen access roles; posts of a pack map to one of them."""

    AGENT = "agent"
    CLERK = "clerk"
    KEEPER = "keeper"
    CREW = "crew"
    LEADER = "leader"
    ACCOUNT = "account"
    HEAD = "head"
    DEPUTY = "deputy"
    GM = "gm"
    OFFICE = "office"
    INSPECTOR = "inspector"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"
    REPORTER = "reporter"


class ScopeLevel(IntEnum):
    """How far a permission reaches; a higher level includes the lower ones."""

    OWN = 1
    TEAM = 2
    DEPARTMENT = 3
    COMPANY = 4


def _row(*, own: str = "", team: str = "", department: str = "", company: str = "") -> dict[Role, ScopeLevel]:
    """One row of the table: the roles of each scope, by name."""
    levels = (
        (own, ScopeLevel.OWN),
        (team, ScopeLevel.TEAM),
        (department, ScopeLevel.DEPARTMENT),
        (company, ScopeLevel.COMPANY),
    )
    row: dict[Role, ScopeLevel] = {}
    for names, level in levels:
        for name in names.split():
            if Role(name) in row:
                raise ValueError(f"role {name} stands twice in one row")
            row[Role(name)] = level
    return row


_EVERYONE = " ".join(Role)
_STAFF = "agent clerk keeper crew leader account head deputy gm office inspector"
"""Everybody who serves customers or answers for those who do."""
_CASE_WORK = _row(own="agent clerk keeper crew account", team="leader", department="head deputy", company="gm office")
"""Whoever holds a case works it; leaders, heads and leaders in charge those of their people; the office every one."""
_CASE_VIEW = _row(
    own="keeper crew", team="clerk leader account", department="head deputy", company="agent gm office inspector"
)
_CASE_DECISION = _row(team="leader", department="head deputy", company="gm office")
_CASE_ACCEPTANCE = _row(
    own="keeper crew account", team="clerk leader", department="head deputy", company="agent gm office"
)
"""A customer who answers reaches whoever picks up."""

PERMISSIONS: dict[str, dict[Role, ScopeLevel]] = {
    # the signed-in person, and what everybody may read
    "account.self": _row(own=_EVERYONE),
    "policy.read": _row(company=_EVERYONE),
    "live.read": _row(
        own="agent clerk keeper crew account", team="leader", department="head deputy", company="gm office inspector"
    ),
    "work.read": _row(
        own="agent clerk keeper crew account",
        team="leader",
        department="head deputy",
        company="gm office inspector auditor",
    ),
    "indicator.read": _row(
        own="agent clerk keeper crew account",
        team="leader",
        department="head deputy",
        company="gm office inspector supervisor auditor reporter",
    ),
    "report.read": _row(team="leader", department="head deputy", company="gm office inspector auditor reporter"),
    "report.export": _row(department="head deputy", company="gm office reporter"),
    "job.read": _row(own="agent clerk keeper account leader head deputy inspector", company="gm office auditor"),
    "file.write": _row(company=_STAFF),
    "file.read": _row(company=_STAFF),
    "audit.read": _row(own="agent clerk keeper crew leader account head deputy inspector", company="gm office auditor"),
    # front desk and hotline
    "desk.read": _row(company="agent clerk keeper account head office"),
    "hotline.call": _row(company="agent clerk office"),
    # customers: lists are masked; `own` on reveal means only with a grant of the service that owns the need
    "customer.read": _row(company="agent clerk keeper account head deputy gm office inspector auditor"),
    "customer.lookup": _row(company="agent clerk keeper account head office"),
    "customer.write": _row(company="agent clerk keeper account"),
    "customer.import": _row(company="keeper office"),
    "customer.merge": _row(company="keeper office"),
    "customer.unmerge": _row(company="keeper office"),
    "member.correct": _row(company="keeper account head office"),
    "service_team.read": _row(company=_STAFF + " auditor"),
    "service_team.assign": _row(company="account head deputy gm office"),
    "service_team.confirm": _row(company="head deputy gm office"),
    "service_load.read": _row(own="agent clerk crew leader account", company="head deputy gm office inspector auditor"),
    "customer.erase": _row(company="office"),
    "customer.reveal": _row(own="crew leader deputy gm inspector", company="agent clerk keeper account head office"),
    "customer.export": _row(company="office"),
    "tier.read": _row(company="agent clerk keeper account leader head deputy gm office inspector auditor"),
    "tier.propose": _row(company="agent keeper account head office"),
    "tier.review": _row(company="head deputy gm office"),
    "tier.run": _row(company="keeper head office"),
    "tier.confirm": _row(company="deputy gm office"),
    "tier.export": _row(company="head deputy gm office"),
    "tier.figures": _row(company="keeper office"),
    "service_plan.read": _row(company=_STAFF + " auditor"),
    "service_plan.propose": _row(company="account head"),
    "service_plan.decide": _row(company="head deputy gm office"),
    # interactions, entry quality, supply
    "contact.read": _row(
        own="crew", team="leader", company="agent clerk keeper account head deputy gm office inspector"
    ),
    "contact.write": _row(company="agent clerk keeper crew leader account head office"),
    "entry_check.read": _row(own="agent clerk keeper", team="leader", department="head", company="office inspector"),
    "entry_check.write": _row(own="agent clerk", team="leader", department="head", company="keeper office inspector"),
    "entry_finding.read": _row(
        own="agent clerk keeper crew account",
        team="leader",
        department="head deputy",
        company="gm office inspector auditor",
    ),
    "entry_finding.answer": _row(own="agent clerk keeper crew leader account head deputy"),
    "entry_finding.decide": _row(department="head", company="office"),
    "entry_report.read": _row(
        own="agent clerk keeper crew account", team="leader", department="head deputy", company="gm office inspector"
    ),
    "entry_report.sign": _row(department="deputy", company="gm office"),
    "entry_training.write": _row(team="leader", department="head", company="office"),
    "entry_task.read": _row(own="keeper clerk", department="head", company="office inspector"),
    "entry_task.enter": _row(own="keeper clerk", company="office"),
    "rights_withdrawal.read": _row(
        own="agent clerk keeper crew account", team="leader", department="head deputy", company="gm office auditor"
    ),
    "rights_withdrawal.propose": _row(company="auditor"),
    "rights_withdrawal.decide": _row(company="gm office"),
    "data_misuse.read": _row(
        own="agent clerk keeper crew account inspector",
        team="leader",
        department="head deputy",
        company="gm office auditor",
    ),
    "data_misuse.report": _row(team="leader", department="head deputy", company="office inspector"),
    "data_misuse.explain": _row(own="agent clerk keeper crew leader account head deputy inspector"),
    "data_misuse.decide": _row(team="leader", department="head deputy", company="gm office"),
    "supply.read": _row(company="agent clerk keeper crew leader account head deputy gm office inspector"),
    "supply.write": _row(company="leader head office"),
    "supply.care": _row(company="agent clerk account leader head office"),
    "hand_over.read": _row(
        own="crew clerk keeper account", team="leader", department="head deputy", company="agent gm office inspector"
    ),
    "hand_over.write": _row(company="agent clerk"),
    "hand_over.answer": _row(
        own="clerk keeper crew account agent", team="leader", department="head deputy", company="gm office"
    ),
    "shift_hand_over.read": _row(
        own="agent clerk keeper crew account", team="leader", department="head deputy", company="gm office"
    ),
    "shift_hand_over.write": _row(own="agent clerk keeper crew account leader"),
    "shift_hand_over.take": _row(own="agent clerk keeper crew account", team="leader", department="head"),
    "notice_slip.read": _row(company="agent clerk keeper crew leader account head deputy gm office inspector"),
    "notice_slip.write": _row(company="agent clerk crew leader account head office"),
    "standard_answer.read": _row(company=_STAFF),
    "standard_answer.write": _row(company="agent clerk leader head office"),
    "standard_answer.approve": _row(company="office"),
    "timeline.read": _row(company="agent clerk keeper account head deputy gm office inspector"),
    "reading.read": _row(company="agent clerk keeper account leader head deputy gm office inspector auditor"),
    "reading.write": _row(company="clerk"),
    "card_sale.read": _row(company="agent clerk keeper account leader head deputy gm office inspector auditor"),
    "card_sale.write": _row(company="clerk"),
    "material_price.read": _row(company=_STAFF + " auditor"),
    "material_price.write": _row(company="office"),
    "settlement.read": _row(
        own="crew account", team="leader", company="agent clerk keeper head deputy gm office inspector auditor"
    ),
    "settlement.write": _row(company="clerk"),
    "three_way.read": _row(team="leader", company="clerk keeper head deputy gm office inspector auditor"),
    "three_way.handle": _row(company="clerk office"),
    "three_way.confirm": _row(team="leader", company="clerk head office"),
    # service orders
    "safety.read": _row(company="agent clerk keeper crew leader account head deputy gm office inspector"),
    "safety.inspect": _row(company="crew leader account head deputy office"),
    "safety.hazard": _row(company="agent clerk crew leader account head deputy office"),
    "safety.resolve": _row(company="crew leader head office"),
    "safety.plan": _row(company="leader head deputy office"),
    "order.read": _CASE_VIEW,
    "order.open": _row(company="agent clerk account leader head office"),
    "order.dispatch": _row(team="leader", department="head", company="agent clerk office"),
    "order.file": _row(company="clerk leader head office"),
    "order.acknowledge": _row(own="crew account", team="leader", department="head", company="agent clerk office"),
    "order.appoint": _row(own="crew account", team="leader", department="head", company="agent clerk office"),
    "order.mark_ready": _row(own="crew account", team="leader", department="head", company="clerk office"),
    "order.order_gas_on": _row(own="account", department="head", company="clerk office"),
    "order.arrive": _row(own="crew", team="leader", company="office"),
    "order.enter": _row(own="crew clerk", team="leader", company="office"),
    "order.start": _row(own="crew", team="leader", company="office"),
    "order.attend": _row(own="crew account", company="leader head deputy gm office"),
    "order.impede": _row(own="crew", team="leader", company="office"),
    "order.name_solution": _row(own="crew account", team="leader", department="head", company="office"),
    "order.progress": _row(own="crew account", team="leader", department="head", company="agent clerk office"),
    "order.complete": _row(own="agent clerk crew account", team="leader", company="office"),
    "order.confirm": _row(own="agent crew account", team="leader", department="head", company="clerk office"),
    "order.invite": _row(own="crew account", team="leader", department="head", company="agent clerk office"),
    "order.accept": _row(own="account", team="leader", department="head", company="agent clerk office"),
    "order.report": _row(own="crew account", team="leader", department="head", company="clerk office"),
    "order.close": _row(own="agent account", team="leader", department="head", company="clerk office"),
    "order.cancel": _row(own="agent clerk account", team="leader", department="head", company="office"),
    "order.pause": _row(own="crew account", team="leader", department="head", company="office"),
    "order.resume": _row(own="crew account", team="leader", department="head", company="office"),
    "order.contact": _row(own="crew clerk agent account", team="leader"),
    # complaints: the first to receive the customer answers for the case, whoever he is (首问负责制)
    "complaint.open": _row(company=_STAFF),
    "complaint.read": _CASE_VIEW,
    "complaint.sample": _row(company="supervisor"),
    "complaint.update": _CASE_WORK,
    "complaint.acknowledge": _CASE_WORK,
    "complaint.assess": _CASE_WORK,
    "complaint.plan": _CASE_WORK,
    "complaint.agree": _CASE_WORK,
    "complaint.progress": _CASE_WORK,
    "complaint.pause": _CASE_WORK,
    "complaint.resume": _CASE_WORK,
    "complaint.resolve": _CASE_WORK,
    "complaint.transfer": _CASE_WORK,
    "complaint.close": _CASE_DECISION,
    "complaint.withdraw": _CASE_WORK,
    "complaint.reopen": _row(team="clerk leader", department="head deputy", company="agent gm office"),
    "complaint.regrade": _CASE_DECISION,
    "complaint.finding": _row(department="head deputy", company="gm office inspector"),
    "complaint.finding_confirm": _row(company="office"),
    "complaint.finding_tell": _row(
        own="agent clerk account", team="leader", department="head deputy", company="gm office"
    ),
    "complaint.measure": _row(own=_STAFF),
    "complaint.measure_verify": _row(department="head deputy", company="gm office"),
    "complaint.counters": _row(own="agent clerk keeper crew leader account head deputy", company="gm office inspector"),
    "complaint.contact": _row(
        own="agent clerk keeper crew account deputy gm", team="leader", department="head", company="office inspector"
    ),
    "complaint.link": _row(own="clerk keeper account", team="leader", department="head", company="agent office"),
    "complaint.complainant": _row(
        own="keeper crew account", team="clerk leader", department="head deputy", company="agent gm office"
    ),
    "complaint.record": _row(
        own="clerk keeper crew account", team="leader", department="head deputy", company="agent gm office inspector"
    ),
    "complaint.investigate": _row(
        own="agent clerk keeper crew account", team="leader", department="head deputy", company="gm office inspector"
    ),
    "complaint.link_case": _row(
        own="clerk keeper crew account", team="leader", department="head deputy", company="agent gm office"
    ),
    "complaint.merge": _CASE_DECISION,
    "complaint.reply_draft": _CASE_WORK,
    "complaint.retaliation": _row(
        own="keeper crew account", team="clerk leader", department="head deputy", company="agent gm office inspector"
    ),
    "complaint.retaliation_decide": _row(company="office"),
    "reply_template.read": _row(company=_STAFF),
    "reply_template.write": _row(company="leader head deputy office inspector"),
    "reply_template.approve": _row(company="office"),
    # these reach beyond the holder: the pack's post decides who takes the step
    "complaint.emergency": _row(
        own="agent clerk keeper crew account inspector", team="leader", department="head deputy", company="gm office"
    ),
    "complaint.answer_external": _row(
        own="agent clerk keeper crew account inspector", team="leader", department="head deputy", company="gm office"
    ),
    "complaint.consultation_answer": _row(
        own="agent clerk keeper crew account inspector", team="leader", department="head deputy", company="gm office"
    ),
    "complaint.consult": _CASE_WORK,
    "complaint.hold": _CASE_WORK,
    "complaint.invite": _CASE_WORK,
    "complaint.accept": _CASE_ACCEPTANCE,
    "complaint.refuse": _CASE_ACCEPTANCE,
    "complaint.report": _CASE_WORK,
    "appeal.open": _row(company="agent clerk keeper crew leader account head deputy office"),
    "appeal.read": _row(
        own="agent clerk keeper crew account", team="leader", department="head deputy", company="gm office inspector"
    ),
    "appeal.withdraw": _row(own="keeper crew leader account", department="head deputy", company="agent clerk office"),
    "appeal.decide": _row(department="head deputy", company="gm office"),
    "authority.read": _row(company=_STAFF + " auditor"),
    "authority.use": _row(own="agent clerk crew account", team="leader", department="head deputy", company="gm"),
    "authority.approve": _row(
        own="agent clerk crew account", team="leader", department="head deputy", company="gm office"
    ),
    "authority.sign": _row(
        own="agent clerk keeper crew account", team="leader", department="head deputy", company="gm office"
    ),
    "authority.check": _row(company="gm office"),
    "authority.abuse": _row(team="leader", department="head deputy", company="gm office inspector"),
    "authorisation.read": _row(
        own="agent clerk keeper crew account",
        team="leader",
        department="head deputy",
        company="gm office inspector auditor",
    ),
    # redress: submitted like any use of an authority; the pack names the posts that pay
    "redress.read": _row(
        own="keeper crew",
        team="clerk leader account",
        department="head deputy",
        company="agent gm office inspector auditor",
    ),
    "redress.submit": _row(own="agent clerk crew account", team="leader", department="head deputy", company="gm"),
    "redress.pay": _row(own="agent clerk account", team="leader", department="head deputy", company="gm office"),
    "authority.ledger": _row(department="head deputy", company="gm office inspector auditor"),
    # callback
    "callback.read": _row(
        own="agent clerk account", team="leader", department="head", company="deputy gm office inspector"
    ),
    "callback.sample": _row(company="supervisor"),
    "callback.claim": _row(own="agent clerk account head deputy gm", company="office"),
    "callback.record": _row(own="agent clerk account head deputy gm", company="office inspector"),
    "callback.contact": _row(own="agent clerk account head deputy gm office inspector"),
    # the customer's own words: whoever works on the callback, or on what followed from it
    "callback.words": _row(
        own="agent clerk keeper crew account", team="leader", department="head deputy", company="gm office inspector"
    ),
    "callback.draws": _row(department="head deputy", company="gm office inspector"),
    "opinion.read": _row(
        own="agent clerk keeper crew account", team="leader", department="head deputy", company="gm office inspector"
    ),
    "opinion.answer": _row(own="agent clerk keeper account", team="leader", department="head deputy", company="office"),
    "opinion.tell": _row(
        own="agent clerk keeper account", team="leader", department="head deputy", company="gm office"
    ),
    "callback.plan": _row(company="office"),
    # surveys: the office plans, somebody else of it releases; results are counts and read widely
    "survey.read": _row(company="head deputy gm office inspector supervisor reporter"),
    "survey.plan": _row(company="office"),
    "survey.frame": _row(company="office inspector"),
    "survey.invitations": _row(own="agent clerk account", company="office inspector"),
    "survey.link": _row(own="account", company="office"),
    "survey.ask": _row(own="agent clerk", company="office"),
    "survey.words": _row(company="gm office inspector"),
    "survey.code": _row(company="office"),
    "visit.read": _row(
        own="agent clerk crew account", team="leader", department="head deputy", company="gm office inspector"
    ),
    "visit.write": _row(own="agent clerk crew account gm", team="leader", department="head deputy", company="office"),
    "visit.start": _row(company="account leader head deputy gm office"),
    "visit.plan": _row(company="office"),
    "visit.figures": _row(company="head deputy gm office inspector"),
    "visit.assign": _row(department="head deputy", company="gm office"),
    # beyond the window: by another person, of the posts that the pack names
    "visit.decide": _row(department="head deputy", company="gm office"),
    "entitlement.read": _row(company="agent clerk keeper account leader head deputy gm office inspector"),
    "evaluation.read": _row(own="account", team="leader", department="head deputy", company="gm office inspector"),
    "evaluation.write": _row(own="account", team="leader", department="head deputy", company="office"),
    "evaluation.review": _row(department="head deputy", company="gm office"),
    "greeting.read": _row(own="account", company="agent head deputy gm office"),
    "greeting.write": _row(own="account", company="agent office"),
    "greeting.do": _row(own="agent clerk account leader deputy gm", department="head", company="office"),
    "message.read": _row(own="account leader", company="agent clerk head deputy gm office inspector"),
    "message.send": _row(own="account leader", company="agent clerk head office"),
    "opt_out.read": _row(company="agent clerk account leader head deputy gm office inspector"),
    "opt_out.write": _row(company="agent clerk account leader head office"),
    # a gift beyond a limit is decided by the post that the pack names, never by whoever gives it
    "gift.read": _row(
        own="agent clerk account leader", department="head", company="deputy gm office inspector auditor"
    ),
    "gift.write": _row(own="agent clerk account leader head deputy gm", company="office"),
    "gift.decide": _row(own="account leader head inspector", company="deputy gm office"),
    "activity.read": _row(company="agent clerk account leader head deputy gm office inspector"),
    "activity.write": _row(own="account", department="head", company="office"),
    "activity.answer": _row(company="agent clerk account leader head office"),
    # the caller reads what stands; who reviews, agrees, decides and confirms are posts of the pack, never the caller
    "call_review.read": _row(
        own="agent clerk account", team="leader", department="head deputy", company="gm office inspector"
    ),
    "call_review.claim": _row(own="leader head", company="office inspector"),
    "call_review.contact": _row(own="leader head office inspector"),
    "call_review.record": _row(own="leader head office inspector"),
    "call_review.settle": _row(department="head deputy", company="gm office"),
    "call_review.dispute": _row(own="agent clerk leader account head deputy gm office inspector"),
    "call_review.draws": _row(company="head deputy gm office inspector"),
    "call_score.read": _row(
        own="agent clerk account", team="leader", department="head deputy", company="gm office inspector"
    ),
    # opinions of supervision centres: brought in by the accounts that the pack names; the centre's own machine gets
    # nothing back but the receipt and the answer to what it sent itself
    "supervision.receive": _row(company="agent clerk office supervisor"),
    "supervision.reply": _row(own="supervisor", company="office"),
    "supervision.read": _row(
        own="agent clerk keeper crew account", team="leader", department="head deputy", company="gm office inspector"
    ),
    "supervision.words": _row(
        own="agent clerk keeper crew account", team="leader", department="head deputy", company="gm office inspector"
    ),
    "supervision.draft": _row(
        own="agent clerk keeper account", team="leader", department="head deputy", company="office"
    ),
    "supervision.answer": _row(company="office"),
    "supervision.deliver": _row(own="supervisor", company="office"),
    "supervision.complain": _row(department="head deputy", company="gm office"),
    # inspection
    "inspection.read": _row(
        own="agent clerk keeper crew account", team="leader", department="head deputy", company="gm office inspector"
    ),
    "inspection.make_plans": _row(company="office"),
    "inspection.plan": _row(team="leader", department="head", company="office"),
    "inspection.approve_plan": _row(department="head", company="gm deputy office"),
    "inspection.adjust_plan": _row(team="leader", department="head", company="gm deputy office"),
    "inspection.execute": _row(own="inspector", team="leader", department="head", company="office"),
    "inspection.prepare": _row(own="inspector", team="leader", department="head", company="office"),
    "inspection.record": _row(own="inspector", team="leader", department="head", company="office"),
    # the head of the inspected department, also of the office itself
    "inspection.reply": _row(department="head deputy gm office"),
    "finding.read": _row(
        own="agent clerk keeper crew account", team="leader", department="head deputy", company="gm office inspector"
    ),
    "finding.raise": _row(company="office inspector"),
    "finding.confirm": _row(company="office"),
    "finding.decide": _row(company="gm deputy office"),
    "finding.answer": _row(own="agent clerk keeper crew account", team="leader", department="head"),
    "notice.read": _row(
        own="agent clerk keeper crew account",
        team="leader",
        department="head deputy",
        company="gm office inspector auditor",
    ),
    # which of the office is a matter of the pack's posts; the leaders stand in where the office is concerned
    "notice.issue": _row(company="deputy gm office inspector"),
    "notice.acknowledge": _row(department="head deputy gm office"),
    "notice.plan": _row(team="leader", department="head deputy gm office"),
    # whoever the plan makes responsible reports, too
    "notice.mend": _row(
        own="agent clerk keeper crew account inspector", team="leader", department="head deputy gm office"
    ),
    "notice.verify": _row(company="deputy office inspector"),
    "notice.accept": _row(company="deputy gm office"),
    "notice.extend": _row(company="deputy gm office"),
    "notice.decide": _row(company="deputy gm office"),
    "notice.withdraw": _row(company="deputy gm office"),
    "supervisor.read": _row(own="supervisor", company="gm deputy office inspector"),
    "supervisor.write": _row(company="office"),
    "supervisor.reveal": _row(own="supervisor", company="office"),
    "supervisor.reply": _row(own="supervisor", company="office"),
    "supervisor.publication": _row(company="gm deputy office inspector supervisor reporter"),
    "observation.read": _row(
        own="agent clerk keeper crew account supervisor",
        team="leader",
        department="head deputy",
        company="gm office inspector",
    ),
    "observation.file": _row(own="supervisor", company="office"),
    # the department itself, the office as a department among them
    "observation.answer": _row(own="agent clerk keeper crew account", team="leader", department="head deputy office"),
    "observation.review": _row(company="office"),
    "improvement.read": _row(
        own="agent clerk keeper crew account supervisor",
        team="leader",
        department="head deputy",
        company="gm office inspector",
    ),
    # proposals: everybody the own one, the office all of them
    "improvement.propose": _row(
        own="agent clerk keeper crew leader account head deputy gm office inspector supervisor"
    ),
    "improvement.answer": _row(company="office"),
    "improvement.raise": _row(department="head deputy", company="gm office inspector"),
    "improvement.decide": _row(department="head deputy", company="gm office"),
    "improvement.work": _row(own="agent clerk keeper crew account leader head deputy gm office inspector"),
    "improvement.accept": _row(company="office"),
    "improvement.plan": _row(department="head", company="office"),
    "improvement.approve_plan": _row(department="deputy", company="gm office"),
    "gathering.read": _row(
        own="agent clerk keeper crew account", team="leader", department="head deputy", company="gm office inspector"
    ),
    "gathering.record": _row(team="leader", department="head office"),
    "gathering.follow": _row(
        own="agent clerk keeper crew account inspector", team="leader", department="head deputy office"
    ),
    "good_example.read": _row(company=_STAFF + " auditor"),
    "good_example.publish": _row(company="office"),
    # reports: the department its own, those who supervise all of them
    "summary.read": _row(department="leader head deputy", company="gm office inspector auditor"),
    "summary.write": _row(department="head office"),
    # the head of the department, who is also of the office where it is the office's own
    "summary.sign": _row(department="head deputy gm office"),
    "summary.note": _row(company="office"),
    # before it is published only those who work on it
    "themed_report.read": _row(company=_STAFF + " auditor"),
    "themed_report.write": _row(company="office"),
    "themed_report.approve": _row(company="deputy gm office"),
    "archive.read": _row(team="leader", department="head deputy", company="gm office inspector auditor"),
    "archive.make": _row(company="office inspector"),
    # incentive
    "incentive.read": _row(
        own="agent clerk keeper crew account",
        team="leader",
        department="head deputy",
        company="gm office inspector auditor",
    ),
    "incentive_catalogue.read": _row(company=_STAFF + " auditor"),
    # drafts: whoever raised one, heads of the department, the posts that confirm; never whom it names
    "incentive_proposal.read": _row(own="leader", department="head deputy", company="gm office inspector auditor"),
    "incentive_proposal.confirm": _row(company="gm office"),
    "incentive.propose": _row(team="leader", department="head deputy", company="gm office inspector"),
    # whom it names and with whom it lies see a case beside these; who may take a step is said by chain and pack
    "incentive.approve": _row(department="head deputy", company="gm office"),
    "incentive.tell": _row(company="gm office"),
    "incentive.talk": _row(department="head deputy", company="gm office"),
    # the person; for a department that is charged whoever leads it
    "incentive.speak": _row(own="agent clerk keeper crew leader account deputy gm office inspector", department="head"),
    "incentive_standing.lift": _row(company="deputy gm office"),
    "incentive.ledger": _row(
        own="agent clerk keeper crew account leader inspector", department="head deputy", company="gm office auditor"
    ),
    "incentive_month.read": _row(company="deputy gm office auditor"),
    "incentive_month.close": _row(company="deputy gm office"),
    "incentive_publication.read": _row(company=_STAFF + " auditor"),
    "incentive_payroll.export": _row(company="deputy gm office"),
    "assessment.read": _row(
        own="agent clerk keeper crew account leader", department="head deputy", company="gm office inspector"
    ),
    "assessment.close": _row(company="gm office"),
    "staff.read": _row(company=_STAFF + " auditor"),
    "staff.write": _row(department="head", company="office"),
}
"""Permission code to the roles that have it, each with its scope.  An operation names exactly one of these codes."""


def check_permission(code: str) -> str:
    """Answer `code` unchanged.  Raises: KeyError if the table has no such row, so that a typo fails at import."""
    if code not in PERMISSIONS:
        raise KeyError(f"permission {code} has no row in shared.access.permissions")
    return code


def level_of(permission: str, roles: Iterable[Role]) -> ScopeLevel | None:
    """The widest scope that any of `roles` gives.  Raises: KeyError for an unknown permission."""
    row = PERMISSIONS[permission]
    return max((row[role] for role in roles if role in row), default=None)
