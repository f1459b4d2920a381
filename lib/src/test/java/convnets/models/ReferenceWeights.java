package convnets.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import convnets.nn.Unit;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Weights made by a formula that {@code reference/torchvision_resnet.py} repeats, and the tables it
 * wrote.
 */
final class ReferenceWeights {

  private ReferenceWeights() {}

  /** The rows of a table among the test resources, split at tabs. */
  static List<String[]> table(String name) {
    try (InputStream in = ReferenceWeights.class.getResourceAsStream("/reference/" + name)) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return text.lines().map(line -> line.split("\t")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Numbers from 0 to below 1 that depend on a name. */
  private static double[] uniform(String name, int size) {
    long sum = 0;
    for (byte letter : name.getBytes(StandardCharsets.UTF_8)) {
      sum += letter;
    }
    double[] numbers = new double[size];
    for (int i = 0; i < size; i++) {
      numbers[i] = ((i + 1L) * 7919 + 31 * sum) % 10007 / 10007.0;
    }
    return numbers;
  }

  /** Images of numbers from −0.5 to below 0.5. */
  static NDArray images(NDManager manager, Shape shape) {
    double[] u = uniform("input", (int) shape.size());
    float[] pixels = new float[u.length];
    for (int i = 0; i < u.length; i++) {
      pixels[i] = (float) (u[i] - 0.5);
    }
    return manager.create(pixels, shape);
  }

  /** Initialises a network and sets every parameter by the formula. */
  static void fill(Unit net, NDManager manager, Shape input) {
    net.initialize(manager, DataType.FLOAT32, input);
    for (Pair<String, Parameter> pair : net.getParameters()) {
      Shape shape = pair.getValue().getShape();
      double[] u = uniform(pair.getKey(), (int) shape.size());
      double fanIn = (double) shape.size() / shape.get(0);
      float[] values = new float[u.length];
      for (int i = 0; i < u.length; i++) {
        values[i] = (float) value(pair.getValue().getType(), u[i], fanIn);
      }
      NDArray array = pair.getValue().getArray();
      array.set(values);
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
}
