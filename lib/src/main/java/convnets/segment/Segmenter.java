package convnets.segment;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.Batchifier;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import convnets.Checks;
import convnets.data.Statistics;
import convnets.io.Pictures;
import convnets.nn.Unit;
import convnets.torch.SpatialOps;
import convnets.torch.TorchOps;
import convnets.weights.Weights;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

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
  private final Recipe recipe;

  /**
   * All but the weights.
   *
   * @param network its name among {@link Segmenters}; empty of one of the caller's own
   * @param classes the names of its outputs
   * @param statistics by which pixels from 0 to 1 are normalised; empty: not at all
   * @param shorterSide to which pictures are scaled; 0: they stay as they are
   */
  record Recipe(
      Optional<String> network,
      List<String> classes,
      Optional<Statistics> statistics,
      int shorterSide) {}

  private Segmenter(Unit net, Recipe recipe) {
    this.net = net;
    this.recipe = recipe;
  }

  /**
   * With a network of one's own.
   *
   * @param net (N, 3, H, W) -> logits (N, classes, H, W)
   * @param classes the names of its outputs, the background's first
   */
  public static Segmenter of(Unit net, List<String> classes) {
    return new Segmenter(net, recipe(Optional.empty(), classes));
  }

  /**
   * With a network of {@link Segmenters}, not initialised.
   *
   * @param name as in "unet_small" or "unet_resnet18"
   * @param classes the names of its outputs, the background's first
   */
  public static Segmenter create(String name, List<String> classes) {
    return new Segmenter(
        Segmenters.create(name, classes.size()), recipe(Optional.of(name), classes));
  }

  private static Recipe recipe(Optional<String> network, List<String> classes) {
    if (classes.isEmpty()) {
      throw new IllegalArgumentException("classes must name the background at least");
    }
    return new Recipe(network, List.copyOf(classes), Optional.empty(), 0);
  }

  /** Takes pixels less the mean, over the deviation, as the network's training did. */
  public Segmenter normalised(Statistics statistics) {
    return new Segmenter(
        net,
        new Recipe(recipe.network, recipe.classes, Optional.of(statistics), recipe.shorterSide));
  }

  /**
   * Scales pictures so that their shorter side has so many pixels; the mask has the size of the
   * picture still.
   */
  public Segmenter shorterSide(int pixels) {
    Checks.positive("pixels", pixels);
    return new Segmenter(
        net, new Recipe(recipe.network, recipe.classes, recipe.statistics, pixels));
  }

  /** The network. */
  public Unit net() {
    return net;
  }

  /** The names of its classes, the background's first. */
  public List<String> classes() {
    return recipe.classes;
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
      NDArray logits = net.apply(input(manager, picture));
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

  /** A picture as the network takes it: (1, 3, H, W). */
  private NDArray input(NDManager manager, BufferedImage picture) {
    int height = picture.getHeight();
    int width = picture.getWidth();
    byte[] planes = Pictures.planes(picture);
    float[] shares = new float[planes.length];
    for (int i = 0; i < planes.length; i++) {
      shares[i] = (planes[i] & 0xFF) / 255f;
    }
    NDArray x = manager.create(shares, new Shape(1, 3, height, width));
    int side = recipe.shorterSide;
    if (side > 0) {
      double times = (double) side / Math.min(height, width);
      x = TorchOps.resize(x, scaled(height, times), scaled(width, times), false);
    }
    return recipe.statistics.isEmpty() ? x : normalised(x, recipe.statistics.get());
  }

  private static int scaled(int side, double times) {
    return (int) Math.max(1, Math.round(side * times));
  }

  private static NDArray normalised(NDArray x, Statistics statistics) {
    return x.sub(channels(x, statistics.mean())).div(channels(x, statistics.deviation()));
  }

  private static NDArray channels(NDArray x, List<Double> values) {
    float[] floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = values.get(i).floatValue();
    }
    return x.getManager().create(floats, new Shape(1, floats.length, 1, 1));
  }

  /** The highest logits of a picture, which are interpolated to its size first. */
  private ClassMask mask(NDArray logits, int height, int width) {
    long outputs = logits.getShape().get(1);
    if (outputs != recipe.classes.size()) {
      throw new IllegalArgumentException(
          "the network has %d outputs for each pixel, and there are %d classes: %s"
              .formatted(outputs, recipe.classes.size(), recipe.classes));
    }
    boolean fits = logits.getShape().get(2) == height && logits.getShape().get(3) == width;
    NDArray own = fits ? logits : SpatialOps.upsampleBilinear(logits, height, width, false);
    return ClassMask.of(own.argMax(1).squeeze(0), recipe.classes);
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
      return new NDList(input(context.getNDManager(), picture));
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
    SegmenterFiles.write(recipe, net, folder);
  }

  /**
   * What {@link #save} has written.
   *
   * @throws UncheckedIOException if it cannot be read
   * @throws convnets.weights.WeightsException if the weights are not those of the network
   */
  public static Segmenter load(Path folder) {
    Recipe recipe = SegmenterFiles.read(folder);
    Unit net = Segmenters.create(recipe.network.orElseThrow(), recipe.classes.size());
    return new Segmenter(SegmenterFiles.weights(net, folder), recipe);
  }
}
