"""How the conformance kit drives the social insurance office."""

import json
from typing import Any, ClassVar

from adapters.hall.driving import Driving, Message, ok
from adapters.social_insurance.stub import SocialInsuranceStub
from adapters.social_insurance.stub_speech import said

HTML = {"content-type": "text/html"}


class Kit(Driving):
    """infno-session: nothing is signed, sentences instead of codes, one session an operator."""

    stub = SocialInsuranceStub
    operations: ClassVar = {"pre": "2100", "confirm": "2101"}
    codes: ClassVar = {
        "unlisted": "系统提示：请咨询窗口",
        "busy": "操作员存在并发请求，请稍后重试",
        "duplicate": "报文重复",
        "config": "操作员未授权",
    }
    secrets = ("secret",)
    sign_in = "9001"

    def says(self, stub: Any, asked: Message, code: str) -> Message:
        """Return the sentence."""
        del stub  # nothing is signed
        told = {"infcode": -1, "err_msg": code, "output": {}}
        return ok(said(told, asked.body), HTML)

    def spoiled(self, stub: Any, asked: Message, answer: Message) -> Message:
        """Return registrations without the number they are about."""
        del stub  # nothing is signed
        told = json.loads(answer.body)
        for entry in told["output"].get("reglist", ()):
            entry.update(preno="", begin_month="", unit_no="")
        return ok(said(told, asked.body), HTML)
