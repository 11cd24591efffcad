"""The outbox and its subscribers as rows."""
