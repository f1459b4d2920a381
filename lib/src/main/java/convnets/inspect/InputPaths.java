package convnets.inspect;

import ai.djl.nn.Block;
import ai.djl.util.Pair;
import convnets.nn.Unit;
import convnets.nn.Window;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * Which pixels of the input reach one pixel of the output, and by how many paths: the gradient of
 * that pixel if every weight were 1. A square that a {@link ReceptiveField} spans can have holes:
 * behind 3×3 convolutions that are all dilated by 2, three pixels of four never arrive (the
 * gridding of Wang et al., "Understanding Convolution for Semantic Segmentation", 2018,
 * arXiv:1702.08502, section 3.2).
 *
 * <pre>{@code
 * InputPaths paths = InputPaths.of(seq(conv(1, 1, 3).dilation(2), conv(1, 1, 3).dilation(4)));
 * Plots.heatMap(paths.counts()).xLabel("column").yLabel("row").image();
 * }</pre>
 *
 * @param counts of paths, by row and column, over the smallest rectangle that holds all pixels with
 *     any; exact up to 2⁵³
 */
public record InputPaths(double[][] counts) {

  /** A pixel's place, in rows and columns. */
  private record Place(int row, int column) {}

  /** How many paths lead from each place to the output. */
  private static final class Reach extends HashMap<Place, Double> {
    private static final long serialVersionUID = 1;

    static Reach pixel() {
      Reach reach = new Reach();
      reach.put(new Place(0, 0), 1.0);
      return reach;
    }

    Reach add(Reach other) {
      other.forEach((place, count) -> merge(place, count, Double::sum));
      return this;
    }
  }

  /** Keeps a copy. */
  public InputPaths {
    double[][] copy = new double[counts.length][];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = counts[i].clone();
    }
    counts = copy;
  }

  /**
   * Through a block of layers in series, sums and concatenations; each layer that says no window
   * sees a pixel. Channels are taken as one.
   *
   * @throws IllegalArgumentException if a layer within sees all, or enlarges, or does not say what
   *     it sees
   */
  public static InputPaths of(Unit unit) {
    return of(through(unit, Reach.pixel()));
  }

  /**
   * Through square convolutions of stride 1, one after the other.
   *
   * @param kernel their size
   * @param rates of their dilation, from the input to the output
   */
  public static InputPaths ofRates(int kernel, int... rates) {
    Reach reach = Reach.pixel();
    for (int i = rates.length - 1; i >= 0; i--) {
      reach = behind(reach, new Window(kernel, 1, rates[i]));
    }
    return of(reach);
  }

  private static InputPaths of(Reach reach) {
    int top = reach.keySet().stream().mapToInt(Place::row).min().orElseThrow();
    int left = reach.keySet().stream().mapToInt(Place::column).min().orElseThrow();
    int bottom = reach.keySet().stream().mapToInt(Place::row).max().orElseThrow();
    int right = reach.keySet().stream().mapToInt(Place::column).max().orElseThrow();
    double[][] counts = new double[bottom - top + 1][right - left + 1];
    reach.forEach((place, count) -> counts[place.row - top][place.column - left] = count);
    return new InputPaths(counts);
  }

  /** From the places that are read of a block's output to those that it reads of its input. */
  private static Reach through(Block block, Reach out) {
    if (!(block instanceof Unit unit)) {
      throw unknown(block.getClass().getSimpleName());
    }
    List<Block> children = new ArrayList<>();
    for (Pair<String, Block> child : unit.getChildren()) {
      children.add(child.getValue());
    }
    return switch (unit.topology()) {
      case LAYER -> unit.window().map(window -> behind(out, window)).orElse(out);
      case SCOPE, SERIES, STAGES -> {
        Reach reach = out;
        for (int i = children.size() - 1; i >= 0; i--) {
          reach = through(children.get(i), reach);
        }
        yield reach;
      }
      case ADD, CONCAT, SPLIT ->
          children.stream().map(child -> through(child, out)).reduce(new Reach(), Reach::add);
      case AUXILIARY -> through(children.get(0), out);
      case GATE, OWN -> throw unknown(unit.describe());
    };
  }

  private static Reach behind(Reach out, Window window) {
    if (window.equals(Window.WHOLE) || window.upsampling() > 1) {
      throw unknown("a layer that sees the whole image, or enlarges it,");
    }
    IntUnaryOperator first = size -> -window.dilation() * ((size - 1) / 2);
    Reach in = new Reach();
    out.forEach(
        (place, count) -> {
          int top = place.row * window.stride() + first.applyAsInt(window.height());
          int left = place.column * window.stride() + first.applyAsInt(window.width());
          for (int i = 0; i < window.height(); i++) {
            for (int j = 0; j < window.width(); j++) {
              Place read = new Place(top + i * window.dilation(), left + j * window.dilation());
              in.merge(read, count, Double::sum);
            }
          }
        });
    return in;
  }

  private static IllegalArgumentException unknown(String what) {
    return new IllegalArgumentException(
        what + " has no paths that can be counted: take a block of layers that see a window each");
  }

  /** By row and column; a copy. */
  @Override
  public double[][] counts() {
    return new InputPaths(counts).counts;
  }

  /** Rows that the field spans. */
  public int height() {
    return counts.length;
  }

  /** Columns that the field spans. */
  public int width() {
    return counts[0].length;
  }

  /** How many pixels have a path. */
  public int reached() {
    int reached = 0;
    for (double[] row : counts) {
      for (double count : row) {
        reached += count > 0 ? 1 : 0;
      }
    }
    return reached;
  }

  /** The share of the pixels of the rectangle that have a path: 1 without gridding. */
  public double share() {
    return (double) reached() / (height() * width());
  }

  /** As in "7 × 7, of which 49 are read". */
  @Override
  public String toString() {
    return "%d × %d, of which %d are read".formatted(height(), width(), reached());
  }
}
