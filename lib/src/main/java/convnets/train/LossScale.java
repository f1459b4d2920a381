package convnets.train;

import ai.djl.Device;
import ai.djl.TrainingDivergedException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import convnets.torch.ParameterOps;
import convnets.torch.TorchOps;
import java.util.Optional;

/**
 * What the loss is multiplied by, so that small gradients do not vanish in half precision: halved
 * when gradients overflow, doubled when they have not for long. (Micikevicius et al. 2017,
 * arXiv:1710.03740, section 3.2; the numbers are those of PyTorch's {@code GradScaler}.)
 */
final class LossScale {

  private static final float START = 1 << 16;
  private static final int STEPS_TO_GROW = 2000;

  /** Below it, the gradients are not too large: they are no numbers. */
  private static final float LEAST = 1f / (1 << 16);

  /**
   * The scale, and the good steps since it last changed: an array, as checkpoints keep arrays, on
   * the CPU, where nothing has to be waited for. Null: 1 forever.
   */
  private final NDArray state;

  private LossScale(NDArray state) {
    this.state = state;
  }

  /**
   * Of a training in some precision: in FLOAT16 it starts at 65,536, in others it is always 1.
   *
   * @param manager owns the state
   */
  static LossScale in(DataType precision, NDManager manager) {
    return precision == DataType.FLOAT16 ? dynamic(manager) : new LossScale(null);
  }

  /** Starts at 65,536. */
  static LossScale dynamic(NDManager manager) {
    return new LossScale(manager.newSubManager(Device.cpu()).create(new float[] {START, 0}));
  }

  /** What the loss of the next step is to be multiplied by. */
  double value() {
    return state == null ? 1 : state.toFloatArray()[0];
  }

  /**
   * Divides the gradients of a scaled loss by the scale, and adapts the scale to them.
   *
   * @return whether all of them are finite: otherwise the step must be left out
   * @throws TrainingDivergedException if they have not been for so long that no scale helps
   */
  boolean unscale(NDList gradients) {
    if (state == null) {
      return true;
    }
    float[] now = state.toFloatArray();
    boolean finite = ParameterOps.unscale(gradients, now[0]);
    if (!finite) {
      set(now[0] / 2, 0);
    } else if (now[1] + 1 == STEPS_TO_GROW) {
      set(now[0] * 2, 0);
    } else {
      set(now[0], now[1] + 1);
    }
    return finite;
  }

  private void set(float scale, float goodSteps) {
    if (scale < LEAST) {
      throw new TrainingDivergedException(
          "the gradients are not finite, however small the loss is made (scale %s): try a smaller"
                  .formatted(scale)
              + " rate, or BFLOAT16");
    }
    try (NDArray next = state.getManager().create(new float[] {scale, goodSteps})) {
      TorchOps.copy(next, state);
    }
  }

  /** For checkpoints; a live array. */
  Optional<NDArray> state() {
    return Optional.ofNullable(state);
  }
}
