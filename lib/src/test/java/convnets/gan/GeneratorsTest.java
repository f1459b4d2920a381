package convnets.gan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.Pair;
import convnets.Reference;
import convnets.inspect.ReceptiveField;
import convnets.inspect.Summary;
import convnets.models.ReferenceWeights;
import convnets.nn.Inference;
import convnets.nn.NnTest;
import convnets.nn.Prepared;
import convnets.nn.Unit;
import convnets.torch.GradMode;
import convnets.torch.TorchOps;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Generators and patch discriminators, beside fixtures of {@code ci/parity/generators.py}. */
class GeneratorsTest extends NnTest {

  private static final float LAST = 0.02f;

  static Stream<List<String>> rows() {
    return Reference.rows("generators.tsv").stream().map(List::of);
  }

  private static Unit network(String name) {
    return switch (name) {
      case "basic" -> PatchGAN.of(3).instanceNorm().build();
      case "basic of pairs" -> PatchGAN.of(6).build();
      case "5 layers" -> PatchGAN.of(4).layers(5).width(4).instanceNorm().build();
      case "pixel" -> PatchGAN.of(6).layers(0).build();
      case "pixel by instances" -> PatchGAN.of(3).layers(0).width(8).instanceNorm().build();
      default -> Generators.create(name, 3, 3);
    };
  }

  @ParameterizedTest
  @MethodSource("rows")
  void namesCountsAndOutputsAreTheReferences(List<String> row) {
    Unit net = network(row.get(0));
    Shape shape = Reference.shape(row.get(1));
    assertThat(Summary.of(net, shape).parameters()).isEqualTo(Long.parseLong(row.get(2)));
    assertThat(ReferenceWeights.digest(net)).isEqualTo(row.get(3));
    ReferenceWeights.fill(net, manager, shape);
    NDArray last = null;
    for (Pair<String, Parameter> pair : net.getParameters()) {
      NDArray array = pair.getValue().getArray();
      last = array.getShape().dimension() > 1 ? array : last;
    }
    TorchOps.copy(TorchOps.scale(last, LAST), last);
    NDArray made = net.apply(ReferenceWeights.images(manager, shape));
    double[] numbers = made.toType(DataType.FLOAT64, false).toDoubleArray();
    double norm = Math.sqrt(Arrays.stream(numbers).map(v -> v * v).sum());
    String[] expected = row.get(4).split(" ");
    double wanted = Double.parseDouble(expected[0]);
    assertThat(norm).isCloseTo(wanted, within(1e-4 * wanted));
    assertThat(Reference.projection(row.get(0), numbers))
        .isCloseTo(Double.parseDouble(expected[1]), within(1e-4 * wanted));
  }

  /** As the authors' program prints them: in millions, and to three places. */
  @Test
  void countsAreThoseThatTheAuthorsPrint() {
    assertThat(parameters(Generators.create("resnet_9blocks", 3, 3))).isEqualTo(11_378_179);
    assertThat(parameters(Generators.create("unet_256", 3, 3))).isEqualTo(54_413_955);
    assertThat(parameters(PatchGAN.of(3).instanceNorm().build())).isEqualTo(2_764_737);
    assertThat(parameters(PatchGAN.of(6).build())).isEqualTo(2_768_705);
    // Of grey pictures, as users of their program report: 54.408 M and 2.765 M, and for 64×64
    // 29.238 M and 0.662 M.
    assertThat(millions(UNetGenerator.of(1, 1).build())).isEqualTo("54.408");
    assertThat(millions(PatchGAN.of(2).build())).isEqualTo("2.765");
    assertThat(millions(UNetGenerator.of(1, 1).downs(6).build())).isEqualTo("29.238");
    assertThat(millions(PatchGAN.of(2).layers(2).build())).isEqualTo("0.662");
  }

  private static String millions(Unit net) {
    return String.format(Locale.ROOT, "%.3f", parameters(net) / 1e6);
  }

  private static long parameters(Unit net) {
    return net.getParameters().values().stream()
        .filter(Parameter::requiresGradient)
        .mapToLong(p -> p.getShape().size())
        .sum();
  }

  @Test
  void patchesAreAsLargeAsTheirPaperSays() {
    int[] sizes = {1, 16, 34, 70, 142, 286};
    for (int layers = 0; layers < sizes.length; layers++) {
      assertThat(ReceptiveField.of(PatchGAN.of(3).layers(layers).build()).size())
          .isEqualTo(sizes[layers]);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "resnet_2blocks_width4",
        "resnet_0blocks_width4_batch_dropout",
        "unet_8_width4",
        "unet_16_width4_instance_nodropout"
      })
  void makesImagesOfTheSameSizeTrainsEveryParameterAndRunsPrepared(String name) {
    Unit net = Generators.create(name, 2, 3);
    net.initialize(manager, DataType.FLOAT32, new Shape(1, 2, 32, 32));
    for (long[] size : new long[][] {{32, 32}, {17, 50}, {35, 33}}) {
      NDArray x = manager.randomNormal(new Shape(1, 2, size[0], size[1]));
      NDArray y = net.apply(x);
      assertThat(y.getShape()).isEqualTo(new Shape(1, 3, size[0], size[1]));
      assertThat(y.abs().max().getFloat()).isLessThanOrEqualTo(1);
      try (Prepared prepared = Inference.prepare(net)) {
        assertThat(prepared.apply(x).sub(y).abs().max().getFloat()).isLessThan(1e-4f);
      }
    }
    List<String> still = new ArrayList<>();
    GradMode.on(
        () -> {
          NDArray x = manager.randomNormal(new Shape(2, 2, 34, 37));
          NDList learned = new NDList();
          List<String> names = new ArrayList<>();
          for (Pair<String, Parameter> pair : net.getParameters()) {
            if (pair.getValue().requiresGradient()) {
              pair.getValue().getArray().setRequiresGradient(true);
              learned.add(pair.getValue().getArray());
              names.add(pair.getKey());
            }
          }
          NDArray made =
              net.forward(new ParameterStore(manager, false), new NDList(x), true, null).head();
          NDArray target = manager.randomNormal(made.getShape());
          NDList gradients = TorchOps.gradients(made.sub(target).square().mean(), learned);
          for (int i = 0; i < gradients.size(); i++) {
            if (gradients.get(i).abs().max().getFloat() == 0) {
              still.add(names.get(i));
            }
          }
          return null;
        });
    assertThat(still).isEmpty();
  }

  /** The first weights: normal with deviation 0.02, biases 0, as the authors'. */
  @Test
  void startsAsTheAuthorsDo() {
    Unit net = Generators.create("unet_32_width16", 3, 3);
    net.initialize(manager, DataType.FLOAT32, new Shape(1, 3, 32, 32));
    for (Pair<String, Parameter> pair : net.getParameters()) {
      NDArray array = pair.getValue().getArray();
      float mean = array.mean().getFloat();
      float spread = (float) Math.sqrt(array.sub(mean).square().mean().getFloat());
      switch (pair.getValue().getType()) {
        case WEIGHT -> {
          assertThat(mean).isCloseTo(0, within(3e-3f));
          assertThat(spread).isCloseTo(0.02f, within(3e-3f));
        }
        case GAMMA -> assertThat(mean).isCloseTo(1, within(0.03f));
        case BIAS, BETA -> assertThat(array.abs().max().getFloat()).isZero();
        default -> {}
      }
    }
  }

  @Test
  void refusesWhatItDoesNotKnowOrCannotDo() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Generators.create("resnet", 3, 3))
        .withMessageStartingWith("name (resnet) must be as in resnet_9blocks or unet_256");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Generators.create("unet_100", 3, 3))
        .withMessage("name (unet_100): the side must be a power of two, from 4");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> UNetGenerator.of(3, 3).downs(1))
        .withMessage("downs (1) must be from 2 to 16");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PatchGAN.of(0))
        .withMessage("in (0) must be at least 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> UNetGenerator.of(3, 3).build().outputShape(new Shape(1, 3, 64, 64)))
        .withMessageContaining("does not fit into an input of size 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ResNetGenerator.of(3, 3).build().outputShape(new Shape(1, 3, 1, 1)));
  }
}
