package convnets.gan;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import convnets.nn.Pass;
import convnets.nn.Unit;

/**
 * Two networks that are one player, as they share a loss: of pairs, the one takes the first
 * pictures and the other the second.
 */
final class Duo extends Unit {

  private final String nameOfFirst;
  private final Unit ofFirst;
  private final String nameOfSecond;
  private final Unit ofSecond;

  Duo(String nameOfFirst, Unit ofFirst, String nameOfSecond, Unit ofSecond) {
    this.nameOfFirst = nameOfFirst;
    this.nameOfSecond = nameOfSecond;
    this.ofFirst = child(nameOfFirst, ofFirst);
    this.ofSecond = child(nameOfSecond, ofSecond);
  }

  /** The same two, with pools beside them that their player remembers. */
  Duo with(ImagePool poolOfFirst, ImagePool poolOfSecond) {
    return new Duo(this, poolOfFirst, poolOfSecond);
  }

  private Duo(Duo other, ImagePool poolOfFirst, ImagePool poolOfSecond) {
    this(other.nameOfFirst, other.ofFirst, other.nameOfSecond, other.ofSecond);
    child("pool_of_first", poolOfFirst);
    child("pool_of_second", poolOfSecond);
  }

  /** Pairs of as many channels each. */
  @Override
  protected NDList forward(Pass pass, NDList inputs) {
    NDArray pairs = inputs.singletonOrThrow();
    Shape shape = pairs.getShape();
    if (shape.dimension() != 4 || shape.get(1) % 2 != 0) {
      throw new IllegalArgumentException(
          "pairs of as many channels each are needed, (N, 2 C, H, W), but there are " + shape);
    }
    int channels = (int) shape.get(1) / 2;
    NDArray first = pass.run(ofFirst, Pairs.first(pairs, channels));
    return new NDList(first, pass.run(ofSecond, Pairs.second(pairs, channels)));
  }
}
