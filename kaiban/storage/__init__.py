"""The only SQL: rows, transactions, encryption at rest, migrations, backup."""
