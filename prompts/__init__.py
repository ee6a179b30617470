"""The room that says: one Markdown file per prompt."""
