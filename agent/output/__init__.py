"""What a person looks at: terminal summary, HTML and Markdown reports, the side-by-side film."""
