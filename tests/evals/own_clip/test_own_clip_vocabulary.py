"""A cut vocabulary splits the words it was cut for as CLIP's own does."""

from pathlib import Path

from viddiff.evals.own_clip.vocabulary import count_tokens, cut_merges, write_merges
from viddiff.tools.open_clip_weights import load_open_clip

WORDS = ["knees", "shoulder", "overhead", "squatting", "a", "plank"]


def test_known_words_are_split_alike_and_unknown_ones_into_pieces(tmp_path: Path) -> None:
    open_clip, path = load_open_clip(), tmp_path / "merges.gz"
    tokens = write_merges(cut_merges(WORDS), path)
    own, standard = open_clip.SimpleTokenizer(bpe_path=str(path)), open_clip.SimpleTokenizer()

    def pieces(tokenizer: object, text: str) -> list[str]:
        return [tokenizer.decoder[token] for token in tokenizer.encode(text)]  # type: ignore[attr-defined]

    assert pieces(own, " ".join(WORDS)) == pieces(standard, " ".join(WORDS))
    assert len(pieces(own, "trombone")) > len(pieces(standard, "trombone"))
    assert tokens == count_tokens(path) == own.vocab_size
    assert max(own.encode("zebra <end_of_text>")) == tokens - 1


def test_the_same_words_make_the_same_file(tmp_path: Path) -> None:
    for name in ("a.gz", "b.gz"):
        write_merges(cut_merges(WORDS), tmp_path / name)
    assert (tmp_path / "a.gz").read_bytes() == (tmp_path / "b.gz").read_bytes()
