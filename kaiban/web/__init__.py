"""The pages: what applicants see, one module a subject; Flask, templates, and no rule of the house."""
