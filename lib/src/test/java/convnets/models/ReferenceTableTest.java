package convnets.models;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.types.Shape;
import convnets.Reference;
import convnets.inspect.Summary;
import convnets.models.Models.Entry;
import convnets.models.ResNet.Shortcut;
import convnets.nn.Unit;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Parameters, multiply-adds and shapes beside what others have counted: {@code
 * reference_models.tsv} and {@code stage_shapes_224.tsv}, whose columns say from where, and {@code
 * counts.tsv}, which {@code ci/parity/fixtures.py} has counted in the reference implementations.
 */
class ReferenceTableTest {

  /** The table's names that are not the catalogue's. */
  private static final Map<String, Design<?>> DESIGNS =
      Map.ofEntries(
          Map.entry("googlenet+aux (train)", GoogLeNet.torchvision().auxiliary()),
          Map.entry("se_resnet50 (paper, stride in 1x1)", SENet.resNet(50).caffe()),
          Map.entry("se_resnet50 (v1.5, stride in 3x3)", SENet.resNet(50)),
          Map.entry("se_resnext50_32x4d", SENet.resNeXt(50, 32, 4)),
          Map.entry("sknet50 (= paper SKNet-50)", SKNet.imageNet(50)),
          Map.entry(
              "skresnet50 (timm only, ungrouped, split_input)", SKNet.imageNet(50).splitInput()),
          Map.entry("resnest50 (2s1x64d)", ResNeSt.imageNet(50)),
          Map.entry("resnest101 (2s1x64d)", ResNeSt.imageNet(101)),
          Map.entry("resnest50_fast (2s1x64d)", ResNeSt.ablation(2, 1, 64)),
          Map.entry("mobilenet_v1 1.0", MobileNetV1.imageNet()),
          Map.entry("xception", Xception.imageNet()),
          Map.entry("alexnet (2012, groups=2)", AlexNet.paper()),
          Map.entry("alexnet (d2l, 1 channel, 10 cls)", AlexNet.textbook().channels(1)),
          Map.entry("alexnet (d2l widths, RGB, 1000 cls)", AlexNet.textbook()),
          Map.entry("googlenet (paper: biases, true 5x5, no BN)", GoogLeNet.paper()),
          Map.entry("googlenet (paper)+2 aux heads", GoogLeNet.paper().auxiliary()),
          Map.entry("resnet50 v1 (stride in 1x1)", ResNet.imageNet(50).strideInFirst()),
          Map.entry("resnet101 v1 (stride in 1x1)", ResNet.imageNet(101).strideInFirst()),
          Map.entry("resnet152 v1 (stride in 1x1)", ResNet.imageNet(152).strideInFirst()),
          Map.entry("shufflenet_v1 g=3 1x", ShuffleNetV1.imageNet(3)));

  /** What this package does not have: segmentation, detection, generation. */
  private static final String OTHERS = "unet.*|fcn_.*|.*ssd.*|dcgan.*";

  /** A row of reference_models.tsv. */
  record Row(String model, Shape input, int classes, long parameters, String giga) {

    static Row of(String[] f) {
      return new Row(
          f[0], Reference.shape(f[2]), Integer.parseInt(f[3]), Long.parseLong(f[4]), f[5]);
    }

    Unit build() {
      Design<?> design;
      if (model.startsWith("cifar_resnet")) {
        int depth = Integer.parseInt(model.replaceAll("\\D", ""));
        design = ResNet.cifar(depth).shortcut(model.contains("option A") ? Shortcut.A : Shortcut.B);
      } else {
        design =
            DESIGNS.containsKey(model) ? DESIGNS.get(model) : Models.entry(model).design().get();
      }
      return design.classes(classes).build();
    }

    @Override
    public String toString() {
      return model;
    }
  }

  static Stream<Row> rows() {
    return Reference.rows("reference_models.tsv").stream()
        .skip(1)
        .filter(f -> !f[0].matches(OTHERS))
        .map(Row::of);
  }

  @ParameterizedTest
  @MethodSource("rows")
  void parametersAndMultiplyAddsAreExact(Row expected) {
    Summary summary = Summary.of(expected.build(), expected.input);
    assertThat(Zoo.parameters(expected.build())).isEqualTo(expected.parameters);
    if (!expected.giga.isEmpty()) {
      assertThat(summary.multiplyAdds() / 1e9)
          .isCloseTo(Double.parseDouble(expected.giga), Offset.offset(5.01e-7));
    }
  }

  @Test
  void everyNetworkHasTheParametersOfItsReference() {
    Map<String, Long> counted = new LinkedHashMap<>();
    Reference.rows("counts.tsv").stream().forEach(f -> counted.put(f[0], Long.parseLong(f[2])));
    Map<String, Long> listed = new LinkedHashMap<>();
    Models.list().forEach(entry -> listed.put(entry.name(), entry.parameters()));
    assertThat(listed).containsExactlyInAnyOrderEntriesOf(counted);
  }

  @Test
  void inputsAndAccuraciesAreThoseOfTheTable() {
    Map<String, String[]> rows = new HashMap<>();
    Reference.rows("reference_models.tsv").forEach(f -> rows.put(f[0], f));
    List<Entry> known = Models.list().stream().filter(e -> rows.containsKey(e.name())).toList();
    assertThat(known).hasSizeGreaterThan(20);
    for (Entry entry : known) {
      String[] f = rows.get(entry.name());
      OptionalDouble top1 =
          Stream.of(f[6]).filter(s -> !s.isEmpty()).mapToDouble(Double::parseDouble).findFirst();
      assertThat(new Shape(1).addAll(entry.input())).as(f[0]).isEqualTo(Reference.shape(f[2]));
      assertThat(entry.top1()).as(f[0]).isEqualTo(top1);
    }
  }

  static Stream<String> torchvisions() {
    return Reference.rows("stage_shapes_224.tsv").stream()
        .skip(1)
        .map(f -> f[0])
        .filter(model -> !model.startsWith("timm:"))
        .distinct();
  }

  @ParameterizedTest
  @MethodSource("torchvisions")
  void whatHasANameHasTheShapeOfTorchvisions(String model) {
    Map<String, Shape> actual = Zoo.shapes(Models.create(model), new Shape(1, 3, 224, 224));
    List<String[]> expected =
        Reference.rows("stage_shapes_224.tsv").stream()
            .filter(f -> f[0].equals(model) && actual.containsKey(f[1]))
            .toList();
    assertThat(expected).hasSizeGreaterThan(4);
    for (String[] f : expected) {
      assertThat(actual.get(f[1])).as(f[1]).isEqualTo(Reference.shape(f[2]));
    }
  }
}
