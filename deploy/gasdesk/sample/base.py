"""The rows of the sample base: households, firms, people of weight, a group with members, and some dirt."""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from deploy.gasdesk.sample import words
from deploy.gasdesk.sample.people import Phones, Places, credit_code, person

RESIDENTIAL = 30_000
COMMERCIAL = 150
PEOPLE_OF_WEIGHT = (("官员", 24), ("主管部门领导", 6), ("社会监督员", 20), ("弱势群体", 300))
"""Tags that households carry, and how many carry each."""

COLUMNS = (
    "客户编号",
    "客户名称",
    "客户类别",
    "客户性质",
    "证件号码",
    "联系电话",
    "备用电话",
    "用气地址",
    "区域",
    "小区",
    "表号",
    "表具类型",
    "开口气量",
    "日用气量",
    "标签",
    "成员数",
    "账户状态",
    "行业",
    "年销售额(元)",
    "企业规模",
    "社会影响",
    "价值评估",
    "百强",
)
MEMBER_COLUMNS = ("集团编号", "成员编号", "姓名", "成员类型", "职务", "联系电话", "生日")

Row = dict[str, str | int | float]


@dataclass(slots=True)
class Base:
    """The two sheets: customers (dirty rows at random places) and the members of the group."""

    customers: list[Row] = field(default_factory=list)
    members: list[Row] = field(default_factory=list)
    dirty: int = 0
    """How many customer rows an import must refuse."""


def generate(seed: int = 20261122, *, residential: int = RESIDENTIAL, commercial: int = COMMERCIAL) -> Base:
    """The base of a seed; smaller counts for tests (commercial at least 20)."""
    chance = random.Random(seed)  # noqa: S311  # reproducible data, no secret
    phones, places = Phones(seed), Places(chance)
    base = Base()
    base.customers = [_household(n, chance, phones, places) for n in range(1, residential + 1)]
    _tag(base.customers, chance)
    base.customers += _firms(commercial, chance, phones, places)
    base.members = _members(base.customers[-1], chance, phones)
    dirt = list(_dirt(base.customers, chance))
    for row in dirt:
        base.customers.insert(chance.randrange(len(base.customers) // 2, len(base.customers)), row)
    base.dirty = len(dirt)
    return base


def _household(n: int, chance: random.Random, phones: Phones, places: Places) -> Row:
    district, community, address = places.home(chance)
    row: Row = {
        "客户编号": f"1{n:07d}",
        "客户名称": person(chance),
        "客户类别": "民用",
        "客户性质": "个人",
        "联系电话": phones.shared(chance) if chance.random() < 0.01 else phones.new(),
        "用气地址": address,
        "区域": district,
        "小区": community,
        "表号": f"M{20_000_000 + n}",
        "表具类型": chance.choices(("IC卡表", "物联网表", "膜式表"), (55, 30, 15))[0],
        "日用气量": round(max(0.05, chance.lognormvariate(-0.7, 0.5)), 3),
        "账户状态": chance.choices(("正常", "停用"), (99, 1))[0],
    }
    if chance.random() < 0.15:
        row["备用电话"] = phones.new()
    return row


def _tag(households: list[Row], chance: random.Random) -> None:
    wanted = [tag for tag, count in PEOPLE_OF_WEIGHT for _ in range(count)]
    for row, tag in zip(chance.sample(households, min(len(wanted), len(households))), wanted, strict=False):
        row["标签"] = tag


def _firms(count: int, chance: random.Random, phones: Phones, places: Places) -> list[Row]:
    firms = [
        _influential(n, name, tag, chance, phones, places) for n, (name, tag) in enumerate(words.INFLUENTIAL_UNITS)
    ]
    plain = count - len(firms) - 1
    volumes = [20 * math.exp(math.log(1000) * n / max(1, plain - 1)) for n in range(plain)]
    for n, volume in enumerate(volumes, start=len(firms)):
        firms.append(_firm(n, min(20_000.0, round(volume, 1)), chance, phones, places))
    firms.append(_group(count - 1, chance, phones, places))
    return firms


def _unit(n: int, name: str, volume: float, chance: random.Random, phones: Phones, places: Places) -> Row:
    district, address = places.site(chance)
    return {
        "客户编号": f"2{n + 1:07d}",
        "客户名称": name,
        "客户性质": "单位",
        "证件号码": credit_code(n),
        "联系电话": phones.new(),
        "备用电话": phones.new(),
        "用气地址": address,
        "区域": district,
        "表号": f"B{90_000_000 + n}",
        "开口气量": math.ceil(volume * chance.uniform(1.1, 1.6) / 10) * 10,
        "日用气量": volume,
        "账户状态": "正常",
        "年销售额(元)": round(volume * 330 * 3.6, 2),
    }


def _firm(n: int, volume: float, chance: random.Random, phones: Phones, places: Places) -> Row:
    fitting = [trade for trade in words.TRADES if trade[5] <= volume <= trade[6]] or [words.TRADES[5]]
    trade, kind, industry, heads, meter, _, _ = chance.choice(fitting)
    row = _unit(n, f"{words.CITY}{chance.choice(heads)}{trade}", volume, chance, phones, places)
    size = "大型" if volume >= 5000 else "中型" if volume >= 500 else "小型"
    return {**row, "客户类别": kind, "行业": industry, "表具类型": meter, "企业规模": size, "社会影响": "无"}


def _influential(n: int, name: str, tag: str, chance: random.Random, phones: Phones, places: Places) -> Row:
    row = _unit(n, name, round(chance.uniform(20, 200), 1), chance, phones, places)
    industry = "传媒" if tag == "新闻媒体" else "政府"
    return {**row, "客户类别": "商业", "标签": tag, "行业": industry, "表具类型": "罗茨表", "社会影响": "一定"}


def _group(n: int, chance: random.Random, phones: Phones, places: Places) -> Row:
    row = _unit(n, words.GROUP_NAME, 12_500.0, chance, phones, places)
    assessed: Row = {"成员数": 620, "企业规模": "特大型", "社会影响": "很大", "价值评估": "A", "百强": "是"}
    return {**row, **assessed, "客户类别": "工业", "客户性质": "集团", "行业": "制造", "表具类型": "涡轮表"}


def _members(group: Row, chance: random.Random, phones: Phones) -> list[Row]:
    posts = [(kind, title) for kind, title, count in words.GROUP_POSTS for _ in range(count)]
    return [
        {
            "集团编号": group["客户编号"],
            "成员编号": f"{group['客户编号']}-{n:03d}",
            "姓名": person(chance) if kind != "机器" else f"采集终端{n}",
            "成员类型": kind,
            "职务": title,
            "联系电话": phones.new(),
            "生日": f"{chance.randint(1962, 2000)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}",
        }
        for n, (kind, title) in enumerate(posts, start=1)
    ]


def _dirt(customers: list[Row], chance: random.Random) -> Iterator[Row]:
    """Rows as tired people type them; each breaks one rule."""
    faults: tuple[Row, ...] = (
        {"客户名称": ""},
        {"用气地址": " "},
        {"客户类别": "民商两用"},
        {"联系电话": "1001234"},
        {"联系电话": "见备注"},
        {"日用气量": "约30"},
        {"日用气量": -5},
        {"证件号码": "91999999MA0000000X"},
        {"客户编号": "编号待补"},
        {"客户名称": "=HYPERLINK(1)"},
        {"账户状态": "欠费"},
        {"日用气量": 2600},
    )
    households = [row for row in customers if row["客户类别"] == "民用"]
    first = len(households) + 1
    for n in range(3 * len(faults)):
        copy = {**chance.choice(households), "客户编号": f"1{first + n:07d}", "表号": f"M{30_000_000 + n}"}
        yield {**copy, **faults[n % len(faults)]}
    for n, row in enumerate(chance.sample(households[: len(households) // 2], 6)):
        if n % 2:
            yield {**row, "客户名称": f"{row['客户名称']}（重复）", "表号": f"M{40_000_000 + n}"}
        else:
            yield {**row, "客户编号": f"1{first + 100 + n:07d}"}
