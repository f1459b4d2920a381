import unittest
from unittest import mock

from ci import pace


class PaceTest(unittest.TestCase):
    def allowed(self, seconds, clock):
        """The limit where the computation begins and ends at these times."""
        pace._slowness.cache_clear()
        self.addCleanup(pace._slowness.cache_clear)
        with mock.patch.object(pace.time, "perf_counter", side_effect=clock):
            return pace.allowed(seconds)

    def test_limits_grow_on_a_slow_machine(self):
        self.assertEqual(360, self.allowed(120, [10, 10 + 3 * pace._REFERENCE_SECONDS]))

    def test_limits_do_not_shrink_on_a_fast_one(self):
        self.assertEqual(120, self.allowed(120, [10, 10.01]))

    def test_the_machine_is_measured_once(self):
        self.assertEqual(240, self.allowed(120, [0, 2 * pace._REFERENCE_SECONDS]))
        self.assertEqual(20, pace.allowed(10))
