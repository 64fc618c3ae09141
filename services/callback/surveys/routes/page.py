"""The page on which a customer answers: plain accessible HTML without scripts and without anything personal."""

from base64 import b64encode
from hashlib import sha256
from html import escape

from fastapi.responses import HTMLResponse

from services.callback.policy_surveys import HIGHEST, LOWEST, QuestionKind, SurveyQuestion
from services.callback.surveys.service.answering import Form
from shared.http.base_model import MAX_TEXT

SCORE, TEXT, DECLINED = "score.", "text.", "is_declined"
"""Names of the fields: `score.<question>`, `text.<question>`."""
_LABELS = {1: "很不满意", 2: "不满意", 3: "一般", 4: "满意", 5: "很满意"}
_STYLE = (
    "body{font:1.1rem/1.6 sans-serif;max-width:40rem;margin:0 auto;padding:1rem;color:#111;background:#fff}"
    "fieldset{margin:0 0 1.25rem;border:1px solid #666;border-radius:.4rem}legend{font-weight:bold}"
    "label{display:block;padding:.35rem 0}textarea{width:100%;box-sizing:border-box;font:inherit}"
    "button{font:inherit;padding:.6rem 1.6rem}:focus-visible{outline:3px solid #0a58ca}"
)
_STYLE_HASH = b64encode(sha256(_STYLE.encode()).digest()).decode()
_HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}


def form_page(form: Form, token: str) -> HTMLResponse:
    """The form; it is sent to its own address followed by `/form`."""
    questions = "".join(
        _open(code, one) if one.kind is QuestionKind.OPEN else _scale(code, one)
        for code, one in form.questionnaire.in_order
    )
    body = (
        f"<p>{escape(form.questionnaire.introduction)}</p>"
        f'<form method="post" action="{escape(token)}/form" accept-charset="utf-8">{questions}'
        f'<p><label><input type="checkbox" name="{DECLINED}" value="true"> 我不愿参加，以后也请不要再邀请我</label></p>'
        '<p><button type="submit">提交</button></p></form>'
    )
    return _page(form.questionnaire.name, body)


def thanks_page(form: Form) -> HTMLResponse:
    """What the customer sees afterwards."""
    return _page(form.questionnaire.name, f'<p role="status">{escape(form.questionnaire.thanks)}</p>')


def refused_page(title: str, detail: str, *, code: str, status: int) -> HTMLResponse:
    """Why the page cannot be shown or the answers not be taken; the code is that of the problem."""
    body = f'<p role="alert" data-code="{escape(code)}">{escape(detail or title)}</p>'
    return _page(title, body, status=status)


def _scale(code: str, question: SurveyQuestion) -> str:
    choices = "".join(
        f'<label><input type="radio" name="{SCORE}{escape(code)}" value="{score}">'
        f" {_LABELS[score]}（{score} 分）</label>"
        for score in range(HIGHEST, LOWEST - 1, -1)
    )
    return f"<fieldset><legend>{escape(question.text)}</legend>{choices}</fieldset>"


def _open(code: str, question: SurveyQuestion) -> str:
    name = f"{TEXT}{escape(code)}"
    return (
        f"<fieldset><legend>{escape(question.text)}</legend>"
        f'<label for="{name}">可以不填；请勿填写姓名、电话、住址</label>'
        f'<textarea id="{name}" name="{name}" rows="4" maxlength="{MAX_TEXT}"></textarea></fieldset>'
    )


def _page(title: str, body: str, *, status: int = 200) -> HTMLResponse:
    text = (
        '<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body><main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )
    return HTMLResponse(text, status_code=status, headers=_HEADERS)
