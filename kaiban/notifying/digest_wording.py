"""What the daily digest of problems says: how many of what, in which hall, at which system; no case, no person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kaiban.domain.supervision.problems import COUNTED, PROBLEM_TITLES, Finding


@dataclass(frozen=True)
class DigestWording:
    """Writes it for one city; ``url`` is where the service is, ``halls`` are their titles by name."""

    city: str
    url: str
    halls: Mapping[str, str]

    def __call__(self, day: date, hall: str, found: Sequence[Finding]) -> str:
        """The text of the mail; its first line is the subject."""
        where = f" {self.halls.get(hall, hall)}" if hall else ""
        lines = (
            f"【{self.city}开办企业】{day.isoformat()} 问题摘要{where}：{len(found)} 项",
            "今天早上发现下面的问题：",
            "",
            *(f"・ {self._line(each)}" for each in found),
            "",
            "同样的内容，随时在这里看（没有问题的日子不发邮件）：",
            f"{self.url}/desk/problems",
            "",
        )
        return "\n".join(lines)

    def _line(self, found: Finding) -> str:
        where = self.halls.get(found.hall, found.hall)
        said = [PROBLEM_TITLES[found.problem]]
        said += [f"{found.count} 件"] if found.problem in COUNTED else []
        said += [where] if where else []
        said += [found.what] if found.what else []
        said += [f"{found.until.isoformat()} 到期"] if found.until else []
        return "，".join(said)
