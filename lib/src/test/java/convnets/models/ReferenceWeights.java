package convnets.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import convnets.nn.Unit;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/** Weights and images made by the formula that {@code ci/parity/fixtures.py} writes as well. */
final class ReferenceWeights {

  private static final long MASK = 0xFFFFFFFFL;

  private ReferenceWeights() {}

  /** Numbers from 0 to below 1 that a hash draws from the name and the place. */
  static double[] uniform(String name, int size) {
    CRC32 crc = new CRC32();
    crc.update(name.getBytes(StandardCharsets.UTF_8));
    double[] numbers = new double[size];
    for (int i = 0; i < size; i++) {
      long k = ((i + 1) * 2654435761L + crc.getValue()) & MASK;
      k = ((k ^ (k >> 16)) * 2246822519L) & MASK;
      k = ((k ^ (k >> 13)) * 3266489917L) & MASK;
      numbers[i] = (k ^ (k >> 16)) / 4294967296.0;
    }
    return numbers;
  }

  /** An array in one number that every element moves. */
  static double projection(String name, float[] array) {
    double[] u = uniform(name, array.length);
    double sum = 0;
    for (int i = 0; i < u.length; i++) {
      sum += array[i] * (u[i] - 0.5);
    }
    return sum;
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
