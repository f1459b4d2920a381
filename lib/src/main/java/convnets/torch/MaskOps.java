package convnets.torch;

import static convnets.torch.TorchScript.call;
import static convnets.torch.TorchScript.calls;
import static convnets.torch.TorchScript.integers;
import static convnets.torch.TorchScript.numbers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;

/**
 * Native operators on the classes of pixels. Logits are (N, C, H, W); the truth is (N, H, W),
 * int64: for each pixel its class, from 0 to below C, or 255 where nothing is known of it, and then
 * nothing that is predicted there changes any result ({@code Target.IGNORED}). A result belongs to
 * the manager of the first argument.
 */
public final class MaskOps {

  /** For what a script takes to the device of the logits itself. */
  private static final NDManager HOST = TorchScript.HOST;

  private MaskOps() {}

  /**
   * The softmax cross-entropy of the pixels that are not ignored, their weighted mean: Σ w · −log p
   * / Σ w, with the weight of each pixel's own class; PyTorch's {@code cross_entropy} with {@code
   * weight} and {@code ignore_index}. 0, with gradients of 0, where all pixels are ignored.
   *
   * @param weights of the classes, one each
   * @return a scalar
   */
  public static NDArray crossEntropy(NDArray logits, NDArray truth, float[] weights) {
    checkClasses(logits, truth);
    try (NDArray byClass = weights(logits, weights);
        NDList ofPixels = calls("pixel_weights", byClass, truth)) {
      return call("pixel_cross_entropy", logits, truth, byClass, ofPixels.get(1));
    }
  }

  /**
   * The same, each pixel counting less the surer it is: Σ w (1 − p)^γ · −log p / Σ w. (Lin et al.,
   * "Focal Loss for Dense Object Detection", 2017, arXiv:1708.02002, equation 5, with a softmax for
   * its sigmoid; its sum is divided by the number of objects.)
   *
   * @param weights of the classes, one each; the α of the paper
   * @param gamma at least 0, which is the cross-entropy
   * @return a scalar
   */
  public static NDArray focal(NDArray logits, NDArray truth, float[] weights, double gamma) {
    checkClasses(logits, truth);
    try (NDArray byClass = weights(logits, weights);
        NDList ofPixels = calls("pixel_weights", byClass, truth);
        NDArray likelihood = call("pixel_likelihood", logits, truth);
        NDArray focus = call("pixel_focus", likelihood, numbers(gamma));
        NDArray mean = call("pixel_mean", focus, likelihood, ofPixels.get(0), ofPixels.get(1))) {
      return mean.neg();
    }
  }

  /**
   * How little the predicted classes overlap the true ones: 1 − 2 Σ p g / (Σ p + Σ g), where p are
   * the probabilities of a class over all pixels of the batch, and g is 1 where the class is and 0
   * elsewhere; the mean over the classes that are there. (Milletari et al., "V-Net", 2016,
   * arXiv:1606.04797, section 3, without its squares.) 0, with gradients of 0, where all pixels are
   * ignored.
   *
   * @return a scalar
   */
  public static NDArray dice(NDArray logits, NDArray truth) {
    checkClasses(logits, truth);
    int classes = (int) logits.getShape().get(1);
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDList wanted = calls("pixel_truth", truth, integers(classes));
      // Step by step, so that autograd alone differentiates it: see the script.
      NDArray rows = logits.transpose(0, 2, 3, 1).reshape(-1, classes);
      NDArray p = rows.softmax(1).mul(wanted.get(1));
      NDArray both = p.mul(wanted.get(0)).sum(new int[] {0});
      NDArray all = p.sum(new int[] {0}).add(wanted.get(2));
      NDArray loss = wanted.get(4).sub(both.mul(wanted.get(3)).div(all).sum());
      loss.attach(logits.getManager());
      NDScope.unregister(loss);
      return loss;
    }
  }

  /**
   * What became of the pixels that are not ignored.
   *
   * @param predicted the class of each pixel, (N, H, W), int64
   * @param classes C
   * @param distance see {@link #edges}
   * @return (C² + 2), int64: how many pixels of class i were taken for class j, at place i · C + j;
   *     how many pixels at edges have their own class; how many pixels at edges there are
   */
  public static NDArray counts(NDArray predicted, NDArray truth, int classes, int distance) {
    checkHighest(truth, classes);
    return call("pixel_counts", predicted, truth, integers(classes, distance));
  }

  /**
   * Where the edges are: pixels that have one of another class within so many rows and columns of
   * them. Pixels that are ignored have none and are none.
   *
   * @param distance in pixels, at least 1
   * @return (N, H, W), booleans
   */
  public static NDArray edges(NDArray truth, int distance) {
    return call("pixel_edges", truth, integers(distance));
  }

  private static NDArray weights(NDArray logits, float[] weights) {
    if (weights.length != logits.getShape().get(1)) {
      throw new IllegalArgumentException(
          "weights (%d) must be one for each of the %d classes of the logits"
              .formatted(weights.length, logits.getShape().get(1)));
    }
    try (NDArray lent = HOST.create(weights)) { // memory of the JVM, which autograd must not keep
      return logits.getDevice().isGpu() ? call("on_device_of", logits, lent) : lent.duplicate();
    }
  }

  private static void checkClasses(NDArray logits, NDArray truth) {
    long[] l = logits.getShape().getShape();
    long[] t = truth.getShape().getShape();
    boolean fits = l.length == 4 && t.length == 3 && t[0] == l[0] && t[1] == l[2] && t[2] == l[3];
    if (!fits || truth.getDataType() != DataType.INT64) {
      throw new IllegalArgumentException(
          "truth %s, %s, must be (N, H, W), int64, of logits (N, C, H, W), which are %s"
              .formatted(truth.getShape(), truth.getDataType(), logits.getShape()));
    }
    checkHighest(truth, (int) l[1]);
  }

  /** On a CPU, which has not to be waited for. */
  private static void checkHighest(NDArray truth, int classes) {
    if (truth.getDevice().isGpu() || truth.isEmpty()) {
      return;
    }
    try (NDArray highest = call("highest_class", truth)) {
      if (highest.getLong() >= classes) {
        throw new IllegalArgumentException(
            ("truth holds class %d, but there are outputs for %d classes, from 0: give the network"
                    + " as many as the data have, the background included")
                .formatted(highest.getLong(), classes));
      }
    }
  }
}
