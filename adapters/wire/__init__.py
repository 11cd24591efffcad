"""Codecs and signers for the wire, used by adapters (the stubs have their own)."""
