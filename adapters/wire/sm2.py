"""SM2 and SM3 as adapters use them: signing, verifying and the digest, whoever does the arithmetic."""

from kaiban.sm2.signatures import DEFAULT_ID, Signer, Sm2Signer, Sm2Verifier, Verifier, sm3

__all__ = ["DEFAULT_ID", "Signer", "Sm2Signer", "Sm2Verifier", "Verifier", "sm3"]
