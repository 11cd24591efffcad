"""What an adapter raises; the class says what must happen next.

AdapterError
 ├── Retryable       surely nothing happened: the same bytes again
 │    └── Unreachable   there is nobody at their address
 ├── Closed          the department does not work now: wait
 ├── Unknown         it may have happened: only ``query`` may follow
 │    ├── Silent        no answer came, or none that is theirs
 │    └── Foreign       the answer is about another application or company: never taken for ours
 ├── Unprocessable   they can do nothing with this one message, nor ever will: a person must look
 ├── Misconfigured   a key, certificate, address or permission is wrong: a person must look
 │    └── Denied        something at their door turned it away: us, or only this one message
 └── Forged          a callback that is not from the department
"""

from datetime import datetime, timedelta


class AdapterError(Exception):
    """What an adapter raises; the class says what the engine does next."""


class Retryable(AdapterError):  # noqa: N818 - named for what it tells
    """Surely nothing happened. ``after`` is how long they asked us to wait, if they did."""

    def __init__(self, message: str, after: timedelta | None = None) -> None:
        super().__init__(message)
        self.after = after


class Unreachable(Retryable):
    """There is nobody at their address: whatever we came for, it would be the same."""


class Closed(AdapterError):  # noqa: N818 - named for what it tells
    """They do not work now; ``until`` is a UTC instant of business time, if they told one."""

    def __init__(self, message: str, until: datetime | None = None) -> None:
        super().__init__(message)
        self.until = until


class Unknown(AdapterError):  # noqa: N818 - named for what it tells
    """It may have happened."""


class Silent(Unknown):
    """No answer came, or none that is theirs: whatever we came for, it would be the same."""


class Foreign(Unknown):
    """What they answer is about another application or company, although our key was named.

    It is never taken for ours. Only a person can find out how ours stands.
    """


class Unprocessable(AdapterError):  # noqa: N818 - named for what it tells
    """Surely nothing came of this message, and the same bytes never will: it lies with this one application.

    What lies with the credentials or the connection is Misconfigured.
    """


class Misconfigured(AdapterError):  # noqa: N818 - named for what it tells
    """Trying again cannot help, whichever application it is: they do not let us in."""


class Denied(Misconfigured):
    """Whatever stands at their door turned this message away: we are not let in, or what is in it is disliked there.

    Only when others are turned away, too, it is known to be us.
    """


class Forged(AdapterError):  # noqa: N818 - named for what it tells
    """Not from the department, or altered, or replayed."""
