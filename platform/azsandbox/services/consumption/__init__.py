"""Cost Management: budgets."""
