"""The list staff work from (办件队列): what is in it, how a case is found, who answers for it, who has it open."""
