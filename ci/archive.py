"""Class-data archives: a kernel's classes, parsed and checked ahead of time, start it half a second sooner.

Set-up starts this file inside the environment, once for each kernel: `python -m ci.archive NAME`. It runs the cells of
a first plot, and the JVM writes the archive as it ends. Classes that a later library has otherwise are loaded as ever.
"""

import os
import sys
from pathlib import Path

from nbformat.v4 import new_code_cell

from ci.console import Problem
from ci.kernels import archive_of
from ci.paths import NOTEBOOKS
from ci.session import Session
from ci.structure import CLASSPATH

CELLS = [
    CLASSPATH,
    """
    import static convnets.nn.Combinators.*;
    import static convnets.nn.Layers.*;
    import ai.djl.ndarray.*;
    import ai.djl.ndarray.types.*;
    import convnets.data.*;
    import convnets.models.*;
    import convnets.notebook.Course;
    import convnets.train.*;
    import convnets.viz.*;
    Course.init(1);
    """,
    """
    History history;
    try (NDManager manager = NDManager.newBaseManager()) {
      ImageDataset data = FashionMnist.test(manager).take(64);
      history = Training.of(ResNet.cifar(8).channels(1).stemStride(2).build())
          .data(data, data).epochs(2).on(Course.progress("rows")).on(Course.curves("rows")).fit();
    }
    """,
    'Plots.curves().run("first", history).yLabel("error (%)").chart()',
    "history.table()",
]


def make(kernel: str) -> None:
    """Writes the archive of a kernel; raises `Problem` where that fails, and leaves none then."""
    archive = archive_of(kernel)
    part = archive.with_suffix(".part")
    part.unlink(missing_ok=True)
    others = os.environ.get("JDK_JAVA_OPTIONS", "")
    os.environ["JDK_JAVA_OPTIONS"] = f'{others} "-XX:ArchiveClassesAtExit={part}"'
    try:
        with Session(kernel, NOTEBOOKS / "archive.ipynb", fast=True) as session:
            for source in CELLS:
                failure = session.run(new_code_cell(source))
                if failure:
                    raise Problem(failure.text)
            session.run_source("System.exit(0);")  # returns when the JVM has ended, the archive being written
        _keep(part, archive)
    finally:
        part.unlink(missing_ok=True)


def _keep(part: Path, archive: Path) -> None:
    """Moves the archive to its place when it is on the disk: a JVM that maps half an archive crashes."""
    if not part.exists():
        raise Problem("the JVM has written no archive")
    part.chmod(0o644)  # the JVM lets its owner read only
    with open(part, "rb+") as file:
        os.fsync(file.fileno())
    os.replace(part, archive)


if __name__ == "__main__":
    try:
        make(sys.argv[1])
    except Problem as problem:
        sys.exit(str(problem))
