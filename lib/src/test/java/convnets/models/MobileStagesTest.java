package convnets.models;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import convnets.nn.Unit;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What each stage of torchvision's mobile networks makes of an image of 224×224. */
class MobileStagesTest {

  private static final String MODEL = "mobilenet_.*|shufflenet_.*|efficientnet_.*";
  private static final String STAGE = "features.*|conv\\d|stage\\d|classifier|fc";

  static Stream<String> models() throws IOException {
    return rows().map(row -> row[0]).filter(model -> model.matches(MODEL)).distinct();
  }

  private static Stream<String[]> rows() throws IOException {
    try (InputStream in =
        MobileStagesTest.class.getResourceAsStream("/reference/stage_shapes_224.tsv")) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return text.lines().map(line -> line.split("\t"));
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void everyStageHasItsShape(String model) throws IOException {
    Map<String, Shape> expected = new LinkedHashMap<>();
    rows()
        .filter(row -> row[0].equals(model) && row[1].matches(STAGE))
        .forEach(row -> expected.put(row[1], shape(row[2])));
    assertThat(expected).hasSizeGreaterThan(5);
    assertThat(shapes(Models.create(model))).containsAllEntriesOf(expected);
  }

  private static Shape shape(String text) {
    return new Shape(Arrays.stream(text.split("x")).mapToLong(Long::parseLong).toArray());
  }

  /** The output of everything that has a name. */
  private static Map<String, Shape> shapes(Unit net) {
    Map<Block, String> paths = net.paths();
    Map<String, Shape> shapes = new HashMap<>();
    net.observeShapes(
        (block, inputs, outputs) -> {
          if (paths.containsKey(block)) {
            shapes.put(paths.get(block), outputs.head().getShape());
          }
        },
        new Shape(1, 3, 224, 224));
    return shapes;
  }
}
