package convnets.nn;

import ai.djl.nn.Block;
import ai.djl.util.Pair;
import java.util.ArrayList;
import java.util.List;

/**
 * Rewrites a network so that it keeps its resolution from a stride on: layers that would shrink the
 * image further do not, and the kernels behind them reach as many pixels farther as there are more
 * pixels now ("à trous": with holes). Parameters are the original's own.
 *
 * <p>The original's output is every so many pixels of the result, exactly, at the edges too. Two
 * things differ: an attention that averages over the whole image averages over more pixels, and
 * TensorFlow's uneven padding moves the image by a pixel where a stride is left out. (Chen et al.,
 * "Semantic Image Segmentation with Deep Convolutional Nets and Fully Connected CRFs", 2014,
 * arXiv:1412.7062, section 3.1; torchvision's {@code replace_stride_with_dilation} dilates a ResNet
 * alike.)
 */
final class Atrous {

  /**
   * How densely an image is sampled.
   *
   * @param stride in pixels of the network's input, from one pixel to the next
   * @param rate how many times as dense as the network was designed for
   */
  record Sampling(int stride, int rate) {

    /** Of the input. */
    static final Sampling INPUT = new Sampling(1, 1);

    /** The stride that the network was designed with. */
    int coarse() {
      return stride * rate;
    }
  }

  /**
   * A block that was rewritten.
   *
   * @param out how densely its output is sampled
   */
  record Rewritten(Block block, Sampling out) {}

  private final int largest;

  /**
   * A rewriting.
   *
   * @param largest the stride that no layer goes beyond
   */
  Atrous(int largest) {
    this.largest = largest;
  }

  /** By how much a block makes its input coarser. */
  static int stride(Block block) {
    return new Atrous(Integer.MAX_VALUE).rewrite(block, Sampling.INPUT).out.stride;
  }

  /**
   * Rewrites a block.
   *
   * @return the block itself where nothing changes
   * @throws IllegalArgumentException if a layer would have to change that cannot
   */
  Rewritten rewrite(Block block, Sampling in) {
    if (block instanceof Conv conv) {
      int stride = conv.window().orElseThrow().stride();
      int kept = kept(stride, in);
      boolean same = kept == stride && (in.rate == 1 || conv.isPoint());
      return new Rewritten(same ? conv : conv.sampled(kept, in.rate), behind(in, stride, kept));
    }
    if (block instanceof Pool pool) {
      int stride = pool.window().orElseThrow().stride();
      int kept = kept(stride, in);
      boolean same = kept == stride && in.rate == 1;
      return new Rewritten(same ? pool : pool.sampled(kept, in.rate), behind(in, stride, kept));
    }
    if (block instanceof Unit unit) {
      return switch (unit.topology()) {
        case SERIES, SCOPE -> inSeries(unit, in);
        case ADD, CONCAT, SPLIT -> inParallel(unit, in);
        case GATE -> gated(unit, in);
        case AUXILIARY -> rewrite(unit.children().get(0).block(), in);
        case LAYER, OWN, STAGES -> asItIs(unit, in);
      };
    }
    if (in.rate > 1) {
      throw fixed(block);
    }
    return new Rewritten(block, in);
  }

  /**
   * Rewrites a block whose stride is known; it need not say it itself to stay as it is.
   *
   * @throws IllegalArgumentException if a layer would have to change that cannot
   */
  Rewritten rewrite(Block block, int stride, Sampling in) {
    if (in.rate == 1 && kept(stride, in) == stride) {
      return new Rewritten(block, behind(in, stride, stride));
    }
    Rewritten rewritten = rewrite(block, in);
    if (rewritten.out.coarse() != in.coarse() * stride) {
      throw fixed(block);
    }
    return rewritten;
  }

  /** How much of a layer's stride it keeps. */
  private int kept(int stride, Sampling in) {
    int room = Math.max(1, largest / in.stride);
    return stride <= room ? stride : gcd(stride, room);
  }

  private static int gcd(int a, int b) {
    return b == 0 ? a : gcd(b, a % b);
  }

  private static Sampling behind(Sampling in, int stride, int kept) {
    return new Sampling(in.stride * kept, in.rate * (stride / kept));
  }

  private Rewritten inSeries(Unit unit, Sampling in) {
    List<Block> blocks = new ArrayList<>();
    Sampling sampling = in;
    for (Unit.Child child : unit.children()) {
      Rewritten next = rewrite(child.block(), sampling);
      blocks.add(next.block);
      sampling = next.out;
    }
    return new Rewritten(with(unit, blocks), sampling);
  }

  private Rewritten inParallel(Unit unit, Sampling in) {
    List<Rewritten> branches = unit.children().stream().map(c -> rewrite(c.block(), in)).toList();
    Sampling out = branches.get(0).out;
    for (Rewritten branch : branches) {
      if (!branch.out.equals(out)) {
        throw fixed(unit);
      }
    }
    return new Rewritten(with(unit, branches.stream().map(Rewritten::block).toList()), out);
  }

  private Rewritten gated(Unit unit, Sampling in) {
    Rewritten body = rewrite(unit.children().get(0).block(), in);
    Rewritten attention = rewrite(unit.children().get(1).block(), body.out);
    return new Rewritten(with(unit, List.of(body.block, attention.block)), body.out);
  }

  /** A unit that is shared with the original: it must do the same at any resolution. */
  private Rewritten asItIs(Unit unit, Sampling in) {
    Window window = unit.window().orElse(new Window(1, 1, 1));
    boolean whole = window.equals(Window.WHOLE);
    int stride = whole ? 1 : window.stride();
    boolean point = whole || window.height() == 1 && window.width() == 1 && stride == 1;
    if (kept(stride, in) != stride || in.rate > 1 && !point) {
      throw fixed(unit);
    }
    if (in.rate > 1) {
      for (Pair<String, Block> child : unit.getChildren()) {
        if (rewrite(child.getValue(), in).block != child.getValue()) {
          throw fixed(unit);
        }
      }
    }
    return new Rewritten(unit, behind(in, stride, stride));
  }

  private static IllegalArgumentException fixed(Block block) {
    String what = block instanceof Unit unit ? unit.describe() : block.getClass().getSimpleName();
    return new IllegalArgumentException(
        what + " cannot be dilated: choose an output stride that leaves it as it is");
  }

  /** The same unit with these children, under their names; itself if they are the same. */
  private static Unit with(Unit unit, List<Block> blocks) {
    List<Unit.Child> children = new ArrayList<>();
    boolean same = true;
    for (int i = 0; i < blocks.size(); i++) {
      Unit.Child child = unit.children().get(i);
      same &= child.block() == blocks.get(i);
      children.add(new Unit.Child(child.name(), blocks.get(i)));
    }
    if (same) {
      return unit;
    }
    Block[] all = blocks.toArray(Block[]::new);
    return switch (unit.topology()) {
      case SERIES -> new Seq(children);
      case SCOPE -> new Named(children.get(0).name(), all[0]);
      case ADD -> new Add(all);
      case CONCAT -> new Concat(all);
      case SPLIT -> new Split(all);
      case GATE -> new Gate(all[0], all[1]);
      default -> throw new AssertionError(unit.topology());
    };
  }
}
