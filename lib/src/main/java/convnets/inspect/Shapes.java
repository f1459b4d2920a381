package convnets.inspect;

import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Shapes in the words of the papers. */
public final class Shapes {

  private Shapes() {}

  /** A shape without its batch: "64 × 56 × 56" for (N, 64, 56, 56). */
  public static String text(Shape shape) {
    return Arrays.stream(shape.getShape())
        .skip(1)
        .mapToObj(Long::toString)
        .collect(Collectors.joining(" × "));
  }

  /** Several shapes without their batches: "64 × 8 × 8, 128 × 4 × 4". */
  public static String text(List<Shape> shapes) {
    return shapes.stream().map(Shapes::text).collect(Collectors.joining(", "));
  }
}
