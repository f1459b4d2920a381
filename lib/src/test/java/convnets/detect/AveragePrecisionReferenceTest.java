package convnets.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import convnets.Reference;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** A thousand random cases judged by pycocotools and by VOC's rules: {@code ci/parity}. */
class AveragePrecisionReferenceTest {

  private static final Offset<Double> CLOSE = within(1e-6);

  @Test
  void cocosTwelveNumbersAreThoseOfItsTool() {
    for (String[] row : rows()) {
      double[] summary =
          judge(row, AveragePrecision.coco()).summary().values().stream()
              .mapToDouble(AveragePrecisionReferenceTest::theirs)
              .toArray();
      assertThat(summary).as("case " + row[0]).containsExactly(numbers(row, 1, 13), CLOSE);
    }
  }

  @Test
  void eachThresholdClassSizeAndLimitIsAsInCocosTool() {
    for (String[] row : rows()) {
      DetectionScores scores = judge(row, AveragePrecision.coco());
      double[] expected = numbers(row, 13, 15);
      assertThat(Reference.projection("precision", flat(scores.precisions())))
          .as("case " + row[0])
          .isCloseTo(expected[0], CLOSE);
      assertThat(Reference.projection("recall", flat(scores.recalls())))
          .as("case " + row[0])
          .isCloseTo(expected[1], CLOSE);
    }
  }

  @Test
  void vocsNumbersAreThoseOfItsRules() {
    for (String[] row : rows()) {
      double[] expected = numbers(row, 15, 17);
      assertThat(theirs(judge(row, AveragePrecision.voc()).map()))
          .as("case " + row[0])
          .isCloseTo(expected[0], CLOSE);
      assertThat(theirs(judge(row, AveragePrecision.voc2007()).map()))
          .as("case " + row[0])
          .isCloseTo(expected[1], CLOSE);
    }
  }

  private static List<String[]> rows() {
    List<String[]> rows = Reference.rows("precision.tsv");
    assertThat(rows).hasSize(1000);
    return rows;
  }

  private static DetectionScores judge(String[] row, AveragePrecision rules) {
    RandomScenes scenes = new RandomScenes(Integer.parseInt(row[0]));
    MeanAveragePrecision map = rules.over(scenes.classes);
    scenes.scenes.forEach(scene -> scene.judgedBy(map));
    return map.scores();
  }

  /** What has no value is -1 there. */
  private static double theirs(double value) {
    return Double.isNaN(value) ? -1 : value;
  }

  private static double[] numbers(String[] row, int from, int to) {
    return Arrays.stream(row, from, to).mapToDouble(Double::parseDouble).toArray();
  }

  private static double[] flat(double[][][][] values) {
    return Stream.of(values)
        .flatMap(Stream::of)
        .flatMap(Stream::of)
        .flatMapToDouble(DoubleStream::of)
        .map(AveragePrecisionReferenceTest::theirs)
        .toArray();
  }
}
