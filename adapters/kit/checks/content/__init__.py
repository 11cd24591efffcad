"""What is said and what is heard: contents of every kind go in, and come out as they went in."""

from adapters.kit.checks.content import arriving, cases, days, passing_on, people

CHECKS = (*arriving.CHECKS, *passing_on.CHECKS, *people.CHECKS, *cases.CHECKS, *days.CHECKS)
