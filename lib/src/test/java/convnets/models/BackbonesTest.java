package convnets.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import convnets.Reference;
import convnets.inspect.Activations;
import convnets.nn.Backbone;
import convnets.nn.Backbone.Stage;
import convnets.nn.Inference;
import convnets.nn.Prepared;
import convnets.nn.Unit;
import convnets.weights.Weights;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every network of the zoo without its classifier. {@code ci/parity/backbones.py} writes what it is
 * compared with.
 */
class BackbonesTest {

  private static final int CLASSES = 5;

  /**
   * Normally distributed, at least as many as the largest layer before a classifier has weights.
   */
  private static NDArray numbers;

  @BeforeAll
  static void drawNumbers() {
    numbers = NDManager.newBaseManager().randomNormal(new Shape(1 << 23));
  }

  @AfterAll
  static void freeNumbers() {
    numbers.getManager().close();
  }

  @TempDir Path folder;

  static Stream<String> names() {
    return Models.list().stream().map(Models.Entry::name);
  }

  static Stream<List<String>> figures() {
    return Reference.rows("backbones.tsv").stream().map(List::of);
  }

  @ParameterizedTest
  @MethodSource("figures")
  void stridesAndChannelsAreThoseOfTimmAndTorchvision(List<String> row) {
    int[][] maps =
        row.stream()
            .skip(2)
            .map(map -> Stream.of(map.split(" ")).mapToInt(Integer::parseInt).toArray())
            .toArray(int[][]::new);
    int[] strides = Stream.of(maps).mapToInt(map -> map[0]).toArray();
    Backbone backbone = Models.backbone(row.get(0)).at(strides);
    assertThat(backbone.strides()).as(row.get(1)).isEqualTo(strides);
    assertThat(backbone.channels())
        .as(row.get(1))
        .isEqualTo(Stream.of(maps).mapToInt(map -> map[1]).toArray());
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyNetworkIsABackbone(String name) {
    Unit net = Models.create(name);
    Shape input = smallImage(name);
    Backbone backbone = Backbone.of(net, input);
    assertThat(Models.backbone(name).stages()).as("of a whole image").isEqualTo(backbone.stages());
    assertThat(backbone.strides()).isSorted().doesNotHaveDuplicates();
    assertThat(backbone.strides()[backbone.strides().length - 1]).isIn(4, 16, 32);
    // The classifier's own come last, or on side exits.
    List<String> all = net.getParameters().keys();
    List<String> kept = backbone.getParameters().keys();
    assertThat(kept).isEqualTo(all.subList(0, kept.size()));
    // Whatever is lost to edges, an image one coarsest stride higher has so many rows more.
    int stride = backbone.strides()[backbone.strides().length - 1];
    Shape higher = new Shape(1, input.get(1), input.get(2) + stride, input.get(3));
    Shape[] maps = backbone.getOutputShapes(new Shape[] {input});
    Shape[] more = backbone.getOutputShapes(new Shape[] {higher});
    for (int i = 0; i < maps.length; i++) {
      Stage stage = backbone.stages().get(i);
      assertThat(maps[i].get(1)).isEqualTo(stage.channels());
      assertThat(more[i].get(2) - maps[i].get(2)).isEqualTo(stride / stage.stride());
      assertThat(more[i].get(3)).isEqualTo(maps[i].get(3));
    }
  }

  /** One that all layers before a classifier take. */
  private static Shape smallImage(String name) {
    Shape whole = Models.entry(name).input();
    long side = Math.min(96, whole.get(1));
    return new Shape(1, whole.get(0), side, side);
  }

  @ParameterizedTest
  @MethodSource("names")
  void mapsAreWhatTheClassifierComputesInside(String name) {
    Unit net = Models.create(name, CLASSES);
    Shape input = Zoo.smallInput(name, 1, CLASSES);
    try (NDManager manager = NDManager.newBaseManager()) {
      Backbone backbone = Backbone.of(net, input);
      drawCheaply(net, backbone);
      Zoo.randomize(net, manager, input);
      NDArray image = manager.randomNormal(input);
      NDList maps = backbone.outputs(image);
      String[] paths = backbone.stages().stream().map(Stage::name).toArray(String[]::new);
      Map<String, NDArray> inside = Activations.of(net, image, paths);
      for (int i = 0; i < paths.length; i++) {
        NDArray map = maps.get(i);
        assertThat(map).as(paths[i]).isEqualTo(inside.get(paths[i]));
        assertThat(map.max().getFloat()).as("not dead").isGreaterThan(map.min().getFloat());
      }
      net.clear();
    }
  }

  /**
   * Has weights start as parts of numbers that are drawn once, scaled as He does, and those of the
   * classifier as zeros: to draw all of them takes far longer than to run the network.
   */
  private static void drawCheaply(Unit net, Backbone backbone) {
    Set<Parameter> kept = Collections.newSetFromMap(new IdentityHashMap<>());
    kept.addAll(backbone.getParameters().values());
    SplittableRandom random = new SplittableRandom(1);
    Initializer part =
        (owner, shape, type) -> {
          long from = random.nextLong(numbers.size() - shape.size() + 1);
          double deviation = Math.sqrt(2.0 * shape.get(0) / shape.size());
          try (NDArray some = numbers.get(new NDIndex().addSliceDim(from, from + shape.size()));
              NDArray scaled = some.mul(deviation)) {
            NDArray weights = scaled.reshape(shape);
            weights.attach(owner);
            return weights;
          }
        };
    net.setInitializer(part, p -> p.getType() == Parameter.Type.WEIGHT && kept.contains(p));
    net.setInitializer(
        Initializer.ZEROS, p -> p.getType() == Parameter.Type.WEIGHT && !kept.contains(p));
  }

  @ParameterizedTest
  @ValueSource(strings = {"resnet18", "densenet121", "mobilenet_v3_small", "googlenet", "vgg11_bn"})
  void aPreparedBackboneComputesTheSame(String name) {
    try (NDManager manager = NDManager.newBaseManager()) {
      Shape input = new Shape(2, 3, 64, 64);
      Backbone backbone = Models.backbone(name).outputStride(16);
      drawCheaply(backbone, backbone);
      Zoo.randomize(backbone, manager, input);
      NDArray images = manager.randomNormal(input);
      NDList expected = backbone.outputs(images);
      try (Prepared prepared = Inference.prepare(backbone)) {
        NDList actual = prepared.outputs(images);
        for (int i = 0; i < expected.size(); i++) {
          assertNear(actual.get(i), expected.get(i));
        }
        assertThat(prepared.toString()).contains("+ BN + ").doesNotContain("batch norm\n");
      }
    }
  }

  static Stream<List<String>> dilated() {
    return Reference.rows("dilated.tsv").stream().map(List::of);
  }

  @ParameterizedTest
  @MethodSource("dilated")
  void aDilatedResNetIsTorchvisions(List<String> row) {
    Shape input = Reference.shape(row.get(2));
    try (NDManager manager = NDManager.newBaseManager()) {
      Backbone backbone = Models.backbone(row.get(0)).outputStride(Integer.parseInt(row.get(1)));
      ReferenceWeights.fill(backbone, manager, input);
      NDList maps = backbone.outputs(ReferenceWeights.images(manager, input));
      for (int i = 0; i < maps.size(); i++) {
        String[] expected = row.get(3 + i).split(" ");
        assertThat(maps.get(i).getShape()).isEqualTo(Reference.shape(expected[0]));
        float[] floats = maps.get(i).toFloatArray();
        double[] numbers = IntStream.range(0, floats.length).mapToDouble(j -> floats[j]).toArray();
        double norm = Math.sqrt(Arrays.stream(numbers).map(v -> v * v).sum());
        assertThat(norm)
            .isCloseTo(Double.parseDouble(expected[1]), Percentage.withPercentage(0.01));
        assertThat(Reference.projection("layer" + (i + 1), numbers))
            .isCloseTo(Double.parseDouble(expected[2]), within(1e-4 * norm));
      }
    }
  }

  /** One of each family that no attention over the whole image makes differ. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "alexnet",
        "zfnet",
        "nin_imagenet",
        "vgg11",
        "googlenet",
        "inception_v3",
        "inception_v4",
        "inception_resnet_v2",
        "resnet18",
        "squeezenet1_1",
        "densenet121",
        "legacy_xception",
        "resnext50_32x4d",
        "mobilenetv1_025",
        "mobilenet_v2_x0_35",
        "shufflenet_v1_g3_x0_5",
        "shufflenet_v2_x0_5",
        "resnest50_fast_0s1x64d"
      })
  void aDilatedNetworkIsTheSameSampledMoreDensely(String name) {
    Shape input = new Shape(1, 3, 128, 131);
    try (NDManager manager = NDManager.newBaseManager()) {
      Backbone backbone = Models.backbone(name);
      int[] strides = backbone.strides();
      drawCheaply(backbone, backbone);
      Zoo.randomize(backbone, manager, input);
      NDArray image = manager.randomNormal(input);
      NDList coarse = backbone.outputs(image);
      NDList dense = backbone.outputStride(strides[1]).outputs(image);
      for (int i = 0; i < strides.length; i++) {
        int step = Math.max(1, strides[i] / strides[1]);
        Shape at = coarse.get(i).getShape();
        NDIndex every =
            new NDIndex(
                ":,:,:{}:{},:{}:{}",
                step * (at.get(2) - 1) + 1,
                step,
                step * (at.get(3) - 1) + 1,
                step);
        assertNear(dense.get(i).get(every), coarse.get(i));
      }
    }
  }

  /** But for LeNet's pooling, which learns, every layer can be dilated. */
  @ParameterizedTest
  @MethodSource("names")
  void everyNetworkKeepsItsResolutionWhereAsked(String name) {
    Shape input = smallImage(name);
    Backbone backbone = Backbone.of(Models.create(name), input);
    int finest = backbone.strides()[0];
    if (name.equals("lenet5_1998")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> backbone.outputStride(finest))
          .withMessageStartingWith("2×2 subsampling cannot be dilated");
      return;
    }
    Backbone dilated = backbone.outputStride(finest);
    assertThat(dilated.strides()).containsOnly(finest);
    assertThat(dilated.getParameters().keys()).isEqualTo(backbone.getParameters().keys());
    Shape[] maps = dilated.getOutputShapes(new Shape[] {input});
    Shape[] coarse = backbone.getOutputShapes(new Shape[] {input});
    for (int i = 0; i < maps.length; i++) {
      int rate = dilated.stages().get(i).dilation();
      long rows = coarse[i].get(2);
      assertThat(maps[i].get(2)).isBetween(rate * (rows - 1) + 1, rate * rows);
    }
  }

  @Test
  void weightsOfAClassifierComeWithItsBackboneAndLoadByName() {
    Path file = folder.resolve("resnet18.safetensors");
    Shape input = new Shape(1, 3, 64, 64);
    try (NDManager manager = NDManager.newBaseManager()) {
      Unit net = Models.create("resnet18", CLASSES);
      Zoo.randomize(net, manager, input);
      Weights.save(net, file);
      NDArray image = manager.randomNormal(input);
      NDArray expected = Activations.of(net, image, "layer4").get("layer4");

      Unit loaded = Weights.load(Models.create("resnet18", CLASSES), file);
      assertThat(Backbone.of(loaded, input).outputs(image).get(3)).isEqualTo(expected);

      Backbone backbone = Weights.loading(Models.backbone("resnet18")).without("fc.").from(file);
      assertThat(backbone.outputs(image).get(3)).isEqualTo(expected);
    }
  }

  @Test
  void publishedWeightsComeWithTheBackbone() {
    Pretrained pretrained = Models.pretrained("efficientnet_lite0");
    Backbone backbone = pretrained.backbone();
    assertThat(backbone.channels()).containsExactly(24, 40, 112, 320);
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray image = manager.randomNormal(new Shape(1, 3, 65, 96), DataType.FLOAT32);
      NDArray inside = Activations.of(pretrained.net(), image, "blocks.6").get("blocks.6");
      assertThat(backbone.outputs(image).get(3)).isEqualTo(inside);
    }
  }

  private static void assertNear(NDArray actual, NDArray expected) {
    assertThat(actual.getShape()).isEqualTo(expected.getShape());
    float largest = expected.abs().max().getFloat();
    assertThat(actual.sub(expected).abs().max().getFloat()).isLessThan(1e-4f * largest);
  }
}
