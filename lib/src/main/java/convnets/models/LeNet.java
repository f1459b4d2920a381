package convnets.models;

import static convnets.nn.Combinators.*;
import static convnets.nn.Layers.*;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import convnets.Checks;
import convnets.nn.Initializers;
import convnets.nn.Label;
import convnets.nn.Layers;
import convnets.nn.Pass;
import convnets.nn.Role;
import convnets.nn.Unit;
import convnets.nn.Window;
import convnets.torch.TorchOps;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * LeNet-5, for grey images of 32×32, or of 28×28 with two pixels of padding.
 *
 * <p>Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, "Gradient-Based Learning Applied to Document
 * Recognition", Proceedings of the IEEE, 1998, section II.B. {@link #paper()} is the network of its
 * figure 2, layers called as there; {@link #modern()} is what has become of it. Both are for small
 * images as they stand, and for 10 classes.
 */
public final class LeNet extends Design<LeNet> {

  /** Maps in C1 and C3, units in C5 and F6 (figure 2). */
  private static final int C1 = 6;

  private static final int C3 = 16;
  private static final int C5 = 120;
  private static final int F6 = 84;

  private final boolean modern;
  private int padding;
  private int width = C1;
  private Supplier<? extends Unit> activation;
  private boolean maxPooling;

  private LeNet(boolean modern) {
    this.modern = modern;
    channels = 1;
    classes = 10;
    smallImages = true;
  }

  /**
   * Figure 2, for images of 32×32: table I's connections from S2 to C3, subsampling with a
   * coefficient and a bias a map, squashing by 1.7159 tanh(2x/3) behind every layer. These have the
   * paper's 60,000 parameters.
   *
   * <p>One thing differs. The paper compares the 84 units of F6 with a fixed picture of each
   * character and learns by a criterion of its own; here a fully connected layer (850 parameters
   * more) makes logits for the usual cross-entropy.
   */
  public static LeNet paper() {
    return new LeNet(false).activation(LeNet::squash);
  }

  /**
   * The network that textbooks call LeNet, for images of 28×28 with padding 2: every map of C3 sees
   * all of S2, pooling learns nothing, and the activation is a sigmoid. ("Dive into Deep Learning",
   * section 7.6.)
   */
  public static LeNet modern() {
    return new LeNet(true).activation(Layers::sigmoid).padding(2);
  }

  /** The networks that the catalogue lists. */
  static List<Variant> variants() {
    return List.of(new Variant("lenet5_1998", LeNet::paper), new Variant("lenet5", LeNet::modern));
  }

  /** Puts this many zeros around the image: 2 for 28×28, 0 for 32×32. */
  public LeNet padding(int padding) {
    Checks.notNegative("padding", padding);
    return with(d -> d.padding = padding);
  }

  /** Puts another activation behind every layer but the last, as in {@code Layers::relu}. */
  public LeNet activation(Supplier<? extends Unit> activation) {
    return with(d -> d.activation = activation);
  }

  /** Pools by the maximum of four pixels, not by their mean (the modern form only). */
  public LeNet maxPooling() {
    requireModern("maxPooling");
    return with(d -> d.maxPooling = true);
  }

  /**
   * Gives the first layer this many maps, and the others theirs in proportion: 6, 16, 120, 84 in
   * the paper (the modern form only, for table I is drawn for 6 and 16).
   */
  public LeNet width(int width) {
    requireModern("width");
    Checks.positive("width", width);
    return with(d -> d.width = width);
  }

  private void requireModern(String option) {
    if (!modern) {
      throw new IllegalStateException(
          option + " is for LeNet.modern(): the paper's network has its own");
    }
  }

  @Override
  public Unit build() {
    return modern ? modernNet() : figure2();
  }

  private Unit figure2() {
    Unit net =
        seq(
            seq(named("c1", conv(channels, C1, 5).padding(padding).bias()), activation.get()),
            seq(named("s2", new Subsampling(C1)), activation.get()), // 6@28×28 -> 6@14×14
            seq(named("c3", new TableConv()), activation.get()), // -> 16@10×10
            seq(named("s4", new Subsampling(C3)), activation.get()), // -> 16@5×5
            head(
                seq(named("c5", conv(C3, C5, 5).padding(0).bias()), activation.get()), // 120@1×1
                flatten(),
                seq(named("f6", linear(C5, F6)), activation.get()),
                named("output", linear(F6, classes))));
    for (String layer : new String[] {"c1", "c5", "f6", "output"}) {
      net.setInitializer(LeNet::uniformByFanIn, layer + ".weight");
    }
    net.setInitializer(Initializers.constant(0), Parameter.Type.BIAS);
    return net;
  }

  private Unit modernNet() {
    int maps = scaled(C3);
    Unit net =
        seq(
            seq(conv(channels, width, 5).padding(padding).bias(), activation.get(), pool()),
            seq(conv(width, maps, 5).padding(0).bias(), activation.get(), pool()),
            flatten(), // (N, 16, 5, 5) -> (N, 400)
            seq(linear(maps * 5 * 5, scaled(C5)), activation.get()),
            seq(linear(scaled(C5), scaled(F6)), activation.get()),
            linear(scaled(F6), classes));
    net.setInitializer(Initializers.xavier(), Parameter.Type.WEIGHT);
    return net;
  }

  private Unit pool() {
    return maxPooling ? maxPool(2, 2) : avgPool(2, 2);
  }

  private int scaled(int published) {
    return Math.max(1, published * width / C1);
  }

  /** Equation 6 and appendix A: A tanh(S a), with f(1) = 1 and f(-1) = -1. */
  private static Unit squash() {
    return lambda(
        "1.7159 tanh(2x/3)", x -> TorchOps.scale(TorchOps.scale(x, 2 / 3.0).tanh(), 1.7159));
  }

  /** Appendix A: uniform over ±2.4 / fan-in. */
  private static NDArray uniformByFanIn(NDManager manager, Shape shape, DataType type) {
    return Initializers.uniform(2.4 / shape.slice(1).size()).initialize(manager, shape, type);
  }

  /**
   * S2 and S4: the sum of each 2×2 pixels of a map, times the map's coefficient, plus its bias. (N,
   * maps, H, W) -> (N, maps, H/2, W/2). Parameters: {@code weight} and {@code bias} (maps).
   */
  private static final class Subsampling extends Unit {

    private static final int INPUTS = 4;

    private final Parameter weight;
    private final Parameter bias;

    Subsampling(int maps) {
      Shape shape = new Shape(maps);
      weight = parameter("weight", Parameter.Type.GAMMA, shape, Initializers.uniform(2.4 / INPUTS));
      bias = parameter("bias", Parameter.Type.BIAS, shape, Initializers.constant(0));
    }

    @Override
    protected NDArray forward(Pass pass, NDArray x) {
      NDArray sum = TorchOps.scale(TorchOps.averagePool(x, 2, 2, 0, false, true), INPUTS);
      Shape aMap = new Shape(1, -1, 1, 1);
      return sum.mul(pass.value(weight, x).reshape(aMap)).add(pass.value(bias, x).reshape(aMap));
    }

    @Override
    public Optional<Window> window() {
      return Optional.of(new Window(2, 2, 1));
    }

    @Override
    public Label label() {
      return new Label(Role.POOLING, describe(), List.of());
    }

    @Override
    public String describe() {
      return "2×2 subsampling";
    }
  }
}
