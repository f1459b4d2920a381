package convnets.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import convnets.inspect.ReceptiveField;
import convnets.inspect.Summary;
import convnets.models.Models;
import convnets.nn.EveryParameter;
import convnets.nn.Inference;
import convnets.nn.NnTest;
import convnets.nn.Prepared;
import convnets.nn.Unit;
import convnets.torch.TorchOps;
import convnets.viz.Diagram;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworksTest extends NnTest {

  private static final int CLASSES = 5;

  private Unit started(Unit net, Shape input) {
    net.initialize(manager, DataType.FLOAT32, input);
    return net;
  }

  static Stream<String> names() {
    return Stream.concat(
        Segmenters.names().stream(),
        Stream.of(
            "fcn8s_mobilenet_v2",
            "unet_resnet18",
            "unet_efficientnet_lite0",
            "unet_vgg11_bn",
            "unet_densenet121",
            "unet_inception_v3",
            "deeplabv3plus_resnet18",
            "deeplabv3plus_mobilenet_v2"));
  }

  /** By shapes alone: no weights are made. */
  @ParameterizedTest
  @MethodSource("names")
  void logitsHaveTheSizeOfTheImage(String name) {
    Unit net = Segmenters.create(name, CLASSES);
    for (Shape image : new Shape[] {new Shape(1, 3, 96, 96), new Shape(2, 3, 101, 131)}) {
      Shape expected = new Shape(image.get(0), CLASSES, image.get(2), image.get(3));
      assertThat(net.outputShape(image)).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"unet_small", "fcn_small", "deeplabv3_small", "deeplabv3plus_small"})
  void smallOnesTakeAnyImageTrainEveryParameterAndRunPrepared(String name) {
    Unit net = started(Segmenters.create(name, CLASSES), new Shape(2, 3, 64, 64));
    for (long[] size : new long[][] {{1, 1}, {3, 17}, {37, 50}}) {
      NDArray x = manager.randomNormal(new Shape(1, 3, size[0], size[1]));
      NDArray y = net.apply(x);
      assertThat(y.getShape()).isEqualTo(new Shape(1, CLASSES, size[0], size[1]));
      try (Prepared prepared = Inference.prepare(net)) {
        float scale = Math.max(1, y.abs().max().getFloat());
        assertThat(prepared.apply(x).sub(y).abs().max().getFloat()).isLessThan(1e-4f * scale);
      }
    }
    assertEveryParameterLearns(net, new Shape(2, 3, 32, 35));
  }

  private void assertEveryParameterLearns(Unit net, Shape input) {
    NDArray x = manager.randomNormal(input);
    EveryParameter.learns(
        manager,
        0.05f,
        List.of(net),
        () -> {
          NDList outputs =
              net.forward(new ParameterStore(manager, false), new NDList(x), true, null);
          NDArray sum = outputs.head().square().mean();
          for (NDArray other : outputs.subNDList(1)) {
            sum = sum.add(other.square().mean());
          }
          return sum;
        });
  }

  /** Of figure 1: nine pairs of 3×3 convolutions, four transposed ones, the scores, biases. */
  @Test
  void theUNetOfThePaperHasItsLayers() {
    long expected = 0;
    int in = 1;
    for (int width = 64; width <= 1024; width *= 2) {
      expected += 9L * in * width + width + 9L * width * width + width;
      in = width;
    }
    for (int width = 512; width >= 64; width /= 2) {
      expected += 4L * 2 * width * width + width; // up
      expected += 9L * 2 * width * width + width + 9L * width * width + width;
    }
    expected += 2 * 64 + 2;
    Unit net = UNet.paper(1, 2).build();
    assertThat(expected).isEqualTo(31_030_658);
    assertThat(parameters(net)).isEqualTo(expected);
    assertThat(net.toString().lines().filter(line -> line.contains(" conv, ")).count())
        .isEqualTo(23);
    assertThat(net.toString().lines().filter(line -> line.contains("transposed conv, ")).count())
        .isEqualTo(4);
  }

  private static long parameters(Unit net) {
    return net.getParameters().values().stream()
        .filter(Parameter::requiresGradient)
        .mapToLong(parameter -> parameter.getShape().size())
        .sum();
  }

  /** VGG-16's convolutions, its hidden layers as such, the scores, and what enlarges them. */
  @Test
  void theFcnOfThePaperHasItsLayers() {
    long vgg = 14_714_688;
    long hidden = 7L * 7 * 512 * 4096 + 4096 + 4096L * 4096 + 4096;
    long scores = 4096L * 21 + 21;
    assertThat(parameters(FCN.vgg16(21).stride(32).build())).isEqualTo(vgg + hidden + scores);
    long pool4 = 512L * 21 + 21 + 21L * 21 * 16;
    long pool3 = 256L * 21 + 21 + 21L * 21 * 16;
    assertThat(parameters(FCN.vgg16(21).build())).isEqualTo(vgg + hidden + scores + pool4 + pool3);
  }

  /** What has not been learned yet adds nothing: FCN-8s starts as FCN-32s does. */
  @Test
  void finerScoresStartAtZero() {
    Shape input = new Shape(1, 3, 40, 48);
    Unit net = started(FCN.small(CLASSES).stride(4).build(), input);
    for (Parameter parameter : net.getParameters().values()) {
      NDArray value = parameter.getArray();
      if (value.getShape().dimension() == 4
          && value.getShape().get(0) == CLASSES
          && value.getShape().get(1) == 256) {
        TorchOps.copy(manager.randomNormal(value.getShape()), value); // the coarsest scores
      }
    }
    NDArray x = manager.randomNormal(input);
    NDArray y = net.apply(x);
    assertThat(y.abs().max().getFloat()).isGreaterThan(0.1f);
    // Interpolated from a map of stride 16: along a row it is smooth.
    NDArray bend =
        y.get(":, :, :, 2:")
            .sub(y.get(":, :, :, 1:-1"))
            .sub(y.get(":, :, :, 1:-1").sub(y.get(":, :, :, :-2")));
    assertThat(bend.abs().mean().getFloat()).isLessThan(0.05f * y.abs().mean().getFloat());
  }

  @Test
  void withoutSkipsNothingComesAcross() {
    Shape input = new Shape(1, 3, 64, 64);
    Unit with = UNet.small(CLASSES).build();
    Unit without = UNet.small(CLASSES).withoutSkips().build();
    // 16, 32, 64 and 128 channels less for the first convolution of a pair.
    long less = 9L * (16 * 16 + 32 * 32 + 64 * 64 + 128 * 128);
    assertThat(parameters(with) - parameters(without)).isEqualTo(less);
    assertThat(ReceptiveField.of(with).stride()).isEqualTo(1);
    assertThat(with.outputShape(input)).isEqualTo(without.outputShape(input));
    assertThat(parameters(UNet.small(CLASSES).interpolatedUp().build()) - parameters(with))
        .isEqualTo(5L * 2 * (16 * 16 + 32 * 32 + 64 * 64 + 128 * 128));
  }

  /** The ladder of strides is one network with more and more scores. */
  @Test
  void finerStridesCostLittle() {
    long before = 0;
    for (int stride : new int[] {16, 8, 4, 2}) {
      long parameters = parameters(FCN.small(9).stride(stride).build());
      assertThat(parameters).isGreaterThan(before);
      before = parameters;
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FCN.small(9).stride(3))
        .withMessageContaining("stride (3) must be one of the backbone's: [1, 2, 4, 8, 16]");
  }

  @Test
  void deepLabSeesFartherByItsRates() {
    Unit near = DeepLab.small(CLASSES).rates(1).build();
    Unit far = DeepLab.small(CLASSES).rates(1, 2, 4).build();
    assertThat(ReceptiveField.of(near).whole()).isTrue(); // by the pooling of the whole map
    assertThat(parameters(far) - parameters(near))
        .isEqualTo(2L * (256 * 64 * 9 + 2 * 64 + 64 * 64));
  }

  @Test
  void figuresAndSummariesReadThem() {
    for (String name :
        List.of("unet_small", "fcn_small", "deeplabv3plus_small", "lraspp_mobilenet_v3_large")) {
      Unit net = Segmenters.create(name, CLASSES);
      Shape input = new Shape(1, 3, 64, 64);
      assertThat(Diagram.of(net, input).image().getWidth()).isPositive();
      assertThat(Summary.of(net, input).multiplyAdds()).isPositive();
    }
  }

  @Test
  void badArgumentsAreNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Segmenters.create("unet3", 2))
        .withMessageContaining("name (unet3) must be one of fcn_resnet50, ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> UNet.small(0))
        .withMessageContaining("classes (0)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FCN.small(2).auxiliary())
        .withMessageContaining("auxiliary is for FCN.dilated");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DeepLab.small(2).decoder(8))
        .withMessageContaining("stride (8) must be finer");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DeepLab.of(Models.backbone("resnet18").at(32), 2).auxiliary())
        .withMessageContaining("two maps or more");
  }
}
