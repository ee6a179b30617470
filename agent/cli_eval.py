"""The commands of the command line that evaluate: `eval drawn`, `eval viddiffbench`, and a small data set to try the second on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from .cli_group import PLAIN

evaluate = typer.Typer(help="Evaluate on pairs whose differences are known.", no_args_is_help=True, **PLAIN)

SettingName = Literal["closed", "open"]
SettingOption = Annotated[SettingName, typer.Option(help="closed: decide given statements; open: find the differences.")]
Baseline = Annotated[
    Literal["frames", "grid"] | None,
    typer.Option(help="One call of --vlm with all frames, or a grid of them, instead of viddiff."),
]
BaselineFps = Annotated[
    float | None, typer.Option(metavar="N", help="Frames per second of a baseline.", show_default="the paper's", min=0.01)
]
MaxImages = Annotated[int | None, typer.Option(metavar="N", help="Most frames of a baseline, both clips together.", min=2)]
MaxTokens = Annotated[int | None, typer.Option(metavar="N", help="Most tokens of a baseline's pictures.", min=1)]
Planner = Annotated[str | None, typer.Option(help="embedded, or openai:MODEL[@BASE_URL].")]
Vlm = Annotated[str | None, typer.Option(help="none, or openai:MODEL[@BASE_URL].")]
Encoder = Annotated[str | None, typer.Option(help="pose, own_clip, open_clip:ARCHITECTURE/TAG, or pose+... for both.")]
Server = Annotated[str | None, typer.Option(metavar="NAME", help="A personality of the scripted server plays every model role.")]
Folder = Annotated[
    Path | None, typer.Option(help="Reports are kept here; a later start goes on from there.", show_default="under VIDDIFF_HOME")
]
Jobs = Annotated[int | None, typer.Option("--jobs", "-j", help="Pairs at a time.", show_default="one for every core", min=1)]
Engine = Annotated[Literal["local", "ray"], typer.Option(help="Processes of this machine, or a Ray cluster (extra ray).")]
Address = Annotated[
    str | None, typer.Option(help="Of a Ray cluster, such as auto or ray://HOST:10001.", show_default="one of its own, here")
]
MaxCost = Annotated[float | None, typer.Option(metavar="USD", help="Stop at this cost of all pairs together.", min=0)]
Again = Annotated[bool, typer.Option("--again", help="Compare anew what was kept.")]
Html = Annotated[Path | None, typer.Option(help="Write the report as one page.")]
Markdown = Annotated[Path | None, typer.Option(help="Write the report as Markdown rather than to stdout.")]


@evaluate.command()
def drawn(
    pairs: Annotated[int, typer.Option(help="How many pairs to draw.", min=1)] = 40,
    seed: Annotated[int, typer.Option(help="Decides everything about the pairs.", min=0)] = 7,
    difficulty: Annotated[Literal["easy", "medium", "hard"] | None, typer.Option(show_default="all three in turn")] = None,
    setting: SettingOption = "closed",
    server: Server = None,
    planner: Planner = None,
    vlm: Vlm = None,
    encoder: Encoder = None,
    baseline: Baseline = None,
    baseline_fps: BaselineFps = None,
    max_images: MaxImages = None,
    max_tokens: MaxTokens = None,
    folder: Folder = None,
    jobs: Jobs = None,
    engine: Engine = "local",
    address: Address = None,
    max_cost: MaxCost = None,
    again: Again = False,
    html: Html = None,
    markdown: Markdown = None,
) -> None:
    """Draw pairs of clips whose differences are known, compare them, and score; without a model unless one is named."""
    given = locals()
    from .command_eval import drawn_command

    drawn_command(given)


@evaluate.command()
def viddiffbench(
    data: Annotated[str, typer.Argument(help="JSONL or parquet file, a folder of them, or hub:OWNER/NAME.")],
    videos: Annotated[Path | None, typer.Option(help="Folder that the videos were unpacked into; compares the pairs.")] = None,
    predictions: Annotated[Path | None, typer.Option(help="Predictions to score instead, in the authors' form.")] = None,
    setting: SettingOption = "closed",
    split: Annotated[list[str] | None, typer.Option(help="Only this split; may be repeated.")] = None,
    domain: Annotated[list[str] | None, typer.Option(help="Only this domain; may be repeated.")] = None,
    limit: Annotated[int | None, typer.Option(help="Only the first so many pairs.", min=1)] = None,
    skip_missing: Annotated[bool, typer.Option("--skip-missing", help="Leave out pairs whose videos are not there.")] = False,
    matcher: Annotated[str, typer.Option(help="Open setting: words, or a model as openai:MODEL[@BASE_URL].")] = "words",
    write: Annotated[Path | None, typer.Option(help="Write the predictions here, in the authors' form.")] = None,
    server: Server = None,
    planner: Planner = None,
    vlm: Vlm = None,
    encoder: Encoder = None,
    baseline: Baseline = None,
    baseline_fps: BaselineFps = None,
    max_images: MaxImages = None,
    max_tokens: MaxTokens = None,
    folder: Folder = None,
    jobs: Jobs = None,
    engine: Engine = "local",
    address: Address = None,
    max_cost: MaxCost = None,
    again: Again = False,
    html: Html = None,
    markdown: Markdown = None,
) -> None:
    """Compare the pairs of your own copy of VidDiffBench, or take predictions, and score them as its authors do."""
    given = locals()
    from .command_eval import viddiffbench_command

    viddiffbench_command(given)


@evaluate.command()
def synthetic(
    folder: Annotated[Path, typer.Argument(help="Where to draw it; made if need be.")],
    pairs: Annotated[int, typer.Option(help="How many pairs.", min=1)] = 3,
    seed: Annotated[int, typer.Option(help="Decides everything about them.", min=0)] = 0,
) -> None:
    """Draw a small data set in the form of VidDiffBench, and say where its rows are."""
    from .command_eval import synthetic_command

    synthetic_command(folder, pairs, seed)


@evaluate.command()
def localization(
    pairs: Annotated[int, typer.Option(help="How many drawn pairs.", min=1)] = 48,
    seed: Annotated[int, typer.Option(help="Decides everything about the pairs.", min=0)] = 5,
    bodies: Annotated[Literal["true", "tracked"], typer.Option(help="As drawn (fast), or tracked in rendered clips.")] = "true",
    encoder: Annotated[
        list[str] | None, typer.Option(help="May be repeated.", show_default="pose, own_clip, both, and two controls")
    ] = None,
    folder: Annotated[Path, typer.Option(help="What is done is kept here; a later start goes on from there.")] = Path(
        "localization"
    ),
) -> None:
    """How well moments are found, and what that is worth: random frames, frame by frame, Viterbi, viddiff, the truth."""
    from .command_eval import localization_command

    localization_command(pairs, seed, bodies, encoder, folder)
