package convnets.nn;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import convnets.Checks;
import convnets.Options;
import convnets.torch.Geometry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Learned filters that move over an image: what {@link Conv} and {@link ConvTranspose} have in
 * common. Each method below returns a new layer.
 *
 * @param <F> the subclass itself
 */
public abstract sealed class Filters<F extends Filters<F>> extends Unit
    permits Conv, ConvTranspose {

  /** Everything that defines a layer but its weights. */
  static final class Spec extends Options<Spec> {
    int in;
    int out;
    int kernelHeight;
    int kernelWidth;
    int stride = 1;
    int padding = SAME;
    int outputPadding;
    boolean mirrored;
    int dilation = 1;
    int groups = 1;
    boolean bias;
    boolean spectral;
    Initializer initializer;

    static Spec of(int in, int out, int kernelHeight, int kernelWidth, Initializer initializer) {
      return new Spec()
          .with(
              s -> {
                s.in = Checks.positive("in", in);
                s.out = Checks.positive("out", out);
                s.kernelHeight = Checks.positive("kernel", kernelHeight);
                s.kernelWidth = Checks.positive("kernel", kernelWidth);
                s.initializer = initializer;
              });
    }

    String kernel() {
      return kernelHeight + "×" + kernelWidth;
    }
  }

  /** A padding that makes the stride alone decide the size. */
  static final int SAME = -1;

  final Spec spec;
  final Weight weight;
  final Parameter bias;

  /**
   * A layer.
   *
   * @param shape of the weights
   * @param outputs their axis that has the output's channels
   */
  Filters(Spec spec, Shape shape, int outputs) {
    this.spec = spec;
    weight = new Weight(this, shape, spec.initializer, outputs, spec.spectral);
    bias = spec.bias ? biasParameter(shape.slice(1).size()) : null;
  }

  /** Another geometry over the same parameters. */
  Filters(Spec spec, Filters<?> original) {
    this.spec = spec;
    weight = original.weight.sharedWith(this);
    bias = original.bias == null ? null : shared(original.bias);
  }

  private Parameter biasParameter(long fanIn) {
    Initializer start = Initializers.uniform(1 / Math.sqrt(fanIn));
    return parameter("bias", Parameter.Type.BIAS, new Shape(spec.out), start);
  }

  // What a subclass says.

  /** The same layer with other options. */
  abstract F with(Spec other);

  /** "conv" or "transposed conv". */
  abstract String noun();

  /**
   * How many rows or columns this layer makes of so many.
   *
   * @param kernel its side in that direction
   */
  abstract long filteredSize(long size, int kernel);

  /** What this layer makes of an array, without the border that {@link #padded} gives it. */
  abstract NDArray filtered(NDArray x, NDArray weight, NDArray bias);

  /** The weights and the bias of this layer and of a batch norm behind it, on the CPU. */
  abstract NDList foldedWith(NDArray weight, NDArray bias, NDArray[] statistics, double epsilon);

  /** How this layer is computed with other weights, for use. */
  abstract ConvKernel kernel(NDArray weight, NDArray bias, Fusion fusion);

  /** The input with a border that is not of zeros all around, if this layer has such. */
  NDArray padded(NDArray x) {
    return x;
  }

  /** How many zeros there are on each side for a kernel's side. */
  abstract int paddingFor(int kernel);

  /** How the window moves. */
  final Geometry geometry() {
    return new Geometry(
        spec.stride,
        paddingFor(spec.kernelHeight),
        paddingFor(spec.kernelWidth),
        spec.dilation,
        spec.groups);
  }

  // What a caller writes.

  /** Moves the window this many pixels at a time. */
  public F stride(int stride) {
    Checks.positive("stride", stride);
    return with(spec.with(s -> s.stride = stride));
  }

  /** Puts this many zeros on each side. */
  public F padding(int padding) {
    Checks.notNegative("padding", padding);
    return with(spec.with(s -> s.padding = padding));
  }

  /** Spreads the kernel's taps this many pixels apart. */
  public F dilation(int dilation) {
    Checks.positive("dilation", dilation);
    return with(spec.with(s -> s.dilation = dilation));
  }

  /**
   * Splits the channels into groups that do not see each other.
   *
   * @throws IllegalArgumentException if groups does not divide both in and out
   */
  public F groups(int groups) {
    Checks.positive("groups", groups);
    Checks.divides("groups", groups, "in", spec.in);
    Checks.divides("groups", groups, "out", spec.out);
    return with(spec.with(s -> s.groups = groups));
  }

  /** Adds a bias a channel, uniform over ±1/√fan-in at first as in PyTorch. */
  public F bias() {
    return with(spec.with(s -> s.bias = true));
  }

  /** Starts the weights in another way. */
  public F initializer(Initializer initializer) {
    return with(spec.with(s -> s.initializer = initializer));
  }

  /**
   * Computes with the weights over their largest singular value, so that the layer lengthens
   * nothing: of the matrix of (out, in / groups · kH · kW), as PyTorch's {@code spectral_norm} does
   * it. In place of {@code weight} there are {@code weight_orig} and, not learned but moved by a
   * power iteration at each pass in training, {@code weight_u} and {@code weight_v}. (Miyato et
   * al., "Spectral Normalization for Generative Adversarial Networks", 2018.)
   */
  public F spectralNorm() {
    return with(spec.with(s -> s.spectral = true));
  }

  /** This layer and then a batch norm over its channels. */
  public Seq bn() {
    return norm(Layers::batchNorm);
  }

  /** As {@link #bn()}, with the ε and the momentum (PyTorch's convention) that the paper uses. */
  public Seq bn(double epsilon, double momentum) {
    return norm(channels -> Layers.batchNorm(channels, epsilon, momentum));
  }

  /**
   * This layer and then a normalisation over its channels, as in {@code conv(3, 64,
   * 4).norm(Layers::instanceNorm)}.
   *
   * @param norm makes one for a number of channels
   */
  public Seq norm(IntFunction<? extends Unit> norm) {
    return then(norm.apply(spec.out));
  }

  // What follows from it.

  @Override
  protected final NDArray forward(Pass pass, NDArray x) {
    Shape shape = checked(x.getShape());
    if (pass.dry()) {
      return pass.shaped(filtered(shape), x);
    }
    return filtered(
        pass.lowered(padded(x)),
        pass.lowered(weight.value(pass, x)),
        pass.lowered(pass.value(bias, x)));
  }

  /** The shape that this layer makes of one that it takes. */
  final Shape filtered(Shape input) {
    return new Shape(
        input.get(0),
        spec.out,
        filteredSize(input.get(2), spec.kernelHeight),
        filteredSize(input.get(3), spec.kernelWidth));
  }

  final Shape checked(Shape shape) {
    if (shape.dimension() != 4 || shape.get(1) != spec.in || Inputs.isEmpty(shape)) {
      throw Inputs.refusal(describe(), "(N, " + spec.in + ", H, W)", shape);
    }
    return shape;
  }

  /**
   * Weights and bias, float32, with a batch norm in evaluation multiplied in. It is done on the
   * CPU, in double precision, which not every device has.
   *
   * @param norm behind this layer, or null
   * @return on the CPU; the caller closes them and writes nothing into them
   */
  final NDList folded(BatchNorm norm) {
    NDArray w = weight.onHost();
    NDArray b = bias == null ? w.getManager().zeros(new Shape(spec.out)) : onHost(bias.getArray());
    if (norm == null) {
      return new NDList(w, b);
    }
    NDArray[] values = Arrays.stream(norm.values()).map(Filters::onHost).toArray(NDArray[]::new);
    try (NDList used = new NDList(values)) {
      used.add(w);
      used.add(b);
      return foldedWith(w, b, values, norm.epsilon());
    }
  }

  private static NDArray onHost(NDArray array) {
    return array.toDevice(Device.cpu(), true);
  }

  @Override
  protected String kind() {
    return "conv";
  }

  /** Whether every channel is filtered by itself. */
  final boolean depthwise() {
    return spec.groups > 1 && spec.groups == spec.in && spec.out == spec.in;
  }

  /** "3×3 depthwise conv", "1×1 grouped conv" or "4×4 transposed conv". */
  @Override
  public String category() {
    String grouping = depthwise() ? " depthwise " : spec.groups > 1 ? " grouped " : " ";
    return spec.kernel() + grouping + noun();
  }

  /** What the stride does to the size, as figures say it: ", /2". */
  abstract String strideNote();

  @Override
  public Label label() {
    String title =
        spec.kernel()
            + (depthwise() ? " depthwise " : " ")
            + noun()
            + ", "
            + spec.out
            + (spec.stride > 1 ? strideNote() : "");
    List<String> notes = new ArrayList<>();
    if (spec.groups > 1 && !depthwise()) {
      notes.add(spec.groups + " groups");
    }
    if (spec.dilation > 1) {
      notes.add("dilation " + spec.dilation);
    }
    if (spec.spectral) {
      notes.add("spectral norm");
    }
    return new Label(Role.CONVOLUTION, title, notes);
  }

  @Override
  public String describe() {
    StringBuilder text = new StringBuilder();
    text.append(spec.kernel()).append(' ').append(noun()).append(", ");
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
