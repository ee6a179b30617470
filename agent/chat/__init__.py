"""Conversation about two compared clips: what is known, who answers, and the session that remembers."""
