package convnets.detect;

import static convnets.nn.Combinators.seq;
import static convnets.nn.Layers.conv;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import convnets.data.Batch;
import convnets.data.Examples;
import convnets.data.Target;
import convnets.models.Models;
import convnets.nn.Backbone;
import convnets.nn.Pass;
import convnets.nn.Unit;
import convnets.train.Training;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FasterRCNNTest extends DetectTest {

  private static final int CLASSES = 3;
  private static final int SIDE = 32;
  private static final Shape IMAGES = new Shape(2, 3, SIDE, SIDE);

  /** Anew each time: networks of one design share parameters. */
  private static FasterRCNN tiny() {
    return FasterRCNN.of(
            Backbone.of(
                    seq(conv(3, 4, 3).stride(4).bn().relu(), conv(4, 8, 3).stride(2).bn().relu()),
                    new Shape(1, 3, SIDE, SIDE))
                .at(4, 8),
            CLASSES)
        .pyramid(8)
        .anchors(
            Anchors.of(AnchorShape.everyPair(new double[] {8}, new double[] {1, 2}))
                .and(AnchorShape.everyPair(new double[] {16}, new double[] {1, 2})))
        .proposals(20)
        .roi(RoiAlign.of(3))
        .hidden(16);
  }

  private static final int ANCHORS = 2 * (64 + 16);

  private NDArray someTruth() {
    return truth(
        2, 1, 3, 4, 12, 13, -1, 0, 0, 5, 5, 0, 15, 10, 31, 28, //
        2, 0, 0, 7, 6, 2, 8, 9, 19, 30, -1, 9, 9, 9, 9);
  }

  private Batch batch(NDArray truth) {
    Shape images = new Shape(truth.getShape().get(0), 3, SIDE, SIDE);
    return new Batch(manager.zeros(images), new NDList(truth), manager);
  }

  private Unit started() {
    Unit net = tiny().build();
    return randomized(net, IMAGES);
  }

  @Test
  void outputsAreOfOneShapeWhateverIsThere() {
    Unit net = started();
    Shape[] expected = {
      new Shape(2, ANCHORS, 1),
      new Shape(2, ANCHORS, 4),
      new Shape(2, 20, 4),
      new Shape(2, 20, 1 + CLASSES),
      new Shape(2, 20, 1 + CLASSES, 4)
    };
    assertThat(net.getOutputShapes(new Shape[] {IMAGES})).containsExactly(expected);
    assertThat(net.outputs(manager.randomNormal(IMAGES)).getShapes()).containsExactly(expected);
    assertThat(tiny().anchors(manager, IMAGES).getShape()).isEqualTo(new Shape(ANCHORS, 4));
  }

  /** Training from scratch wants norms, in the heads as well; torchvision's heads have none. */
  @Test
  void headsHaveNormsWhereThePyramidDoes() {
    Unit net = started();
    Shape each = new Shape(16); // as many as the hidden units
    assertThat(shape(net, "rpn.head.activations.0.0.weight")).isEqualTo(new Shape(8));
    assertThat(shape(net, "rpn.head.activations.1.0.weight")).isEqualTo(new Shape(8));
    assertThat(shape(net, "roi_heads.box_head.fc6.1.weight")).isEqualTo(each);
    assertThat(shape(net, "roi_heads.box_head.fc7.1.weight")).isEqualTo(each);
    Unit plain = FasterRCNN.of(Models.backbone("resnet18"), CLASSES).build();
    assertThat(plain.getParameters().keys())
        .contains("roi_heads.box_head.fc6.weight", "rpn.head.conv.0.0.bias")
        .noneMatch(name -> name.startsWith("roi_heads.box_head.fc6.1"))
        .noneMatch(name -> name.startsWith("rpn.head.activations"));
  }

  private static Shape shape(Unit net, String parameter) {
    return net.getParameters().get(parameter).getArray().getShape();
  }

  /** In training the second stage looks into the boxes of the truth, too. */
  @Test
  void truthStandsBehindTheProposals() {
    Unit net = started();
    NDArray x = manager.randomNormal(IMAGES);
    NDArray truth = someTruth();
    NDList usual = net.outputs(x);
    NDList told =
        Pass.of(new ParameterStore(manager, false), false).predict(net, new NDList(x, truth));
    assertThat(told.get(3).getShape()).isEqualTo(new Shape(2, 20 + 3, 1 + CLASSES));
    assertThat(told.get(2).get(":, :20").toFloatArray()).isEqualTo(usual.get(2).toFloatArray());
    float[] boxes = {
      3, 4, 12, 13, 0, 0, 0, 0, 15, 10, 31, 28, // the second is padding
      0, 0, 7, 6, 8, 9, 19, 30, 0, 0, 0, 0
    };
    assertThat(told.get(2).get(":, 20:").toFloatArray()).isEqualTo(boxes);
  }

  @Test
  void trainingTellsTheTruthAndEvaluationDoesNot() {
    List<Shape> proposed = new ArrayList<>();
    Unit net =
        new Unit() {
          private final Unit detector = child("detector", started());

          @Override
          protected NDList forward(Pass pass, NDList inputs) {
            NDList outputs = pass.run(detector, inputs);
            if (!pass.dry()) {
              proposed.add(outputs.get(2).getShape());
            }
            return outputs;
          }
        };
    Examples data =
        Examples.of(manager.zeros(IMAGES), someTruth())
            .kinds(Target.BOXES)
            .classes(List.of("a", "b", "c"));
    Training.of(net).task(tiny().task()).data(data, data).epochs(1).batchSize(2).fit();
    assertThat(proposed).containsExactly(new Shape(2, 23, 4), new Shape(2, 20, 4));
  }

  @Test
  void everyParameterLearns() {
    DesignChecks.assertEveryParameterLearns(tiny(), manager, IMAGES, someTruth());
  }

  /** The proposals by loops: by map the greedily best boxes, of them the best by score. */
  @Test
  void proposalsAreThoseOfGreedySuppressionByMap() {
    Unit net = started();
    NDList outputs = net.outputs(manager.randomNormal(IMAGES));
    NDArray anchors = tiny().anchors(manager, IMAGES);
    float[] logits = outputs.get(0).toFloatArray();
    NDArray decoded = BoxCoder.unweighted().decode(outputs.get(1), anchors);
    float[] boxes = Boxes.clip(decoded, SIDE, SIDE).toFloatArray();
    float[] proposals = outputs.get(2).toFloatArray();
    for (int n = 0; n < 2; n++) {
      List<int[]> kept = new ArrayList<>();
      boolean[] seen = new boolean[ANCHORS];
      for (int round = 0; round < ANCHORS; round++) {
        int best = -1;
        for (int i = 0; i < ANCHORS; i++) {
          if (!seen[i] && (best < 0 || logits[n * ANCHORS + i] > logits[n * ANCHORS + best])) {
            best = i;
          }
        }
        seen[best] = true;
        int at = 4 * (n * ANCHORS + best);
        int map = best < 128 ? 0 : 1;
        boolean flat = boxes[at + 2] - boxes[at] < 1e-3 || boxes[at + 3] - boxes[at + 1] < 1e-3;
        if (!flat
            && kept.stream().noneMatch(k -> k[1] == map && iou(boxes, k[0], boxes, at) > 0.7)) {
          kept.add(new int[] {at, map});
        }
      }
      for (int p = 0; p < 20; p++) {
        for (int e = 0; e < 4; e++) {
          float expected = p < kept.size() ? boxes[kept.get(p)[0] + e] : 0;
          assertThat(proposals[(n * 20 + p) * 4 + e]).isCloseTo(expected, within(1e-4f));
        }
      }
    }
  }

  /** Outputs that say what the truth says; the first proposals are the boxes. */
  private NDList perfect(NDArray truth) {
    NDArray anchors = tiny().anchors(manager, IMAGES);
    AnchorMatches matches =
        AnchorMatching.at(0.7).background(0.3).lowQuality().match(anchors, truth);
    NDArray logits = matches.objects().toType(DataType.FLOAT32, false).sub(0.5f).mul(40);
    NDArray offsets = BoxCoder.unweighted().encode(matches.boxes(truth), anchors);
    NDArray there = truth.get("..., 0:1").gte(0).toType(DataType.FLOAT32, false);
    NDArray proposals = truth.get("..., 1:").mul(there);
    NDArray classes = Boxes.classes(truth).add(1).oneHot(1 + CLASSES).mul(20);
    NDArray moves = manager.zeros(new Shape(2, 3, 1 + CLASSES, 4));
    return new NDList(logits.expandDims(2), offsets, proposals, classes, moves);
  }

  @Test
  void perfectPredictionsAreJudgedSo() {
    NDArray truth = someTruth();
    DetectionMeasure measure = DetectionMeasure.of(tiny().task());
    measure.add(perfect(truth), batch(truth));
    assertThat(measure.metrics().get("mAP")).isCloseTo(1, within(1e-9));
    assertThat(measure.metrics().loss()).isBetween(0.0, 1e-3);
  }

  /** If all are drawn, the loss is the sum of four means. */
  @Test
  void lossesAreThoseOfLoops() {
    NDArray truth = someTruth();
    NDArray spots =
        truth(
            2, 0, 4, 5, 12, 12, 0, 16, 12, 30, 27, 0, 0, 0, 0, 0, //
            0, 7, 9, 20, 31, 0, 20, 1, 31, 9, 0, 0, 0, 8, 7);
    NDArray proposals = spots.get("..., 1:");
    NDList outputs =
        new NDList(
            manager.randomNormal(new Shape(2, ANCHORS, 1)),
            manager.randomNormal(new Shape(2, ANCHORS, 4)),
            proposals,
            manager.randomNormal(new Shape(2, 3, 1 + CLASSES)),
            manager.randomNormal(new Shape(2, 3, 1 + CLASSES, 4)));
    NDArray anchors = tiny().anchors(manager, IMAGES);
    AnchorMatches first = AnchorMatching.at(0.7).background(0.3).lowQuality().match(anchors, truth);
    AnchorMatches second = AnchorMatching.at(0.5).match(proposals, truth);
    double expected = first(outputs, first, truth, anchors) + second(outputs, second, truth);
    FasterRCNNTask task = tiny().task().drawnAnchors(2 * ANCHORS, 1).drawnProposals(50, 1);
    assertThat(task.loss(outputs, batch(truth)).getFloat())
        .isCloseTo((float) expected, within((float) (1e-4 * expected)));
  }

  private double first(NDList outputs, AnchorMatches matches, NDArray truth, NDArray anchors) {
    long[] rows = matches.rows().toLongArray();
    float[] logits = outputs.get(0).toFloatArray();
    float[] wanted = BoxCoder.unweighted().encode(matches.boxes(truth), anchors).toFloatArray();
    float[] offsets = outputs.get(1).toFloatArray();
    double sum = 0;
    int count = 0;
    for (int i = 0; i < rows.length; i++) {
      if (rows[i] != AnchorMatches.IGNORED) {
        count++;
        sum += Math.log1p(Math.exp(rows[i] >= 0 ? -logits[i] : logits[i]));
        sum += rows[i] >= 0 ? smooth(offsets, wanted, 4 * i, 4 * i) : 0;
      }
    }
    return sum / count;
  }

  private double second(NDList outputs, AnchorMatches matches, NDArray truth) {
    long[] classes = matches.classes(truth).toLongArray();
    float[] proposals = outputs.get(2).toFloatArray();
    float[] logits = outputs.get(3).toFloatArray();
    float[] offsets = outputs.get(4).toFloatArray();
    float[] wanted =
        BoxCoder.standard().encode(matches.boxes(truth), outputs.get(2).add(1e-30f)).toFloatArray();
    double sum = 0;
    int count = 0;
    int found = 0;
    for (int i = 0; i < classes.length; i++) {
      if (proposals[4 * i + 2] > 0) {
        count++;
        double all = 0;
        for (int c = 0; c <= CLASSES; c++) {
          all += Math.exp(logits[i * (1 + CLASSES) + c]);
        }
        int own = (int) classes[i] + 1;
        sum -= Math.log(Math.exp(logits[i * (1 + CLASSES) + own]) / all);
        if (own > 0) {
          found++;
          sum += smooth(offsets, wanted, 4 * (i * (1 + CLASSES) + own), 4 * i);
        }
      }
    }
    assertThat(found).isPositive();
    assertThat(count).isEqualTo(5);
    return sum / count;
  }

  private static double smooth(float[] a, float[] b, int i, int j) {
    double beta = 1.0 / 9;
    double sum = 0;
    for (int e = 0; e < 4; e++) {
      double d = Math.abs(a[i + e] - b[j + e]);
      sum += d < beta ? d * d / (2 * beta) : d - beta / 2;
    }
    return sum;
  }

  @Test
  void theEnginesGeneratorDraws() {
    NDArray truth = someTruth();
    Unit net = started();
    NDList outputs = net.outputs(manager.randomNormal(IMAGES));
    FasterRCNNTask task = tiny().task().drawnAnchors(10, 0.5).drawnProposals(4, 0.25);
    float[] losses = new float[3];
    for (int i = 0; i < 3; i++) {
      Engine.getEngine("PyTorch").setRandomSeed(i == 2 ? 5 : 4);
      losses[i] = task.loss(outputs, batch(truth)).getFloat();
    }
    assertThat(losses[0]).isEqualTo(losses[1]).isNotEqualTo(losses[2]);
  }

  @Test
  void imagesMayBeEmptyAndNetworksDiverge() {
    Unit net = started();
    NDList outputs = net.outputs(manager.randomNormal(new Shape(1, 3, SIDE, SIDE)));
    for (NDArray truth : List.of(truth(1, -1, 0, 0, 0, 0), empty(1, 0, 5))) {
      assertFinite(tiny().task().loss(outputs, batch(truth)));
      DetectionMeasure measure = DetectionMeasure.of(tiny().task());
      measure.add(outputs, batch(truth));
      assertThat(measure.metrics().get("mAP")).isNaN();
    }
    NDList none = net.outputs(manager.full(new Shape(1, 3, SIDE, SIDE), Float.NaN));
    assertThat(none.get(2).toFloatArray()).containsOnly(0);
  }

  @Test
  void whatDoesNotSuitIsRefused() {
    Examples boxes = Examples.of(manager.zeros(IMAGES), someTruth()).kinds(Target.BOXES);
    NDList outputs = started().outputs(manager.randomNormal(IMAGES));
    tiny().task().check(outputs, boxes);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> tiny().task().check(outputs.subNDList(1), boxes))
        .withMessageContaining("not the outputs of a Faster R-CNN of 3 classes");
    List<AnchorShape> one = List.of(AnchorShape.of(9, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> tiny().anchors(Anchors.of(one)).build())
        .withMessageContaining("anchors are for 1 maps, and the network has 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> tiny().anchors(Anchors.of(one).and(AnchorShape.ssd(3, 5))))
        .withMessageContaining("as many on each pixel");
  }
}
