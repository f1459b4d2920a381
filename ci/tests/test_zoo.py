"""The list of models, as the library gives it and as it is printed."""

import unittest

from ci import zoo

KEYS = {"name", "parameters", "multiplyAdds", "input", "classes", "paper", "year"}


class ZooTest(unittest.TestCase):
    def test_every_model_has_the_keys_that_scripts_rely_on(self):
        rows = zoo.models([])
        self.assertGreater(len(rows), 100)
        for row in rows:
            self.assertLessEqual(KEYS, set(row))

    def test_words_narrow_the_list(self):
        self.assertEqual([row["name"] for row in zoo.models(["selective", "sknet"])], ["sknet50", "sknet101"])

    def test_the_table_is_aligned_and_counts(self):
        sizes = {"parameters": 25_557_032, "multiplyAdds": 4_089_184_256, "input": [3, 224, 224]}
        rows = [
            {"name": "resnet50", **sizes, "classes": 1000, "paper": "P", "year": 2015, "top1": 77.15},
            {"name": "tiny", **sizes, "classes": 1000, "paper": "Q", "year": 2016},
        ]
        head, first, second, last = zoo.table(rows).splitlines()
        self.assertEqual(first, "resnet50   25,557,032       4.089 G  3×224×224  77.15  2015, P")
        self.assertEqual(head.index("paper"), first.index("2015"))
        self.assertEqual(head.index("paper"), second.index("2016"))
        self.assertEqual(last, "2 models")
