"""A small CLIP of our own, trained on drawn figures: what it learns from, how it is trained, and how well it does.

facets, captions    what a posture is in numbers, and the sentences that claim it
postures, frames    drawn postures and their small pictures; gallery draws many
vocabulary, model   words and architecture; varying, learning and train are the training
clips, checks       moments with their truth and the checks on new looks
"""
