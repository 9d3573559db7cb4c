"""The table of sheets and columns: complete, unambiguous, in both languages."""

# ruff: noqa: E501

from __future__ import annotations

import re

import pytest

from roster.problem import Grade, LeaveKind, Protection, ShiftKind, Status
from roster.rule import Level
from roster.workbook import layout
from roster.workbook.layout import SETTINGS, SHEETS, find_sheet, find_word, norm

VOCABULARIES = {
    name: value
    for name, value in vars(layout).items()
    if name.isupper()
    and isinstance(value, tuple)
    and value
    and all(isinstance(w, layout.Word) for w in value)
}


@pytest.mark.parametrize("sheet", SHEETS.values(), ids=lambda s: s.key)
def test_headers_are_unambiguous(sheet):
    for lang in ("en", "zh"):
        names = [norm(h) for h in sheet.headers(lang)]
        assert len(set(names)) == len(names)
    for column in sheet.columns:
        assert sheet.find_column(column.en) is column
        assert sheet.find_column(column.zh) is column


def test_sheet_names_are_unambiguous_and_legal():
    names = [norm(n) for s in SHEETS.values() for n in (s.en, s.zh)]
    assert len(set(names)) == len(names)
    for sheet in SHEETS.values():
        assert len(sheet.en) <= 31 and not set(sheet.en) & set("[]:*?/\\")


@pytest.mark.parametrize("sheet", layout.INPUT_SHEETS, ids=lambda s: s.key)
def test_every_input_column_is_explained_in_both_languages(sheet):
    assert sheet.help.en and sheet.help.zh
    for column in sheet.columns:
        assert column.help.en and column.help.zh, column.key
        assert re.search("[一-鿿]", column.zh + column.help.zh)


@pytest.mark.parametrize("words", VOCABULARIES.values(), ids=VOCABULARIES)
def test_a_word_means_one_thing(words):
    for word in words:
        for typed in (word.en, word.zh, word.key, word.en.upper(), f" {word.zh} ", *word.also):
            assert find_word(words, typed) == word.key


def test_vocabularies_cover_the_domain():
    assert {w.key for w in layout.LEAVE_KINDS} == {k.value for k in LeaveKind}
    assert {w.key for w in layout.SHIFT_KINDS} == {k.value for k in ShiftKind}
    assert {w.key for w in layout.SWAP_STATUS} == {k.value for k in Status}
    assert {w.key for w in layout.PROTECTIONS} == {k.value for k in Protection}
    assert {w.key for w in layout.LEVELS} == {k.value for k in Level} - {"advisory"}
    assert [w.key for w in layout.GRADES] == [g.name.lower() for g in Grade]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Staff", "staff"),
        (" STAFF ", "staff"),
        ("人员", "staff"),
        ("ｓｔａｆｆ", "staff"),
        ("carry over", "carry_over"),
        ("Carry-Over", "carry_over"),
        ("结转", "carry_over"),
        ("swap wishes", "swap_wishes"),
        ("排班表", "roster"),
        ("换班登记表", "swaps"),
    ],
)
def test_sheet_names_are_matched_loosely(name, key):
    assert find_sheet(name).key == key


def test_unknown_names_are_unknown():
    assert find_sheet("Sheet1") is None
    assert SHEETS["staff"].find_column("phone") is None
    assert layout.find_setting("colour scheme") is None


def test_settings_items_are_found_in_both_languages():
    for column in SETTINGS:
        assert layout.find_setting(column.en) is column
        assert layout.find_setting(column.zh) is column


def test_words_that_are_no_codes():
    for word in ("休", "off", "OFF", " 病假", "sick", "特殊事假", "Annual"):
        assert layout.reserved_code(word)
    for word in ("D", "NA", "None", "值", "notN"):
        assert not layout.reserved_code(word)


CONTRACT = {
    "staff": "id 工号 · name 姓名 · group 组 · second group 第二组 · committee group 委员组 · "
    "job 工种 · grade 级别 · skills 技能 · leader 班组长 · rotation 轮值 · min hours 最少工时 · "
    "max hours 最多工时 · shift limits 班次上限 · max consecutive days 最多连续上班 · "
    "min consecutive days 最少连续上班 · min consecutive days off 最少连续休息 · "
    "max weekends 最多周末班 · start date 入职日期 · end date 离职日期 · protection 保护 · "
    "protected from 保护起 · protected to 保护止 · mentor 带教人 · mentored until 带教至 · "
    "desk since 到岗日期",
    "shifts": "code 代码 · name 名称 · hours 时间 · paid hours 计时工时 · kind 类别 · job 工种 · "
    "skill 技能 · min grade 最低级别 · not before 不可接 · counts as 计入 · colour 颜色",
    "demand": "days 日期 · shift 班次 · job 工种 · skill 技能 · min grade 最低级别 · min 最少 · "
    "target 目标 · max 最多 · under weight 缺员权重 · over weight 超员权重",
    "leave": "staff 工号 · from 开始 · to 结束 · kind 类型 · asked at 申请时间 · asked by 申请人 · "
    "exceptional 特殊 · stand-in 代班人 · certificate 证明 · approved by 批准人 · status 状态 · "
    "decision 结论",
    "requests": "staff 工号 · dates 日期 · want 意愿 · weight 权重",
    "fixed": "staff 工号 · dates 日期 · shift 班次",
    "tasks": "task 任务 · days 日期 · shift 班次 · post 岗位 · people 人数",
    "calendar": "date 日期 · kind 类别 · name 名称",
    "rules": "rule 规则 · level 级别 · weight 权重 · parameter 参数 · value 值",
    "history": "staff 工号 · date 日期 · shift 班次",
    "carry_over": "staff 工号 · nights 夜班 · weekends 周末班 · holidays 节假日班 · hours 工时 · "
    "last lead week 上次轮值周 · passed over 待补轮值 · last post 上次委员 · "
    "last committee week 上次委员周 · days in lieu 待补休 · duties 班数 · hours 150 % 150%工时 · "
    "hours 200 % 200%工时 · hours 300 % 300%工时 · wishes met 意愿满足 · wishes missed 意愿未满足 · "
    "swaps 换班 · Spring Festival 春节班 · last Spring Festival 上次春节 · nights due 应分夜班 · "
    "weekends due 应分周末班 · other holidays due 应分其他节假日班 · Spring Festival due 应分春节班 · "
    "hours due 应分工时 · lead turn 轮值位置 · waiting 待补次序 · weekend begun 周末已起 · terms 委员任期",
    "swaps": "id 编号 · asked at 申请时间 · applicant 申请人 · date 换班日期 · shift 班次 · "
    "partner 对方 · return date 还班日期 · return shift 还班班次 · applicant agrees 申请人同意 · "
    "partner agrees 对方同意 · applicant's lead 申请人班长 · partner's lead 对方班长 · "
    "manager 经理批准 · reason 原因 · status 状态 · decision 结论 · ring 环号 · "
    "override by 特批人 · override reason 特批理由",
    "swap_wishes": "staff 工号 · date 日期 · can take 可接",
    "leads": "week of 周次 · lead id 工号 · lead 轮值班长 · hand-over 交接时间 · next lead 下任 · "
    "morale 士气 · vitality 活力 · study 学习 · inspection 检查 · publicity 宣传",
    "coverage": "date 日期 · shift 班次 · job 工种 · skill 技能 · min grade 最低级别 · min 最少 · "
    "target 目标 · max 最多 · on duty 在岗 · short 缺员 · under target 低于目标 · over 超员",
    "audit": "rule 规则 · level 级别 · who 人员 · date 日期 · amount 数量 · unit 单位 · "
    "what 说明 · source 依据",
    "ledger": "rule 规则 · unit 单位 · amount 数量 · weight 权重 · points 扣分",
    "duties": "date 日期 · task 任务 · who 人员",
}


@pytest.mark.parametrize("key", CONTRACT)
def test_the_contract_names_these_columns(key):
    wanted = [tuple(p.strip().rsplit(" ", 1)) for p in CONTRACT[key].split("·")]
    assert [(c.en, c.zh) for c in SHEETS[key].columns] == wanted
