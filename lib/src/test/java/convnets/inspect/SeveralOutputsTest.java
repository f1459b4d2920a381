package convnets.inspect;

import static convnets.nn.Combinators.named;
import static convnets.nn.Combinators.seq;
import static convnets.nn.Combinators.stages;
import static convnets.nn.Layers.conv;
import static convnets.nn.Layers.relu;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import convnets.models.Models;
import convnets.nn.Backbone;
import convnets.nn.Pass;
import convnets.nn.Unit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Networks and parts of them that give more than one array. */
class SeveralOutputsTest {

  private static final Shape INPUT = new Shape(2, 3, 16, 16);

  /** Two heads over the second of two maps. */
  private static final class Heads extends Unit {
    private final Block scores = child("scores", conv(6, 5, 1));
    private final Block boxes = child("boxes", conv(6, 4, 3).stride(2));

    @Override
    protected NDList forward(Pass pass, NDList maps) {
      NDArray last = maps.get(maps.size() - 1);
      return new NDList(pass.run(scores, last), pass.run(boxes, last));
    }
  }

  /** A block that is no unit: the input and half of it. */
  private static final class Halves extends AbstractBlock {
    @Override
    protected NDList forwardInternal(
        ParameterStore store, NDList inputs, boolean training, PairList<String, Object> more) {
      return new NDList(inputs.head(), inputs.head().get(":, :, ::2, ::2"));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] in) {
      Shape half = new Shape(in[0].get(0), in[0].get(1), in[0].get(2) / 2, in[0].get(3) / 2);
      return new Shape[] {in[0], half};
    }
  }

  private static Unit maps() {
    return named("maps", stages(conv(3, 4, 3).stride(2).bn().relu(), conv(4, 6, 3).stride(2)));
  }

  private static Unit detector() {
    return seq(maps(), named("heads", new Heads()));
  }

  @Test
  void aSummaryTellsAllShapes() {
    Summary two = Summary.of(detector(), INPUT);
    assertThat(two.outputs()).containsExactly(new Shape(2, 5, 4, 4), new Shape(2, 4, 2, 2));
    assertThat(two.rows().get(two.rows().size() - 1).outputs()).hasSize(1);
    assertThat(two.table().stringColumn("output shape").get(two.rows().size()))
        .isEqualTo("5 × 4 × 4, 4 × 2 × 2");
    assertThat(two.multiplyAdds())
        .isEqualTo(2 * (64 * 4 * 27 + 16 * 6 * 36 + 16 * 5 * 6 + 4 * 4 * 54));
    assertThat(two.byStage().outputs()).isEqualTo(two.outputs());

    Summary foreign = Summary.of(seq(conv(3, 4, 3), new Halves()), INPUT);
    Summary.Row halves = foreign.rows().get(1);
    assertThat(halves.outputs()).containsExactly(new Shape(2, 4, 16, 16), new Shape(2, 4, 8, 8));
    assertThat(foreign.table().stringColumn("output shape").asList())
        .endsWith("4 × 16 × 16, 4 × 8 × 8", "4 × 16 × 16, 4 × 8 × 8");
  }

  @Test
  void aSummaryOfABackboneIsThatOfItsNetworkWithoutTheHead() {
    Shape input = new Shape(1, 3, 64, 64);
    Summary whole = Summary.of(Models.resnet18(), input);
    Backbone backbone = Models.backbone("resnet18");
    Summary summary = Summary.of(backbone, input);
    assertThat(summary.rows()).isEqualTo(whole.rows().subList(0, summary.rows().size()));
    assertThat(summary.outputs())
        .extracting(shape -> shape.get(1))
        .containsExactly(64L, 128L, 256L, 512L);
    assertThat(Costs.of(backbone, input).multiplyAdds()).isEqualTo(summary.multiplyAdds());
    // Four times the pixels behind layer3's first stride, sixteen times behind layer4's.
    assertThat(Summary.of(backbone.outputStride(8), input).multiplyAdds())
        .isGreaterThan(3 * summary.multiplyAdds());
  }

  @Test
  void activationsAreKeptOfEachOutput() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Unit net = detector();
      net.initialize(manager, DataType.FLOAT32, INPUT);
      NDArray x = manager.randomNormal(INPUT);
      int before = manager.getManagedArrays().size();
      Map<String, NDArray> found = Activations.of(net, x, "heads", "maps", "maps.conv1");
      assertThat(found.keySet())
          .containsExactly("heads[0]", "heads[1]", "maps[0]", "maps[1]", "maps.conv1");
      assertThat(manager.getManagedArrays()).hasSize(before + 5);
      NDList outputs = net.outputs(x);
      assertThat(found.get("heads[0]")).isEqualTo(outputs.get(0));
      assertThat(found.get("heads[1]")).isEqualTo(outputs.get(1));
      assertThat(found.get("maps[0]").getShape()).isEqualTo(new Shape(2, 4, 8, 8));
    }
  }

  @Test
  void eachOutputHasAReceptiveField() {
    Unit net = stages(conv(3, 4, 3).stride(2), seq(conv(4, 4, 5), relu()), conv(4, 4, 1, 3));
    assertThat(ReceptiveField.ofOutputs(net))
        .containsExactly(
            new ReceptiveField(3, 2), new ReceptiveField(11, 2), new ReceptiveField(15, 2));
    assertThat(ReceptiveField.of(net)).isEqualTo(new ReceptiveField(15, 2));
    assertThat(ReceptiveField.ofOutputs(seq(net, relu())))
        .containsExactly(new ReceptiveField(15, 2));
  }

  /** Dilation leaves what a pixel sees as it was, and samples it more densely. */
  @Test
  void aDilatedBackboneSeesAsMuchAtSmallerSteps() {
    Backbone backbone = Models.backbone("resnet50");
    List<ReceptiveField> coarse = ReceptiveField.ofOutputs(backbone);
    List<ReceptiveField> dense = ReceptiveField.ofOutputs(backbone.outputStride(8));
    assertThat(dense)
        .extracting(ReceptiveField::size)
        .isEqualTo(coarse.stream().map(ReceptiveField::size).toList());
    assertThat(coarse).extracting(ReceptiveField::stride).containsExactly(4L, 8L, 16L, 32L);
    assertThat(dense).extracting(ReceptiveField::stride).containsExactly(4L, 8L, 8L, 8L);
  }

  @Test
  void featureMapsAreTold() {
    FeatureMaps maps =
        FeatureMaps.of(Models.backbone("resnet18").outputStride(16), new Shape(2, 3, 224, 192));
    assertThat(maps.table().stringColumn("map").asList())
        .containsExactly("layer1", "layer2", "layer3", "layer4");
    assertThat(maps.table().intColumn("stride").asList()).containsExactly(4, 8, 16, 16);
    assertThat(maps.table().intColumn("dilation").asList()).containsExactly(1, 1, 1, 2);
    assertThat(maps.toString()).contains("512 × 14 × 12", "435 × 435");
  }

  @Test
  void onlyWhatGivesAllThatItGetsIsRemovable() {
    Unit block = seq(stages(conv(3, 3, 3), conv(3, 3, 3)));
    Unit net = seq(seq(conv(3, 3, 3), relu()), block).indexed();
    assertThat(Lesions.removable(net, INPUT)).containsExactly("0");
  }
}
