"""Runs what was asked for and tells it: a table as it grows, or one JSON array at the end."""

import json
from collections.abc import Sequence

from ci.bench import machine
from ci.bench.bench import Bench
from ci.bench.report import HEAD, Row, geometric_means
from ci.bench.workloads import GPU_NAMES, NAMES, Case, cases
from ci.console import Problem, progress


def run(
    bench: Bench, workloads: Sequence[str], models: Sequence[str], images: int, as_json: bool
) -> bool:
    """Measures, and ends the processes. Returns whether nothing failed."""
    chosen = choose(workloads, models, images, bench.device)
    tell = progress if as_json else print
    tell(f"{bench.pairs} pairs a row, {bench.threads} threads on each side, device {bench.device}")
    tell(HEAD)
    rows: list[Row] = []
    failures = 0
    try:
        workload = ""
        for case in chosen:
            if case.workload != workload:
                bench.close()  # fresh processes: no threads and no memory of other work
                workload = case.workload
            try:
                for row in case.measure(bench):
                    rows.append(row)
                    tell(str(row))
            except Problem as problem:
                failures += 1
                bench.close()  # the process may be in any state
                progress(f"FAILED  {case.workload} {case.model}: {problem}")
    finally:
        bench.close()
    if as_json:
        print(json.dumps([row.as_json() for row in rows], indent=1))
    else:
        print("\n".join(geometric_means(rows)))
    return not failures


def choose(workloads: Sequence[str], models: Sequence[str], images: int, device: str = "cpu") -> list[Case]:
    """The cases of the named workloads, all by default, and of them those of the named models."""
    known = GPU_NAMES if device == "gpu" else NAMES
    unknown = [name for name in workloads if name not in known]
    if unknown:
        raise Problem(f"no workload {', '.join(unknown)}; there are {', '.join(known)}")
    slow = {"bf16"} if device == "cpu" and not machine.has_bfloat16() else set()
    names = workloads or [name for name in known if name not in slow]
    found = [case for name in names for case in cases(name, images, device)]
    known = dict.fromkeys(case.name for case in found)
    unknown = [name for name in models if name not in known]
    if unknown:
        raise Problem(f"no model {', '.join(unknown)} in {', '.join(names)}; there are {', '.join(known)}")
    return [case for case in found if not models or case.name in models]
