package convnets.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.nn.convolutional.Conv2d;
import convnets.nn.Initializers;
import convnets.nn.Label;
import convnets.nn.Pass;
import convnets.nn.Role;
import convnets.nn.Unit;
import convnets.nn.Window;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * C3: a 5×5 convolution of which only the kernels of table I exist. (N, 6, H, W) -> (N, 16, H − 4,
 * W − 4). Parameters: {@code weight} (60, 5, 5), the kernels of the first map in the order of their
 * inputs, then those of the second …, and {@code bias} (16).
 */
final class TableConv extends Unit {

  /** Table I: which maps of S2 (rows) each map of C3 (columns) sees. */
  private static final String TABLE_I =
      """
      X...XXX..XXXX.XX
      XX...XXX..XXXX.X
      XXX...XXX..X.XXX
      .XXX..XXXX..X.XX
      ..XXX..XXXX.XX.X
      ...XXX..XXXX.XXX
      """;

  private static final int C1 = 6;
  private static final int C3 = 16;
  private static final int KERNEL = 5;

  /** Where each kernel of {@code weight} stands among all 16 · 6: 6 · map of C3 + map of S2. */
  private static final int[] PLACES = places();

  private final Parameter weight;
  private final Parameter bias;

  TableConv() {
    Shape kernels = new Shape(PLACES.length, KERNEL, KERNEL);
    weight = parameter("weight", Parameter.Type.WEIGHT, kernels, TableConv::uniformByFanIn);
    bias = parameter("bias", Parameter.Type.BIAS, new Shape(C3), Initializers.constant(0));
  }

  private static int[] places() {
    String[] rows = TABLE_I.lines().toArray(String[]::new);
    return IntStream.range(0, C3 * C1)
        .filter(place -> rows[place % C1].charAt(place / C1) == 'X')
        .toArray();
  }

  /** Appendix A again: a map of C3 has 25 inputs from each map of S2 that it sees. */
  private static NDArray uniformByFanIn(NDManager manager, Shape shape, DataType type) {
    float[] bounds = new float[PLACES.length];
    for (int i = 0; i < bounds.length; i++) {
      int map = PLACES[i] / C1;
      long seen = Arrays.stream(PLACES).filter(place -> place / C1 == map).count();
      bounds[i] = (float) (2.4 / (seen * KERNEL * KERNEL));
    }
    return Initializers.uniform(1)
        .initialize(manager, shape, type)
        .mul(manager.create(bounds, new Shape(bounds.length, 1, 1)).toType(type, false));
  }

  @Override
  protected NDArray forward(Pass pass, NDArray x) {
    NDArray kernels = pass.value(weight, x).reshape(PLACES.length, KERNEL * KERNEL);
    NDArray all = placement(kernels).matMul(kernels).reshape(C3, C1, KERNEL, KERNEL);
    Shape one = new Shape(1, 1);
    return Conv2d.conv2d(
            pass.lowered(x),
            pass.lowered(all),
            pass.lowered(pass.value(bias, x)),
            one,
            new Shape(0, 0),
            one,
            1)
        .singletonOrThrow();
  }

  /** Row p, column i is 1 where kernel i stands at place p: (16 · 6, 60). */
  private static NDArray placement(NDArray kernels) {
    float[] ones = new float[C3 * C1 * PLACES.length];
    for (int i = 0; i < PLACES.length; i++) {
      ones[PLACES[i] * PLACES.length + i] = 1;
    }
    return kernels
        .getManager()
        .create(ones, new Shape(C3 * C1, PLACES.length))
        .toType(kernels.getDataType(), false);
  }

  @Override
  protected boolean repeatsItself() {
    return false; // the placement is made of Java's numbers
  }

  @Override
  public long multiplyAdds(Shape input, Shape output) {
    return PLACES.length * KERNEL * KERNEL * output.size() / C3;
  }

  @Override
  public Optional<Window> window() {
    return Optional.of(new Window(KERNEL, 1, 1));
  }

  @Override
  public Label label() {
    return new Label(Role.CONVOLUTION, describe(), List.of());
  }

  @Override
  public String describe() {
    return "5×5 conv by table I, 6 → 16";
  }
}
