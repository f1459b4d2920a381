package convnets.data;

import java.util.SplittableRandom;

/**
 * Draws {@code nextBoolean()}: true takes the first.
 *
 * @param first one
 * @param second the other
 */
record Either(Mixing first, Mixing second) implements Mixing {

  @Override
  public Batch apply(Batch batch, int classes, SplittableRandom random) {
    return (random.nextBoolean() ? first : second).apply(batch, classes, random.split());
  }
}
