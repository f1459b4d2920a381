package convnets.data;

import ai.djl.ndarray.types.Shape;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * One transform, then another; each draws from a generator split off the given one.
 *
 * @param first this one
 * @param second then this one
 */
record InTurn(JointTransform first, JointTransform second) implements JointTransform {

  @Override
  public Change draw(Shape images, SplittableRandom random) {
    return new Succession(first.draw(images, random.split()), second.draw(images, random.split()));
  }

  /** The transforms that one is made of, in their order, as far as it tells. */
  static Stream<Transform> parts(Transform transform) {
    return transform instanceof InTurn both
        ? Stream.concat(parts(both.first), parts(both.second))
        : Stream.of(transform);
  }
}
