"""The commands of `./course`: what they are called, what they take, and who does the work.

Parsing needs the standard library alone; each command imports what it needs when it runs, inside the environment.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from ci import surroundings
from ci.console import Problem, Tally, become, progress
from ci.paths import ROOT, TARGET, VENV_PYTHON, shown


TIMEOUT = "how long a cell may take (default: ample, and longer on a slow machine)"


def parse(arguments: list[str]) -> argparse.Namespace:
    """The command with its options; `needs_set_up` says whether it runs inside the environment."""
    parser = argparse.ArgumentParser(
        prog="./course",
        description="Convnets in Java: the one door.",
        formatter_class=lambda prog: argparse.HelpFormatter(prog, max_help_position=28),
    )
    parser.set_defaults(work=lambda _: parser.print_help() or 0, needs_set_up=False)
    commands = parser.add_subparsers(metavar="COMMAND", title="commands")

    def command(name: str, work, text: str, needs_set_up: bool = True) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
        sub.set_defaults(work=work, needs_set_up=needs_set_up)
        return sub

    command("lab", _lab, "opens JupyterLab at the table of chapters; further arguments are passed on to it")

    run = command("run", _run, "executes notebooks in a fresh kernel each")
    amount = run.add_mutually_exclusive_group()
    amount.add_argument("--fast", dest="fast", action="store_true", default=True, help="small amounts (the default)")
    amount.add_argument("--full", dest="fast", action="store_false", help="the amounts that the text speaks of")
    run.add_argument("--kernel", metavar="NAME", default="java", help="another kernel: ijava, where it is installed")
    run.add_argument("--jobs", metavar="N", type=int, help="how many at a time (fast: 2; full: 1)")
    run.add_argument("--timeout", metavar="SECONDS", type=_seconds, help=TIMEOUT)
    run.add_argument("--save", action="store_true", help="keep the outputs in the notebook (with --full)")
    run.add_argument("--json", action="store_true", help="results as JSON")
    run.add_argument("notebooks", metavar="NOTEBOOK", nargs="*", type=Path, help="default: all chapters and solutions")

    command("test", _test, "everything CI does: library, notebooks, exercises")

    check = command("check", _check, "scores a student's notebook")
    check.add_argument("file", metavar="FILE", type=Path)
    check.add_argument("--timeout", metavar="SECONDS", type=_seconds, help=TIMEOUT)
    check.add_argument("--json", action="store_true", help="scores as JSON")

    models = command("models", _models, "lists the zoo: parameters, multiply-adds, papers")
    models.add_argument("--json", action="store_true", help="the list as JSON")
    models.add_argument("words", metavar="WORD", nargs="*", help="only those whose name or paper contains all words")

    parity = command("parity", _parity, "compares the zoo with torchvision, timm and others; installs PyTorch")
    parity.add_argument("--json", action="store_true", help="differences as JSON")
    parity.add_argument("models", metavar="MODEL", nargs="*", help="default: all that have a reference")

    bench = command("bench", _bench, "measures the library beside PyTorch, in one run; installs PyTorch")
    bench.add_argument("--model", metavar="MODEL", action="append", default=[], dest="models", help="only this model")
    bench.add_argument("--repeats", metavar="N", type=int, default=7, help="how many pairs of samples (default: 7)")
    bench.add_argument("--threads", metavar="N", type=int, help="of each side (default: one a core)")
    bench.add_argument("--images", metavar="N", type=int, default=20_000, help="in an epoch (default: 20,000)")
    bench.add_argument("--json", action="store_true", help="ratios as JSON")
    bench.add_argument("--device", choices=("cpu", "gpu"), default="cpu", help="of both sides (default: cpu)")
    bench.add_argument(
        "--python", type=Path, help="a Python that has PyTorch and torchvision (default: one that is set up for it)"
    )
    bench.add_argument(
        "workloads",
        metavar="WORKLOAD",
        nargs="*",
        help="train, plain, inference, jit, bf16, epoch, operators, start or memory; on a GPU train, mixed, plain,"
        " inference or bf16 (default: all)",
    )

    new = command("new", _new, "begins a chapter and its solutions, with the parts that every chapter has")
    new.add_argument("name", metavar="NAME", help="its number and words, as in 06-resnext")

    command("exercises", _exercises, "makes exercises/ anew from solutions/")
    command("site", _site, "the book as static pages, readable offline")
    command("setup", _setup, "sets up what is missing and does nothing else")
    platforms = "resolves the library's jars for every supported platform; fetches up to 300 MB"
    command("platforms", _platforms, platforms, needs_set_up=False)
    command("doctor", _doctor, "says what is installed, what is wrong, and what mends it", needs_set_up=False)
    command("help", lambda _: parser.print_help() or 0, "shows this page", needs_set_up=False)

    options, options.further = parser.parse_known_args(arguments)
    if options.further and options.work is not _lab:
        parser.error(f"not understood: {' '.join(options.further)}")
    return options


def _seconds(text: str) -> int:
    seconds = int(text)
    if seconds < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a positive number of seconds")
    return seconds


def execute(options: argparse.Namespace) -> int:
    """Runs the command; returns its exit status."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that kernels do not outlive us
    return options.work(options)


def _lab(options: argparse.Namespace) -> int:
    command = [str(VENV_PYTHON), "-m", "jupyterlab"]
    command += [f"--ServerApp.root_dir={ROOT}", "--LabApp.default_url=/lab/tree/README.md"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:  # in a container
        command.append("--allow-root")
    if not surroundings.bin_takes(ROOT):
        command.append("--FileContentsManager.delete_to_trash=False")  # else nothing can be deleted
    os.chdir(ROOT)
    return become([*command, *options.further])  # it ends its kernels itself; killed as our child it leaves them behind


def _run(options: argparse.Namespace) -> int:
    from ci import kernels, runner

    if options.kernel not in kernels.installed():
        raise Problem(f"there is no kernel {options.kernel}; there is {', '.join(kernels.installed())}")
    if options.save and (options.fast or options.kernel != kernels.JJAVA):
        raise Problem("--save keeps the outputs of a full run in the kernel java: call ./course run --full --save")
    jobs = options.jobs or (2 if options.fast else 1)
    mode = runner.Mode(options.fast, options.kernel, jobs, options.save, options.timeout)
    paths = options.notebooks or runner.committed_notebooks()
    tell = progress if options.json else print
    results = runner.run_all(paths, mode, lambda result: tell(str(result)))
    tally = Tally()
    for result in results:
        tally.add(f"{result.notebook} in {result.kernel}", [] if result.passed else [result.message])
    if options.json:
        print(json.dumps([result.as_json() for result in results], indent=1))
    else:
        print(f"executed copies and pages: {shown(TARGET / 'run')}")
        print(tally)
    return 0 if tally.ok else 1


def _test(_: argparse.Namespace) -> int:
    from ci import suite

    tally = suite.run()
    for failure in tally.failures:
        print(f"FAILED  {failure}")
    print(tally)
    return 0 if tally.ok else 1


def _check(options: argparse.Namespace) -> int:
    from ci import score

    scores = score.score_file(options.file, options.timeout)
    if options.json:
        print(json.dumps([each.as_json() for each in scores], indent=1))
    else:
        print("\n".join(map(str, scores)))
        print(score.summary(scores))
    return 0 if all(each.verdict == "right" for each in scores) else 1


def _models(options: argparse.Namespace) -> int:
    from ci import zoo

    rows = zoo.models(options.words)
    print(json.dumps(rows, indent=1) if options.json else zoo.table(rows))
    return 0 if rows else 1


def _parity(options: argparse.Namespace) -> int:
    from ci.install import reference_environment

    arguments = [*options.models, *(["--json"] if options.json else [])]
    return subprocess.call([str(reference_environment()), "-m", "ci.parity", *arguments], cwd=ROOT)


def _bench(options: argparse.Namespace) -> int:
    from ci.bench import machine
    from ci.bench.bench import Bench
    from ci.bench.run import run
    from ci.install import reference_environment

    python = options.python or reference_environment()
    bench = Bench(python, options.repeats, options.threads or machine.cores(), options.device)
    ok = run(bench, options.workloads, options.models, options.images, options.json)
    return 0 if ok else 1


def _new(options: argparse.Namespace) -> int:
    from ci import skeleton

    for path in skeleton.create(options.name):
        print(shown(path))
    print("Fill them in, then call ./course exercises and ./course run --fast. CONTRIBUTING.md has the rules.")
    return 0


def _exercises(_: argparse.Namespace) -> int:
    from ci import exercises

    for path in exercises.regenerate():
        print(shown(path))
    return 0


def _site(_: argparse.Namespace) -> int:
    from ci import book

    print(book.build_site())
    return 0


def _setup(_: argparse.Namespace) -> int:
    progress("ready")
    return 0


def _platforms(_: argparse.Namespace) -> int:
    from ci import delivery

    progress("PyTorch's library is 40 to 110 MB for each platform; Maven fetches those that it has not fetched before.")
    tally = Tally()
    for each in delivery.deliveries():
        print(each)
        tally.add(each.platform.name, each.problems)
    print(tally)
    return 0 if tally.ok else 1


def _doctor(_: argparse.Namespace) -> int:
    from ci import doctor

    return doctor.examine()
