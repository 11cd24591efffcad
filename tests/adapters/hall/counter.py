"""The smallest stub: counts."""

from adapters.hall import Stub


class CounterStub(Stub):
    """Each call is an application that becomes effective at once."""

    name = "counter"
    port = 7199
    title = "计数"

    def routes(self, app):
        app.post("/count")(self.count)

    def count(self):
        self.operation("COUNT")
        with self.store.atomic():
            number = self.store.next_number("count")
            self.commit(f"enterprise {number}", "main", str(number))
            if self.hall.callback_url:
                self.call_back(self.now(), "/callbacks/counter", str(number), "counted")
        return str(number)

    def callback_message(self, key, topic):
        return {"X-Topic": topic}, f"{key} at {self.now():%H:%M}".encode()
