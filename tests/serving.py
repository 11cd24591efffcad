"""A WSGI application on a real socket, for tests that speak HTTP."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from wsgiref.types import WSGIApplication

from werkzeug.serving import make_server


@contextmanager
def serve(app: WSGIApplication) -> Iterator[str]:
    """Serve `app` on a free port of 127.0.0.1 and lend its base URL, without a slash at the end.

    Each request has its own thread. On leaving, the port is closed.
    """
    server = make_server("127.0.0.1", 0, app, threaded=True)
    # The pause between two looks for the end is what each closing costs; the default is half a second.
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
