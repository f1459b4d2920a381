package convnets.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import convnets.data.Annotation;
import java.util.List;
import org.junit.jupiter.api.Test;

class AveragePrecisionTest {

  private static final float[] NONE = {};
  private static final float[] LEFT = {0, 0, 10, 10};
  private static final GroundTruth EMPTY = GroundTruth.of(NONE, new int[0]);

  /** Two things of class 0, side by side. */
  private static final GroundTruth TWO =
      GroundTruth.of(new float[] {0, 0, 10, 10, 20, 0, 30, 10}, new int[] {0, 0});

  @Test
  void aCurveByHand() {
    MeanAveragePrecision map = AveragePrecision.voc().over(1);
    // Found, nothing there, found again, the other one with an overlap of 0.6.
    float[] boxes = {0, 0, 10, 10, 50, 50, 60, 60, 0, 0, 10, 10, 20, 0, 26, 10};
    map.add(boxes, new int[4], new float[] {0.9f, 0.8f, 0.7f, 0.6f}, TWO);
    DetectionScores scores = map.scores();
    PrecisionRecall curve = scores.curve(0, 0.5);
    assertThat(curve.scores()).containsExactly(0.9f, 0.8f, 0.7f, 0.6f);
    assertThat(curve.recall()).containsExactly(0.5, 0.5, 0.5, 1);
    assertThat(curve.precision()).containsExactly(1, 1 / 2.0, 1 / 3.0, 1 / 2.0);
    assertThat(curve.highest()).containsExactly(1, 1 / 2.0, 1 / 2.0, 1 / 2.0);
    assertThat(scores.map()).isEqualTo(0.5 * 1 + 0.5 * 0.5);
    assertThat(scores.recall()).isEqualTo(1);
    assertThat(scores.things(0)).isEqualTo(2);
  }

  @Test
  void elevenPointsByHand() {
    MeanAveragePrecision map = AveragePrecision.voc2007().over(1);
    map.add(LEFT, new int[1], new float[] {0.9f}, TWO);
    assertThat(map.scores().map()).isCloseTo(6 / 11.0, within(1e-15)); // recall 0, 0.1 … 0.5
  }

  @Test
  void aDifficultThingIsNeitherMissedNorWronglyFound() {
    GroundTruth truth = TWO.ignored(false, true);
    float[] both = {20, 0, 30, 10, 0, 0, 10, 10};
    for (AveragePrecision rules : List.of(AveragePrecision.voc(), AveragePrecision.coco())) {
      MeanAveragePrecision map = rules.over(1);
      map.add(both, new int[2], new float[] {0.9f, 0.8f}, truth);
      assertThat(map.scores().map()).isEqualTo(1, within(1e-12));
      assertThat(map.scores().things(0)).isEqualTo(1);
    }
  }

  @Test
  void vocBlamesWhoFindsTwiceAndCocoLooksForAnother() {
    // Both detections overlap the first thing most; the second one the other thing by 0.6 as well.
    GroundTruth close = GroundTruth.of(new float[] {0, 0, 10, 10, 3, 0, 13, 10}, new int[] {0, 0});
    float[] boxes = {0, 0, 10, 10, 1, 0, 11, 10};
    float[] scores = {0.9f, 0.8f};
    MeanAveragePrecision voc = AveragePrecision.voc().over(1);
    voc.add(boxes, new int[2], scores, close);
    assertThat(voc.scores().recall()).isEqualTo(0.5);
    MeanAveragePrecision coco = AveragePrecision.coco().thresholds(0.5).over(1);
    coco.add(boxes, new int[2], scores, close);
    assertThat(coco.scores().recall()).isEqualTo(1);
  }

  @Test
  void emptyEverywhere() {
    for (AveragePrecision rules :
        List.of(AveragePrecision.coco(), AveragePrecision.voc(), AveragePrecision.voc2007())) {
      MeanAveragePrecision map = rules.over(2);
      assertThat(map.scores().summary().values()).containsOnly(Double.NaN);
      map.add(NONE, new int[0], NONE, EMPTY);
      map.add(LEFT, new int[1], new float[] {1}, EMPTY);
      assertThat(map.scores().map()).isNaN();
      assertThat(map.scores().recall(ObjectSize.SMALL)).isNaN();
      map.add(NONE, new int[0], NONE, TWO);
      assertThat(map.scores().map()).isZero();
      assertThat(map.scores().ap(1)).isNaN(); // and is left out of the mean
      assertThat(map.scores().curve(0, 0.5).recall()).containsExactly(0);
    }
  }

  @Test
  void anOverlapThatIsJustTheThresholdCounts() {
    GroundTruth thing = GroundTruth.of(LEFT, new int[1]);
    float[] half = {0, 0, 5, 10};
    for (AveragePrecision rules : List.of(AveragePrecision.coco(), AveragePrecision.voc())) {
      MeanAveragePrecision map = rules.over(1);
      map.add(half, new int[1], new float[] {1}, thing);
      assertThat(map.scores().map(0.5)).isEqualTo(1, within(1e-12));
    }
  }

  @Test
  void sizesCanBeDrawnElsewhere() {
    GroundTruth things =
        GroundTruth.of(new float[] {0, 0, 10, 10, 20, 0, 40, 20}, new int[] {0, 0});
    MeanAveragePrecision map = AveragePrecision.coco().sizes(12, 16).over(1);
    map.add(LEFT, new int[1], new float[] {1}, things);
    DetectionScores scores = map.scores();
    assertThat(scores.recall(ObjectSize.SMALL)).isEqualTo(1);
    assertThat(scores.recall(ObjectSize.MEDIUM)).isNaN();
    assertThat(scores.recall(ObjectSize.LARGE, 0.75)).isZero();
    assertThat(scores.map(ObjectSize.SMALL)).isEqualTo(1);
  }

  @Test
  void scoresSoFarStayAsTheyAre() {
    MeanAveragePrecision map = AveragePrecision.coco().over(1);
    map.add(LEFT, new int[1], new float[] {1}, TWO);
    DetectionScores before = map.scores();
    double[] curve = before.curve(0, 0.5).recall();
    map.add(NONE, new int[0], NONE, TWO);
    assertThat(before.curve(0, 0.5).recall()).isEqualTo(curve);
    assertThat(before.things(0)).isEqualTo(2);
    assertThat(map.scores().things(0)).isEqualTo(4);
  }

  @Test
  void whatIsNamedIsFound() {
    DetectionScores scores = AveragePrecision.coco().over(1).scores();
    assertThat(scores.summary().keySet())
        .containsExactly(
            "mAP",
            "mAP@0.5",
            "mAP@0.75",
            "mAP small",
            "mAP medium",
            "mAP large",
            "recall@1",
            "recall@10",
            "recall@100",
            "recall small",
            "recall medium",
            "recall large");
    for (double threshold : new double[] {0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95}) {
      assertThat(scores.map(threshold)).isNaN();
    }
    assertThatThrownBy(() -> scores.map(0.42)).hasMessageContaining("threshold (0.42) must be one");
    assertThatThrownBy(() -> scores.recall(5)).hasMessage("limit (5) must be one of [1, 10, 100]");
    assertThatThrownBy(() -> scores.ap(1)).hasMessage("class (1) must be from 0 to below 1");
    assertThatThrownBy(() -> scores.curve(0, 0.5)).hasMessageContaining("class 0 has no curve");
  }

  @Test
  void whatCannotBeJudgedIsRefused() {
    MeanAveragePrecision map = AveragePrecision.coco().over(2);
    float[] one = {1};
    assertThatThrownBy(() -> map.add(LEFT, new int[2], one, TWO))
        .hasMessageContaining("boxes (4 numbers) and scores (1) must be of as many detections");
    assertThatThrownBy(() -> map.add(LEFT, new int[] {2}, one, TWO))
        .hasMessageContaining("the class of detection 0 (2) must be from 0 to below classes (2)");
    assertThatThrownBy(() -> map.add(LEFT, new int[1], new float[] {Float.NaN}, TWO))
        .hasMessage("score 0 (NaN) must be finite");
    assertThatThrownBy(() -> map.add(new float[] {0, 0, 1, Float.NaN}, new int[1], one, TWO))
        .hasMessage("an edge of box 0 (NaN) must be finite");
    assertThatThrownBy(() -> map.add(LEFT, new int[1], one, GroundTruth.of(LEFT, new int[] {5})))
        .hasMessageContaining("the class of thing 0 (5)");
    assertThatThrownBy(() -> GroundTruth.of(new float[] {0, 0, -1, 1}, new int[1]))
        .hasMessageContaining("box 0, [0.0, 0.0, -1.0, 1.0], must be left, top, right and bottom");
    assertThatThrownBy(() -> TWO.areas(1, Double.NaN))
        .hasMessage("area 1 (NaN) must be 0 or above");
    assertThatThrownBy(() -> TWO.ignored(true)).hasMessageContaining("ignored (1)");
    assertThatThrownBy(() -> AveragePrecision.coco().thresholds()).hasMessageContaining("(0)");
    assertThatThrownBy(() -> AveragePrecision.coco().limits(10, 1)).hasMessageContaining("rising");
    assertThatThrownBy(() -> AveragePrecision.coco().sizes(9, 8))
        .hasMessage("upper (8.0) must be at least lower (9.0)");
    assertThat(map.scores().map()).isNaN(); // nothing of these was taken in
  }

  @Test
  void truthOfAnnotations() {
    GroundTruth truth =
        GroundTruth.of(
            List.of(
                new Annotation(2, 1, 2, 3, 4, false, 3.5), new Annotation(0, 5, 6, 7, 8, true, 4)));
    assertThat(truth.classes()).containsExactly(2, 0);
    assertThat(truth.boxes()).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
    assertThat(truth.ignored()).containsExactly(false, true);
    assertThat(truth.areas()).containsExactly(3.5, 4);
    assertThat(GroundTruth.of(List.of()).count()).isZero();
  }

  @Test
  void truthOfABatchIsWithoutItsPadding() {
    try (NDManager manager = NDManager.newBaseManager()) {
      float[] rows = {-1, 0, 0, 0, 0, 3, 1, 2, 5, 8, -1, 0, 0, 0, 0, -1, 9, 9, 9, 9};
      List<GroundTruth> truths = GroundTruth.of(manager.create(rows, new Shape(2, 2, 5)));
      assertThat(truths).hasSize(2);
      assertThat(truths.get(0).classes()).containsExactly(3);
      assertThat(truths.get(0).boxes()).containsExactly(1, 2, 5, 8);
      assertThat(truths.get(0).areas()).containsExactly(24);
      assertThat(truths.get(1).count()).isZero();
      assertThat(GroundTruth.of(manager.create(new Shape(1, 0, 5))).get(0).count()).isZero();
      assertThatThrownBy(() -> GroundTruth.of(manager.create(new Shape(1, 5))))
          .hasMessageContaining("must be (N, K, 5)");
    }
  }
}
