"""How each column is probably brought together: flows are added, stocks keep their last, ratios are recomputed."""

from __future__ import annotations

from hub.drafting.doubts import Doubts
from hub.drafting.expression import LEAST_SCALE, ratio_in
from hub.drafting.model import ColumnDraft, FormDraft
from hub.drafting.vocabulary import says

_REASONS = {
    "flow": (
        "Số phát sinh trong kỳ; kỳ dài hơn có báo cáo riêng nếu có nhiều tần suất.",
        "A flow; with several frequencies the longer period has a report of its own.",
    ),
    "stock": (
        "Tên cột nói số tại thời điểm, lũy kế hoặc tồn.",
        "The heading speaks of a point in time, a running total or a stock.",
    ),
    "opening": ("Số mang sang từ kỳ trước.", "Carried over from the period before."),
    "plan": ("Số kế hoạch của cả năm.", "A plan for the whole year."),
    "none": ("Không cộng được: tỷ lệ, bình quân, giá.", "It does not add up: a rate, a mean or a price."),
    "ratio": ("Theo công thức in của cột.", "By the column's printed formula."),
}


def set_rollups(form: FormDraft, several: bool, doubts: Doubts) -> None:
    """Sets ``rollup`` of every numeric column and lists what was guessed. ``several``: more than one frequency."""
    said: dict[tuple[str, str], list[str]] = {}
    for column in form.columns:
        if column.numeric:
            column.rollup, reason = _rollup(form, column, several)
            text = column.rollup if isinstance(column.rollup, str) else "ratio"
            said.setdefault((text, reason), []).append(column.code)
    for (text, reason), codes in said.items():
        vi, en = _REASONS[reason]
        doubts.add("rollup", form.place, rollup=text, columns=", ".join(codes), reason_vi=vi, reason_en=en)


def _rollup(form: FormDraft, column: ColumnDraft, several: bool) -> tuple[object, str]:
    label = " ".join(column.path)
    if found := _ratio(form, column):
        return found, "ratio"
    if column.type == "percent" or says("average_in", column.label) or says("rate_in", column.label):
        return "none", "none"
    if says("highest_in", column.label):
        return "max/max", "none"
    if says("lowest_in", column.label):
        return "none", "none"
    if says("opening_in", label):
        return ("sum/first" if not several else "sum/none"), "opening"
    if says("stock_in", label):
        return "last/last", "stock"
    if says("plan_in", label):
        return "sum/last", "plan"
    return ("sum/none" if several else "sum/sum"), "flow"


def _ratio(form: FormDraft, column: ColumnDraft) -> dict[str, object] | None:
    """The printed ratio of two other figures of the form."""
    codes = {other.code for other in form.columns if other.numeric and other.code != column.code}
    for rule in form.rules:
        if rule.computes == column.code and (found := ratio_in(rule.expr)) is not None:
            numerator, denominator, scale = found
            if numerator in codes and denominator in codes:
                made: dict[str, object] = {
                    "kind": "ratio",
                    "over_time": "recompute",
                    "numerator": numerator,
                    "denominator": denominator,
                }
                return {**made, "scale": int(scale)} if scale.isdigit() and int(scale) >= LEAST_SCALE else made
    return None
