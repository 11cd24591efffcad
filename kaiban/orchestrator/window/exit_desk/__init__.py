"""Bring the certificate package to the applicant (统一窗口出件)."""
