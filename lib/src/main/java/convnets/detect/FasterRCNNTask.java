package convnets.detect;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import convnets.Checks;
import convnets.data.Batch;
import convnets.data.Source;
import java.util.Arrays;

/**
 * What a {@link FasterRCNN} is trained for. The first stage: of anchors that are drawn, half of
 * them with objects if there are as many, whether there is an object, and where. The second: of
 * proposals that are drawn, a quarter of them with objects, what it is, and where exactly. The loss
 * is the sum of four means over what was drawn. (Ren et al. 2015, arXiv:1506.01497, section 3.1;
 * torchvision's numbers.) The engine's generator draws.
 *
 * <p>Immutable: each option returns another task.
 */
public final class FasterRCNNTask extends DetectionOptions<FasterRCNNTask> {

  private static final BoxCoder PROPOSING = BoxCoder.unweighted();
  private static final BoxCoder REFINING = BoxCoder.standard();
  private static final AnchorMatching ANCHORS = AnchorMatching.at(0.7).background(0.3).lowQuality();
  private static final AnchorMatching PROPOSALS = AnchorMatching.at(0.5);
  private static final FocalLoss CROSS_ENTROPY = new FocalLoss(Double.NaN, 0);

  /** Of smooth L1 losses. */
  private static final double BETA = 1.0 / 9;

  /** The side of a detection at least, as torchvision has it. */
  private static final double LEAST = 0.01;

  private static final int OUTPUTS = 5;

  private final AnchorGrid grid;
  private int anchorsDrawn;
  private int proposalsDrawn;
  private double anchorShare = 0.5;
  private double proposalShare;

  /** With {@code proposalShare} of the proposals drawn with objects, at most. */
  FasterRCNNTask(
      int classes, AnchorGrid grid, int anchorsDrawn, int proposalsDrawn, double proposalShare) {
    super(classes, DetectionFilter.standard().candidates(1000));
    this.grid = grid;
    this.anchorsDrawn = anchorsDrawn;
    this.proposalsDrawn = proposalsDrawn;
    this.proposalShare = proposalShare;
  }

  /**
   * So many anchors of an image count in the loss of the first stage.
   *
   * @param share of them with objects, at most
   */
  public FasterRCNNTask drawnAnchors(int count, double share) {
    Checks.positive("count", count);
    Checks.probability("share", share);
    return with(
        t -> {
          t.anchorsDrawn = count;
          t.anchorShare = share;
        });
  }

  /**
   * So many proposals of an image count in the loss of the second stage.
   *
   * @param share of them with objects, at most
   */
  public FasterRCNNTask drawnProposals(int count, double share) {
    Checks.positive("count", count);
    Checks.probability("share", share);
    return with(
        t -> {
          t.proposalsDrawn = count;
          t.proposalShare = share;
        });
  }

  @Override
  public void check(NDList outputs, Source data) {
    DetectionTask.check(data, classes());
    Shape[] shapes = outputs.getShapes();
    boolean fits =
        shapes.length == OUTPUTS
            && shapes[1].dimension() == 3
            && shapes[1].get(1) == grid.count(data.inputShape())
            && shapes[3].dimension() == 3
            && shapes[3].get(2) == 1 + classes();
    if (!fits) {
      throw new IllegalArgumentException(
          ("the network gives %s, which are not the outputs of a Faster R-CNN of %d classes:"
                  + " network and task must be of one design")
              .formatted(Arrays.toString(shapes), classes()));
    }
  }

  /** With the truth, whose boxes are put among the proposals. */
  @Override
  public NDList inputs(Batch batch) {
    return new NDList(batch.images(), batch.targets().head());
  }

  @Override
  public NDArray loss(NDList outputs, Batch batch) {
    NDArray truth = batch.targets().head();
    NDArray first = proposing(outputs.get(0), outputs.get(1), truth, batch.images().getShape());
    return first.add(refining(outputs.get(2), outputs.get(3), outputs.get(4), truth));
  }

  /** The loss of the first stage. */
  private NDArray proposing(NDArray logits, NDArray offsets, NDArray truth, Shape image) {
    NDArray anchors = grid.boxes(logits.getManager(), image);
    AnchorMatches matches = ANCHORS.match(anchors, truth);
    NDArray object = matches.rows().minimum(0); // one class, ignored, or background
    NDArray drawn = Mining.balanced(object, anchorsDrawn, anchorShare);
    NDArray losses = CROSS_ENTROPY.sigmoid(logits, object);
    NDArray wanted = PROPOSING.encode(matches.boxes(truth), anchors);
    NDArray moved = BoxLosses.smoothL1(offsets, wanted, BETA);
    NDArray found = drawn.logicalAnd(matches.objects());
    return BoxLosses.average(losses, drawn, drawn).add(BoxLosses.average(moved, found, drawn));
  }

  /** The loss of the second stage. */
  private NDArray refining(NDArray proposals, NDArray logits, NDArray offsets, NDArray truth) {
    AnchorMatches matches = PROPOSALS.match(proposals, truth);
    NDArray wanted = matches.classes(truth);
    NDArray padding = wanted.getManager().full(wanted.getShape(), -2, DataType.INT64);
    NDArray real = Boxes.areas(proposals).gt(0);
    NDArray known = NDArrays.where(real, wanted, padding);
    NDArray drawn = Mining.balanced(known, proposalsDrawn, proposalShare);
    NDArray losses = CROSS_ENTROPY.softmax(logits, known);
    NDArray own = ofClass(offsets, known);
    NDArray moves = REFINING.encode(matches.boxes(truth), apart(proposals));
    NDArray moved = BoxLosses.smoothL1(own, moves, BETA);
    NDArray found = drawn.logicalAnd(known.gte(0));
    return BoxLosses.average(losses, drawn, drawn).add(BoxLosses.average(moved, found, drawn));
  }

  /** Proposals that have an area, for offsets that are finite: padding has one of a pixel. */
  private static NDArray apart(NDArray proposals) {
    NDArray sides =
        Boxes.areas(proposals).lte(0).toType(DataType.FLOAT32, false).expandDims(2); // (N, P, 1)
    NDArray none = sides.zerosLike();
    NDList edges = new NDList(none, none, sides, sides);
    return proposals.add(NDArrays.concat(edges, 2));
  }

  /** The offsets for the class of each: (N, P, 1 + C, 4), (N, P) -> (N, P, 4). */
  private static NDArray ofClass(NDArray offsets, NDArray classes) {
    Shape s = offsets.getShape();
    long n = s.get(0);
    long p = s.get(1);
    NDArray rows = classes.add(1).reshape(n * p, 1);
    return Boxes.gather(offsets.reshape(n * p, s.get(2), 4), rows).reshape(n, p, 4);
  }

  @Override
  public NDArray detections(NDList outputs, Shape image) {
    NDArray proposals = outputs.get(2);
    NDArray offsets = outputs.get(4).get(new NDIndex(":, :, 1:")); // (N, P, C, 4)
    NDArray decoded = REFINING.decode(offsets, proposals.expandDims(2));
    NDArray boxes = Boxes.clip(decoded, image);
    NDArray scores = outputs.get(3).softmax(2).get(new NDIndex("..., 1:"));
    NDArray sound = Boxes.atLeast(boxes, LEAST).toType(DataType.FLOAT32, false);
    NDArray real = Boxes.areas(proposals).gt(0).toType(DataType.FLOAT32, false).expandDims(2);
    return filter().apply(boxes, scores.mul(sound).mul(real));
  }

  @Override
  public String reading() {
    return "proposals, " + grid;
  }

  @Override
  public String toString() {
    return ("Faster R-CNN (%d classes, %s, %d anchors drawn, %s of them objects, %d proposals, %s"
            + " of them objects; %s)")
        .formatted(
            classes(),
            reading(),
            anchorsDrawn,
            anchorShare,
            proposalsDrawn,
            proposalShare,
            filter());
  }
}
