package convnets.data;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import convnets.Checks;
import convnets.io.FileException;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * An endless row of pictures of the {@link Menagerie}, each with its animals' classes, boxes and
 * masks.
 *
 * <pre>{@code
 * var pictures = Menagerie.pictures(42).size(64).animals(1, 3);
 * try (MenagerieBatch batch = pictures.batch(manager, 0, 16)) {
 *   Images.grid(batch.images()).image();
 * }
 * }</pre>
 *
 * <p>Each picture depends on the seed, its number and the options only, down to the last bit, on
 * every machine: plain Java draws it, on all processors, and only then does it move to the device.
 * Pictures of one seed and number have the same layout at every size and, with a single animal, in
 * both art styles.
 *
 * <p>From the back to the front a picture shows a ground of smooth noise, four objects and the
 * animals; over all lies noise of deviation 0.05. An object is 0.2 to 0.5 of the picture, turned by
 * any angle, anywhere. An animal is 0.3 to 0.8 of the picture ({@link #scale} changes that), turned
 * by at most 29°, its red, green and blue each times 0.7 to 1.3, within the frame. These sizes are
 * the longer side of the box, as it is placed, over the shorter side of the picture.
 *
 * <p>Immutable: each option returns another object.
 *
 * @param seed decides everything that is random
 * @param height in pixels, from 32 to 128
 * @param width in pixels, from 32 to 128
 * @param art who drew the sprites
 * @param classes how many kinds of animals, from 1 to 100
 * @param fewest how many animals a picture has at least, from 1 to 8
 * @param most how many animals a picture has at most, from {@code fewest} to 8
 * @param occlusion how much of an animal others may hide, from 0 to less than 1
 * @param smallest the scale of an animal at least, from 0.15 to 1
 * @param largest the scale of an animal at most, from {@code smallest} to 1
 */
public record MenageriePictures(
    long seed,
    int height,
    int width,
    Menagerie.Art art,
    int classes,
    int fewest,
    int most,
    double occlusion,
    double smallest,
    double largest) {
  private static final int SHORTEST = 32;
  private static final int LONGEST = 128;

  /** Smaller ones might have no pixel left. */
  private static final double LEAST = 0.15;

  private static final int CROWD = 8;

  /**
   * Checks all.
   *
   * @throws IllegalArgumentException if one is out of its range
   */
  public MenageriePictures {
    within("height", height, SHORTEST, LONGEST);
    within("width", width, SHORTEST, LONGEST);
    within("classes", classes, 1, Menagerie.CLASSES.size());
    within("fewest", fewest, 1, CROWD);
    within("most", most, fewest, CROWD);
    Objects.requireNonNull(art, "art must not be null");
    Checks.fraction("occlusion", occlusion);
    if (!(smallest >= LEAST && smallest <= largest && largest <= 1)) {
      throw new IllegalArgumentException(
          "smallest (%s) and largest (%s) must rise, from %s to 1"
              .formatted(smallest, largest, LEAST));
    }
  }

  private static void within(String name, int value, int low, int high) {
    if (value < low || value > high) {
      throw new IllegalArgumentException(
          "%s (%d) must be from %d to %d".formatted(name, value, low, high));
    }
  }

  /** As {@link Menagerie#pictures}. */
  static MenageriePictures of(long seed) {
    int classes = Menagerie.CLASSES.size();
    return new MenageriePictures(
        seed, SHORTEST, SHORTEST, Menagerie.Art.GOOGLE, classes, 1, 1, 0.25, 0.3, 0.8);
  }

  /**
   * Square pictures of another size: 32 by default.
   *
   * @param side in pixels, from 32 to 128
   */
  public MenageriePictures size(int side) {
    return size(side, side);
  }

  /**
   * Pictures of another size: 32×32 by default.
   *
   * @param height in pixels, from 32 to 128
   * @param width in pixels, from 32 to 128
   */
  public MenageriePictures size(int height, int width) {
    return new MenageriePictures(
        seed, height, width, art, classes, fewest, most, occlusion, smallest, largest);
  }

  /**
   * Pictures in another style: Google's by default. With one animal a picture, both styles show the
   * same at the same places: pairs, for translating one style into the other.
   *
   * @param art who drew the sprites
   */
  public MenageriePictures art(Menagerie.Art art) {
    return new MenageriePictures(
        seed, height, width, art, classes, fewest, most, occlusion, smallest, largest);
  }

  /**
   * Pictures of fewer kinds of animals, for an easier task: all 100 by default.
   *
   * @param classes from 1 to 100; they are taken evenly from {@link Menagerie#CLASSES}
   */
  public MenageriePictures classes(int classes) {
    return new MenageriePictures(
        seed, height, width, art, classes, fewest, most, occlusion, smallest, largest);
  }

  /**
   * Pictures with several animals, for detection: one by default. How many a picture has is random.
   * An animal that finds no place in 20 attempts is left out; the first one always finds it.
   *
   * @param fewest from 1 to 8
   * @param most from {@code fewest} to 8
   */
  public MenageriePictures animals(int fewest, int most) {
    return new MenageriePictures(
        seed, height, width, art, classes, fewest, most, occlusion, smallest, largest);
  }

  /**
   * Pictures whose animals may hide more or less of each other: a quarter of their pixels by
   * default.
   *
   * @param occlusion the largest share that is hidden, from 0 to less than 1
   */
  public MenageriePictures occlusion(double occlusion) {
    return new MenageriePictures(
        seed, height, width, art, classes, fewest, most, occlusion, smallest, largest);
  }

  /**
   * Pictures of smaller or larger animals: 0.3 to 0.8 of the picture by default. Pictures of one
   * seed and number show the same at every scale, as long as there is a single animal: only that is
   * drawn larger, at the corresponding place between the edges of the frame.
   *
   * @param smallest the longer side of an animal at least, over the shorter side of the picture,
   *     from 0.15
   * @param largest the same at most, up to 1; all have one scale if it is {@code smallest}
   */
  public MenageriePictures scale(double smallest, double largest) {
    return new MenageriePictures(
        seed, height, width, art, classes, fewest, most, occlusion, smallest, largest);
  }

  /** The names of the animals, in the order of the labels. */
  public List<String> classNames() {
    return IntStream.range(0, classes).mapToObj(i -> Menagerie.CLASSES.get(species(i))).toList();
  }

  /** The place of a class in {@link Menagerie#CLASSES}. */
  int species(int label) {
    return label * Menagerie.CLASSES.size() / classes;
  }

  /**
   * Draws pictures, with all that is known of them. The caller closes the batch.
   *
   * @param manager decides the device, and closes the batch at the latest
   * @param from the first picture's number, at least 0
   * @param count how many pictures, at least 1
   * @throws FileException if the sprites are missing or damaged
   */
  public MenagerieBatch batch(NDManager manager, int from, int count) {
    Checks.notNegative("from", from);
    Checks.positive("count", count);
    return MenagerieBatch.of(manager, scenes(from, count).toList(), height, width);
  }

  /**
   * Draws the first pictures as a data set, to classify them. Where there are several animals, the
   * label is that of the hindmost.
   *
   * @param manager decides the device, and closes the set at the latest
   * @param count how many pictures, at least 1
   * @return {@code count} images (3, H, W); in every run of as many pictures as there are classes,
   *     each class comes once
   * @throws FileException if the sprites are missing or damaged
   */
  public ImageDataset dataset(NDManager manager, int count) {
    int length = 3 * height * width;
    within("count", count, 1, Integer.MAX_VALUE / length);
    byte[] pixels = new byte[count * length];
    int[] labels = new int[count];
    draw(pixels, labels);
    return ImageDataset.of(
        manager, pixels, new Shape(count, 3, height, width), labels, classNames());
  }

  /**
   * The first pictures as a source of batches that draws them when they are asked for, on all
   * processors, ahead of time.
   *
   * @param manager decides the device of batches, and closes them at the latest
   * @param count how many pictures, at least 1
   * @return {@code count} images (3, H, W) with {@link Target#BOXES}, {@link Target#MASK} and
   *     {@link Target#INSTANCES}; its methods change that
   */
  public MenagerieSource source(NDManager manager, int count) {
    Checks.positive("count", count);
    return MenagerieSource.of(this, manager, count);
  }

  /** Fills arrays with the first pictures and their labels. */
  void draw(byte[] pixels, int[] labels) {
    SpriteSheet sheet = SpriteSheet.of(art);
    IntStream.range(0, labels.length)
        .parallel()
        .forEach(
            i -> {
              Scene scene = Scene.of(this, sheet, i);
              int length = scene.pixels().length;
              System.arraycopy(scene.pixels(), 0, pixels, i * length, length);
              labels[i] = scene.animals().get(0).label();
            });
  }

  private Stream<Scene> scenes(int from, int count) {
    SpriteSheet sheet = SpriteSheet.of(art);
    return IntStream.range(0, count)
        .parallel()
        .mapToObj(i -> Scene.of(this, sheet, (long) from + i));
  }
}
