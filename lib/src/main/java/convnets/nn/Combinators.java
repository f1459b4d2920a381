package convnets.nn;

import ai.djl.nn.Block;

/** The ways to join blocks, by function. Import them statically. */
public final class Combinators {

  private Combinators() {}

  /** One block after the other. */
  public static Seq seq(Block... blocks) {
    return new Seq(false, blocks);
  }

  /**
   * One block after the other, and what each makes is an output: (a(x), b(a(x)), c(b(a(x)))), from
   * fine to coarse where they shrink the image.
   */
  public static Unit stages(Block... stages) {
    return new Stages(stages);
  }

  /**
   * One block after the other, which only the classifier has: a {@link Backbone} of the network
   * ends before them. Where nothing is marked so, it ends before the pooling of the whole image.
   */
  public static Seq head(Block... blocks) {
    return new Seq(false, true, blocks);
  }

  /**
   * The sum of what the branches make of the same input, as in a residual block: {@code add(body,
   * identity())}.
   */
  public static Unit add(Block... branches) {
    return new Add(branches);
  }

  /** What the branches make of the same input, one behind the other along the channels. */
  public static Unit concat(Block... branches) {
    return new Concat(branches);
  }

  /**
   * What {@code body} makes, scaled by an {@code attention} over it: y · attention(y), as in
   * squeeze-and-excitation. The attention's output is (N, C, 1, 1) or any shape that stretches to
   * the body's.
   */
  public static Unit gate(Block body, Block attention) {
    return new Gate(body, attention);
  }

  /**
   * Splits the channels into equal parts, one a branch, and concatenates what the branches make of
   * them, as in ShuffleNetV2.
   */
  public static Unit split(Block... branches) {
    return new Split(branches);
  }

  /**
   * A side exit for training: the outputs of {@code main} and, in training only, what {@code head}
   * makes of the same input behind them, as the auxiliary classifiers of GoogLeNet. Nested exits
   * give the last one first: (logits, second head, first head), torchvision's order.
   */
  public static Unit auxiliary(Block main, Block head) {
    return new Auxiliary(main, head);
  }

  /**
   * What a body that shrinks the image makes, interpolated to the height and width of its input: by
   * how much, the input decides. (PyTorch's {@code interpolate(…, mode="bilinear")}.)
   */
  public static Unit interpolated(Block body) {
    return new Interpolated(body);
  }

  /**
   * What a body makes that shrinks the image and enlarges it again by the same factor, cut off at
   * the bottom and on the right to the height and width of its input, or its last pixels repeated:
   * so a branch beside the identity fits at sizes which the factor does not divide.
   */
  public static Unit fitted(Block body) {
    return new Fitted(body);
  }

  /** A block whose parameters are called {@code name.…}. */
  public static Unit named(String name, Block block) {
    return new Named(name, block);
  }
}
