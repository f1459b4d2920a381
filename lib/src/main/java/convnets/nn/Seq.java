package convnets.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;
import java.util.Arrays;
import java.util.List;

/**
 * Blocks in series.
 *
 * <p>Every array between two blocks is freed as soon as the second has used it: autograd keeps by
 * itself what it needs, and memory is used again while it is warm. (Computing ReLU and addition in
 * place as well was measured, and gains nothing beyond that.)
 */
public final class Seq extends Unit {

  private final boolean indexed;
  private final boolean head;

  /** By the place of the first block; null where a block is for itself. */
  private final Trio[] trios;

  Seq(boolean indexed, Block... blocks) {
    this(indexed, false, blocks);
  }

  /**
   * A series.
   *
   * @param head whether a backbone ends before it
   */
  Seq(boolean indexed, boolean head, Block... blocks) {
    this.indexed = indexed;
    this.head = head;
    for (int i = 0; i < blocks.length; i++) {
      child(indexed ? Integer.toString(i) : null, blocks[i]);
    }
    trios = Trio.of(children());
  }

  /** A series of blocks under the names that they have already. */
  Seq(List<Child> blocks) {
    indexed = false;
    head = false;
    blocks.forEach(block -> child(block.name(), block.block()));
    trios = Trio.of(children());
  }

  /** The same sequence, its blocks named by their places: 0, 1, 2 … */
  public Seq indexed() {
    return new Seq(true, head, blocks());
  }

  @Override
  public Seq then(Block next) {
    Block[] blocks = Arrays.copyOf(blocks(), children().size() + 1);
    blocks[blocks.length - 1] = next;
    return new Seq(indexed, head, blocks);
  }

  /** Whether a backbone ends before it. */
  boolean isHead() {
    return head;
  }

  private Block[] blocks() {
    return children().stream().map(Child::block).toArray(Block[]::new);
  }

  @Override
  protected NDList forward(Pass pass, NDList inputs) {
    NDList x = inputs;
    boolean together = pass.takesTogether(inputs);
    int next = 0;
    while (next < trios.length) {
      Trio trio = together ? trios[next] : null;
      NDList y =
          trio == null
              ? pass.run(children().get(next).block(), x)
              : new NDList(trio.evaluate(pass, x.singletonOrThrow()));
      free(x, inputs, y);
      x = y;
      next += trio == null ? 1 : trio.size();
    }
    return x;
  }

  /** Closes the arrays of {@code used} that are neither the caller's nor passed on. */
  private static void free(NDList used, NDList inputs, NDList passedOn) {
    for (NDArray array : used) {
      if (!contains(inputs, array) && !contains(passedOn, array)) {
        array.close();
      }
    }
  }

  private static boolean contains(NDList list, NDArray array) {
    return list.stream().anyMatch(other -> other == array);
  }

  @Override
  public Topology topology() {
    return Topology.SERIES;
  }

  @Override
  public String describe() {
    return "seq";
  }
}
