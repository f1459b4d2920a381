package convnets.detect;

import ai.djl.ndarray.NDArray;
import convnets.Checks;
import convnets.torch.DetectOps;

/**
 * Losses of boxes, one for each; {@link Overlap#loss} has those that come from overlaps. Gradients
 * flow to what was predicted.
 */
public final class BoxLosses {

  private BoxLosses() {}

  /**
   * The smooth L1 loss of offsets, d² / 2β where |d| is below β and |d| − β / 2 beyond, summed over
   * the four. (Girshick, "Fast R-CNN", 2015, arXiv:1504.08083, equation 3, with β = 1.)
   *
   * @param predicted (…, 4)
   * @param wanted (…, 4); see {@link BoxCoder#encode}
   * @param beta 0 for the plain L1 loss
   * @return (…)
   */
  public static NDArray smoothL1(NDArray predicted, NDArray wanted, double beta) {
    BoxShapes.floats("predicted", predicted);
    BoxShapes.floats("wanted", wanted);
    BoxShapes.shape("wanted", wanted, predicted.getShape(), "as predicted is");
    return DetectOps.smoothL1(predicted, wanted, Checks.notNegative("beta", beta));
  }

  /**
   * The sum of the losses that count, over the number of objects; over 1 if there is none.
   *
   * @param losses of any shape, float32; where they do not count they may be infinite
   * @param mask of the same shape, boolean: which count
   * @param objects of any shape, boolean or a number: what is counted, for instance {@link
   *     AnchorMatches#objects}
   * @return a scalar
   */
  public static NDArray average(NDArray losses, NDArray mask, NDArray objects) {
    BoxShapes.floats("losses", losses);
    BoxShapes.shape("mask", mask, losses.getShape(), "as losses is");
    return DetectOps.countedSum(losses, mask, objects);
  }
}
