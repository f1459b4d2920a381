package convnets.nn;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import convnets.Checks;
import convnets.Options;
import convnets.torch.FusedActivation;
import convnets.torch.FusedOps;
import convnets.torch.Geometry;
import convnets.torch.TorchOps;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A convolution, (N, in, H, W) -> (N, out, H', W') with H' = ⌊(H + 2p − d(k − 1) − 1) / s⌋ + 1.
 *
 * <p>By default its stride is 1, its padding keeps the size (for odd kernels), it has one group and
 * no bias, and starts as {@link Initializers#heFanOut()}. Each method below returns a new layer.
 * Parameters: {@code weight} (out, in / groups, kH, kW) and, where asked for, {@code bias} (out).
 */
public final class Conv extends Unit {

  /** Everything that defines a convolution but its weights. */
  private static final class Spec extends Options<Spec> {
    int in;
    int out;
    int kernelHeight;
    int kernelWidth;
    int stride = 1;
    int padding = SAME;
    int dilation = 1;
    int groups = 1;
    boolean bias;
    Initializer initializer = Initializers.heFanOut();
  }

  /** Zeros on each side: as many as keep the size. */
  private static final int SAME = -1;

  /** Zeros for an output of ⌈size / stride⌉, the odd one at the end. */
  private static final int TENSORFLOW = -2;

  private final Spec spec;
  private final Parameter weight;
  private final Parameter bias;

  Conv(int in, int out, int kernelHeight, int kernelWidth) {
    this(
        new Spec()
            .with(
                s -> {
                  s.in = Checks.positive("in", in);
                  s.out = Checks.positive("out", out);
                  s.kernelHeight = Checks.positive("kernel", kernelHeight);
                  s.kernelWidth = Checks.positive("kernel", kernelWidth);
                }));
  }

  private Conv(Spec spec) {
    this.spec = spec;
    Shape shape = new Shape(spec.out, spec.in / spec.groups, spec.kernelHeight, spec.kernelWidth);
    weight = parameter("weight", Parameter.Type.WEIGHT, shape, spec.initializer);
    bias = spec.bias ? biasParameter(shape.slice(1).size()) : null;
  }

  /** Another geometry over the same parameters. */
  private Conv(Spec spec, Conv original) {
    this.spec = spec;
    weight = shared(original.weight);
    bias = original.bias == null ? null : shared(original.bias);
  }

  /**
   * The same convolution, parameters included, over an image with {@code rate} times as many pixels
   * along a side: see {@link Atrous}.
   */
  Conv sampled(int stride, int rate) {
    Spec dense =
        spec.with(
            s -> {
              s.stride = stride;
              s.dilation *= isPoint() ? 1 : rate;
              s.padding *= s.padding > 0 ? rate : 1; // the others follow from the dilation
            });
    return new Conv(dense, this);
  }

  /** Whether it sees one pixel at a time: 1×1. */
  boolean isPoint() {
    return spec.kernelHeight == 1 && spec.kernelWidth == 1 && spec.padding <= 0;
  }

  private Parameter biasParameter(long fanIn) {
    Initializer start = Initializers.uniform(1 / Math.sqrt(fanIn));
    return parameter("bias", Parameter.Type.BIAS, new Shape(spec.out), start);
  }

  /** Moves the window this many pixels at a time. */
  public Conv stride(int stride) {
    Checks.positive("stride", stride);
    return new Conv(spec.with(s -> s.stride = stride));
  }

  /** Puts this many zeros on each side. */
  public Conv padding(int padding) {
    Checks.notNegative("padding", padding);
    return new Conv(spec.with(s -> s.padding = padding));
  }

  /**
   * Pads as TensorFlow's "same": for an output of ⌈H / stride⌉, and where the number of zeros is
   * odd, the extra one is at the bottom and on the right. Weights that were trained so need it.
   */
  public Conv tensorflowPadding() {
    return new Conv(spec.with(s -> s.padding = TENSORFLOW));
  }

  /** Spreads the kernel's taps this many pixels apart. */
  public Conv dilation(int dilation) {
    Checks.positive("dilation", dilation);
    return new Conv(spec.with(s -> s.dilation = dilation));
  }

  /**
   * Splits the channels into groups that do not see each other.
   *
   * @throws IllegalArgumentException if groups does not divide both in and out
   */
  public Conv groups(int groups) {
    Checks.positive("groups", groups);
    Checks.divides("groups", groups, "in", spec.in);
    Checks.divides("groups", groups, "out", spec.out);
    return new Conv(spec.with(s -> s.groups = groups));
  }

  /** Adds a bias a channel, uniform over ±1/√fan-in at first as in PyTorch. */
  public Conv bias() {
    return new Conv(spec.with(s -> s.bias = true));
  }

  /** Starts the weights in another way. */
  public Conv initializer(Initializer initializer) {
    return new Conv(spec.with(s -> s.initializer = initializer));
  }

  /** This convolution and then a batch norm over its channels. */
  public Seq bn() {
    return then(Layers.batchNorm(spec.out));
  }

  /** As {@link #bn()}, with the ε and the momentum (PyTorch's convention) that the paper uses. */
  public Seq bn(double epsilon, double momentum) {
    return then(Layers.batchNorm(spec.out, epsilon, momentum));
  }

  @Override
  protected NDArray forward(Pass pass, NDArray x) {
    Shape shape = checked(x.getShape());
    if (pass.dry()) {
      return pass.shaped(convolved(shape), x);
    }
    return TorchOps.convolution(
        pass.lowered(padded(x)),
        pass.lowered(pass.value(weight, x)),
        pass.lowered(pass.value(bias, x)),
        geometry());
  }

  private Shape checked(Shape shape) {
    if (shape.dimension() != 4 || shape.get(1) != spec.in) {
      throw new IllegalArgumentException(
          describe() + " takes (N, " + spec.in + ", H, W), but was given " + shape);
    }
    return shape;
  }

  /**
   * activation(batch norm in evaluation(W ∗ x + b)).
   *
   * @param statistics of the batch norm: γ, β, mean, variance
   */
  NDArray normalised(
      Pass pass, NDArray x, NDArray[] statistics, double epsilon, FusedActivation activation) {
    checked(x.getShape());
    NDArray w = pass.value(weight, x);
    return FusedOps.convNorm(
        padded(x), w, pass.value(bias, x), geometry(), statistics, epsilon, activation);
  }

  /** The input with TensorFlow's padding if this convolution has it. */
  NDArray padded(NDArray x) {
    return spec.padding == TENSORFLOW ? tensorflowPadded(x) : x;
  }

  /**
   * Weights and bias, float32, with a batch norm in evaluation multiplied in. It is done on the
   * CPU, in double precision, which not every device has.
   *
   * @param norm behind this convolution, or null
   * @return on the CPU; the caller closes them and writes nothing into them
   */
  NDList folded(BatchNorm norm) {
    NDArray w = onHost(weight.getArray());
    NDArray b = bias == null ? w.getManager().zeros(new Shape(spec.out)) : onHost(bias.getArray());
    if (norm == null) {
      return new NDList(w, b);
    }
    NDArray[] values = Arrays.stream(norm.values()).map(Conv::onHost).toArray(NDArray[]::new);
    try (NDList used = new NDList(values)) {
      used.add(w);
      used.add(b);
      return FusedOps.fold(w, b, values, norm.epsilon());
    }
  }

  private static NDArray onHost(NDArray array) {
    return array.toDevice(Device.cpu(), true);
  }

  /** The window without TensorFlow's padding, which the input has had. */
  Geometry geometry() {
    return new Geometry(
        spec.stride,
        paddingFor(spec.kernelHeight),
        paddingFor(spec.kernelWidth),
        spec.dilation,
        spec.groups);
  }

  Shape convolved(Shape input) {
    return new Shape(
        input.get(0),
        spec.out,
        outputSize(input.get(2), spec.kernelHeight),
        outputSize(input.get(3), spec.kernelWidth));
  }

  private NDArray tensorflowPadded(NDArray x) {
    long rows = tensorflowZeros(x.getShape().get(2), spec.kernelHeight);
    long columns = tensorflowZeros(x.getShape().get(3), spec.kernelWidth);
    return rows == 0 && columns == 0
        ? x
        : TorchOps.pad(x, columns / 2, columns - columns / 2, rows / 2, rows - rows / 2);
  }

  /** How many zeros an output of ⌈size / stride⌉ takes in all. */
  private long tensorflowZeros(long size, int kernel) {
    long outputs = (size + spec.stride - 1) / spec.stride;
    return Math.max(0, (outputs - 1) * spec.stride + spec.dilation * (kernel - 1L) + 1 - size);
  }

  private long outputSize(long size, int kernel) {
    if (spec.padding == TENSORFLOW) {
      return (size + spec.stride - 1) / spec.stride;
    }
    long room = size + 2L * paddingFor(kernel) - spec.dilation * (kernel - 1L) - 1;
    if (room < 0) {
      throw new IllegalArgumentException(
          describe() + ": the kernel does not fit into an input of size " + size);
    }
    return room / spec.stride + 1;
  }

  private int paddingFor(int kernel) {
    return switch (spec.padding) {
      case SAME -> spec.dilation * (kernel - 1) / 2;
      case TENSORFLOW -> 0; // the input has been padded
      default -> spec.padding;
    };
  }

  @Override
  public long multiplyAdds(Shape input, Shape output) {
    return output.size() * weight.getShape().slice(1).size();
  }

  @Override
  protected String kind() {
    return "conv";
  }

  @Override
  public Optional<Window> window() {
    return Optional.of(new Window(spec.kernelHeight, spec.kernelWidth, spec.stride, spec.dilation));
  }

  /** Whether every channel is filtered by itself. */
  private boolean depthwise() {
    return spec.groups > 1 && spec.groups == spec.in && spec.out == spec.in;
  }

  private String kernel() {
    return spec.kernelHeight + "×" + spec.kernelWidth;
  }

  /** "3×3 depthwise conv", "1×1 grouped conv" or "1×1 conv". */
  @Override
  public String category() {
    String grouping = depthwise() ? " depthwise" : spec.groups > 1 ? " grouped" : "";
    return kernel() + grouping + " conv";
  }

  @Override
  public Label label() {
    String title =
        kernel()
            + (depthwise() ? " depthwise conv, " : " conv, ")
            + spec.out
            + (spec.stride > 1 ? ", /" + spec.stride : "");
    List<String> notes = new ArrayList<>();
    if (spec.groups > 1 && !depthwise()) {
      notes.add(spec.groups + " groups");
    }
    if (spec.dilation > 1) {
      notes.add("dilation " + spec.dilation);
    }
    return new Label(Role.CONVOLUTION, title, notes);
  }

  @Override
  public String describe() {
    StringBuilder text = new StringBuilder();
    text.append(kernel()).append(" conv, ");
    text.append(spec.in).append(" → ").append(spec.out);
    if (spec.stride > 1) {
      text.append(", stride ").append(spec.stride);
    }
    if (spec.dilation > 1) {
      text.append(", dilation ").append(spec.dilation);
    }
    if (spec.groups > 1) {
      text.append(", ").append(spec.groups).append(" groups");
    }
    return text.toString();
  }
}
