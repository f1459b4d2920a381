package convnets.detect;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import convnets.Checks;
import convnets.data.Batch;
import convnets.data.Source;
import convnets.torch.TorchOps;
import java.util.Arrays;

/**
 * What an {@link SSD} is trained for: each anchor is to say which class is there, or none, and
 * those that have a box to say where it is. The loss is the sum over the anchors that count, over
 * the number of anchors with a box: the cross-entropy, and the loss of boxes.
 *
 * <p>By default as in the paper (Liu et al. 2015, arXiv:1512.02325, section 2.2): an anchor matches
 * a box from an IoU of 0.5, each box has its best anchor, three hard backgrounds count for each
 * object, boxes have the smooth L1 loss of their offsets.
 *
 * <p>Immutable: each option returns another task.
 */
public final class SSDTask extends DetectionOptions<SSDTask> {

  private static final double USUAL_RATIO = 3;

  private final AnchorGrid grid;
  private AnchorMatching matching = AnchorMatching.at(0.5).bestAnchor();
  private BoxCoder coder = BoxCoder.standard();

  /** Backgrounds for each object; NaN: all. */
  private double ratio = USUAL_RATIO;

  /** Null: none. */
  private FocalLoss focal;

  /** Null: smooth L1. */
  private Overlap overlap;

  private double beta = 1;
  private double boxWeight = 1;

  SSDTask(int classes, AnchorGrid grid) {
    super(classes, DetectionFilter.standard());
    this.grid = grid;
  }

  /** Matches anchors and boxes in another way. */
  public SSDTask matching(AnchorMatching matching) {
    return with(t -> t.matching = matching);
  }

  /** Encodes boxes in another way. */
  public SSDTask coder(BoxCoder coder) {
    return with(t -> t.coder = coder);
  }

  /** So many backgrounds count for each object of an image, those with the highest losses. */
  public SSDTask mining(double ratio) {
    Checks.notNegative("ratio", ratio);
    return with(
        t -> {
          t.ratio = ratio;
          t.focal = null;
        });
  }

  /** All backgrounds count, the easy ones as much as the hard ones. */
  public SSDTask everyBackground() {
    return with(
        t -> {
          t.ratio = Double.NaN;
          t.focal = null;
        });
  }

  /** All backgrounds count, by a loss that cares little for easy ones. */
  public SSDTask focal(FocalLoss focal) {
    return with(
        t -> {
          t.ratio = Double.NaN;
          t.focal = focal;
        });
  }

  /** Boxes have the smooth L1 loss of their offsets: see {@link BoxLosses#smoothL1}. */
  public SSDTask smoothL1(double beta) {
    Checks.notNegative("beta", beta);
    return with(
        t -> {
          t.beta = beta;
          t.overlap = null;
        });
  }

  /** Boxes have one minus their overlap as a loss. */
  public SSDTask boxLoss(Overlap overlap) {
    return with(t -> t.overlap = overlap);
  }

  /** The loss of boxes counts so much beside that of classes: 1 by default. */
  public SSDTask boxWeight(double weight) {
    Checks.notNegative("weight", weight);
    return with(t -> t.boxWeight = weight);
  }

  @Override
  public void check(NDList outputs, Source data) {
    DetectionTask.check(data, classes());
    long anchors = grid.count(data.inputShape());
    if (outputs.size() != 2
        || !fits(outputs.get(0), anchors, 1 + classes())
        || !fits(outputs.get(1), anchors, 4)) {
      throw new IllegalArgumentException(
          ("the network gives %s, and SSD's task takes logits (N, %d, %d) and offsets (N, %d, 4):"
                  + " network and task must be of one design")
              .formatted(Arrays.toString(outputs.getShapes()), anchors, 1 + classes(), anchors));
    }
  }

  private static boolean fits(NDArray output, long anchors, long each) {
    Shape shape = output.getShape();
    return shape.dimension() == 3 && shape.get(1) == anchors && shape.get(2) == each;
  }

  @Override
  public NDArray loss(NDList outputs, Batch batch) {
    NDArray logits = outputs.get(0);
    NDArray offsets = outputs.get(1);
    NDArray truth = batch.targets().head();
    NDArray anchors = grid.boxes(logits.getManager(), batch.images().getShape());
    AnchorMatches matches = matching.match(anchors, truth);
    NDArray wanted = matches.classes(truth);
    NDArray objects = matches.objects();
    NDArray losses = classLoss().softmax(logits, wanted);
    NDArray classLoss = BoxLosses.average(losses, counted(losses, wanted, objects), objects);
    NDArray boxLosses = boxLosses(offsets, matches.boxes(truth), anchors);
    NDArray boxLoss = BoxLosses.average(boxLosses, objects, objects);
    return classLoss.add(boxWeight == 1 ? boxLoss : TorchOps.scale(boxLoss, boxWeight));
  }

  private FocalLoss classLoss() {
    return focal == null ? new FocalLoss(Double.NaN, 0) : focal;
  }

  /** Which anchors count in the loss of classes; the loss of those that are ignored is 0. */
  private NDArray counted(NDArray losses, NDArray wanted, NDArray objects) {
    return Double.isNaN(ratio)
        ? wanted.gte(AnchorMatches.BACKGROUND)
        : objects.logicalOr(Mining.hardNegatives(losses, wanted, ratio));
  }

  private NDArray boxLosses(NDArray offsets, NDArray boxes, NDArray anchors) {
    return overlap == null
        ? BoxLosses.smoothL1(offsets, coder.encode(boxes, anchors), beta)
        : overlap.loss(coder.decode(offsets, anchors), boxes);
  }

  @Override
  public NDArray detections(NDList outputs, Shape image) {
    NDArray offsets = outputs.get(1);
    NDArray anchors = grid.boxes(offsets.getManager(), image);
    NDArray boxes = Boxes.clip(coder.decode(offsets, anchors), image);
    NDArray scores = outputs.get(0).softmax(2).get(new NDIndex("..., 1:"));
    return filter().apply(boxes, scores);
  }

  @Override
  public String reading() {
    return grid + ", " + coder;
  }

  @Override
  public String toString() {
    String backgrounds =
        focal != null
            ? focal.toString()
            : Double.isNaN(ratio) ? "every background" : ratio + " backgrounds for each object";
    String boxes = overlap == null ? "smooth L1, beta " + beta : overlap.toString();
    return "SSD (%d classes, %s, %s, %s, boxes by %s, weight %s; %s)"
        .formatted(classes(), reading(), matching, backgrounds, boxes, boxWeight, filter());
  }
}
