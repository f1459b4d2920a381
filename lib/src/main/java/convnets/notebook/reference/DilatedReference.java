package convnets.notebook.reference;

import static convnets.nn.Combinators.seq;
import static convnets.nn.Layers.conv;
import static convnets.nn.Layers.convTranspose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.initializer.Initializer;
import convnets.inspect.ReceptiveField;
import convnets.nn.Unit;
import convnets.notebook.Expected;
import convnets.torch.Geometry;
import convnets.torch.TorchOps;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/** The reference answers of chapter 22, dilated and transposed convolution. */
public final class DilatedReference {

  /** How many pixels at each side the edges may reach into, when a pattern is measured. */
  private static final int EDGE = 6;

  private DilatedReference() {}

  /** The receptive field of square convolutions, one behind the other. */
  public static Expected<Long> field(int kernel, int[] strides, int[] rates) {
    Unit[] layers = new Unit[rates.length];
    for (int i = 0; i < layers.length; i++) {
      layers[i] = conv(1, 1, kernel).stride(strides[i]).dilation(rates[i]);
    }
    return Expected.of(ReceptiveField.of(seq(layers)).size());
  }

  /**
   * Which pixels of a row one output pixel reads, of the whole field: 1 where it does, 0 elsewhere.
   *
   * @param kernel how many taps, an odd number
   */
  public static Expected<int[]> read(int kernel, int... rates) {
    Set<Integer> places = places(kernel, rates);
    int reach = places.stream().mapToInt(Math::abs).max().orElseThrow();
    int[] read = new int[2 * reach + 1];
    places.forEach(place -> read[place + reach] = 1);
    return Expected.of(read);
  }

  private static Set<Integer> places(int kernel, int... rates) {
    Set<Integer> places = new TreeSet<>(Set.of(0));
    for (int rate : rates) {
      Set<Integer> more = new TreeSet<>();
      for (int tap = -(kernel / 2); tap <= kernel / 2; tap++) {
        for (int place : places) {
          more.add(place + tap * rate);
        }
      }
      places = more;
    }
    return places;
  }

  /** What the rounding of a convolution swallows: rows that it could do without at its end. */
  public static Expected<Integer> outputPadding(
      int size, int kernel, int rate, int stride, int padding) {
    Shape input = new Shape(1, 1, size, size);
    Unit layer = conv(1, 1, kernel).stride(stride).dilation(rate).padding(padding);
    long made = layer.outputShape(input).get(2);
    int unused = 0;
    while (size - unused - 1 + 2 * padding > rate * (kernel - 1)
        && layer.outputShape(new Shape(1, 1, size - unused - 1, size - unused - 1)).get(2)
            == made) {
      unused++;
    }
    return Expected.of(unused);
  }

  /**
   * The transposed convolution as a function of its input.
   *
   * @param w (in, out, k, k)
   */
  public static Expected<UnaryOperator<NDArray>> transposed(
      NDArray w, int stride, int padding, int rate) {
    Geometry geometry = new Geometry(stride, padding, padding, rate, 1);
    return Expected.of(x -> TorchOps.transposedConvolution(x, w, null, geometry, 0, 0));
  }

  /**
   * The gradient of a convolution by its input (N, in, height, width), as a function of that by its
   * output.
   *
   * @param w of the convolution, (out, in, k, k)
   */
  public static Expected<UnaryOperator<NDArray>> inputGradient(
      NDArray w, int stride, int padding, long height, long width) {
    long kernel = w.getShape().get(2);
    Geometry geometry = new Geometry(stride, padding, padding, 1, 1);
    return Expected.of(
        g -> {
          long rows = height - (g.getShape().get(2) - 1) * stride + 2 * padding - kernel;
          long columns = width - (g.getShape().get(3) - 1) * stride + 2 * padding - kernel;
          return TorchOps.transposedConvolution(g, w, null, geometry, (int) rows, (int) columns);
        });
  }

  /**
   * M₂ of Wang et al. 2018, section 3.2.
   *
   * @param rates from the first layer to the last, at least two
   */
  public static Expected<Integer> secondDistance(int... rates) {
    return Expected.of(distance(rates));
  }

  private static int distance(int... rates) {
    int distance = rates[rates.length - 1];
    for (int i = rates.length - 2; i > 0; i--) {
      int beyond = distance - 2 * rates[i];
      distance = Math.max(Math.abs(beyond), rates[i]);
    }
    return distance;
  }

  /**
   * The stacks of three 3×3 layers, with rates that do not fall and do not exceed a limit, which
   * Wang et al.'s rule allows and which leave pixels of their field out; three numbers each, in
   * lexicographic order.
   */
  public static Expected<int[]> misjudged(int most) {
    List<Integer> found = new ArrayList<>();
    for (int first = 1; first <= most; first++) {
      for (int second = first; second <= most; second++) {
        for (int third = second; third <= most; third++) {
          int field = 2 * (first + second + third) + 1;
          if (distance(first, second, third) <= 3
              && places(3, first, second, third).size() < field) {
            found.addAll(List.of(first, second, third));
          }
        }
      }
    }
    return Expected.of(found.stream().mapToInt(Integer::intValue).toArray());
  }

  /** What a network computes, as a function of its input. */
  public static Expected<UnaryOperator<NDArray>> output(Unit net) {
    return Expected.of(net::apply);
  }

  /**
   * Random pictures, (2, 3, 19, 22), around a level: each channel around one of its own besides,
   * and all ten times as large within six pixels of the edges.
   */
  public static NDArray bordered(NDManager manager, double level) {
    NDArray inner = TorchOps.pad(manager.ones(new Shape(1, 1, 7, 10)), 6, 6, 6, 6);
    NDArray levels = manager.create(new float[] {0, 5, 10}).reshape(1, 3, 1, 1).add(level);
    NDArray random = manager.randomNormal(new Shape(2, 3, 19, 22)).add(levels);
    return random.mul(inner.mul(-9).add(10));
  }

  /** How far the pixels of a channel lie apart, away from the edges, in percent of their size. */
  public static Expected<Double> unevenness(NDArray y) {
    return Expected.of(measured(y));
  }

  /**
   * How uneven random weights around zero make what has no pattern, on average and in percent: an
   * output has stride × stride phases, whose values have nothing to do with each other.
   */
  public static Expected<Double> typical(int stride) {
    return Expected.of(100 * Math.sqrt(1 - 1.0 / (stride * stride)));
  }

  /**
   * How a transposed convolution of 5 channels to 4 starts.
   *
   * @param weights their shape
   * @param random whether they differ from channel to channel, within kernels that are larger than
   *     the stride, and from layer to layer
   * @param uneven what becomes of an input without any pattern, in percent
   */
  public record Start(Shape weights, boolean random, double uneven) {}

  /** With a kernel of k×k, at this stride. */
  public static Start start(NDManager manager, Initializer initializer, int kernel, int stride) {
    NDArray flat = manager.randomUniform(0, 1, new Shape(2, 5, 1, 1)).repeat(2, 12).repeat(3, 12);
    Unit up = convTranspose(5, 4, kernel).stride(stride).initializer(initializer);
    Unit again = convTranspose(5, 4, kernel).stride(stride).initializer(initializer);
    NDArray weights = weights(up, manager, flat);
    boolean random = differ(weights.get("0, 0"), weights.get("1, 1"));
    random &= differ(weights.get("0, 0"), weights.get("0, 1"));
    random &= kernel == stride || differ(weights.get(":, :, 0, 0"), weights.get(":, :, -1, -1"));
    random &= differ(weights, weights(again, manager, flat));
    return new Start(weights.getShape(), random, measured(up.apply(flat)));
  }

  private static NDArray weights(Unit layer, NDManager manager, NDArray input) {
    layer.initialize(manager, DataType.FLOAT32, input.getShape());
    return layer.getParameters().valueAt(0).getArray();
  }

  private static boolean differ(NDArray a, NDArray b) {
    return a.sub(b).abs().max().getFloat() > 1e-6;
  }

  private static double measured(NDArray y) {
    Shape shape = y.getShape();
    int height = (int) shape.get(2);
    int width = (int) shape.get(3);
    float[] numbers = y.toFloatArray();
    double deviations = 0;
    double squares = 0;
    for (int plane = 0; plane < numbers.length / (height * width); plane++) {
      double sum = 0;
      double square = 0;
      for (int i = EDGE; i < height - EDGE; i++) {
        for (int j = EDGE; j < width - EDGE; j++) {
          double value = numbers[(plane * height + i) * width + j];
          sum += value;
          square += value * value;
        }
      }
      int pixels = (height - 2 * EDGE) * (width - 2 * EDGE);
      squares += square;
      deviations += Math.max(0, square - sum * sum / pixels);
    }
    return 100 * Math.sqrt(deviations / squares);
  }
}
