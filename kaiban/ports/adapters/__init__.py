"""What an adapter declares, hands over and answers, and how it says what must happen next.

An integrator needs this room and nothing else: ``manifest``, ``messages``, ``outcomes``, ``errors`` and the ``adapter`` itself.
"""
