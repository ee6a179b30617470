"""The room that does: video, pose, encoders, alignment, proposing, retrieving, measuring."""
