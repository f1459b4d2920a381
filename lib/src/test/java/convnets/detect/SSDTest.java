package convnets.detect;

import static convnets.nn.Combinators.seq;
import static convnets.nn.Layers.conv;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import convnets.data.Batch;
import convnets.data.Batches;
import convnets.data.Examples;
import convnets.data.Target;
import convnets.nn.Backbone;
import convnets.nn.Unit;
import convnets.torch.GradMode;
import convnets.train.Metrics;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SSDTest extends DetectTest {

  private static final int CLASSES = 3;
  private static final int SIDE = 32;
  private static final Shape IMAGES = new Shape(2, 3, SIDE, SIDE);

  /** Anew each time: networks of one design share parameters. */
  private static SSD tiny() {
    return SSD.of(
            Backbone.of(
                    seq(conv(3, 4, 3).stride(4).bn().relu(), conv(4, 8, 3).stride(2).bn().relu()),
                    new Shape(1, 3, SIDE, SIDE))
                .at(4, 8),
            CLASSES)
        .anchors(
            Anchors.of(AnchorShape.everyPair(new double[] {6, 10}, new double[] {1, 2}))
                .and(AnchorShape.everyPair(new double[] {16}, new double[] {1, 2, 0.5})));
  }

  /** 8×8 pixels with 4 anchors and 4×4 with 3. */
  private static final int ANCHORS = 8 * 8 * 4 + 4 * 4 * 3;

  private NDArray someTruth() {
    return truth(
        2, 1, 3, 4, 12, 13, -1, 0, 0, 5, 5, 0, 15, 10, 31, 28, //
        2, 0, 0, 7, 6, 2, 8, 9, 19, 30, -1, 9, 9, 9, 9);
  }

  private Batch batch(NDArray truth) {
    Shape images = new Shape(truth.getShape().get(0), 3, SIDE, SIDE);
    return new Batch(manager.zeros(images), new NDList(truth), manager);
  }

  private NDList randomOutputs(int images) {
    return new NDList(
        manager.randomNormal(new Shape(images, ANCHORS, 1 + CLASSES)),
        manager.randomNormal(new Shape(images, ANCHORS, 4)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ssd_small", "ssd_fpn_small", "ssd_resnet18", "ssd_fpn_mobilenet_v2"})
  void outputsStandAsAnchorsDo(String name) {
    SSD ssd = (SSD) Detectors.create(name, CLASSES);
    Unit net = ssd.build();
    for (Shape image : new Shape[] {new Shape(1, 3, 64, 64), new Shape(2, 3, 101, 77)}) {
      long anchors = ssd.anchors(manager, image).getShape().get(0);
      assertThat(net.getOutputShapes(new Shape[] {image}))
          .containsExactly(
              new Shape(image.get(0), anchors, 1 + CLASSES), new Shape(image.get(0), anchors, 4));
    }
  }

  @Test
  void rowsAreByPixelThenShape() {
    int[] s = {2, 6, 3, 4}; // two shapes, three numbers each
    NDArray x = manager.arange(2 * 6 * 3 * 4).reshape(2, 6, 3, 4).toType(DataType.FLOAT32, false);
    NDArray rows = SSDNet.rows(x, 3);
    assertThat(rows.getShape()).isEqualTo(new Shape(2, 3 * 4 * 2, 3));
    for (int n = 0; n < s[0]; n++) {
      for (int y = 0; y < s[2]; y++) {
        for (int c = 0; c < s[3]; c++) {
          for (int shape = 0; shape < 2; shape++) {
            for (int d = 0; d < 3; d++) {
              int row = (y * s[3] + c) * 2 + shape;
              assertThat(rows.getFloat(n, row, d)).isEqualTo(x.getFloat(n, shape * 3 + d, y, c));
            }
          }
        }
      }
    }
  }

  @Test
  void everyParameterLearns() {
    assertThat(onOneMap().anchors().maps()).isEqualTo(1);
    for (SSD ssd :
        List.of(
            tiny(), onOneMap(), tiny().pyramid(8).depth(1), tiny().anchors(three()).extras(1))) {
      DesignChecks.assertEveryParameterLearns(ssd, manager, IMAGES, someTruth());
    }
  }

  private static SSD onOneMap() {
    Unit net = seq(conv(3, 4, 3).stride(4).bn().relu());
    Backbone backbone = Backbone.of(net, new Shape(1, 3, SIDE, SIDE)).at(4);
    return SSD.of(backbone, CLASSES).anchors(Anchors.of(List.of(AnchorShape.of(9, 1))));
  }

  private static Anchors three() {
    List<AnchorShape> one = List.of(AnchorShape.of(9, 1));
    return Anchors.of(one).and(one).and(one);
  }

  /** What the first step starts from: nearly nothing is an object. */
  @Test
  void anchorsStartAsBackground() {
    Unit net = tiny().prior(0.02).build();
    net.initialize(manager, DataType.FLOAT32, IMAGES);
    NDArray scores = net.outputs(manager.zeros(IMAGES)).get(0).softmax(2);
    for (float background : scores.get(":, :, 0").toFloatArray()) {
      assertThat(background).isCloseTo(0.98f, within(1e-3f));
    }
  }

  /** The loss by loops over anchors; matches come from AnchorMatching, which has its own tests. */
  @Test
  void lossesAreThoseOfLoops() {
    NDArray truth = someTruth();
    NDList outputs = randomOutputs(2);
    NDArray anchors = tiny().anchors(manager, IMAGES);
    SSDTask standard = tiny().task();
    for (SSDTask task :
        List.of(
            standard,
            standard.mining(1.5),
            standard.everyBackground().boxWeight(2),
            standard.smoothL1(0.2),
            standard.boxLoss(Overlap.GIOU),
            standard.focal(FocalLoss.standard()).boxLoss(Overlap.CIOU))) {
      double expected = looped(task.toString(), outputs, truth, anchors);
      assertThat(task.loss(outputs, batch(truth)).getFloat())
          .as(task.toString())
          .isCloseTo((float) expected, within((float) (2e-5 * expected)));
    }
  }

  private double looped(String task, NDList outputs, NDArray truth, NDArray anchors) {
    boolean focal = task.contains("FocalLoss");
    boolean all = task.contains("every background");
    double ratio = task.contains("1.5 backgrounds") ? 1.5 : 3;
    double beta = task.contains("beta 0.2") ? 0.2 : 1;
    double weight = task.contains("weight 2.0") ? 2 : 1;
    NDArray matched = AnchorMatching.at(0.5).bestAnchor().match(anchors, truth).rows();
    long[] rows = matched.toLongArray();
    float[] t = truth.toFloatArray();
    float[] logits = outputs.get(0).toFloatArray();
    float[] offsets = outputs.get(1).toFloatArray();
    float[] a = anchors.toFloatArray();
    float[] decoded = BoxCoder.standard().decode(outputs.get(1), anchors).toFloatArray();
    int most = (int) truth.getShape().get(1);
    double classLoss = 0;
    double boxLoss = 0;
    int objects = 0;
    for (int n = 0; n < 2; n++) {
      int own = 0;
      double[] negatives = new double[ANCHORS];
      for (int i = 0; i < ANCHORS; i++) {
        int at = n * ANCHORS + i;
        int row = (int) rows[at];
        int wanted = row < 0 ? 0 : 1 + (int) t[(n * most + row) * 5];
        double sum = 0;
        for (int c = 0; c <= CLASSES; c++) {
          sum += Math.exp(logits[at * (1 + CLASSES) + c]);
        }
        double p = Math.exp(logits[at * (1 + CLASSES) + wanted]) / sum;
        double loss = -Math.log(p);
        if (focal) {
          loss *= Math.pow(1 - p, 2) * (row < 0 ? 0.75 : 0.25);
        }
        if (row < 0) {
          negatives[i] = loss;
          continue;
        }
        own++;
        classLoss += loss;
        float[] box = Arrays.copyOfRange(t, (n * most + row) * 5 + 1, (n * most + row) * 5 + 5);
        boxLoss +=
            task.contains("IOU")
                ? 1 - overlap(task, Arrays.copyOfRange(decoded, 4 * at, 4 * at + 4), box)
                : smooth(offsets, 4 * at, encoded(box, a, 4 * i), beta);
      }
      objects += own;
      Arrays.sort(negatives);
      int counted = focal || all ? ANCHORS : (int) Math.ceil(ratio * own);
      for (int k = 0; k < Math.min(counted, ANCHORS); k++) {
        classLoss += negatives[ANCHORS - 1 - k]; // 0 for objects
      }
    }
    return (classLoss + weight * boxLoss) / objects;
  }

  private double overlap(String task, float[] a, float[] b) {
    Overlap kind = task.contains("GIOU") ? Overlap.GIOU : Overlap.CIOU;
    return kind.pairs(boxes(a), boxes(b)).getFloat(0);
  }

  private static double[] encoded(float[] box, float[] a, int i) {
    double w = a[i + 2] - a[i];
    double h = a[i + 3] - a[i + 1];
    return new double[] {
      10 * ((box[0] + box[2]) / 2 - (a[i] + a[i + 2]) / 2) / w,
      10 * ((box[1] + box[3]) / 2 - (a[i + 1] + a[i + 3]) / 2) / h,
      5 * Math.log((box[2] - box[0]) / w),
      5 * Math.log((box[3] - box[1]) / h)
    };
  }

  private static double smooth(float[] offsets, int at, double[] wanted, double beta) {
    double sum = 0;
    for (int e = 0; e < 4; e++) {
      double d = Math.abs(offsets[at + e] - wanted[e]);
      sum += d < beta ? d * d / (2 * beta) : d - beta / 2;
    }
    return sum;
  }

  /** Outputs that say what the truth says, with all anchors that match. */
  private NDList perfect(NDArray truth) {
    NDArray anchors = tiny().anchors(manager, IMAGES);
    AnchorMatches matches = AnchorMatching.at(0.5).bestAnchor().match(anchors, truth);
    long n = truth.getShape().get(0);
    NDArray logits = matches.classes(truth).add(1).oneHot(1 + CLASSES).mul(20);
    NDArray offsets = BoxCoder.standard().encode(matches.boxes(truth), anchors);
    assertThat(logits.getShape()).isEqualTo(new Shape(n, ANCHORS, 1 + CLASSES));
    return new NDList(logits, offsets);
  }

  @Test
  void perfectPredictionsAreJudgedSo() {
    NDArray truth = someTruth();
    DetectionMeasure measure = DetectionMeasure.of(tiny().task());
    measure.add(perfect(truth), batch(truth));
    Metrics metrics = measure.metrics();
    assertThat(metrics.leading()).isEqualTo(DetectionMeasure.MAP);
    assertThat(metrics.get("mAP")).isCloseTo(1, within(1e-9));
    assertThat(metrics.get("mAP@0.5")).isCloseTo(1, within(1e-9));
    assertThat(metrics.get("mAP@0.75")).isCloseTo(1, within(1e-9));
    assertThat(metrics.loss()).isBetween(0.0, 1e-4);
    assertThat(metrics.count()).isEqualTo(2);
    NDArray rows = tiny().task().detections(perfect(truth), IMAGES);
    assertThat(rows.getShape()).isEqualTo(new Shape(2, 100, 6));
    assertThat(rows.get("0, 2:, 0").toFloatArray()).containsOnly(-1);
    assertThat(rows.get("0, :2, 0").toFloatArray()).containsExactlyInAnyOrder(0, 1);
  }

  @Test
  void filtersDecideWhatIsFound() {
    NDArray truth = someTruth();
    SSDTask task = tiny().task();
    DetectionFilter filter = task.filter();
    NDArray all = task.filter(filter.iou(1)).detections(perfect(truth), IMAGES);
    NDArray one = task.filter(filter.most(1)).detections(perfect(truth), IMAGES);
    assertThat(all.get(":, :, 0").gte(0).sum().getLong()).isGreaterThan(4);
    assertThat(one.getShape()).isEqualTo(new Shape(2, 1, 6));
    NDArray none = task.filter(filter.score(1)).detections(perfect(truth), IMAGES);
    assertThat(none.get(":, :, 0").toFloatArray()).containsOnly(-1);
  }

  @Test
  void imagesMayBeEmpty() {
    for (NDArray truth : List.of(truth(1, -1, 0, 0, 0, 0), empty(1, 0, 5))) {
      NDList outputs = randomOutputs(1);
      for (SSDTask task :
          List.of(
              tiny().task(),
              tiny().task().everyBackground(),
              tiny().task().focal(FocalLoss.standard()).boxLoss(Overlap.GIOU))) {
        NDArray logits = outputs.get(0);
        NDArray offsets = outputs.get(1);
        logits.setRequiresGradient(true);
        offsets.setRequiresGradient(true);
        NDArray loss = GradMode.on(() -> task.loss(outputs, batch(truth)));
        assertFinite(loss);
        assertFinite(gradient(logits, () -> task.loss(new NDList(logits, offsets), batch(truth))));
        assertFinite(gradient(offsets, () -> task.loss(new NDList(logits, offsets), batch(truth))));
      }
      DetectionMeasure measure = DetectionMeasure.of(tiny().task());
      measure.add(outputs, batch(truth));
      assertThat(measure.metrics().get("mAP")).isNaN();
    }
  }

  /** Numbers that are none are no detections, and no reason to stop. */
  @Test
  void aNetworkThatDivergedFindsNothing() {
    NDArray truth = someTruth();
    NDList outputs = randomOutputs(2);
    NDArray nowhere = outputs.get(1).mul(Float.NaN);
    DetectionMeasure measure = DetectionMeasure.of(tiny().task());
    measure.add(new NDList(outputs.get(0), nowhere), batch(truth));
    assertThat(measure.metrics().get("mAP")).isZero();
  }

  @Test
  void whatDoesNotSuitIsRefused() {
    SSDTask task = tiny().task();
    NDArray images = manager.zeros(IMAGES);
    NDArray classes = manager.zeros(new Shape(2), DataType.INT64);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> task.check(randomOutputs(2), Examples.of(images, classes).kinds(Target.CLASS)))
        .withMessageContaining("detection takes boxes first: targets(Target.BOXES)");
    Examples boxes = Examples.of(images, someTruth()).kinds(Target.BOXES);
    task.check(randomOutputs(2), boxes);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> task.check(randomOutputs(2), boxes.classes(List.of("a", "b", "c", "d"))))
        .withMessageContaining("tells 3 classes apart, but the data set has 4");
    NDArray high = manager.create(new float[] {-1, 0, 0, 0, 0, 3, 1, 1, 9, 9}, new Shape(2, 1, 5));
    Examples unnamed = Examples.of(images, high).kinds(Target.BOXES);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> task.check(randomOutputs(2), unnamed))
        .withMessageContaining("tells 3 classes apart, but the data set (2 examples")
        .withMessageContaining("has boxes of class 3, from 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> task.check(new NDList(randomOutputs(2).get(0)), boxes))
        .withMessageContaining("network and task must be of one design");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> tiny().extras(1).build())
        .withMessageContaining("anchors are for 2 maps, and the network looks at 3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Detectors.create("ssd_tiny", 2))
        .withMessageContaining("name (tiny) is no network of the zoo");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Detectors.create("yolo", 2))
        .withMessageContaining("name (yolo) must be one of ssd300_vgg16, ");
  }

  @Test
  void anEvaluationTellsEachClass() {
    Unit net = tiny().build();
    net.initialize(manager, DataType.FLOAT32, IMAGES);
    Examples data =
        Examples.of(manager.randomUniform(0, 1, IMAGES), someTruth())
            .kinds(Target.BOXES)
            .classes(List.of("cat", "dog"));
    SSDTask task = tiny().task().filter(DetectionFilter.standard().score(0));
    DetectionEvaluation evaluation = DetectionEvaluation.of(net, task, Batches.of(data, 1));
    Metrics metrics = task.evaluate(net, Batches.of(data, 2));
    assertThat(evaluation.metrics().get("mAP")).isCloseTo(metrics.get("mAP"), within(1e-9));
    assertThat(evaluation.classes()).containsExactly("cat", "dog", "2");
    assertThat(evaluation.table().columnNames())
        .containsExactly("class", "things", "AP, %", "AP@0.5, %", "AP@0.75, %");
    assertThat(evaluation.table().intColumn("things").asList()).containsExactly(1, 1, 2);
    assertThat(evaluation.scores().things(2)).isEqualTo(2);
  }

  /** Of each option another text, so that no checkpoint is resumed by another task. */
  @Test
  void tasksTellAllOptions() {
    SSDTask task = tiny().task();
    List<String> told =
        List.of(
                task,
                task.mining(2),
                task.everyBackground(),
                task.focal(FocalLoss.standard()),
                task.focal(FocalLoss.standard().gamma(1)),
                task.smoothL1(0.5),
                task.boxLoss(Overlap.IOU),
                task.boxWeight(2),
                task.matching(AnchorMatching.at(0.6)),
                task.coder(BoxCoder.unweighted()),
                task.filter(task.filter().iou(0.3)),
                tiny().anchors(three()).extras(1).task())
            .stream()
            .map(Object::toString)
            .toList();
    assertThat(told).doesNotHaveDuplicates();
  }
}
