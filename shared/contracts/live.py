"""How each event is told to the people whom it concerns: every type of the catalogue has its decision here."""

from collections.abc import Iterator, Mapping
from enum import StrEnum


class LiveKind(StrEnum):
    """What an event means to the person who hears it."""

    QUEUE_NEW = "queue_new"
    """Something new lies with the person, or with their team, department or post."""
    ASSIGNMENT = "assignment"
    """Something lies with the person by name now, or was given to them by name."""
    WARNING = "warning"
    BREACH = "breach"
    ANSWER = "answer"
    """What the person asked, or what lies with them, was answered or decided."""
    OTHER = "other"


class Telling(StrEnum):
    """What is decided for a type of event; with whom the matter lies then makes the kind."""

    QUEUE = "queue"
    """A clock starts: it is new in a queue, its owner's too."""
    BIRTH = "birth"
    """Work came into being: an assignment to its owner; others hear of it by its clocks."""
    MOVE = "move"
    """Work changed hands: an assignment to its owner, new to the team, department and post that have it now."""
    WARNING = "warning"
    BREACH = "breach"
    RUNG = "rung"
    """A rung of the ladder: a warning or a breach, by what it was climbed for."""
    ANSWER = "answer"
    OTHER = "other"


def _types(**facts: str) -> frozenset[str]:
    return frozenset(f"{owner}.{fact}" for owner, names in facts.items() for fact in names.split())


DECIDED: Mapping[Telling, frozenset[str]] = {
    Telling.QUEUE: _types(
        sla="started",
    ),
    Telling.WARNING: _types(
        sla="warned",
    ),
    Telling.BREACH: _types(
        sla="breached",
    ),
    Telling.RUNG: _types(
        sla="escalated",
    ),
    Telling.MOVE: _types(
        callback="supervision_received visit_assigned",
        complaint="""
            consultation_requested emergency_started finding_returned liaison_issued measure_assigned
            measure_rejected transferred
        """,
        customer="hand_over_returned handed_over order_dispatched served_by_changed shift_handed_over",
        incentive="returned",
        inspection="""
            improvement_plan_returned improvement_planned improvement_returned inspection_assigned
            notice_returned observation_found observation_moved observation_returned plan_returned
            summary_returned themed_report_returned
        """,
    ),
    Telling.BIRTH: _types(
        callback="""
            account_evaluation_opened activity_opened drawn greeting_planned opinion_received survey_opened
            visit_planned
        """,
        complaint="appeal_lodged opened redress_proposed reopened",
        customer="entry_error_reported hand_over_accepted hazard_found notice_issued order_opened",
        incentive="case_opened proposed",
        inspection="finding_raised improvement_proposed inspection_planned notice_issued",
    ),
    Telling.ANSWER: _types(
        callback="""
            dispute_decided gift_approved gift_refused invitation_answered opinion_answered
            supervision_answered
        """,
        complaint="""
            accepted appeal_decided appeal_refused authority_abuse_decided authority_approved
            authority_rejected consultation_answered external_answered liaison_done redress_approved
            redress_refused refused retaliation_decided suggestion_adopted template_approved
        """,
        customer="""
            entry_error_dismissed entry_errors_confirmed hand_over_answered order_accepted plan_approved
            rights_withdrawal_rejected rights_withdrawn shift_taken_over standard_answer_approved
        """,
        incentive="appeal_decided approved confirmed dismissed rejected",
        inspection="""
            finding_answered improvement_accepted improvement_declined improvement_plan_approved notice_mended
            observation_answered plan_approved replied staff_proposal_answered supervisor_invitation_answered
            themed_report_approved
        """,
    ),
    Telling.OTHER: _types(
        audit="anchored",
        callback="""
            account_evaluated activity_cancelled activity_held call_reviewed completed dissatisfied falsified
            gift_given gift_proposed greeting_cancelled greeting_done greeting_skipped invitation_attended
            invitation_sent message_delivered message_failed message_sent message_suppressed missed need_found
            opinion_told opt_out_ended opt_out_set praised service_started supervision_complained supervision_delivered
            survey_answered survey_closed survey_invited visit_cancelled visit_done visit_missed visit_moved
            visit_need_found wrong_number_found
        """,
        complaint="""
            absorbed acceptance_invited acknowledged agreed appeal_admitted appeal_escalated appeal_reviewed
            appeal_told appeal_withdrawn assessed authority_abused authority_checked authority_completed
            authority_order_needed authority_requested authority_signed authority_used authority_withdrawn
            callback_joined closed complainant_added complainant_withdrawn consequence_proposed
            consequence_retracted consultation_withdrawn conversation_recorded customer_linked
            emergency_step_done finding_confirmed finding_drafted finding_overturned finding_revised
            finding_suspended finding_told finding_upheld holding_replied investigation_recorded
            investigation_reported leader_named ledger_locked linked measure_cancelled measure_done
            measure_verified merged paused planned praise_recorded progressed redress_paid redress_raised
            redress_submitted redress_withdrawn regraded released repeat_recognised reported resolved resumed
            retaliation_reported retiered template_drafted template_retired unlinked unmerged
        """,
        customer="""
            account_closed account_opened account_transferred capacity_raised card_gas_sold contact_recorded
            contact_updated contract_ended contract_fulfilled contract_signed data_misuse_confirmed
            entry_report_signed erased hazard_resolved hazard_updated home_inspected interruption_announced
            interruption_cancelled interruption_planned interruption_restored interruption_started
            member_changed merged meter_exchanged meter_read notice_delivered notice_withdrawn occasion_ended
            occasion_set order_appointed order_arrived order_attended order_cancelled order_closed
            order_completed order_confirmed order_entered order_reported order_settled order_updated
            plan_ended shift_open_work_attached
            registered rights_restored rights_withdrawal_prompted rights_withdrawal_proposed
            standard_answer_drafted standard_answer_retired street_order_completed three_way_mismatch_found
            tier_changed unmerged updated vulnerable_person_ended vulnerable_person_recorded
        """,
        incentive="""
            appealed assessment_released counter_fell counter_reached dropped heard month_closed month_locked
            reversed settled signed staff_changed standing_changed suspended told took_effect withdrawn
        """,
        inspection="""
            archived consequence_proposed consequence_withdrawn finding_closed finding_confirmed
            finding_overturned finding_revised finding_upheld finding_voided gathering_missed
            good_example_confirmed good_example_published good_example_withdrawn improvement_cancelled
            improvement_done improvement_measured improvement_plan_closed improvement_plan_drafted
            improvement_plan_ended improvement_plan_submitted improvement_suggested inspection_cancelled
            inspection_missed inspection_moved notice_acknowledged notice_cancelled notice_closed
            notice_drafted notice_escalated notice_extended notice_late notice_planned notice_revised
            notice_verified observation_complained observation_drafted observation_filed observation_published
            observation_told plan_adjusted plan_drafted plan_submitted prepared recorded
            service_meeting_recorded signed staff_proposal_withdrawn staff_proposed summary_drafted
            summary_noted summary_signed supervisor_activity_cancelled supervisor_activity_held
            supervisor_appointed supervisor_ended supervisor_invited supervisor_renewed themed_report_drafted
            themed_report_published themed_report_submitted training_recorded voided
        """,
        sla="breach_retracted cancelled corrected met paused recalendared resumed retargeted",
    ),
}
"""A new event type is named here once; a test refuses a catalogue that is not decided as a whole."""

NAMES: Mapping[str, str] = {
    "callback.dispute_decided": "caller_id",
    "callback.gift_approved": "given_by",
    "callback.gift_refused": "given_by",
    "complaint.appeal_decided": "appellant_id",
    "complaint.appeal_refused": "appellant_id",
    "complaint.authority_abuse_decided": "requested_by",
    "complaint.authority_approved": "requested_by",
    "complaint.authority_rejected": "requested_by",
    "complaint.liaison_done": "requested_by",
    "complaint.liaison_issued": "liaison_owner_id",
    "complaint.measure_assigned": "owner_id",
    "complaint.measure_rejected": "owner_id",
    "customer.entry_error_dismissed": "operator_id",
    "customer.entry_errors_confirmed": "operator_id",
    "customer.hand_over_answered": "handed_by",
    "customer.order_dispatched": "staff_ids",
    "customer.rights_withdrawal_rejected": "staff_id",
    "customer.rights_withdrawn": "staff_id",
    "customer.shift_handed_over": "to_staff_id",
    "customer.shift_taken_over": "handed_by",
    "inspection.improvement_accepted": "owner_id proposer_id",
    "inspection.improvement_declined": "owner_id proposer_id",
    "inspection.improvement_planned": "owner_id",
    "inspection.improvement_returned": "proposer_id",
    "inspection.inspection_assigned": "inspector_id",
    "inspection.replied": "inspector_id",
    "inspection.staff_proposal_answered": "proposer_id",
    "sla.escalated": "staff_id",
}
"""Fields of the payload with those whom it concerns by name beside the routing: who asked, was sent or is told."""

_TELLING = {event_type: telling for telling, types in DECIDED.items() for event_type in types}


def telling_of(event_type: str) -> Telling:
    """What was decided; a type that this version does not know is told as it is."""
    return _TELLING.get(event_type, Telling.OTHER)


def named_in(event_type: str, data: Mapping[str, object]) -> Iterator[str]:
    """Staff ids that the payload names as concerned, as text."""
    for field in NAMES.get(event_type, "").split():
        said = data.get(field)
        if isinstance(said, str):
            yield said
        elif isinstance(said, list | tuple):
            yield from (str(one) for one in said)
