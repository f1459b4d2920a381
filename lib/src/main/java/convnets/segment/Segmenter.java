package convnets.segment;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.Batchifier;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import ai.djl.util.Pair;
import convnets.data.Statistics;
import convnets.io.Pictures;
import convnets.nn.Unit;
import convnets.torch.SpatialOps;
import convnets.weights.Weights;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A network that gives each pixel its class, and what is needed to use it: the names of the
 * classes, and what is done to a picture before. Immutable; the network is shared.
 *
 * <pre>{@code
 * Segmenter segmenter = Segmenter.create("unet_small", classes);
 * Training.of(segmenter.net()).task(Segmentation.standard()).data(train, test).fit();
 * ClassMask mask = segmenter.predict(Path.of("cat.png"));
 * segmenter.save(Path.of("cats"));
 * }</pre>
 */
public final class Segmenter {

  private final Unit net;
  private final SegmenterOptions options;

  private Segmenter(Unit net, SegmenterOptions options) {
    this.net = net;
    this.options = options;
  }

  /**
   * With a network of one's own.
   *
   * @param net (N, 3, H, W) -> logits (N, classes, H, W)
   * @param classes the names of its outputs, the background's first
   */
  public static Segmenter of(Unit net, List<String> classes) {
    return new Segmenter(net, SegmenterOptions.of(Optional.empty(), classes));
  }

  /**
   * With a network of {@link Segmenters}, not initialised.
   *
   * @param name as in "unet_small" or "unet_resnet18"
   * @param classes the names of its outputs, the background's first
   */
  public static Segmenter create(String name, List<String> classes) {
    return new Segmenter(
        Segmenters.create(name, classes.size()), SegmenterOptions.of(Optional.of(name), classes));
  }

  /**
   * Says which of {@link Segmenters} the network is, so that it can be saved: for one that was put
   * together on a trained backbone.
   *
   * @throws IllegalArgumentException if its parameters are not those of that network
   */
  public Segmenter named(String network) {
    Unit other = Segmenters.create(network, options.classes().size());
    if (!shapes(net).equals(shapes(other))) {
      throw new IllegalArgumentException(
          "network (%s) has other parameters than this one".formatted(network));
    }
    return new Segmenter(net, options.named(network));
  }

  private static Map<String, Shape> shapes(Unit net) {
    return net.getParameters().stream()
        .collect(Collectors.toMap(Pair::getKey, pair -> pair.getValue().getShape()));
  }

  /** Takes pixels less the mean, over the deviation, as the network's training did. */
  public Segmenter normalised(Statistics statistics) {
    return new Segmenter(net, options.normalised(statistics));
  }

  /**
   * Scales pictures so that their shorter side has so many pixels; the mask has the size of the
   * picture still.
   */
  public Segmenter shorterSide(int pixels) {
    return new Segmenter(net, options.shorterSide(pixels));
  }

  /** The network. */
  public Unit net() {
    return net;
  }

  /** The names of its classes, the background's first. */
  public List<String> classes() {
    return options.classes();
  }

  /**
   * The class of each pixel of a picture.
   *
   * @param file a PNG, JPEG, GIF or BMP
   * @throws UncheckedIOException if it cannot be read
   */
  public ClassMask predict(Path file) {
    try {
      return predict(Pictures.read(file));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the picture " + file + ": " + e.getMessage(), e);
    }
  }

  /** The class of each pixel of a picture, at the picture's own size. */
  public ClassMask predict(BufferedImage picture) {
    try (NDManager manager = NDManager.newBaseManager(device())) {
      NDArray logits = net.apply(options.input(manager, picture));
      return mask(logits, picture.getHeight(), picture.getWidth());
    }
  }

  private Device device() {
    var parameters = net.getParameters();
    if (parameters.isEmpty() || !parameters.valueAt(0).isInitialized()) {
      throw new IllegalStateException(
          "the network has no weights: train it, load weights into it, or call initialize");
    }
    return parameters.valueAt(0).getArray().getDevice();
  }

  /** The highest logits of a picture, which are interpolated to its size first. */
  private ClassMask mask(NDArray logits, int height, int width) {
    long outputs = logits.getShape().get(1);
    if (outputs != options.classes().size()) {
      throw new IllegalArgumentException(
          "the network has %d outputs for each pixel, and there are %d classes: %s"
              .formatted(outputs, options.classes().size(), options.classes()));
    }
    boolean fits = logits.getShape().get(2) == height && logits.getShape().get(3) == width;
    NDArray own = fits ? logits : SpatialOps.upsampleBilinear(logits, height, width, false);
    return ClassMask.of(own.argMax(1).squeeze(0), options.classes());
  }

  /**
   * For DJL's own predictor: {@code model.setBlock(segmenter.net())} and {@code
   * model.newPredictor(segmenter.translator())}.
   */
  public Translator<BufferedImage, ClassMask> translator() {
    return new PictureTranslator();
  }

  /** From pictures to masks of their sizes. */
  private final class PictureTranslator implements Translator<BufferedImage, ClassMask> {

    private static final String PICTURE = "picture";

    @Override
    public NDList processInput(TranslatorContext context, BufferedImage picture) {
      context.setAttachment(PICTURE, picture);
      return new NDList(options.input(context.getNDManager(), picture));
    }

    @Override
    public ClassMask processOutput(TranslatorContext context, NDList outputs) {
      BufferedImage picture = (BufferedImage) context.getAttachment(PICTURE);
      return mask(outputs.head(), picture.getHeight(), picture.getWidth());
    }

    /** Pictures differ in size: each is a batch. */
    @Override
    public Batchifier getBatchifier() {
      return null;
    }
  }

  /**
   * Writes the weights by their names, and what else {@link #load} needs, into a folder.
   *
   * @throws IllegalStateException if the network has no name: {@link Weights#save} saves its
   *     weights
   */
  public void save(Path folder) {
    SegmenterFiles.write(options, net, folder);
  }

  /**
   * What {@link #save} has written.
   *
   * @throws UncheckedIOException if it cannot be read
   * @throws convnets.weights.WeightsException if the weights are not those of the network
   */
  public static Segmenter load(Path folder) {
    SegmenterOptions options = SegmenterFiles.read(folder);
    Unit net = Segmenters.create(options.network().orElseThrow(), options.classes().size());
    return new Segmenter(SegmenterFiles.weights(net, folder), options);
  }
}
