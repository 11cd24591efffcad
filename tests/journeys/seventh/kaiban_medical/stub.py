"""The medical insurance's pretended system."""

import json

from flask import Flask, Response, request

from adapters.hall.stub import Stub


class MedicalStub(Stub):
    """Registers at once."""

    name = "medical_insurance"
    title = "医疗保障局（样例）"
    port = 7107

    def routes(self, app: Flask) -> None:
        """Two views."""
        app.add_url_rule("/units", view_func=self._register, methods=["POST"])
        app.add_url_rule("/units/<key>", view_func=self._show)

    def _register(self) -> Response:
        self.operation("register")
        asked = json.loads(request.get_data())
        if self.store.get("unit", asked["key"]) is None:
            number = self.draw(asked["key"], "unit").randrange(10**8)
            self.store.put(
                "unit", asked["key"], {"unit_no": f"MI{number:08d}", "scheme": asked["scheme"]}
            )
            self.commit(asked["credit_code"], asked["step"], asked["key"])
        return self._show(asked["key"])

    def _show(self, key: str) -> Response:
        self.operation("show")
        unit = self.store.get("unit", key)
        answer = {"code": "ok", "unit": unit} if unit else {"code": "none"}
        return Response(json.dumps(answer, ensure_ascii=False), content_type="application/json")
