package convnets.detect;

import ai.djl.modality.cv.Image;
import ai.djl.modality.cv.output.BoundingBox;
import ai.djl.modality.cv.output.DetectedObjects;
import ai.djl.modality.cv.output.Rectangle;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.Batchifier;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import convnets.Checks;
import convnets.data.PictureInput;
import convnets.data.Source;
import convnets.data.Statistics;
import convnets.data.Transform;
import convnets.io.Pictures;
import convnets.models.Models;
import convnets.models.Preprocessing;
import convnets.models.Pretrained;
import convnets.nn.Unit;
import convnets.torch.GradMode;
import convnets.torch.HostCopy;
import convnets.weights.NetFolder;
import convnets.weights.Weights;
import java.awt.image.BufferedImage;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A network that finds things in pictures, and what is needed to use it: the names of the classes,
 * and what is done to a picture before. Immutable; the network is shared.
 *
 * <pre>{@code
 * Detector detector = Detector.create("ssd_small", classes);
 * Training.of(detector.net()).task(detector.task()).data(train, test).fit();
 * Detections found = detector.predict(Path.of("park.png"));
 * detector.save(Path.of("animals"));
 * }</pre>
 *
 * <p>With few pictures, of a folder perhaps, training starts from a backbone with weights that
 * others have trained:
 *
 * <pre>{@code
 * VocFolder folder = VocFolder.at(Path.of("pets")).classes(List.of("cat", "dog"));
 * Source train = folder.set("train").source(manager, 128, 128).targets(Target.BOXES);
 * Detector detector = Detector.pretrained("ssd_fpn_efficientnet_lite0", train).size(128, 128);
 * Training.of(detector.net())
 *     .task(detector.task())
 *     .data(Examples.of(train))
 *     .transform(detector.transform())
 *     .rate("backbone", 0.1)
 *     .fit();
 * }</pre>
 */
public final class Detector {

  private static final NetFolder FILES = new NetFolder("detector");

  private final Unit net;
  private final DetectionTask task;
  private final DetectorOptions options;

  private Detector(Unit net, DetectionTask task, DetectorOptions options) {
    this.net = net;
    this.task = task;
    this.options = options;
  }

  /**
   * With a network of a design of one's own.
   *
   * @param classes the names of the design's classes, in their order
   */
  public static Detector of(DetectionDesign design, List<String> classes) {
    return of(design.build(), design.task(), classes);
  }

  /**
   * With a network that is there already.
   *
   * @param task that it was trained for
   * @param classes the names of the task's classes, in their order
   */
  public static Detector of(Unit net, DetectionTask task, List<String> classes) {
    if (classes.size() != task.classes()) {
      throw new IllegalArgumentException(
          "classes (%d) must name each of the task's: %d"
              .formatted(classes.size(), task.classes()));
    }
    return new Detector(net, task, DetectorOptions.of(null, classes));
  }

  /**
   * With a network of {@link Detectors}, not initialised.
   *
   * @param name as in "ssd_small" or "ssd_resnet18"
   * @param classes the names of the things it is to find, without a background
   */
  public static Detector create(String name, List<String> classes) {
    DetectionDesign design = Detectors.create(name, classes.size());
    DetectorOptions options = Detectors.prepared(name, DetectorOptions.of(name, classes));
    return new Detector(design.build(), design.task(), options);
  }

  /**
   * With a network of {@link Detectors}, not initialised, for the classes of some data.
   *
   * @param name as in "ssd_small" or "ssd_resnet18"
   * @param data with the names of its classes
   */
  public static Detector create(String name, Source data) {
    return create(name, classes(data));
  }

  /**
   * With a network of {@link Detectors} on a backbone with the weights of {@link
   * Models#pretrained(String)}. What stands on it has none yet. Pictures are normalised as in the
   * backbone's training.
   *
   * @param name as in "ssd_efficientnet_lite0"
   * @param classes the names of the things it is to find
   * @throws IllegalArgumentException if no weights of the backbone are known
   */
  public static Detector pretrained(String name, List<String> classes) {
    Pretrained trained = Models.pretrained(Detectors.backbone(name));
    DetectionDesign design = Detectors.on(trained.backbone(), name, classes.size());
    Preprocessing usual = trained.preprocessing();
    DetectorOptions options = Detectors.prepared(name, DetectorOptions.of(name, classes));
    return new Detector(design.build(), design.task(), options)
        .normalised(new Statistics(usual.mean(), usual.deviation()));
  }

  /**
   * The same for the classes of some data.
   *
   * @param data with the names of its classes
   */
  public static Detector pretrained(String name, Source data) {
    return pretrained(name, classes(data));
  }

  private static List<String> classes(Source data) {
    if (data.classes().isEmpty()) {
      throw new IllegalArgumentException(
          "data (%s) must name its classes, or name them in a list".formatted(data));
    }
    return data.classes();
  }

  /**
   * Says which of {@link Detectors} the network is, so that it can be saved: for one that was put
   * together on a trained backbone.
   *
   * @throws IllegalArgumentException if its parameters are not those of that network, or its
   *     outputs mean something else
   */
  public Detector named(String network) {
    DetectionDesign design = Detectors.create(network, options.classes.size());
    net.requireSameParameters(network, design.build());
    if (!design.task().reading().equals(task.reading())) {
      throw new IllegalArgumentException(
          "network (%s) reads its outputs as %s, and this one as %s"
              .formatted(network, design.task().reading(), task.reading()));
    }
    return with(options.with(o -> o.network = network));
  }

  private Detector with(DetectorOptions other) {
    return new Detector(net, task, other);
  }

  private Detector input(PictureInput other) {
    return with(options.input(other));
  }

  /** Takes pixels less the mean, over the deviation, as the network's training did. */
  public Detector normalised(Statistics statistics) {
    return input(options.input.normalised(statistics));
  }

  /** Scales pictures to this size; boxes are in pixels of the picture still. */
  public Detector size(int height, int width) {
    return input(options.input.size(height, width));
  }

  /** Scales pictures so that their shorter side has so many pixels, the other so many at most. */
  public Detector shorterSide(int pixels, int longest) {
    return input(options.input.shorterSide(pixels, longest));
  }

  /** Finds only what has a score above this one: 0.5 by default. */
  public Detector score(double above) {
    Checks.probability("above", above);
    return with(options.with(o -> o.score = above));
  }

  /** What training does to images so that they are as {@link #predict} has them. */
  public Transform transform() {
    return options.input.transform();
  }

  /** The network. */
  public Unit net() {
    return net;
  }

  /** What the network is trained for. */
  public DetectionTask task() {
    return task;
  }

  /** The names of its classes. */
  public List<String> classes() {
    return options.classes;
  }

  /**
   * What is in a picture.
   *
   * @param file a picture, as {@link Pictures#read} reads it
   * @throws UncheckedIOException if it cannot be read
   */
  public Detections predict(Path file) {
    return predict(Pictures.open(file));
  }

  /** What is in a picture, in its pixels. */
  public Detections predict(BufferedImage picture) {
    try (NDManager manager = NDManager.newBaseManager(net.device())) {
      return GradMode.off(
          () -> {
            NDArray input = options.input.of(manager, picture);
            return found(net.outputs(input), input.getShape(), picture);
          });
    }
  }

  private Detections found(NDList outputs, Shape input, BufferedImage picture) {
    DetectionTask strict = task.filter(task.filter().score(options.score));
    NDArray rows = strict.detections(outputs, input);
    int[] sides = options.input.scaled(picture);
    int height = picture.getHeight();
    int width = picture.getWidth();
    return Detections.of(
        HostCopy.floats(rows),
        options.classes,
        (double) width / sides[1],
        (double) height / sides[0],
        height,
        width);
  }

  /**
   * For DJL's own predictor: {@code model.setBlock(detector.net())} and {@code
   * model.newPredictor(detector.translator())}. Its boxes are in shares of the picture, as DJL's
   * are.
   */
  public Translator<Image, DetectedObjects> translator() {
    return new PictureTranslator();
  }

  /** From pictures of DJL to its detected objects. */
  private final class PictureTranslator implements Translator<Image, DetectedObjects> {

    private static final String PICTURE = "picture";
    private static final String INPUT = "input";

    @Override
    public NDList processInput(TranslatorContext context, Image image) {
      BufferedImage picture = (BufferedImage) image.getWrappedImage();
      NDArray input = options.input.of(context.getNDManager(), picture);
      context.setAttachment(PICTURE, picture);
      context.setAttachment(INPUT, input.getShape());
      return new NDList(input);
    }

    @Override
    public DetectedObjects processOutput(TranslatorContext context, NDList outputs) {
      BufferedImage picture = (BufferedImage) context.getAttachment(PICTURE);
      Shape input = (Shape) context.getAttachment(INPUT);
      List<String> names = new ArrayList<>();
      List<Double> scores = new ArrayList<>();
      List<BoundingBox> boxes = new ArrayList<>();
      double width = picture.getWidth();
      double height = picture.getHeight();
      for (Detection d : found(outputs, input, picture)) {
        names.add(d.name());
        scores.add(d.score());
        boxes.add(
            new Rectangle(
                d.left() / width, d.top() / height, d.width() / width, d.height() / height));
      }
      return new DetectedObjects(names, scores, boxes);
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
   * @throws IllegalArgumentException if the files are not of one detector
   * @throws convnets.weights.WeightsException if the weights are not those of the network
   */
  public static Detector load(Path folder) {
    DetectorOptions options = DetectorOptions.read(FILES.read(folder));
    DetectionDesign design = Detectors.create(options.network, options.classes.size());
    return new Detector(FILES.load(design.build(), folder), design.task(), options);
  }
}
