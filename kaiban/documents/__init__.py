"""Documents: the certificate package as PDF, archive and summary, and its verification offline."""
