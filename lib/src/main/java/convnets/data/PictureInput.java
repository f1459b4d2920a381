package convnets.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import convnets.Checks;
import convnets.Options;
import convnets.io.OptionLines;
import convnets.io.Pictures;
import convnets.torch.TorchOps;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * How a picture of any size becomes what a network takes: scaled, linearly and without smoothing,
 * normalised, and filled up to whole cells of the network. Immutable.
 */
public final class PictureInput extends Options<PictureInput> {

  private static final String SIZE = "size";
  private static final String SHORTER_SIDE = "shorter side";
  private static final String MULTIPLE = "multiple";
  private static final String MEAN = "mean";
  private static final String DEVIATION = "deviation";

  /** By which pixels from 0 to 1 are normalised; null: not at all. */
  private Statistics statistics;

  /** To which pictures are scaled; 0: see the shorter side. */
  private int height;

  private int width;

  /** To which the shorter side of pictures is scaled; 0: they stay as they are. */
  private int shorterSide;

  /** How long the other side is then at most. */
  private int longestSide = Integer.MAX_VALUE;

  /** Of which both sides are made multiples, by zeros below and on the right. */
  private int multiple = 1;

  private PictureInput() {}

  /** Pictures as they are, with pixels from 0 to 1. */
  public static PictureInput plain() {
    return new PictureInput();
  }

  /**
   * Takes pixels less the mean, over the deviation.
   *
   * @throws IllegalArgumentException if a deviation is not above 0
   */
  public PictureInput normalised(Statistics statistics) {
    statistics.checkDivisor();
    return with(p -> p.statistics = statistics);
  }

  /** Scales pictures to this size. */
  public PictureInput size(int height, int width) {
    Checks.positive("height", height);
    Checks.positive("width", width);
    return with(
        p -> {
          p.height = height;
          p.width = width;
          p.shorterSide = 0;
        });
  }

  /** Scales pictures so that their shorter side has so many pixels, the other so many at most. */
  public PictureInput shorterSide(int pixels, int longest) {
    Checks.positive("pixels", pixels);
    Checks.positive("longest", longest);
    return with(
        p -> {
          p.height = 0;
          p.width = 0;
          p.shorterSide = pixels;
          p.longestSide = longest;
        });
  }

  /** Fills up both sides to multiples of this, by zeros below and on the right. */
  public PictureInput multiple(int pixels) {
    Checks.positive("pixels", pixels);
    return with(p -> p.multiple = pixels);
  }

  /** What training does to images with pixels from 0 to 1 so that they are as here. */
  public Transform transform() {
    return statistics == null
        ? Transform.ofColours((images, random) -> images)
        : Transforms.normalise(statistics);
  }

  /** The height and width to which a picture is scaled, as torchvision rounds them. */
  public int[] scaled(BufferedImage picture) {
    int h = picture.getHeight();
    int w = picture.getWidth();
    if (height > 0) {
      return new int[] {height, width};
    }
    if (shorterSide == 0) {
      return new int[] {h, w};
    }
    double times = (double) shorterSide / Math.min(h, w);
    times = Math.min(times, (double) longestSide / Math.max(h, w));
    return new int[] {side(h, times), side(w, times)};
  }

  private static int side(int pixels, double times) {
    return (int) Math.max(1, Math.floor(pixels * times));
  }

  /**
   * A picture as the network takes it.
   *
   * @param manager owns what is returned, and says on which device
   * @return (1, 3, H, W), float32
   */
  public NDArray of(NDManager manager, BufferedImage picture) {
    int h = picture.getHeight();
    int w = picture.getWidth();
    NDArray bytes =
        manager.create(
            ByteBuffer.wrap(Pictures.planes(picture)), new Shape(1, 3, h, w), DataType.UINT8);
    NDArray x = bytes.toType(DataType.FLOAT32, false).div(255);
    int[] sides = scaled(picture);
    if (sides[0] != h || sides[1] != w) {
      x = TorchOps.resize(x, sides[0], sides[1], false);
    }
    x = transform().apply(x, new SplittableRandom(0));
    int below = (multiple - sides[0] % multiple) % multiple;
    int right = (multiple - sides[1] % multiple) % multiple;
    return below == 0 && right == 0 ? x : TorchOps.pad(x, 0, right, 0, below);
  }

  /** Adds all of this to other options. */
  public OptionLines write(OptionLines lines) {
    OptionLines all =
        lines
            .with(SIZE, height, width)
            .with(SHORTER_SIDE, shorterSide, longestSide)
            .with(MULTIPLE, multiple);
    return statistics == null
        ? all
        : all.with(MEAN, numbers(statistics.mean()))
            .with(DEVIATION, numbers(statistics.deviation()));
  }

  private static double[] numbers(List<Double> numbers) {
    return numbers.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /**
   * What {@link #write} has written.
   *
   * @throws IllegalArgumentException if something is missing or not what it should be
   */
  public static PictureInput read(OptionLines lines) {
    int[] size = lines.wholeNumbers(SIZE, 2);
    int[] shorter = lines.wholeNumbers(SHORTER_SIDE, 2);
    PictureInput plain = plain().multiple(lines.wholeNumbers(MULTIPLE, 1)[0]);
    PictureInput scaling = plain;
    if (size[0] > 0) {
      scaling = plain.size(size[0], size[1]);
    } else if (shorter[0] > 0) {
      scaling = plain.shorterSide(shorter[0], shorter[1]);
    }
    return lines.has(MEAN)
        ? scaling.normalised(new Statistics(list(lines, MEAN), list(lines, DEVIATION)))
        : scaling;
  }

  private static List<Double> list(OptionLines lines, String option) {
    double[] numbers = lines.numbers(option, lines.texts(option, 1).size());
    return Arrays.stream(numbers).boxed().toList();
  }
}
