package convnets.data;

import ai.djl.ndarray.NDManager;
import convnets.Checks;
import convnets.Options;
import convnets.io.FileException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Portraits of the {@link Menagerie}: an animal alone on a ground of one colour, for translating
 * pictures into others.
 *
 * <pre>{@code
 * MenageriePortraits day = Menagerie.portraits(1);
 * MenageriePortraits night = day.ground(0.05, 0.06, 0.2).light(0.45, 0.5, 0.8);
 * Source pairs = Pairs.of(day.source(manager, 2000), night.source(manager, 2000));
 * }</pre>
 *
 * <p>What the animal is, where it stands, how it is turned and tinted depends on the seed and the
 * picture's number only: portraits of one seed in another art, on another ground or in another
 * light show the same. An animal is 0.7 to 0.95 of the picture, turned by at most 20°, mirrored
 * every other time, its red, green and blue each times 0.85 to 1.15. Java draws them, to the bit
 * alike on every machine.
 *
 * <p>Immutable: each option returns another object.
 */
public final class MenageriePortraits extends Options<MenageriePortraits> {

  private static final int SHORTEST = 8;
  private static final int LONGEST = 128;
  private static final double SMALLEST = 0.7;
  private static final double LARGEST = 0.95;
  private static final double MOST_TURNED = Math.PI * 20 / 180;

  private final long seed;
  private int side = 32;
  private Menagerie.Art art = Menagerie.Art.GOOGLE;
  private int[] species = IntStream.range(0, Menagerie.CLASSES.size()).toArray();
  private float[] ground = {1, 1, 1};
  private float[] light = {1, 1, 1};
  private double tint = 0.15;

  private MenageriePortraits(long seed) {
    this.seed = seed;
  }

  /** As {@link Menagerie#portraits}. */
  static MenageriePortraits of(long seed) {
    return new MenageriePortraits(seed);
  }

  /**
   * Pictures of another size: 32×32 by default.
   *
   * @param side in pixels, from 8 to 128
   */
  public MenageriePortraits size(int side) {
    if (side < SHORTEST || side > LONGEST) {
      throw new IllegalArgumentException(
          "side (%d) must be from %d to %d".formatted(side, SHORTEST, LONGEST));
    }
    return with(p -> p.side = side);
  }

  /** Pictures in another style: Google's by default. */
  public MenageriePortraits art(Menagerie.Art art) {
    Objects.requireNonNull(art, "art must not be null");
    return with(p -> p.art = art);
  }

  /**
   * Portraits of fewer kinds of animals: all 100 by default.
   *
   * @param classes from 1 to 100; they are taken evenly from {@link Menagerie#CLASSES}
   */
  public MenageriePortraits classes(int classes) {
    int all = Menagerie.CLASSES.size();
    if (classes < 1 || classes > all) {
      throw new IllegalArgumentException(
          "classes (%d) must be from 1 to %d".formatted(classes, all));
    }
    int[] chosen = IntStream.range(0, classes).map(i -> i * all / classes).toArray();
    return with(p -> p.species = chosen);
  }

  /**
   * Portraits of these animals alone.
   *
   * @param names of {@link Menagerie#CLASSES}, each once, in the order of the labels
   */
  public MenageriePortraits animals(List<String> names) {
    int[] chosen = names.stream().mapToInt(MenageriePortraits::species).toArray();
    if (chosen.length == 0 || Arrays.stream(chosen).distinct().count() < chosen.length) {
      throw new IllegalArgumentException(
          "names %s must be one or more, each once".formatted(names));
    }
    return with(p -> p.species = chosen);
  }

  private static int species(String name) {
    int species = Menagerie.CLASSES.indexOf(name);
    if (species < 0) {
      throw new IllegalArgumentException(
          "name (%s) is no animal of the menagerie: see Menagerie.CLASSES".formatted(name));
    }
    return species;
  }

  /** Another colour of the ground, each from 0 to 1: white by default. */
  public MenageriePortraits ground(double red, double green, double blue) {
    float[] colour = colour("ground", red, green, blue);
    return with(p -> p.ground = colour);
  }

  /** Another light on the animal, by which its colours are multiplied, each from 0 to 1. */
  public MenageriePortraits light(double red, double green, double blue) {
    float[] colour = colour("light", red, green, blue);
    return with(p -> p.light = colour);
  }

  /**
   * How much the colours of one animal differ from picture to picture: red, green and blue are each
   * multiplied by 1 − most to 1 + most, by lot.
   *
   * @param most from 0 to below 1: 0.15 by default
   */
  public MenageriePortraits tint(double most) {
    Checks.fraction("most", most);
    return with(p -> p.tint = most);
  }

  private static float[] colour(String name, double... values) {
    for (double value : values) {
      Checks.probability(name, value);
    }
    return new float[] {(float) values[0], (float) values[1], (float) values[2]};
  }

  /** The names of the animals, in the order of the labels. */
  public List<String> classNames() {
    return Arrays.stream(species).mapToObj(Menagerie.CLASSES::get).toList();
  }

  /**
   * The first portraits, drawn when they are asked for.
   *
   * @param manager decides the device of batches, and closes them at the latest
   * @param count how many, at least 1
   * @return images (3, side, side) with {@link Target#CLASS}; in every run of as many portraits as
   *     there are kinds, each kind comes once
   * @throws FileException if the sprites are missing or damaged, once it is asked for pictures
   */
  public HostSource source(NDManager manager, int count) {
    Checks.positive("count", count);
    return new PortraitSource(this, manager, count);
  }

  int side() {
    return side;
  }

  /** A portrait's label and pixels (3, side, side). */
  record Portrait(int label, byte[] pixels) {}

  /** Draws a portrait. */
  Portrait draw(long index) {
    Dice dice = Dice.at(seed, index);
    int label = turn(index);
    Sprite sprite = SpriteSheet.of(art).animals().get(species[label]);
    boolean mirrored = dice.share() < 0.5;
    double scale = dice.between(SMALLEST, LARGEST);
    double angle = dice.between(-MOST_TURNED, MOST_TURNED);
    float[] factors = new float[3];
    for (int c = 0; c < 3; c++) {
      factors[c] = light[c] * (float) dice.between(1 - tint, 1 + tint);
    }
    double across = dice.share();
    double down = dice.share();
    double[] extent = sprite.extent(angle);
    double zoom = scale * side / Math.max(extent[2] - extent[0], extent[3] - extent[1]);
    double x = at(across, zoom * extent[0], zoom * extent[2]);
    double y = at(down, zoom * extent[1], zoom * extent[3]);
    var tinted = new Placement.Tint(factors[0], factors[1], factors[2]);
    float[] canvas = new float[3 * side * side];
    for (int c = 0; c < 3; c++) {
      Arrays.fill(canvas, c * side * side, (c + 1) * side * side, ground[c]);
    }
    var placement = new Placement(x, y, zoom, angle, tinted);
    Layer.of(sprite, placement, side, side).over(canvas, side, side);
    return new Portrait(label, bytes(canvas, mirrored));
  }

  /** A place such that what reaches from {@code low} to {@code high} around it is in the frame. */
  private double at(double share, double low, double high) {
    return -low + share * (side - (high - low));
  }

  /** Each kind once, in an order of their own, in every run of as many portraits as kinds. */
  private int turn(long index) {
    int[] order = Dice.at(~seed, index / species.length).permutation(species.length);
    return order[(int) (index % species.length)];
  }

  private byte[] bytes(float[] canvas, boolean mirrored) {
    byte[] bytes = new byte[canvas.length];
    for (int i = 0; i < bytes.length; i++) {
      int x = i % side;
      int to = mirrored ? i - x + side - 1 - x : i;
      bytes[to] = (byte) (Math.max(0, Math.min(1, canvas[i])) * 255 + 0.5f);
    }
    return bytes;
  }

  @Override
  public String toString() {
    return "portraits of %d kinds, %d×%d, %s, seed %d"
        .formatted(species.length, side, side, art, seed);
  }
}
