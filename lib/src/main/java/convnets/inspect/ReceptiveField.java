package convnets.inspect;

import ai.djl.nn.Block;
import ai.djl.util.Pair;
import convnets.nn.Unit;
import convnets.nn.Window;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/**
 * What one output pixel can see of the input: a square of {@code size} pixels, which moves by
 * {@code stride} pixels from one output pixel to the next. Padding is not counted off. Of a field
 * that is not square, as behind a 1×7 convolution, the size is that of the longer side.
 *
 * <p>A window of k pixels, d apart, adds d (k − 1) strides to the size, and a layer that enlarges
 * divides the stride; of parallel branches the widest counts, and side exits for training do not
 * count. (Araujo, Norris and Sim, "Computing Receptive Fields of Convolutional Neural Networks",
 * 2019.)
 *
 * @param size in pixels of the input; {@link #WHOLE} behind a layer that sees all
 * @param stride in pixels of the input
 */
public record ReceptiveField(long size, long stride) {

  /** The size behind a global pooling or a fully connected layer: the whole image. */
  public static final long WHOLE = Long.MAX_VALUE;

  private static final ReceptiveField PIXEL = new ReceptiveField(1, 1);

  /**
   * The receptive field of a block's output; of several, the largest.
   *
   * @throws IllegalArgumentException if a layer within does not say what it sees
   */
  public static ReceptiveField of(Unit unit) {
    return largest(ofOutputs(unit));
  }

  /**
   * The receptive field of each output of a block, as of the feature maps of a {@link
   * convnets.nn.Backbone}.
   *
   * @throws IllegalArgumentException if a layer within does not say what it sees
   */
  public static List<ReceptiveField> ofOutputs(Unit unit) {
    List<ReceptiveField> downwards = downwards(unit).outputs(unit, PIXEL);
    List<ReceptiveField> across = across(unit).outputs(unit, PIXEL);
    return IntStream.range(0, across.size())
        .mapToObj(i -> downwards.get(i).or(across.get(i)))
        .toList();
  }

  private static ReceptiveField largest(List<ReceptiveField> fields) {
    return fields.stream().reduce(ReceptiveField::or).orElseThrow();
  }

  /**
   * The receptive field behind each layer and each named part, by its path, in the order of the
   * data.
   *
   * @throws IllegalArgumentException if a layer within does not say what it sees
   */
  public static Map<String, ReceptiveField> byLayer(Unit unit) {
    Walk downwards = downwards(unit);
    downwards.through(unit, PIXEL);
    Walk across = across(unit);
    across.through(unit, PIXEL);
    Map<String, ReceptiveField> fields = downwards.fields;
    across.fields.forEach((path, field) -> fields.merge(path, field, ReceptiveField::or));
    return fields;
  }

  private static Walk downwards(Unit unit) {
    return new Walk(unit, Window::height);
  }

  private static Walk across(Unit unit) {
    return new Walk(unit, Window::width);
  }

  /** Whether the output sees the whole image. */
  public boolean whole() {
    return size == WHOLE;
  }

  /** "91 × 91", or "the whole image". */
  String seen() {
    return whole() ? "the whole image" : size + " × " + size;
  }

  /** Behind one more layer. */
  private ReceptiveField then(Window window, int kernel) {
    if (whole() || window.equals(Window.WHOLE)) {
      return new ReceptiveField(WHOLE, stride);
    }
    long strides = stride * window.stride();
    if (strides % window.upsampling() != 0) {
      throw new IllegalArgumentException(
          "a layer that enlarges ×%d makes pixels finer than those of the input, in which receptive"
                  .formatted(window.upsampling())
              + " fields are counted");
    }
    return new ReceptiveField(
        size + (kernel - 1L) * window.dilation() * stride, strides / window.upsampling());
  }

  private ReceptiveField or(ReceptiveField other) {
    return new ReceptiveField(Math.max(size, other.size), Math.max(stride, other.stride));
  }

  @Override
  public String toString() {
    return whole() ? seen() : seen() + ", stride " + stride;
  }

  /** Follows the data through a block and looks along one side of the windows. */
  private static final class Walk {

    private final Map<Block, String> paths;
    private final ToIntFunction<Window> side;
    private final Map<String, ReceptiveField> fields = new LinkedHashMap<>();

    Walk(Unit root, ToIntFunction<Window> side) {
      paths = root.paths();
      this.side = side;
    }

    /** Behind a block; of several outputs, the largest. */
    ReceptiveField through(Block block, ReceptiveField in) {
      return largest(outputs(block, in));
    }

    List<ReceptiveField> outputs(Block block, ReceptiveField in) {
      if (!(block instanceof Unit unit)) {
        throw unknown(block);
      }
      List<ReceptiveField> outs =
          switch (unit.topology()) {
            case LAYER -> List.of(layer(unit, in));
            case SERIES, SCOPE -> inSeries(children(unit), in);
            case STAGES -> inStages(children(unit), in);
            case ADD, CONCAT, SPLIT -> List.of(inParallel(children(unit), in));
            case GATE -> List.of(gated(children(unit), in));
            case AUXILIARY -> withExit(children(unit), in);
            case OWN -> List.of(own(unit, in));
          };
      String path = paths.get(unit);
      if (path != null && !path.isEmpty()) {
        fields.put(path, largest(outs));
      }
      return outs;
    }

    private ReceptiveField layer(Unit unit, ReceptiveField in) {
      return unit.window().map(window -> behind(in, window)).orElse(in);
    }

    private ReceptiveField own(Unit unit, ReceptiveField in) {
      return unit.window().map(window -> behind(in, window)).orElseThrow(() -> unknown(unit));
    }

    private ReceptiveField behind(ReceptiveField in, Window window) {
      return in.then(window, side.applyAsInt(window));
    }

    private List<ReceptiveField> inSeries(List<Block> blocks, ReceptiveField in) {
      List<ReceptiveField> outs = List.of(in);
      for (Block block : blocks) {
        outs = outputs(block, largest(outs));
      }
      return outs;
    }

    private List<ReceptiveField> inStages(List<Block> blocks, ReceptiveField in) {
      List<ReceptiveField> outs = new ArrayList<>();
      ReceptiveField out = in;
      for (Block block : blocks) {
        out = through(block, out);
        outs.add(out);
      }
      return outs;
    }

    private ReceptiveField inParallel(List<Block> blocks, ReceptiveField in) {
      return blocks.stream()
          .map(block -> through(block, in))
          .reduce(ReceptiveField::or)
          .orElseThrow();
    }

    private ReceptiveField gated(List<Block> parts, ReceptiveField in) {
      ReceptiveField body = through(parts.get(0), in);
      return body.or(through(parts.get(1), body));
    }

    /** The main path; the side exit is followed for the map alone. */
    private List<ReceptiveField> withExit(List<Block> parts, ReceptiveField in) {
      through(parts.get(1), in);
      return outputs(parts.get(0), in);
    }

    private static List<Block> children(Unit unit) {
      List<Block> blocks = new ArrayList<>();
      for (Pair<String, Block> child : unit.getChildren()) {
        blocks.add(child.getValue());
      }
      return blocks;
    }

    private static IllegalArgumentException unknown(Block block) {
      return new IllegalArgumentException(
          block.getClass().getSimpleName()
              + " does not say what it sees of its input: let it be a Unit that overrides window()");
    }
  }
}
