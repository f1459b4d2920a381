package convnets.segment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.translate.Batchifier;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import convnets.data.PictureInput;
import convnets.data.Source;
import convnets.data.Statistics;
import convnets.data.Transform;
import convnets.io.Pictures;
import convnets.models.Models;
import convnets.models.Preprocessing;
import convnets.models.Pretrained;
import convnets.nn.Unit;
import convnets.torch.SpatialOps;
import convnets.weights.NetFolder;
import convnets.weights.Weights;
import java.awt.image.BufferedImage;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A network that gives each pixel its class, and what is needed to use it: the names of the
 * classes, and what is done to a picture before. Immutable; the network is shared.
 *
 * <pre>{@code
 * Segmenter segmenter = Segmenter.create("unet_small", train);
 * Training.of(segmenter.net()).task(Segmentation.standard()).data(train, test).fit();
 * ClassMask mask = segmenter.predict(Path.of("cat.png"));
 * segmenter.save(Path.of("cats"));
 * }</pre>
 *
 * <p>With few pictures, of a folder perhaps, training starts from weights that others have trained.
 * The backbone then learns slower than what stands on it, and pictures are normalised as they were
 * for it:
 *
 * <pre>{@code
 * VocFolder folder = VocFolder.at(Path.of("pets")).classes(List.of("cat", "dog"));
 * Source train = folder.set("train").source(manager, 128, 128).targets(Target.MASK);
 * Segmenter segmenter = Segmenter.pretrained("unet_efficientnet_lite0", train);
 * Training.of(segmenter.net())
 *     .task(Segmentation.standard())
 *     .data(Examples.of(train))
 *     .transform(segmenter.transform())
 *     .rate("backbone", 0.1)
 *     .fit();
 * }</pre>
 */
public final class Segmenter {

  private static final NetFolder FILES = new NetFolder("segmenter");

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
   * With a network of {@link Segmenters}, not initialised, for the classes of some data.
   *
   * @param name as in "unet_small" or "unet_resnet18"
   * @param data with the names of its classes, of which the background is none
   */
  public static Segmenter create(String name, Source data) {
    return create(name, classes(data));
  }

  /**
   * With a network of {@link Segmenters} on a backbone with the weights of {@link
   * Models#pretrained(String)}. What stands on it has none yet. Pictures are normalised as in the
   * backbone's training.
   *
   * @param name as in "unet_efficientnet_lite0"
   * @param classes the names of its outputs, the background's first
   * @throws IllegalArgumentException if no weights of the backbone are known
   */
  public static Segmenter pretrained(String name, List<String> classes) {
    Pretrained trained = Models.pretrained(Segmenters.backbone(name));
    Preprocessing usual = trained.preprocessing();
    return new Segmenter(
            Segmenters.on(trained.backbone(), name, classes.size()),
            SegmenterOptions.of(Optional.of(name), classes))
        .normalised(new Statistics(usual.mean(), usual.deviation()));
  }

  /**
   * The same for the classes of some data.
   *
   * @param data with the names of its classes, of which the background is none
   */
  public static Segmenter pretrained(String name, Source data) {
    return pretrained(name, classes(data));
  }

  private static List<String> classes(Source data) {
    if (data.classes().isEmpty()) {
      throw new IllegalArgumentException(
          "data (%s) must name its classes, or name them in a list, the background's first"
              .formatted(data));
    }
    return Stream.concat(Stream.of(PixelEvaluation.BACKGROUND), data.classes().stream()).toList();
  }

  /**
   * Says which of {@link Segmenters} the network is, so that it can be saved: for one that was put
   * together by hand.
   *
   * @throws IllegalArgumentException if its parameters are not those of that network
   */
  public Segmenter named(String network) {
    net.requireSameParameters(network, Segmenters.create(network, options.classes().size()));
    return new Segmenter(net, options.named(network));
  }

  /** Takes pixels less the mean, over the deviation, as the network's training did. */
  public Segmenter normalised(Statistics statistics) {
    return new Segmenter(net, options.with(options.input().normalised(statistics)));
  }

  /**
   * Scales pictures so that their shorter side has so many pixels; the mask has the size of the
   * picture still.
   */
  public Segmenter shorterSide(int pixels) {
    PictureInput scaled = options.input().shorterSide(pixels, Integer.MAX_VALUE);
    return new Segmenter(net, options.with(scaled));
  }

  /** The network. */
  public Unit net() {
    return net;
  }

  /**
   * What is done to images with pixels from 0 to 1 before the network sees them: for {@link
   * convnets.train.Training#transform}.
   */
  public Transform transform() {
    return options.input().transform();
  }

  /** The names of its classes, the background's first. */
  public List<String> classes() {
    return options.classes();
  }

  /**
   * The class of each pixel of a picture.
   *
   * @param file a picture, as {@link Pictures#read} reads it
   * @throws UncheckedIOException if it cannot be read
   */
  public ClassMask predict(Path file) {
    return predict(Pictures.open(file));
  }

  /** The class of each pixel of a picture, at the picture's own size. */
  public ClassMask predict(BufferedImage picture) {
    try (NDManager manager = NDManager.newBaseManager(net.device())) {
      NDArray logits = net.apply(options.input().of(manager, picture));
      return mask(logits, picture.getHeight(), picture.getWidth());
    }
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
      return new NDList(options.input().of(context.getNDManager(), picture));
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
   * Writes the weights by their names, and what else {@link #load} needs, into a folder. If it is
   * interrupted, what was there before is there still, or {@link #load} says that it is not.
   *
   * @throws IllegalStateException if the network has no name: {@link Weights#save} saves its
   *     weights
   */
  public void save(Path folder) {
    FILES.write(folder, options.write(), net);
  }

  /**
   * What {@link #save} has written.
   *
   * @throws UncheckedIOException if it cannot be read
   * @throws IllegalArgumentException if the files are not of one segmenter
   * @throws convnets.weights.WeightsException if the weights are not those of the network
   */
  public static Segmenter load(Path folder) {
    SegmenterOptions options = SegmenterOptions.read(FILES.read(folder));
    Unit net = Segmenters.create(options.network().orElseThrow(), options.classes().size());
    return new Segmenter(FILES.load(net, folder), options);
  }
}
