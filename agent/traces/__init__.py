"""What a run did: recorded as it happens, told as a story, diagnosed, sent to other tools."""
