"""A month's sheets as they stand: the ledger's entries joined with their cases, graded by the pack."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.incentive.assessments.errors import AssessmentUnbalancedError
from services.incentive.assessments.repository import reading
from services.incentive.assessments.rules.lines import lines_of, total
from services.incentive.assessments.rules.sheets import Sheet, Whose, band, worse
from services.incentive.counters.service import standing
from services.incentive.desk import IncentiveDesk
from services.incentive.ledger.rules import AccountKind, LedgerSubject, Unit
from services.incentive.ledger.service import balances
from services.incentive.policy import IncentiveGoverning


async def assemble(
    session: AsyncSession,
    desk: IncentiveDesk,
    governing: IncentiveGoverning,
    company: str,
    month: str,
    wanted: Sequence[Whose],
) -> dict[Whose, Sheet]:
    """Sheets of the month, each equal to its balance.  Raises: AssessmentUnbalancedError."""
    keys = {one: (one.subject_type.value, one.subject) for one in wanted}
    moved = await reading.moved(session, company, month, keys.values())
    causes = await reading.causes(session, company, {one.case_id for some in moved.values() for one in some})
    graded = await standing.month_grades(session, company, month)
    subjects = {one: LedgerSubject(AccountKind(one.subject_type.value), one.subject) for one in wanted}
    balanced = await balances.of_all(session, company, subjects.values(), month, governances=desk.governances)
    chapter = governing.chapter
    made: dict[Whose, Sheet] = {}
    for whose in wanted:
        lines = lines_of(moved.get(keys[whose], ()), causes, chapter.assessments.lines)
        balance = balanced[subjects[whose]]
        opening = balance.opening.get(Unit.POINTS, chapter.ledger.month_points)
        points = opening + total(lines, Unit.POINTS)
        if any(total(lines, unit) != balance.of(unit).net for unit in Unit):
            raise AssessmentUnbalancedError("考核明细与台帐余额不符，须先查明原因。", params={"month": month})
        by_points = band(points, chapter.assessments.bands)
        made[whose] = Sheet(
            opening=opening,
            points=points,
            year_points=total(lines, Unit.YEAR_POINTS),
            fen=total(lines, Unit.FEN),
            band_grade=by_points,
            grade=worse((by_points, *graded.get(keys[whose], ())), list(chapter.catalogue.month_grades)),
            lines=lines,
        )
    return made
