"""The materials of a form or case on a page: listed, brought, looked at, of whom, and what is declared instead."""
