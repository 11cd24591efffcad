"""Files: what applicants bring, the certificate package, the way it comes to them."""
