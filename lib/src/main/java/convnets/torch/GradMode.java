package convnets.torch;

import ai.djl.pytorch.jni.JniUtils;
import java.util.function.Supplier;

/**
 * Whether operations are recorded for a backward pass.
 *
 * <p>PyTorch keeps this for each thread, and DJL switches it off only on the thread that has loaded
 * the engine. So code that cares sets it itself, and leaves it as it was.
 */
public final class GradMode {

  private GradMode() {}

  /** Runs something that is recorded. */
  public static <T> T on(Supplier<T> body) {
    return with(true, body);
  }

  /** Runs something that is not recorded, as evaluation and changes of parameters. */
  public static <T> T off(Supplier<T> body) {
    return with(false, body);
  }

  private static <T> T with(boolean mode, Supplier<T> body) {
    boolean before = JniUtils.isGradMode();
    JniUtils.setGradMode(mode);
    try {
      return body.get();
    } finally {
      JniUtils.setGradMode(before);
    }
  }
}
