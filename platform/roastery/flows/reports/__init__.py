"""The proof of a state's flows as text, JSON, Markdown and SARIF."""
