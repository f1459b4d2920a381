"""The arithmetic of `./course bench`, and our half of it at work. PyTorch's half needs PyTorch: it is not run here."""

import random
import shutil
import sys
import tempfile
import unittest
from itertools import count
from pathlib import Path
from unittest import mock

from ci.bench import alternation, machine, worker
from ci.bench.alternation import Comparison
from ci.bench.report import KEYS, Row, geometric_means
from ci.bench.run import choose
from ci.bench.worker import Setting, Worker
from ci.bench.workloads import GPU_NAMES, GPU_NETWORKS, NAMES, NETWORKS
from ci.console import Problem
from ci.paths import ROOT


class AlternationTest(unittest.TestCase):
    def test_sides_take_turns_and_who_is_first_changes(self):
        calls = []

        def sampler(name):
            return lambda: calls.append(name) or 1.0

        alternation.compare(sampler("ours"), sampler("theirs"), 3)
        self.assertEqual(calls, ["ours", "theirs", "theirs", "ours", "ours", "theirs"])

    def test_samples_stay_with_their_side_and_pair(self):
        clock = count(1)
        result = alternation.compare(lambda: next(clock), lambda: 10 * next(clock), 3)
        self.assertEqual(result, Comparison([1, 4, 5], [20, 30, 60]))

    def test_ratio_is_the_median_over_pairs(self):
        # Pair by pair 2, 4, 3, 10, 1; the ratio of the medians would be 40 / 10.
        result = Comparison([10, 10, 20, 10, 40], [20, 40, 60, 100, 40])
        self.assertEqual(result.ratios, [2, 4, 3, 10, 1])
        self.assertEqual(result.ratio, 3)
        self.assertEqual(result.spread, (2, 4))

    def test_one_pair_has_no_spread(self):
        self.assertEqual(Comparison([2], [3]).spread, (1.5, 1.5))

    def test_a_machine_that_grows_slower_does_not_change_the_ratio(self):
        slowness = [1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8]
        result = Comparison([2 * s for s in slowness], [3 * s for s in slowness])
        self.assertAlmostEqual(result.ratio, 1.5)
        # Medians of the thirds: 1.1 and 1.7 times the first.
        self.assertAlmostEqual(alternation.drift(result.ours), 1.7 / 1.1 - 1)
        self.assertEqual(result.notes(), ["drift: ours +55%, reference +55%"])

    def test_a_machine_that_grows_faster_is_told_as_well(self):
        self.assertEqual(Comparison([4, 4, 3, 3, 2, 2], [1] * 6).notes(), ["drift: ours -50%, reference +0%"])

    def test_few_samples_show_no_drift(self):
        self.assertEqual(alternation.drift([1, 2, 3, 4, 5]), 0)

    def test_a_pause_is_counted_and_does_not_change_the_ratio(self):
        result = Comparison([1, 1, 20, 1, 1, 1, 1], [2, 2, 2, 2, 2, 2, 2])
        self.assertEqual(result.ratio, 2)
        self.assertEqual(result.notes(), ["1 pause"])
        self.assertEqual(Comparison([1, 1, 20, 1], [2, 9, 2, 2]).notes(), ["2 pauses"])

    def test_a_steady_machine_needs_no_notes(self):
        noise = random.Random(0)
        ours, theirs = ([1 + noise.uniform(-0.03, 0.03) for _ in range(12)] for _ in range(2))
        self.assertEqual(Comparison(ours, theirs).notes(), [])


class ReportTest(unittest.TestCase):
    def row(self, ratio, unit="images/s", workload="train"):
        return Row(workload, "resnet50", ratio, ratio, ratio, 2.0, 1.0, unit, ("1 pause",))

    def test_json_has_exactly_the_keys_that_scripts_rely_on(self):
        self.assertEqual(tuple(self.row(2.0).as_json()), KEYS)

    def test_geometric_mean_is_of_networks_only(self):
        rows = [self.row(0.5), self.row(8.0), self.row(3.0, "MiB", "memory"), self.row(3.0, "MiB", "memory")]
        (line,) = geometric_means(rows)
        self.assertRegex(line, r"^train +geometric mean +2\.00  lowest 0\.50$")

    def test_a_row_of_comparisons_keeps_the_better_side_above_one(self):
        row = Row.of("start", "kernel", Comparison([2, 2], [4, 4]), "s", ["x"])
        self.assertEqual((row.ratio, row.ours, row.reference, row.notes), (2, 2, 4, ("x",)))


class ChoiceTest(unittest.TestCase):
    def test_all_by_default(self):
        self.assertLessEqual(set(NAMES) - {"bf16"}, {case.workload for case in choose([], [], 10)})

    def test_by_workload_and_model(self):
        cases = choose(["train", "epoch"], ["resnet20"], 1234)
        self.assertEqual([case.model for case in cases], ["resnet20", "resnet20, 1,234 images"])
        self.assertEqual(len(choose(["jit"], [], 10)), len(NETWORKS))

    def test_a_gpu_has_sizes_of_its_own(self):
        chosen = choose([], [], 10, "gpu")
        self.assertEqual({case.workload for case in chosen}, set(GPU_NAMES))
        self.assertEqual(len(choose(["mixed"], [], 10, "gpu")), len(GPU_NETWORKS))
        with self.assertRaisesRegex(Problem, "no workload epoch; there are train, mixed, "):
            choose(["epoch"], [], 10, "gpu")

    def test_what_is_unknown_is_named(self):
        with self.assertRaisesRegex(Problem, "no workload trian; there are train, "):
            choose(["trian"], [], 10)
        with self.assertRaisesRegex(Problem, "no model resnet51 in train; there are resnet20, "):
            choose(["train"], ["resnet51"], 10)


class MachineTest(unittest.TestCase):
    def test_the_processor_has_the_name_that_the_system_gives_it(self):
        samples = ROOT / "lib" / "src" / "test" / "resources" / "cpuinfo"
        for sample, name in (("epyc-zen3", "AMD EPYC 7R13 Processor"), ("neoverse-v1", "aarch64")):
            with self.subTest(sample), tempfile.TemporaryDirectory() as proc:
                shutil.copyfile(samples / f"{sample}.txt", Path(proc) / "cpuinfo")
                with (
                    mock.patch.object(machine, "PROC", Path(proc)),
                    mock.patch("platform.machine", lambda: "aarch64"),
                    mock.patch("sys.platform", "linux"),
                ):
                    self.assertEqual(machine.processor(), name)

    def test_descendants(self):
        parents = {5: 3, 3: 2, 2: 1, 1: 0, 9: 1}
        self.assertTrue(machine._descends(5, 2, parents))
        self.assertTrue(machine._descends(2, 2, parents))
        self.assertFalse(machine._descends(9, 2, parents))

    @unittest.skipUnless((machine.PROC / "stat").exists(), "Linux only")
    def test_our_own_work_is_not_taken_for_others(self):
        before = machine._ticks()
        while machine._own_ticks() < before[2] + 10:
            sum(range(10_000))
        total, busy, own = (now - then for now, then in zip(machine._ticks(), before, strict=True))
        self.assertLessEqual(own, busy + 2)  # the counters are read one after the other
        self.assertLessEqual(busy, total)


class WorkerTest(unittest.TestCase):
    def worker(self, *answers):
        script = f"for answer in {answers!r}: input(); print(answer, flush=True)"
        return Worker("test", [sys.executable, "-c", script], None)

    def test_answers(self):
        with self.worker("done 0", "done 1.5", "failed no net") as process:
            process.prepare(Setting("train"))
            self.assertEqual(process.run(3), 1.5)
            with self.assertRaisesRegex(Problem, "test: no net"):
                process.run(1)

    def test_a_process_that_has_ended_names_its_log(self):
        with self.worker() as process, self.assertRaisesRegex(Problem, "it has ended; .*target/bench/test.log"):
            process.run(1)

    def test_our_half_works(self):
        with worker.ours(threads=1) as process:
            for setting in (
                Setting("train", "resnet20", 2, 32),
                Setting("inference", "resnet20", 2, 32, "plain"),
                Setting("epoch", batch=4, images=8),
                Setting("operator", "optimiser_step"),
            ):
                with self.subTest(setting):
                    process.prepare(setting)
                    self.assertGreater(process.run(2), 0)
            with self.assertRaisesRegex(Problem, "no workload trian"):
                process.prepare(Setting("trian"))


if __name__ == "__main__":
    unittest.main()
