"""What people read on the printable pages for fields and for the platform's own states."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

_TEXT = """
id 标识, number 编号, state 状态, kind 种类, theme 专题, method 检查方式, level 级别, department 部门, team 班组,
matter_id 事项, policy_version 规章版本, clause 条款, severity 严重程度, words 说明, position 序号, version 版本,
made_by 编制人, made_at 编制时间, owner_id 责任人, ended_at 结束时间, digest 摘要, is_planned 计划内,
plan 检查计划, planned 计划检查, adjustments 计划调整, pace 周期, period 期间, place 地点, period_from 期间起,
period_until 期间止, due_at 期限, submitted_by 提交人, submitted_at 提交时间, approved_by 批准人,
approved_at 批准时间, is_late 逾期, returned_by 退回人, returned_at 退回时间, return_reason 退回原因,
occasion 计划检查项目, key 计划时段标识, led_by 主办部门, is_announced 预先通知, window_from 时段起,
window_until 时段止, inspector_id 检查人员, is_named 指定人员, gap 缺员原因, moves 调整次数,
planned_at 计划时间, opened_at 开始计时, plan_id 计划, held_on 检查日期, sample_size 抽样数, checks 检查内容,
companion_ids 随同人员, execution_by 方案编制人, execution_at 方案编制时间, inspection_id 检查,
taken_at 准备时间, done_at 开展时间, missed_at 错过时间, cancel_reason 取消原因, planned_id 计划检查, act 办理,
reason 原因, is_after_approval 批准后调整, before 调整前, after 调整后, adjusted_by 调整人, adjusted_at 调整时间,
follows_id 所复查的检查或通知书, source_id 来源, present_ids 在场人员, checklist 检查表代码,
checklist_name 检查表, prepared_by 准备人, prepared_at 准备时间, form_id 表单标识, form_digest 检查表摘要,
held_at 检查时间, filled_at 填表时间, recorded_by 登记人, recorded_at 登记时间, remarks 情况, advice 整改意见,
score_got 得分权重, score_of 适用权重, score 得分（万分比）, points 扣分, checked_points 检查项, bytes 字节, due 应完成,
point 检查项, question 检查要求,
weight 权重, answer 答复, person_id 当事人, evidence_ids 证据文件, finding_id 检查发现, good_examples 好的做法,
is_publishable 可公布, subjects 抽查对象, subject_id 对象, outcome 结果, finding_ids 检查发现, name 抽样范围,
seed 随机种子, since 起, until 止, size 数量, population 总数, drawn_at 抽样时间,
subject_ids 抽中对象（按抽签次序）, outcomes 逐项结果, reply 被检查部门答复, is_reply_refused 拒绝签字,
refusal_reason 拒签原因, replied_by 答复人, replied_at 答复时间, signed_by 签字人, signed_at 签字时间,
void_reason 作废原因, voided_by 作废人, voided_at 作废时间, findings 检查发现, inspection_kind 检查种类,
source_type 来源种类, remedy 整改方式, drafted_severity 原定严重程度, is_good_example 好的做法,
recurrence_of 重复发生于, found_at 发现时间, raised_by 提出人, raised_at 提出时间, confirmed_by 确认人,
confirmed_at 确认时间, is_agreed 认可, answered_by 答复人, answered_at 答复时间, decision 裁定,
decided_by 裁定人, decided_at 裁定时间, mended_at 整改时间, notices 整改通知书, cycle 轮次, deadline_at 整改期限,
is_mended 已整改, standing 在列发现数, year 年度, responsible_id 整改责任人, drafted_by 起草人,
drafted_at 起草时间, issued_by 签发人, issued_at 签发时间, acknowledged_by 签收人, acknowledged_at 签收时间,
rounds 整改轮次, steps 办理过程, started_at 开始时间, extensions 延期次数, extended_days 延期天数,
late_at 逾期时间, measure 整改措施, planned_on 计划完成日期, planned_by 措施制定人, report 整改报告,
proof_ids 整改证明文件, mended_by 报告人, verdict 结论, verdict_words 复核意见, verified_by 复核人,
verified_at 复核时间, is_accepted 验收通过, acceptance 验收意见, accepted_by 验收人, accepted_at 验收时间,
left_at 移出时间, left_reason 移出原因, notice_number 整改通知书, from_deadline_at 原期限, to_deadline_at 现期限,
taken_by 办理人, is_open 未办结, notice_id 通知书标识, files 文件, file_id 文件标识, path 档案内位置,
media_type 类型, sha256 SHA-256, named_by 引用处, company 公司, month 月份, quarter 季度, edition 版次,
achievements 成绩, measures 新措施, problems 问题, suggestions 建议, figures 统计, judged_by 审阅人,
judged_at 审阅时间, summary 总结, causes 原因, demands 要求, published_by 公布人, published_at 公布时间,
facts 业务事实, inspections 检查, improvements 改进, meetings 例会, trainings 培训, case 投诉, order 工单,
call 回访, clock 超时承诺, entry 录入差错, seen 总数, ended 办结, late 逾期, satisfied 满意, unsatisfied 不满意,
unanswered 未表态, amount 差错数, by_category 按类别, held 次数, late_forms 迟报检查表, by_kind 按种类,
found 发现数, by_severity 按严重程度, by_clause 按条款, recurrences 重复发生, mended 已整改数, overturned 被推翻,
issued 签发, closed 办结数, in_time 按期, judged 已评判, open 未到评判, done_in_time 按期完成,
done_late 逾期完成, not_done 未完成, accepted 验收, cancelled 取消, minutes 分钟, attendances 人次,
totals 本季度, score_change 得分变化, findings_change 发现数变化, departments 各部门, clauses 按条款与严重程度,
themes 专题, score_before 上季度得分, ok 符合, not_ok 不符合, not_applicable 不适用
"""
LABELS: Mapping[str, str] = dict(pair.split() for pair in _TEXT.replace("\n", " ").split(","))
"""By field; a code of the pack that stands as a key is read from the pack."""

_STATES = {
    "draft": "草稿",
    "submitted": "已提交",
    "approved": "已批准",
    "ended": "已结束",
    "planned": "已计划",
    "prepared": "已准备",
    "done": "已开展",
    "missed": "错过",
    "cancelled": "已取消",
    "recorded": "已登记",
    "replied": "已答复",
    "signed": "已签字",
    "void": "已作废",
    "confirmed": "已确认",
    "contested": "有异议",
    "answered": "已答复",
    "closed": "已办结",
    "overturned": "已推翻",
    "issued": "已签发",
    "noted": "已阅知",
    "acknowledged": "已签收",
    "mended": "已报整改",
    "returned": "已退回",
    "verified": "已复核",
    "escalated": "提请裁定",
    "published": "已公布",
}
_ACTS = {
    "draft": "起草",
    "issue": "签发",
    "acknowledge": "签收",
    "plan": "制定措施",
    "mend": "报告整改",
    "verify": "复核",
    "accept": "验收",
    "return": "退回",
    "extend": "延期",
    "escalate": "提请裁定",
    "decide": "裁定",
    "cancel": "取消",
    "revise": "更正",
    "late": "逾期",
    "add": "增加",
    "move": "改期",
    "assign": "指定人员",
}
_RESULTS = {"ok": "符合", "not_ok": "不符合", "not_applicable": "不适用", "failed": "不符合", "unchecked": "未能检查"}
_VALUES: Mapping[str, Mapping[str, str]] = {
    "state": _STATES,
    "act": _ACTS,
    "answer": _RESULTS,
    "outcome": _RESULTS,
    "verdict": {"mended": "已整改", "not_mended": "未整改", "noted": "已阅知", "returned": "退回"},
    "remedy": {"on_spot": "当场整改", "notice": "整改通知书", "none": "无须整改"},
    "level": {"company": "公司级", "department": "部门级", "team": "班组级"},
    "pace": {"month": "月", "quarter": "季", "year": "年"},
    "left_reason": {"overturned": "发现被推翻", "joined": "并入另一通知书", "withdrawn": "通知书撤回"},
    "cancel_reason": {"overturned": "发现被推翻", "joined": "并入另一通知书", "withdrawn": "撤回"},
    "source_type": {
        "inspection": "检查",
        "complaint": "投诉",
        "order": "工单",
        "callback": "回访",
        "clock": "承诺时限",
        "entry_check": "录入检查",
        "observation": "社会监督",
    },
}


def worded(field: str, value: Any, names: Mapping[str, Mapping[str, str]], zone: ZoneInfo) -> str:
    """What people read for a value: `names` are the pack's, by field and code; instants in the company's civil time."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return value.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    known = names.get(field, {}).get(value) or _VALUES.get(field, {}).get(value) if isinstance(value, str) else None
    return known or str(value)
