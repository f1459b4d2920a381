package convnets.detect;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import convnets.Checks;
import convnets.data.Batch;
import convnets.data.Source;
import convnets.torch.TorchOps;
import java.util.Arrays;

/**
 * What a {@link CenterNet} is trained for: heat maps by the focal loss of {@link
 * CenterTargets#heatLoss}, and at the centres the L1 losses of their offsets and of the boxes'
 * sides, all over the number of things.
 *
 * <p>Immutable: each option returns another task.
 */
public final class CenterNetTask extends DetectionOptions<CenterNetTask> {

  /** The authors', section 3; sides are in pixels of the map. */
  private static final double USUAL_SIZE_WEIGHT = 0.1;

  private double sizeWeight = USUAL_SIZE_WEIGHT;
  private double offsetWeight = 1;

  CenterNetTask(int classes) {
    super(classes, DetectionFilter.standard().iou(1)); // peaks stand in for suppression
  }

  /** The loss of the sides counts so much: 0.1 by default. */
  public CenterNetTask sizeWeight(double weight) {
    Checks.notNegative("weight", weight);
    return with(t -> t.sizeWeight = weight);
  }

  /** The loss of the offsets counts so much: 1 by default. */
  public CenterNetTask offsetWeight(double weight) {
    Checks.notNegative("weight", weight);
    return with(t -> t.offsetWeight = weight);
  }

  @Override
  public void check(NDList outputs, Source data) {
    DetectionTask.check(data, classes());
    Shape[] shapes = outputs.getShapes();
    boolean fits = shapes.length == 3 && shapes[0].dimension() == 4;
    if (!fits
        || shapes[0].get(1) != classes()
        || !shapes[1].equals(pairs(shapes[0]))
        || !shapes[2].equals(shapes[1])) {
      throw new IllegalArgumentException(
          ("the network gives %s, and CenterNet's task takes heat (N, %d, H, W), offsets and sizes"
                  + " (N, 2, H, W)")
              .formatted(Arrays.toString(shapes), classes()));
    }
  }

  private static Shape pairs(Shape heat) {
    return new Shape(heat.get(0), 2, heat.get(2), heat.get(3));
  }

  @Override
  public NDArray loss(NDList outputs, Batch batch) {
    NDArray heat = outputs.get(0);
    NDArray truth = batch.targets().head();
    CenterTargets targets =
        CenterTargets.of(truth, classes(), batch.images().getShape(), heat.getShape());
    NDArray there = targets.objects();
    NDArray heatLosses = targets.heatLoss(heat);
    NDArray every = heatLosses.onesLike().toType(DataType.BOOLEAN, false);
    NDArray loss = BoxLosses.average(heatLosses, every, there);
    loss = loss.add(atCenters(targets, outputs.get(1), targets.offsets(), there, offsetWeight));
    return loss.add(atCenters(targets, outputs.get(2), targets.sizes(), there, sizeWeight));
  }

  /** The mean L1 loss of what maps say at the centres. */
  private static NDArray atCenters(
      CenterTargets targets, NDArray maps, NDArray wanted, NDArray there, double weight) {
    NDArray losses = BoxLosses.smoothL1(targets.at(maps), wanted, 0);
    return TorchOps.scale(BoxLosses.average(losses, there, there), weight);
  }

  @Override
  public NDArray detections(NDList outputs, Shape image) {
    NDArray heat = outputs.get(0).getNDArrayInternal().sigmoid();
    CenterPeaks peaks = CenterPeaks.of(heat, filter().most());
    NDArray corners = peaks.boxes(outputs.get(1), outputs.get(2).maximum(0), image);
    return filter().ofOneClass(Boxes.clip(corners, image), peaks.scores(), peaks.classes());
  }

  @Override
  public String reading() {
    return "centres";
  }

  @Override
  public String toString() {
    return "CenterNet (%d classes, offsets %s, sizes %s; %s)"
        .formatted(classes(), offsetWeight, sizeWeight, filter());
  }
}
