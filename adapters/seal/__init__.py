"""Seals (公章刻制): the seal filing gateway in enciphered envelopes."""

from adapters.seal.adapter import SealAdapter

__all__ = ["SealAdapter"]
