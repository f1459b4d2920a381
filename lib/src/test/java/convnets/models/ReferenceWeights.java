package convnets.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import convnets.Reference;
import convnets.nn.Unit;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/** Weights and images made by the formula that {@code ci/parity/fixtures.py} writes as well. */
public final class ReferenceWeights {

  private ReferenceWeights() {}

  private static float[] floats(int size, IntToDoubleFunction value) {
    float[] floats = new float[size];
    IntStream.range(0, size).parallel().forEach(i -> floats[i] = (float) value.applyAsDouble(i));
    return floats;
  }

  /** Images of numbers from −0.5 to below 0.5. */
  public static NDArray images(NDManager manager, Shape shape) {
    IntToDoubleFunction u = Reference.uniform("input");
    return manager.create(floats((int) shape.size(), i -> u.applyAsDouble(i) - 0.5), shape);
  }

  /** Initialises a network and sets every parameter by the formula. */
  public static void fill(Unit net, NDManager manager, Shape input) {
    net.initialize(manager, DataType.FLOAT32, input);
    set(net);
  }

  /** Sets every parameter, in single precision, by the formula. */
  public static void set(Unit net) {
    for (Pair<String, Parameter> pair : net.getParameters()) {
      Shape shape = pair.getValue().getShape();
      Parameter.Type type = pair.getValue().getType();
      double fanIn = (double) shape.size() / shape.get(0);
      IntToDoubleFunction u = Reference.uniform(pair.getKey());
      NDArray array = pair.getValue().getArray();
      array.set(floats((int) shape.size(), i -> value(type, u.applyAsDouble(i), fanIn)));
    }
  }

  private static double value(Parameter.Type type, double u, double fanIn) {
    return switch (type) {
      case WEIGHT -> (u - 0.5) * Math.sqrt(24 / fanIn);
      case GAMMA -> 0.2 + 0.4 * u;
      case RUNNING_VAR -> 0.5 + u;
      default -> u - 0.5;
    };
  }

  /** Of the names and shapes of all parameters, as {@code ci/parity/fixtures.py} computes it. */
  public static String digest(Unit net) {
    String lines =
        net.getParameters().stream()
            .map(pair -> pair.getKey() + " " + text(pair.getValue().getShape()) + "\n")
            .sorted()
            .reduce("", String::concat);
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      byte[] hash = sha.digest(lines.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash).substring(0, 16);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static String text(Shape shape) {
    return String.join(
        "x", Arrays.stream(shape.getShape()).mapToObj(Long::toString).toArray(String[]::new));
  }
}
