package convnets.inspect;

import static convnets.nn.Combinators.concat;
import static convnets.nn.Combinators.named;
import static convnets.nn.Combinators.seq;
import static convnets.nn.Layers.conv;
import static convnets.nn.Layers.linear;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Blocks;
import ai.djl.nn.convolutional.Conv2d;
import convnets.Reference;
import convnets.models.Models;
import convnets.models.ResNet;
import convnets.nn.Unit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tech.tablesaw.api.Table;

class SummaryTest {

  private static final Shape IMAGE_NET = new Shape(1, 3, 224, 224);

  static Stream<Arguments> references() {
    return Reference.rows("reference_models.tsv").stream()
        .filter(row -> row[0].startsWith("resnet") || row[0].startsWith("cifar_resnet"))
        .map(row -> Arguments.of(row[0], row[2], row[4], row[5]));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("references")
  void agreesWithTheReference(String model, String input, String parameters, String giga) {
    Shape shape = Reference.shape(input);
    Summary summary = Summary.of(net(model), shape);
    assertThat(summary.parameters()).isEqualTo(Long.parseLong(parameters));
    assertThat(summary.multiplyAdds() / 1e9).isCloseTo(Double.parseDouble(giga), within(5.01e-7));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("references")
  void stagesAddUpToTheWhole(String model, String input) {
    Summary whole = Summary.of(net(model), Reference.shape(input));
    Summary stages = whole.byStage();
    assertThat(stages.parameters()).isEqualTo(whole.parameters());
    assertThat(stages.multiplyAdds()).isEqualTo(whole.multiplyAdds());
  }

  static Stream<Arguments> stages() {
    return Reference.rows("stage_shapes_224.tsv").stream()
        .filter(row -> row[0].matches("resnet\\d+") && row[1].matches("conv1|bn1|layer\\d|fc"))
        .map(row -> Arguments.of(row[0], row[1], row[2]));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("stages")
  void stageShapesAgreeWithTheReference(String model, String stage, String shape) {
    var found =
        Summary.of(net(model), IMAGE_NET).rows().stream()
            .filter(row -> row.path().equals(stage) || row.path().startsWith(stage + "."))
            .reduce((first, last) -> last);
    assertThat(found).isPresent();
    assertThat(found.get().output()).isEqualTo(Reference.shape(shape));
  }

  @Test
  void stagesReadLikeTable1() {
    Table table = Summary.of(Models.resnet50(), IMAGE_NET).byStage().table();
    assertThat(table.stringColumn("layer").asList())
        .containsExactly(
            "conv1",
            "maxpool1",
            "layer1",
            "layer2",
            "layer3",
            "layer4",
            "globalaveragepool1",
            "fc",
            "total");
    assertThat(table.stringColumn("what").asList().subList(0, 6))
        .containsExactly(
            "7×7 conv, 3 → 64, stride 2",
            "3×3 max pool, stride 2",
            "3 blocks",
            "4 blocks",
            "6 blocks",
            "3 blocks");
    assertThat(table.stringColumn("output shape").asList())
        .containsExactly(
            "64 × 112 × 112",
            "64 × 56 × 56",
            "256 × 56 × 56",
            "512 × 28 × 28",
            "1024 × 14 × 14",
            "2048 × 7 × 7",
            "2048",
            "1000",
            "1000");
    assertThat(table.doubleColumn("% of parameters").sum()).isCloseTo(200, within(1e-9));
  }

  @Test
  void printsNumbersThatCanBeRead() {
    Table table = Summary.of(Models.create("resnet18"), IMAGE_NET).byStage().table();
    assertThat(table.last(1).column("parameters").getString(0)).isEqualTo("11,689,512");
    assertThat(table.last(1).column("% of parameters").getString(0)).isEqualTo("100.0");
  }

  @Test
  void countsByTheFormula() {
    Unit net = seq(named("a", conv(6, 4, 3, 5).groups(2).stride(2).bias()));
    Summary.Row row = Summary.of(net, new Shape(2, 6, 9, 11)).rows().get(0);
    assertThat(row.path()).isEqualTo("a");
    assertThat(row.output()).isEqualTo(new Shape(2, 4, 5, 6));
    assertThat(row.parameters()).isEqualTo(4 * 3 * 3 * 5 + 4);
    assertThat(row.multiplyAdds()).isEqualTo(2L * 4 * 5 * 6 * (3 * 3 * 5));
  }

  @Test
  void countsSharedParametersOnce() {
    Unit shared = conv(4, 4, 3);
    Summary summary = Summary.of(seq(shared, shared), new Shape(1, 4, 8, 8));
    assertThat(summary.rows()).hasSize(2);
    assertThat(summary.parameters()).isEqualTo(4 * 4 * 9);
    assertThat(summary.multiplyAdds()).isEqualTo(2 * 64 * 4 * 4 * 9);
  }

  @Test
  void otherBlocksAreOneRow() {
    Conv2d foreign = Conv2d.builder().setKernelShape(new Shape(3, 3)).setFilters(5).build();
    Unit net = concat(conv(3, 2, 1), seq(Blocks.identityBlock()));
    assertThat(Summary.of(net, new Shape(1, 3, 8, 8)).rows()).hasSize(2);
    assertThatThrownBy(() -> Summary.of(foreign, new Shape(1, 3, 8, 8)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("initialise the network first");
  }

  @Test
  void wrongShapesAreRefusedByTheLayer() {
    assertThatThrownBy(() -> Summary.of(seq(linear(3, 2)), new Shape(1, 4)))
        .hasMessageContaining("takes (N, 3), but was given (1, 4)");
  }

  private static Unit net(String model) {
    int depth = Integer.parseInt(model.replaceAll("\\D*(\\d+).*", "$1"));
    if (model.startsWith("cifar")) {
      ResNet.Shortcut option = ResNet.Shortcut.valueOf(model.replaceAll(".*option (.).*", "$1"));
      return ResNet.cifar(depth).shortcut(option).build();
    }
    ResNet design = ResNet.imageNet(depth);
    return (model.contains("1x1") ? design.strideInFirst() : design).build();
  }
}
