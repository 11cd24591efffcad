"""A case to store."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.plan import LinkSpec, Plan, Requirement, StepSpec

ID_NUMBER = "110101199003070134"
MORNING = datetime(2026, 3, 4, 1, 0, tzinfo=UTC)
FORM = {
    "company": {"name": {"full": "示范市晨光科技有限公司"}, "capital": Decimal("1000000.50")},
    "people": [{"name": "王一", "id": ID_NUMBER, "share": Decimal(100)}],
}
LINKS = (
    LinkSpec("registration", "企业设立登记", "市场监督管理局", (StepSpec(provides={"credit_code": "X"}),)),
    LinkSpec(
        "tax", "税务登记", "税务局",
        (StepSpec("pre"), StepSpec("confirm", requires=(Requirement("credit_code"),))),
    ),
)  # fmt: skip


def sample_case(no: str = "KB0001", *, owner: str = "alice", at: datetime = MORNING) -> Case:
    plan = Plan.of(LINKS, FORM)
    return Case.accept(no, plan, city="shifan", hall="center", owner=owner, promise="city", at=at)


def without_documents(case: Case) -> Case:
    return replace(case, documents={})
