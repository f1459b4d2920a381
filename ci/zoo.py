"""`./course models`: the zoo as a table."""

import json

from ci.programs import output


def models(words: list[str]) -> list[dict[str, object]]:
    """The networks whose name or paper contains all words."""
    return json.loads(output("ListModels", *words))


def table(rows: list[dict[str, object]]) -> str:
    """A line each, aligned, and last how many there are."""
    width = max((len(row["name"]) for row in rows), default=0)
    lines = [f"{'model':{width}}  parameters  multiply-adds  input      top-1  paper"]
    for row in rows:
        size = "×".join(map(str, row["input"]))
        top1 = f"{row['top1']:.2f}" if "top1" in row else ""
        parameters, multiply_adds = f"{row['parameters']:,}", f"{row['multiplyAdds'] / 1e9:.3f} G"
        line = f"{row['name']:{width}}  {parameters:>11} {multiply_adds:>13}  {size:9}  {top1:>5}"
        lines.append(f"{line}  {row['year']}, {row['paper']}")
    return "\n".join([*lines, f"{len(rows)} models"])
