package convnets.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import convnets.torch.ImageOps;
import java.util.List;
import java.util.SplittableRandom;

/** Subtracts each channel's mean and divides by its deviation: {@link Transforms#normalise}. */
record Normalisation(Statistics statistics) implements JointTransform {

  @Override
  public Change draw(Shape images, SplittableRandom random) {
    return Change.ofColours(this::normalised);
  }

  private NDArray normalised(NDArray images) {
    Shape shape = images.getShape();
    int channels = statistics.mean().size();
    if (shape.get(1) != channels) {
      throw new IllegalArgumentException(
          "images %s have %d channels, but there are statistics of %d"
              .formatted(shape, shape.get(1), channels));
    }
    Shape perChannel = new Shape(1, channels, 1, 1);
    try (NDArray mean = ImageOps.beside(images, floats(statistics.mean()), perChannel);
        NDArray deviation = ImageOps.beside(images, floats(statistics.deviation()), perChannel)) {
      return images.sub(mean).divi(deviation);
    }
  }

  private static float[] floats(List<Double> values) {
    float[] floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = values.get(i).floatValue();
    }
    return floats;
  }
}
