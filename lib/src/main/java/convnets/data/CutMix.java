package convnets.data;

import ai.djl.ndarray.NDArray;
import convnets.torch.ImageOps;
import java.util.SplittableRandom;

/**
 * Draws λ, the rectangle's centre (row, column), then the permutation.
 *
 * @param alpha of Beta(α, α)
 */
record CutMix(double alpha) implements Mixing {

  @Override
  public Batch apply(Batch batch, int classes, SplittableRandom random) {
    int height = (int) batch.images().getShape().get(2);
    int width = (int) batch.images().getShape().get(3);
    double side = Math.sqrt(1 - Pairing.beta(alpha, random));
    int row = random.nextInt(height);
    int column = random.nextInt(width);
    int halfHeight = (int) (side * height / 2);
    int halfWidth = (int) (side * width / 2);
    int top = Math.max(row - halfHeight, 0);
    int left = Math.max(column - halfWidth, 0);
    int bottom = Math.min(row + halfHeight, height);
    int right = Math.min(column + halfWidth, width);
    Pairing pairing = new Pairing(batch, random);
    NDArray images = ImageOps.paste(batch.images(), pairing.partners(), top, left, bottom, right);
    double pasted = (double) (bottom - top) * (right - left) / (height * width);
    return pairing.mixed(images, 1 - pasted, classes);
  }
}
