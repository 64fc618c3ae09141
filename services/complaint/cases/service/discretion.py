"""Anonymity of the complainant towards the departments (`is_anonymous`), and who is trusted with it.

**Who knows**: the managing department (pack `information.managed_by`, with the leaders in charge of it), the access
role `office`, and the case's first-responsible, who took the complaint in – each also through today's deputies.
Everybody else is a department here, whatever the scope: owner, team leader, head, leader in charge, other agents.

**What they must not learn**, each place and why:

- who it is: `customer_id`, the stored contact, every further complainant of the case; in a named case those further
  complainants who asked for it themselves.  `POST …/contact` is refused (`complainant_hidden`) before anything is said
  of whether a contact is stored; `has_contact` is always false for them;
- by asking: the list filters `customer_id`, `phone` and `external_reference` never find a case whose complainant is
  hidden from the one who asks, nor do the work list and the clocks, which carry no customer at all;
- from papers: the attachments of the intake (letters, bills, pictures of a flat) are neither listed nor handed out;
  records of talks with the complainant or customer, and investigation entries marked confidential, are left out with
  their files, but whoever wrote an entry still reads it;
- from an outside reference (12345), which the department could look up elsewhere;
- from other cases: that the case repeats an earlier one, or that a later one repeats it, would narrow it down to the
  earlier complainants.  Where either case or the matching complainant is anonymous, `repeat_of_id`, the circumstance
  that the system added (`withheld_circumstance`) and `grade_reason` are withheld, the reason of a re-grade says no
  more than that the rules ask for it, and no fact names the other case.  A named and an anonymous case can neither be
  linked nor merged by hand, by nobody: the department works one of them and would see the tie;
- from facts: none of an anonymous case carries `customer_id` (subscribers of the routing department read them), which
  also means that no callback is drawn by customer for it.

**What stays visible**, because the work needs it: tier, grade and clocks, category, summary and description.  They are
the recorder's words: whoever takes an anonymous case in must not write a name or an address there.
"""

from services.complaint.cases.rules import Viewer
from services.complaint.cases.service.governing import Governing
from shared.access.permissions import Role
from shared.access.principal import Principal, Standing


def viewer_of(principal: Principal, governing: Governing) -> Viewer:
    """As whom the person looks at anonymous complainants, by the revision in force."""
    managing = governing.chapter.information.managed_by
    standings: tuple[Principal | Standing, ...] = (principal, *principal.acting)
    is_trusted = any(
        Role.OFFICE in one.roles or one.department == managing or managing in one.lines for one in standings
    )
    return Viewer(is_trusted, (principal.staff_id, *principal.acting_for))
