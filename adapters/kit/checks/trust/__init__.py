"""Who says so: signatures, callbacks, certificates, and what is given away to whom."""

from adapters.kit.checks.trust import callbacks, hosts, names, signatures

CHECKS = (*signatures.CHECKS, *callbacks.CHECKS, *hosts.CHECKS, *names.CHECKS)
