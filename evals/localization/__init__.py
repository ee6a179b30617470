"""What finding the right frames is worth: the paper's tables 4 and 5 again, on drawn pairs whose moments are known.

scenes       a drawn pair as the tools see it, its bodies tracked or true
prompts      encoders and the prompts they are given, controls included
strategies   ways to place the stages of a clip, from random to the truth
reading      what the measurement says at the places that a strategy found
metrics      key-time errors, frames in the right stage, leans; intervals over pairs
verifiers    who decides: the measurement, a vision model in one order or both, or all of them
study        all of it on many pairs; tables prints it
clip_checks  what a CLIP finds by itself, without a body
unusual      people, colours and timing that training and usual pairs do not have
"""
