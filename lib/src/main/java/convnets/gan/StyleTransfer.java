package convnets.gan;

import static convnets.nn.Combinators.seq;
import static convnets.nn.Layers.lambda;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import convnets.Checks;
import convnets.Options;
import convnets.data.Batch;
import convnets.data.Examples;
import convnets.models.Preprocessing;
import convnets.models.Pretrained;
import convnets.nn.Pass;
import convnets.nn.Unit;
import convnets.torch.GradMode;
import convnets.torch.TorchOps;
import convnets.train.Learner;
import convnets.train.Measure;
import convnets.train.Metric;
import convnets.train.Outcome;
import convnets.train.Player;
import convnets.train.Step;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * To paint a picture in the manner of another: no network learns here, the pixels do. A trained
 * network's maps of the picture are to be those of the one that says what is shown, and the Gram
 * matrices of its maps those of the one that says how.
 *
 * <p>L. A. Gatys, A. S. Ecker, M. Bethge, "A Neural Algorithm of Artistic Style", 2015,
 * arXiv:1508.06576: the content's loss is equation 1, the style's equations 3 to 5. But networks
 * differ in how large their numbers are, and so do their layers. So a layer's loss is told as a
 * share here: the content's of the mean square of the map itself, the style's of what it is at the
 * start, where it is 1.
 *
 * <pre>{@code
 * Unit features = StyleTransfer.features(Models.pretrained("efficientnet_lite0"), 2, 4, 8, 16);
 * StyleTransfer transfer = StyleTransfer.of(features, content, style).weight(10);
 * Training.of(transfer)
 *     .data(transfer.steps(200))
 *     .batchSize(1)
 *     .optimizer(AdamW.standard().decay(0))
 *     .schedule(Schedule.constant(0.02))
 *     .fit();
 * NDArray painted = transfer.picture();
 * }</pre>
 *
 * <p>Immutable, but for the picture, which all copies share and training changes.
 */
public final class StyleTransfer extends Options<StyleTransfer> implements Learner {

  private static final Metric CONTENT = new Metric("content", false, false);
  private static final Metric STYLE = new Metric("style", false, false);

  private final Unit features;
  private final NDManager owner;
  private final Canvas canvas;
  private final Player painter;

  /** Of the content, all that the network makes. */
  private final NDList maps;

  /** Of the style, for each map. */
  private final NDList grams;

  /** How far the start is from the style, for each map. */
  private final double[] starts;

  /** The mean square of the content's maps. */
  private final double[] squares;

  /** The content's own steps between neighbouring pixels. */
  private final double roughness;

  private double weight = 1;
  private double smoothness;
  private int contentMap;
  private int[] styleMaps;

  private StyleTransfer(Unit features, NDArray content, NDArray style) {
    this.features = Objects.requireNonNull(features, "features must not be null");
    check("content", content);
    check("style", style);
    owner = content.getManager();
    canvas = new Canvas(content);
    painter = Player.of("picture", canvas);
    maps = GradMode.off(() -> features.outputs(content));
    grams = new NDList();
    starts = new double[maps.size()];
    squares = new double[maps.size()];
    GradMode.off(
        () -> {
          NDList others = features.outputs(style);
          for (int i = 0; i < starts.length; i++) {
            NDArray gram = gram(others.get(i));
            gram.attach(owner);
            grams.add(gram);
            starts[i] = gram(maps.get(i)).sub(gram).square().mean().getFloat();
            squares[i] = maps.get(i).square().mean().getFloat();
          }
          return null;
        });
    roughness = GradMode.off(() -> (double) steps(content).getFloat());
    styleMaps = IntStream.range(0, starts.length).toArray();
    contentMap = starts.length / 2;
  }

  private static void check(String name, NDArray picture) {
    Shape shape = picture.getShape();
    if (shape.dimension() != 4 || shape.get(0) != 1) {
      throw new IllegalArgumentException(
          "%s %s must be one picture, (1, C, H, W)".formatted(name, shape));
    }
  }

  /**
   * A transfer that begins with the content.
   *
   * @param features (1, C, H, W) from 0 to 1 -> maps, one or more (1, K, H', W'); it is run in
   *     evaluation mode and not changed
   * @param content what is shown, (1, C, H, W), from 0 to 1; its manager owns what is made
   * @param style how, likewise, of any size, on the same device
   */
  public static StyleTransfer of(Unit features, NDArray content, NDArray style) {
    return new StyleTransfer(features, content, style);
  }

  /**
   * The maps of a trained network, of pixels from 0 to 1.
   *
   * @param strides of the maps, in ascending order
   */
  public static Unit features(Pretrained trained, int... strides) {
    Preprocessing usual = trained.preprocessing();
    NDManager constants = NDManager.newBaseManager(trained.net().device());
    int channels = usual.mean().size();
    float[] factors = new float[channels];
    float[] shifts = new float[channels];
    for (int c = 0; c < channels; c++) {
      factors[c] = (float) (1 / usual.deviation().get(c));
      shifts[c] = (float) (-usual.mean().get(c) / usual.deviation().get(c));
    }
    // Kept as long as the unit: autograd notes the factors.
    NDArray factor = constants.create(factors, new Shape(1, channels, 1, 1));
    NDArray shift = constants.create(shifts, new Shape(1, channels, 1, 1));
    Unit normalise = lambda("normalise", x -> x.mul(factor).add(shift));
    return seq(normalise, trained.backbone().at(strides));
  }

  /** The weight of the style's loss, the content's being 1: 1 by default. */
  public StyleTransfer weight(double style) {
    Checks.notNegative("style", style);
    return with(s -> s.weight = style);
  }

  /**
   * The weight of smoothness: of the mean squared step between neighbouring pixels, over the
   * content's. 0 by default, as in the paper; where a network lets noise through, a little of it
   * takes the noise away. (Johnson et al. 2016, arXiv:1603.08155, section 3.2, "total variation
   * regularization".)
   */
  public StyleTransfer smoothness(double weight) {
    Checks.notNegative("weight", weight);
    return with(s -> s.smoothness = weight);
  }

  private static NDArray steps(NDArray x) {
    NDArray across = x.get(":, :, :, 1:").sub(x.get(":, :, :, :-1")).square().mean();
    return across.add(x.get(":, :, 1:").sub(x.get(":, :, :-1")).square().mean());
  }

  /**
   * Which map is to stay the content's: the one in the middle by default.
   *
   * @param map its place among those of the network, from 0; the later, the less of the pixels it
   *     holds to
   */
  public StyleTransfer contentMap(int map) {
    checkMap(map);
    return with(s -> s.contentMap = map);
  }

  /**
   * Whose Gram matrices are to be the style's: those of all maps by default, each counting alike.
   *
   * @param maps their places, from 0
   */
  public StyleTransfer styleMaps(int... maps) {
    Arrays.stream(maps).forEach(this::checkMap);
    if (maps.length == 0) {
      throw new IllegalArgumentException("maps (none) must be one at least");
    }
    int[] copy = maps.clone();
    return with(s -> s.styleMaps = copy);
  }

  private void checkMap(int map) {
    if (map < 0 || map >= starts.length) {
      throw new IllegalArgumentException(
          "map (%d) must be from 0 to %d".formatted(map, starts.length - 1));
    }
  }

  /**
   * Which features go together: G = F Fᵀ / M, of a map as a matrix F of its channels by its M
   * pixels. Where something is, it does not know. (Equation 3, over the number of pixels, so that
   * pictures of several sizes can be compared.)
   *
   * @param map (1, K, H, W)
   * @return (K, K)
   */
  public static NDArray gram(NDArray map) {
    Shape shape = map.getShape();
    if (shape.dimension() != 4 || shape.get(0) != 1) {
      throw new IllegalArgumentException("map %s must be (1, K, H, W)".formatted(shape));
    }
    long pixels = shape.get(2) * shape.get(3);
    NDArray rows = map.reshape(shape.get(1), pixels);
    return TorchOps.scale(rows.matMul(rows.transpose()), 1.0 / pixels);
  }

  /** So many steps, as data for {@code Training}: there is nothing in them. Closed by the owner. */
  public Examples steps(int count) {
    Checks.positive("count", count);
    return Examples.of(owner.zeros(new Shape(count, 1)), owner.zeros(new Shape(count, 1)));
  }

  /** The picture as it is by now, (1, C, H, W), from 0 to 1; belongs to the content's manager. */
  public NDArray picture() {
    if (!canvas.isInitialized()) {
      throw new IllegalStateException("there is no picture yet: train first");
    }
    NDArray live = canvas.getParameters().valueAt(0).getArray();
    return GradMode.off(
        () -> {
          NDArray cut = live.clip(0, 1);
          cut.attach(owner);
          return cut;
        });
  }

  @Override
  public List<Player> players() {
    return List.of(painter);
  }

  @Override
  public Outcome step(Step step) {
    return step.update(step.differentiate(painter, this::paint));
  }

  private Outcome paint(Pass pass, Batch batch) {
    NDArray x = pass.predict(canvas, batch.images());
    NDList made = features.outputs(x);
    NDArray shown = made.get(contentMap).sub(maps.get(contentMap)).square().mean();
    NDArray content = TorchOps.scale(shown, 1 / Math.max(squares[contentMap], Float.MIN_NORMAL));
    NDArray style = null;
    for (int map : styleMaps) {
      NDArray apart = gram(made.get(map)).sub(grams.get(map)).square().mean();
      double share = 1 / Math.max(starts[map], Float.MIN_NORMAL) / styleMaps.length;
      NDArray scaled = TorchOps.scale(apart, share);
      style = style == null ? scaled : style.add(scaled);
    }
    NDArray total = content.add(TorchOps.scale(style, weight));
    if (smoothness > 0) {
      double share = smoothness / Math.max(roughness, Float.MIN_NORMAL);
      total = total.add(TorchOps.scale(steps(x), share));
    }
    return Outcome.of(total, batch).beside(content, style);
  }

  @Override
  public Map<Metric, Double> metrics(double[] counts, int images) {
    Map<Metric, Double> metrics = new LinkedHashMap<>();
    metrics.put(STYLE, counts[1] / images);
    metrics.put(CONTENT, counts[0] / images);
    return metrics;
  }

  @Override
  public NDList predict(Pass pass, Batch batch) {
    return new NDList(pass.predict(canvas, batch.images()).clip(0, 1));
  }

  @Override
  public Measure measure(NDManager manager) {
    throw new IllegalStateException(
        "there is nothing to evaluate a picture on: call data(transfer.steps(n)), without a test");
  }

  @Override
  public String toString() {
    return "style transfer (style %s of maps %s, content of map %d, smoothness %s)"
        .formatted(weight, Arrays.toString(styleMaps), contentMap, smoothness);
  }

  /** The picture that learns: whatever it is given, it is its own output. */
  private static final class Canvas extends Unit {

    private final Parameter picture;

    Canvas(NDArray start) {
      picture =
          parameter(
              "picture",
              Parameter.Type.WEIGHT,
              start.getShape(),
              (manager, shape, type) -> {
                NDArray copy = manager.zeros(shape, type);
                TorchOps.copy(start, copy);
                return copy;
              });
    }

    @Override
    protected NDArray forward(Pass pass, NDArray x) {
      NDArray value = pass.value(picture, x);
      return pass.dry() ? value : TorchOps.same(value);
    }
  }
}
