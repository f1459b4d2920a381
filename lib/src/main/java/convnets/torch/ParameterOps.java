package convnets.torch;

import static convnets.torch.TorchScript.list;
import static convnets.torch.TorchScript.returned;
import static convnets.torch.TorchScript.run;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.jni.IValue;
import java.util.List;

/**
 * Native operators on lists of arrays: all parameters of a network, all their gradients, in one
 * call. They write over what they are given, and autograd records none of it.
 */
public final class ParameterOps {

  private ParameterOps() {}

  /** Copies the numbers of arrays over those of others of the same shapes, on any devices. */
  public static void copyAll(List<NDArray> sources, List<NDArray> targets) {
    run("copy_all_", list(sources), list(targets));
  }

  /**
   * Moves arrays a share of the way towards others: t <- t + share · (towards - t).
   *
   * @param share from 0, which changes nothing, to 1, which copies
   */
  public static void lerpAll(List<NDArray> targets, List<NDArray> towards, double share) {
    run("lerp_all_", list(targets), list(towards), IValue.from(share));
  }

  /** Adds arrays to others, which may be on another device. */
  public static void addAll(List<NDArray> sources, List<NDArray> targets) {
    run("add_all_", list(sources), list(targets));
  }

  /** Sets all to zero, whatever they hold. */
  public static void zeroAll(List<NDArray> arrays) {
    run("zero_all_", list(arrays));
  }

  /**
   * Scales gradients down, all by the same factor, so that the norm of all of them together is at
   * most {@code most}; smaller ones stay. PyTorch's {@code clip_grad_norm_}; nothing waits for the
   * device.
   */
  public static void clipNorm(List<NDArray> gradients, double most) {
    run("clip_norm_", list(gradients), IValue.from(most));
  }

  /**
   * Divides gradients by the factor by which the loss was multiplied. Waits for the device.
   *
   * @return whether all of them are finite
   */
  public static boolean unscale(List<NDArray> gradients, double scale) {
    try (IValue finite = returned("unscale_", list(gradients), IValue.from(scale))) {
      return finite.toBoolean();
    }
  }

  // Optimisers.

  /**
   * One step of SGD with momentum over all parameters.
   *
   * @param momenta one a parameter, zero at first; none at all if {@code momentum} is 0
   */
  public static void sgdStep(
      List<NDArray> parameters,
      List<NDArray> gradients,
      List<NDArray> momenta,
      double rate,
      double momentum,
      double decay,
      boolean nesterov) {
    run(
        "sgd_",
        list(parameters),
        list(gradients),
        list(momenta),
        IValue.from(rate),
        IValue.from(momentum),
        IValue.from(decay),
        IValue.from(nesterov));
  }

  /**
   * One step of AdamW over all parameters.
   *
   * @param steps how many steps each parameter has taken, float scalars; counted up
   */
  public static void adamwStep(
      List<NDArray> parameters,
      List<NDArray> gradients,
      List<NDArray> means,
      List<NDArray> squares,
      List<NDArray> steps,
      double rate,
      double beta1,
      double beta2,
      double decay,
      double epsilon) {
    run(
        "adamw_",
        list(parameters),
        list(gradients),
        list(means),
        list(squares),
        list(steps),
        IValue.from(rate),
        IValue.from(beta1),
        IValue.from(beta2),
        IValue.from(decay),
        IValue.from(epsilon));
  }
}
