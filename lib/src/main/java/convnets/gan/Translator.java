package convnets.gan;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.ParameterStore;
import convnets.data.PictureInput;
import convnets.io.OptionLines;
import convnets.io.Pictures;
import convnets.nn.Pass;
import convnets.nn.RunningStatistics;
import convnets.nn.Unit;
import convnets.torch.HostCopy;
import convnets.weights.NetFolder;
import convnets.weights.Weights;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * A network that makes pictures of pictures, and what is needed to use it. Immutable; the network
 * is shared.
 *
 * <pre>{@code
 * Translator night = Translator.create("resnet_2blocks_width24", 3, 3);
 * // train night.net(), then:
 * BufferedImage dark = night.translate(Path.of("day.png"));
 * night.save(Path.of("night"));
 * Translator zebras = Translator.create("resnet_9blocks", 3, 3).weights(Path.of("latest_net_G.pth"));
 * }</pre>
 */
public final class Translator {

  private static final NetFolder FILES = new NetFolder("translator");
  private static final String NETWORK = "network";
  private static final String CHANNELS = "channels";

  /** Pictures that are translated at once. */
  private static final int PORTION = 64;

  private final Unit net;

  /** Its name among {@link Generators}; empty of one of the caller's own. */
  private final Optional<String> name;

  /** Of the pictures it takes, and of those it makes; 0: not known. */
  private final int in;

  private final int out;
  private final PictureInput input;
  private final boolean asInTraining;

  private Translator(
      Unit net, Optional<String> name, int in, int out, PictureInput input, boolean asInTraining) {
    this.net = Objects.requireNonNull(net, "net must not be null");
    this.name = name;
    this.in = in;
    this.out = out;
    this.input = input;
    this.asInTraining = asInTraining;
  }

  /**
   * With a network of one's own.
   *
   * @param net (N, C, H, W) -> (N, C', H', W'), from −1 to 1
   */
  public static Translator of(Unit net) {
    return new Translator(net, Optional.empty(), 0, 0, PictureInput.plain(), false);
  }

  /**
   * With a network of {@link Generators}, not initialised.
   *
   * @param name as in "resnet_9blocks"
   * @param in channels of the pictures it takes
   * @param out channels of those it makes
   */
  public static Translator create(String name, int in, int out) {
    return new Translator(
        Generators.create(name, in, out), Optional.of(name), in, out, PictureInput.plain(), false);
  }

  /**
   * Says which of {@link Generators} the network is, so that it can be saved: for one that was put
   * together by hand.
   *
   * @throws IllegalArgumentException if its parameters are not those of that network
   */
  public Translator named(String network, int in, int out) {
    net.requireSameParameters(network, Generators.create(network, in, out));
    return new Translator(net, Optional.of(network), in, out, input, asInTraining);
  }

  /** Scales pictures to this size before they are translated. */
  public Translator size(int height, int width) {
    return new Translator(net, name, in, out, input.size(height, width), asInTraining);
  }

  /**
   * Runs the network as in training, with dropout and the statistics of the pictures at hand, as
   * pix2pix does (section 3.4 of its paper): its only noise is the dropout. Running statistics stay
   * as they are. Pictures that are translated together then depend on each other.
   */
  public Translator asInTraining() {
    return new Translator(net, name, in, out, input, true);
  }

  /** The network. */
  public Unit net() {
    return net;
  }

  /**
   * Loads weights by name, those that the authors of CycleGAN and pix2pix have published too: what
   * they keep besides (running statistics of instance norms, which are not used, and counts of
   * batches) is left out.
   *
   * @return this
   * @throws convnets.weights.WeightsException if they cannot be read, or are not those of the
   *     network
   */
  public Translator weights(Path file) {
    String[] unused =
        Weights.read(file).keySet().stream()
            .filter(this::isUnused)
            .distinct()
            .toArray(String[]::new);
    Weights.loading(net).without(unused).from(file);
    return this;
  }

  private boolean isUnused(String tensor) {
    boolean statistic =
        tensor.endsWith(".running_mean")
            || tensor.endsWith(".running_var")
            || tensor.endsWith(".num_batches_tracked");
    return statistic && !net.getParameters().contains(tensor);
  }

  /**
   * Makes pictures of pictures, some at a time.
   *
   * @param pictures (N, C, H, W), float32, from 0 to 1, on the network's device
   * @return (N, C', H', W'), from 0 to 1; belongs to the pictures' manager
   */
  public NDArray translate(NDArray pictures) {
    if (pictures.getShape().dimension() != 4 || pictures.getShape().get(0) < 1) {
      throw new IllegalArgumentException(
          "pictures %s must be (N, C, H, W), one at least".formatted(pictures.getShape()));
    }
    net.device();
    return Portions.of(
        pictures.getManager(),
        (int) pictures.getShape().get(0),
        PORTION,
        (own, from, to) -> {
          NDArray some = pictures.get(new NDIndex().addSliceDim(from, to));
          some.attach(own);
          return Pixels.toUnit(run(Pixels.toSigned(some)));
        });
  }

  private NDArray run(NDArray x) {
    if (!asInTraining) {
      return net.apply(x);
    }
    NDManager own = x.getManager();
    Pass training = Pass.of(new ParameterStore(own, false), true);
    return RunningStatistics.unmoved(net, own, () -> training.predict(net, x));
  }

  /**
   * Makes a picture of a picture.
   *
   * @param file a PNG, JPEG, GIF or BMP
   * @throws java.io.UncheckedIOException if it cannot be read
   */
  public BufferedImage translate(Path file) {
    return translate(Pictures.open(file));
  }

  /** Makes a picture of a picture; a network that takes 1 channel is given the mean of three. */
  public BufferedImage translate(BufferedImage picture) {
    try (NDManager manager = NDManager.newBaseManager(net.device())) {
      NDArray x = input.of(manager, picture);
      return image(translate(in == 1 ? x.mean(new int[] {1}, true) : x));
    }
  }

  /** (1, 1 or 3, H, W), from 0 to 1. */
  private static BufferedImage image(NDArray made) {
    long channels = made.getShape().get(1);
    if (channels != 1 && channels != 3) {
      throw new IllegalArgumentException(
          "the network makes pictures of %d channels, which cannot be shown: give translate an array"
              .formatted(channels));
    }
    int height = (int) made.getShape().get(2);
    int width = (int) made.getShape().get(3);
    float[] values = HostCopy.floats(made.toType(DataType.FLOAT32, false));
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < height * width; i++) {
      int rgb = 0;
      for (int c = 0; c < 3; c++) {
        int plane = Math.min(c, (int) channels - 1);
        rgb = rgb << 8 | Math.round(255 * values[plane * height * width + i]);
      }
      image.setRGB(i % width, i / width, rgb);
    }
    return image;
  }

  /**
   * Writes the weights by their names, and what else {@link #load} needs, into a folder.
   *
   * @throws IllegalStateException if the network has no name: {@link Weights#save} saves its
   *     weights
   */
  public void save(Path folder) {
    String network =
        name.orElseThrow(
            () ->
                new IllegalStateException(
                    "the network has no name to be built by again: give it one of Generators by"
                        + " named(…), or save its weights by Weights.save(net, file)"));
    OptionLines lines =
        OptionLines.none().with(NETWORK, network).with(CHANNELS, in, out, asInTraining ? 1 : 0);
    FILES.write(folder, input.write(lines), net);
  }

  /**
   * What {@link #save} has written.
   *
   * @throws java.io.UncheckedIOException if it cannot be read
   * @throws IllegalArgumentException if the files are not of one translator
   * @throws convnets.weights.WeightsException if the weights are not those of the network
   */
  public static Translator load(Path folder) {
    OptionLines lines = FILES.read(folder);
    int[] channels = lines.wholeNumbers(CHANNELS, 3);
    String network = lines.text(NETWORK);
    Unit net = FILES.load(Generators.create(network, channels[0], channels[1]), folder);
    return new Translator(
        net,
        Optional.of(network),
        channels[0],
        channels[1],
        PictureInput.read(lines),
        channels[2] == 1);
  }
}
