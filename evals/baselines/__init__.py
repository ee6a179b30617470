"""Baselines as in the paper: one request with frames of both videos, to any OpenAI-compatible model, without our agent.

frames      which frames are shown, at what rate, and thinned to a budget of images or tokens
showing     the frames as the parts of a request: one after the other, or as one grid for each video
replies     what the model is to answer, and what of it counts
one_call    the system that asks once
"""
