package convnets.torch;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import java.io.InputStream;
import java.util.Locale;
import java.util.Optional;

/**
 * oneDNN's own operators, which networks prepared for use are faster with: sums that include what
 * comes after them, and weights in the order in which the processor reads them.
 *
 * <p>They are used on x86 processors, where that has been measured, and only where PyTorch has them
 * (its library for Apple silicon has not). Elsewhere networks compute the same in ordinary
 * operators. The environment variable {@code CONVNETS_ONEDNN=off} asks for that anywhere; the
 * system property {@code convnets.onednn} goes before it.
 */
public final class OneDnn {

  private static final String VARIABLE = "CONVNETS_ONEDNN";
  private static final String PROPERTY = "convnets.onednn";

  private OneDnn() {}

  /** Loaded when first wanted, once; empty where PyTorch lacks the operators. */
  private static final class Loaded {
    static final Optional<ScriptArchive> ARCHIVE = load(ScriptArchive.resource("onednn_ops.pt"));
  }

  static Optional<ScriptArchive> load(InputStream archive) {
    try {
      return Optional.of(new ScriptArchive(archive));
    } catch (EngineException e) {
      return Optional.empty();
    }
  }

  /**
   * Whether networks that are prepared now use it on the CPU.
   *
   * @throws IllegalStateException if the setting is neither on nor off
   */
  public static boolean available() {
    return asked(System.getProperty(PROPERTY, System.getenv(VARIABLE)))
        && MemoryLayout.X86
        && Loaded.ARCHIVE.isPresent();
  }

  /**
   * Whether the setting leaves it on.
   *
   * @param setting null or blank: nothing was said
   */
  static boolean asked(String setting) {
    String wish = setting == null ? "" : setting.strip().toLowerCase(Locale.ROOT);
    return switch (wish) {
      case "", "on" -> true;
      case "off" -> false;
      default ->
          throw new IllegalStateException(
              VARIABLE + "=" + setting + " is not understood. Say on or off.");
    };
  }

  private static ScriptArchive archive() {
    return Loaded.ARCHIVE.orElseThrow(
        () -> new IllegalStateException("PyTorch's library lacks oneDNN's operators"));
  }

  /** Whether PyTorch computes in a half precision with it on this processor. */
  static boolean has(DataType precision) {
    String method = precision == DataType.BFLOAT16 ? "has_bfloat16" : "has_float16";
    try (IValue answer = archive().returned(method)) {
      return answer.toBoolean();
    }
  }

  /**
   * Weights in the order in which the processor reads them, for the two methods below alone.
   *
   * @param images the shape of the input that they will meet; others work, but take longer
   */
  public static NDArray pack(NDArray weight, Geometry geometry, Shape images) {
    return archive().call("pack", weight, geometry.and(0), TorchScript.integers(images.getShape()));
  }

  /** activation(W ∗ x + b). */
  public static NDArray conv(
      NDArray x, NDArray weight, NDArray bias, Geometry geometry, FusedActivation activation) {
    return archive().call("conv_fused", x, weight, bias, geometry.and(activation.code()));
  }

  /**
   * activation(W ∗ x + b + other).
   *
   * @param over whether the result may be written over {@code other}
   */
  public static NDArray convAdd(
      NDArray x,
      NDArray weight,
      NDArray bias,
      Geometry geometry,
      FusedActivation activation,
      NDArray other,
      boolean over) {
    NDArray numbers = geometry.and(activation.code(), over ? 1 : 0);
    return archive().call("conv_fused_add", x, weight, bias, numbers, other);
  }
}
