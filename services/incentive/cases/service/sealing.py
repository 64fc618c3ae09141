"""What a signature stands for, as a digest that anyone recomputes."""

import hashlib

import orjson

from services.incentive.cases.models import CaseSignatureRow, IncentiveCaseRow


def seal(case: IncentiveCaseRow, signature: CaseSignatureRow) -> str:
    """SHA-256 of the canonical JSON of case, evidence, amounts, opinion, signer and instant."""
    said = {
        "case": case.number,
        "provision": case.provision,
        "subject": case.subject,
        "evidence": case.evidence_digest,
        "round": signature.round,
        "step": signature.step,
        "act": signature.act,
        "amounts": signature.amounts,
        "opinion": signature.opinion,
        "signer_id": str(signature.signer_id),
        "acting_for_id": str(signature.acting_for_id) if signature.acting_for_id else None,
        "signed_at": signature.signed_at.isoformat(),
    }
    return hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()
