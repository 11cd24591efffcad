"""The main job over HTTP, as any program would do it, told on a terminal."""

from collections.abc import Callable, Hashable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import requests

from kaiban.cli.terminal import minutes
from kaiban.cli.waiting import NotReadyError, Patience, wait_for
from kaiban.documents.package.verify import verify_file
from kaiban.domain.cases.link import STATE_TITLES, LinkState

#: Real seconds until a single answer is there; then it is asked for anew.
ANSWER = 30.0
#: The same while the service starts: who has died is to be told at once.
LOOK = 5.0
ENDED = {"completed", "completed_partly", "refused", "withdrawn"}
WIDTH = 48
#: Changes of a step that say nothing to a person.
UNSPOKEN = {"waiting", "ready", "sending"}
HOLDERS = {
    "applicant": "等待申请人",
    "special": "特别程序",
    "window": "窗口",
    "platform": "平台",
    "closed": "大厅未开放",
}


class Journey:
    """One applicant's way from the form to the package.

    ``signs`` changes as long as the service's processes get on, and raises NotReadyError if they died.
    """

    def __init__(self, address: str, token: str, signs: Callable[[], Hashable]) -> None:
        self._address, self._signs = address, signs
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Authorization"] = f"Bearer {token}"

    def is_ready(self) -> bool | None:
        """True when the service can do its work; None as long as it cannot."""
        answer = self._tried("GET", "/readyz", timeout=LOOK)
        return True if answer is not None and answer.ok else None

    def make(self, form: Mapping[str, Any], out: Path, patience: Patience) -> int:
        """Hand in a form, follow it to its end, take the package home; the exit code.

        ``patience`` is how long a case may stand still, and take in all.
        """
        headers = {"Idempotency-Key": "demo"}
        answer = self._call("POST", "/cases", json=form, headers=headers)
        if answer.status_code != requests.codes.created:
            click.echo(answer.text, err=True)
            return 1
        no = answer.json()["case_no"]
        click.echo(f"已收件 {no}，各部门开始办理（演示时钟）：")
        case = self._followed(no, patience)
        written = self._taken_home(no, out)
        _show_time_line(case)
        verdict = verify_file(written[1].read_bytes())
        click.echo(
            f"\n证照包：{written[0]}\n原件包：{written[1]}（{'校验通过' if verdict.ok else '校验未通过'}）"
        )
        return 0 if case["status"] == "completed" and verdict.ok else 1

    def _followed(self, no: str, patience: Patience) -> dict[str, Any]:
        told: list[dict[str, Any]] = []

        def ended() -> dict[str, Any] | None:
            case = self._got(f"/cases/{no}")
            events = self._got(f"/cases/{no}/events")["events"]
            titles = {link["name"]: link["title"] for link in case["links"]}
            for event in events[len(told) :]:
                _tell(event, titles)
            told[:] = events
            return case if case["status"] in ENDED else None

        def signs() -> int:
            self._signs()  # raises if a process has died; that one works is no sign that the case does
            return len(told)

        return wait_for(ended, f"办件 {no} 办结", signs, patience)

    def _got(self, path: str) -> dict[str, Any]:
        answer = self._call("GET", path)
        if not answer.ok:
            raise NotReadyError(f"查询办件时出错：{answer.text}")
        found: dict[str, Any] = answer.json()
        return found

    def _taken_home(self, no: str, out: Path) -> list[Path]:
        out.mkdir(parents=True, exist_ok=True)
        written = []
        for kind in ("pdf", "zip", "json"):
            answer = self._call("GET", f"/cases/{no}/package.{kind}")
            if not answer.ok:
                raise NotReadyError(f"证照包（{kind}）没有生成。")
            path = out / f"{no}.{kind}"
            path.write_bytes(answer.content)
            written.append(path)
        return written

    def _call(self, method: str, path: str, **more: Any) -> requests.Response:
        """The answer, however long it takes: asking twice changes nothing, handing in has its key."""
        return wait_for(
            lambda: self._tried(method, f"/api/v1{path}", **more), f"{path} 的答复", self._signs
        )

    def _tried(
        self, method: str, path: str, timeout: float = ANSWER, **more: Any
    ) -> requests.Response | None:
        try:
            return self._session.request(method, self._address + path, timeout=timeout, **more)
        except (requests.ConnectionError, requests.Timeout):
            return None  # it is still starting, or very busy


def _tell(event: dict[str, Any], titles: dict[str, str]) -> None:
    """One line for what a person would want to know."""
    if event["kind"] == "step" and event["after"] not in UNSPOKEN:
        done_first = event["step"] == "pre" and event["after"] == "done"
        state = LinkState.PRE_REGISTERED if done_first else LinkState(event["after"])
        title = _wide(titles[event["link"]], 16)
        click.echo(
            f"  {event['at'][11:16]}  {title}{STATE_TITLES[state]}  {event['text']}".rstrip()
        )


def _show_time_line(case: dict[str, Any]) -> None:
    start = datetime.fromisoformat(case["accepted_at"])
    end = datetime.fromisoformat(case["finished_at"])
    click.echo(f"\n{case['company']}  {case['facts'].get('credit_code', '')}")
    for link in case["links"]:
        click.echo(f"  {_wide(link['title'], 16)}{_bar(link, start, end)}")
    click.echo(f"  {'':16}{start:%H:%M}{'':{WIDTH - 10}}{end:%H:%M}")
    elapsed, promise = case["elapsed"], case["promise"]
    kept = "在承诺时限内" if promise["kept"] else "超过承诺时限"
    click.echo(
        f"\n办理用时 {minutes(elapsed['working_minutes'])}，承诺 {minutes(promise['working_minutes'])}，{kept}；"
        f"自然用时 {minutes(elapsed['wall_minutes'])}"
    )
    names = HOLDERS | {f"department:{link['name']}": link["title"] for link in case["links"]}
    parts = (f"{names[who]} {minutes(count)}" for who, count in case["ledger"].items() if count)
    click.echo("时间账：" + "，".join(parts))


def _bar(link: dict[str, Any], start: datetime, end: datetime) -> str:
    if not (link["submitted_at"] and link["done_at"]):
        return str(link["status_title"])
    whole = max((end - start).total_seconds(), 1)
    begun = datetime.fromisoformat(link["submitted_at"]) - start
    done = datetime.fromisoformat(link["done_at"]) - start
    first = int(begun.total_seconds() / whole * WIDTH)
    last = max(int(done.total_seconds() / whole * WIDTH), first + 1)
    return " " * first + "█" * (last - first) + f" {minutes(link['wall_minutes'])}"


def _wide(text: str, columns: int) -> str:
    """The text filled up to that many terminal columns; Chinese characters take two."""
    used = sum(2 if ord(char) > 0x2E7F else 1 for char in text)  # noqa: PLR2004 - CJK begins there
    return text + " " * max(columns - used, 1)
