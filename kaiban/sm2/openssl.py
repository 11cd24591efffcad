"""SM2 calculated by the libcrypto of OpenSSL 3, called through ctypes.

What OpenSSL hands out is freed here: a context when its one exchange ends, a key when nobody holds
it any more. Every call has a context of its own, and OpenSSL only reads a loaded key, so threads may
share signers and verifiers; ctypes lets the other threads run meanwhile.
"""

import ctypes
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from ctypes import POINTER, byref, c_char_p, c_int, c_long, c_size_t, c_ulong, c_void_p
from typing import Any

#: Only versioned names: what an unversioned one leads to may be anything, and macOS ends a process
#: that loads its own.
LIBRARIES = ("libcrypto.so.3", "libcrypto.3.dylib", "libcrypto-3-x64.dll")
_OLDEST = 0x30000000
# SEQUENCE { INTEGER, INTEGER } of two 256-bit numbers, each with a sign byte.
_LONGEST_SIGNATURE = 72


class NotUsable(Exception):  # noqa: N818 - named for what it tells
    """There is no OpenSSL 3 here, or it has been built without SM2."""


class _Key(c_void_p):
    """An EVP_PKEY; freed by the finalizer that is tied to it."""


class _Context(c_void_p):
    """An EVP_MD_CTX."""


# Name: (what it returns, what it takes). Without this ctypes would cut pointers to 32 bits.
_FUNCTIONS: Mapping[str, tuple[Any, Sequence[Any]]] = {
    "OpenSSL_version_num": (c_ulong, ()),
    "ERR_clear_error": (None, ()),
    "d2i_AutoPrivateKey": (_Key, (c_void_p, POINTER(c_char_p), c_long)),
    "d2i_PUBKEY": (_Key, (c_void_p, POINTER(c_char_p), c_long)),
    "EVP_PKEY_is_a": (c_int, (_Key, c_char_p)),
    "EVP_PKEY_free": (None, (c_void_p,)),
    "EVP_PKEY_CTX_new": (c_void_p, (_Key, c_void_p)),
    "EVP_PKEY_CTX_free": (None, (c_void_p,)),
    "EVP_PKEY_CTX_set1_id": (c_int, (c_void_p, c_char_p, c_int)),
    "EVP_PKEY_pairwise_check": (c_int, (c_void_p,)),
    "EVP_PKEY_public_check": (c_int, (c_void_p,)),
    "EVP_sm3": (c_void_p, ()),
    "EVP_MD_CTX_new": (_Context, ()),
    "EVP_MD_CTX_free": (None, (_Context,)),
    "EVP_DigestSignInit": (c_int, (_Context, POINTER(c_void_p), c_void_p, c_void_p, _Key)),
    "EVP_DigestSign": (c_int, (_Context, c_char_p, POINTER(c_size_t), c_char_p, c_size_t)),
    "EVP_DigestVerifyInit": (c_int, (_Context, POINTER(c_void_p), c_void_p, c_void_p, _Key)),
    "EVP_DigestVerify": (c_int, (_Context, c_char_p, c_size_t, c_char_p, c_size_t)),
}


class OpenSsl:
    """Calculates in libcrypto. Raises NotUsable where there is none that can."""

    def __init__(self, libraries: Sequence[str] = LIBRARIES) -> None:
        self._c = _library(libraries)
        if self._c.OpenSSL_version_num() < _OLDEST:
            raise NotUsable("OpenSSL is older than 3.0")

    def signer(self, key: bytes, uid: bytes) -> "OpenSslSigner":
        """Load a private key in DER; ValueError if its two halves do not belong together."""
        loaded = self._loaded("d2i_AutoPrivateKey", key, "EVP_PKEY_pairwise_check")
        return OpenSslSigner(self._c, loaded, uid)

    def verifier(self, key: bytes, uid: bytes) -> "OpenSslVerifier":
        """Load a public key in DER; ValueError if it is no point of the curve."""
        loaded = self._loaded("d2i_PUBKEY", key, "EVP_PKEY_public_check")
        return OpenSslVerifier(self._c, loaded, uid)

    def _loaded(self, reader: str, der: bytes, check: str) -> _Key:
        key: _Key = getattr(self._c, reader)(None, byref(c_char_p(der)), len(der))
        if not key:
            self._c.ERR_clear_error()
            raise ValueError("OpenSSL does not take it for an SM2 key")
        # Not at exit: another thread may still be using it.
        weakref.finalize(key, self._c.EVP_PKEY_free, key.value).atexit = False
        if not (self._c.EVP_PKEY_is_a(key, b"SM2") == 1 and self._passes(key, check)):
            self._c.ERR_clear_error()
            raise ValueError("OpenSSL does not take it for a sound SM2 key")
        return key

    def _passes(self, key: _Key, check: str) -> bool:
        context = self._c.EVP_PKEY_CTX_new(key, None)
        try:
            return bool(context and getattr(self._c, check)(context) == 1)
        finally:
            self._c.EVP_PKEY_CTX_free(context)


class OpenSslSigner:
    """Signs with a private key."""

    def __init__(self, library: ctypes.CDLL, key: _Key, uid: bytes) -> None:
        self._c = library
        self._key = key
        self._uid = uid

    def sign(self, message: bytes) -> bytes:
        """Return the DER signature; RuntimeError if OpenSSL cannot (no randomness, no memory)."""
        signature = ctypes.create_string_buffer(_LONGEST_SIGNATURE)
        length = c_size_t(_LONGEST_SIGNATURE)
        with _context(self._c, self._c.EVP_DigestSignInit, self._key, self._uid) as context:
            done = self._c.EVP_DigestSign(context, signature, byref(length), message, len(message))
            if done != 1:
                raise RuntimeError("OpenSSL cannot sign with SM2")
        return signature.raw[: length.value]


class OpenSslVerifier:
    """Verifies with a public key."""

    def __init__(self, library: ctypes.CDLL, key: _Key, uid: bytes) -> None:
        self._c = library
        self._key = key
        self._uid = uid

    def verify(self, message: bytes, signature: bytes) -> bool:
        """Whether it is that key's over exactly this message."""
        with _context(self._c, self._c.EVP_DigestVerifyInit, self._key, self._uid) as context:
            # 1 is the only yes: 0 is no, less than 0 is something that is no signature.
            verdict = self._c.EVP_DigestVerify(
                context, signature, len(signature), message, len(message)
            )
        return bool(verdict == 1)


@contextmanager
def _context(library: ctypes.CDLL, begin: Any, key: _Key, uid: bytes) -> Iterator[_Context]:
    """Lend a context for one signature; free it, and what OpenSSL says about errors, afterwards."""
    context = library.EVP_MD_CTX_new()
    try:
        inner = c_void_p()  # goes with the context
        begun = context and begin(context, byref(inner), library.EVP_sm3(), None, key) == 1
        if not (begun and library.EVP_PKEY_CTX_set1_id(inner, uid, len(uid)) == 1):
            raise RuntimeError("OpenSSL cannot begin an SM2 signature")
        yield context
    finally:
        library.EVP_MD_CTX_free(context)
        # Python's own ssl may share this queue, and would take our refusal for its failure.
        library.ERR_clear_error()


def _library(names: Sequence[str]) -> ctypes.CDLL:
    for name in names:
        try:
            library = ctypes.CDLL(name)
        except OSError:
            continue
        try:
            for function, (returned, taken) in _FUNCTIONS.items():
                declared = getattr(library, function)
                declared.restype, declared.argtypes = returned, taken
        except AttributeError as missing:
            raise NotUsable(f"{name} lacks {missing}") from missing
        return library
    raise NotUsable("no libcrypto of OpenSSL 3 is installed")
