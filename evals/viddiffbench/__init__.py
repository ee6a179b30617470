"""VidDiffBench (Burgess et al., ICLR 2025) from the user's own copy: loading, running, and scoring as its authors score.

rows, loading    one pair with its labels; from JSONL, parquet or the hub
clips, running   what of a video counts; comparing pair by pair, taken up again where it stopped
predictions      the authors' form, in and out
matching, model_matching  which prediction means which labelled difference: by rule, or by a language model
judging, scoring, tables  the paper's numbers with intervals; as Markdown, beside the published ones
task             all of it in order, as the command asks for it
synthetic        a small data set of the same form, drawn, so that all of this can be tried without the data
"""
