package convnets.data;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import convnets.io.FileException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * The menagerie: a small world of pictures, each of which shows an animal among other objects on a
 * noisy ground. There are 100 kinds of animals.
 *
 * <p>The standard task is to tell them apart in 32×32 pixels:
 *
 * <pre>{@code
 * var train = Menagerie.train(manager); // 10,000 pictures
 * var test = Menagerie.test(manager); // 4,000 others
 * }</pre>
 *
 * <p>Scenes show several, to be found and outlined: {@link #scenes}, and {@link #easyScenes} for a
 * first look.
 *
 * <p>The pictures are drawn from sprites that come with the course in {@code data/menagerie}.
 * {@link #pictures} draws any number of others, of other sizes, with the boxes and masks of the
 * animals.
 */
public final class Menagerie {
  /** How the animals and objects are drawn. */
  public enum Art {
    /** Google's emojis (Noto). */
    GOOGLE("google.png", "16dd92b8cb029ec698e74beb0ba4062c4c3d57c8657497040ddf24c590f6e8a6"),
    /** Twitter's emojis (Twemoji): flat, with fewer colours. */
    TWITTER("twitter.png", "3a5fb6f2982528a629580905e31319140bf48dbf9a9f053ccacacc195fdcdfc8");

    private final String file;
    private final String sha256;

    Art(String file, String sha256) {
      this.file = file;
      this.sha256 = sha256;
    }

    /** The sheet of the sprites, in {@code data/menagerie}. */
    String file() {
      return file;
    }

    /** The checksum of {@code data/menagerie/SHA256SUMS}. */
    String sha256() {
      return sha256;
    }
  }

  /** The names of the animals, in the order of the labels. */
  public static final List<String> CLASSES =
      List.of(
          """
          monkey, gorilla, orangutan, dog, poodle, wolf, fox, raccoon, cat, lion, tiger,
          leopard, moose, donkey, horse, zebra, deer, bison, ox, water buffalo, cow, pig,
          boar, ram, sheep, goat, camel, llama, giraffe, elephant, mammoth, rhinoceros,
          hippopotamus, mouse, rat, hamster, rabbit, chipmunk, beaver, hedgehog, bat, bear,
          polar bear, koala, panda, sloth, otter, skunk, kangaroo, badger, turkey, hen,
          rooster, chick, songbird, penguin, dove, eagle, duck, swan, owl, dodo, flamingo,
          peacock, parrot, goose, frog, crocodile, turtle, lizard, snake, sauropod,
          tyrannosaur, whale, dolphin, seal, fish, angelfish, pufferfish, shark, octopus,
          jellyfish, crab, lobster, shrimp, squid, snail, butterfly, caterpillar, ant, bee,
          beetle, ladybird, cricket, cockroach, spider, scorpion, mosquito, fly, worm
          """
              .strip()
              .split(",\\s+"));

  /** Means and deviations of the training set. */
  public static final Statistics STATISTICS =
      new Statistics(List.of(0.5454, 0.5171, 0.4844), List.of(0.2060, 0.1850, 0.2036));

  private Menagerie() {}

  /**
   * Pictures of one's own. The same seed gives the same pictures on every machine.
   *
   * @param seed decides everything in them; {@link #train} and {@link #test} have seeds of their
   *     own
   * @return 32×32 pictures with one animal each; its methods change that
   */
  public static MenageriePictures pictures(long seed) {
    return MenageriePictures.of(seed);
  }

  /**
   * Portraits: an animal alone on a ground of one colour, for translating pictures into others. The
   * same seed gives the same portraits on every machine.
   *
   * @param seed decides which animals, where they stand, how they are turned and tinted
   * @return 32×32 pictures on white, in Google's style; its methods change that
   */
  public static MenageriePortraits portraits(long seed) {
    return MenageriePortraits.of(seed);
  }

  /**
   * The training set of the standard task. It is drawn at the first call, in seconds, and kept in
   * {@code data/menagerie/cache}; if that file is damaged it is drawn again.
   *
   * @param manager decides the device, and closes the set at the latest
   * @return 10,000 images (3, 32, 32), 100 of each animal
   * @throws FileException if the sprites are missing or damaged
   */
  public static ImageDataset train(NDManager manager) {
    return Part.TRAIN.read(manager, cache());
  }

  /**
   * The test set of the standard task, drawn and kept as {@link #train} is, of another seed.
   *
   * @param manager decides the device, and closes the set at the latest
   * @return 4,000 images (3, 32, 32), 40 of each animal
   * @throws FileException if the sprites are missing or damaged
   */
  public static ImageDataset test(NDManager manager) {
    return Part.TEST.read(manager, cache());
  }

  /**
   * Scenes to detect and to segment in: one to six animals of twelve kinds in 64×64 pixels, small
   * (a scale of 0.15 to 0.5) and partly behind each other, among other objects. They are the
   * course's standard. {@link MenageriePictures#source} draws them as they are asked for, {@link
   * Examples#of(Source)} keeps them:
   *
   * <pre>{@code
   * Examples train = Examples.of(Menagerie.scenes(1).source(manager, 4000));
   * Examples test = Menagerie.scenesTest(manager);
   * }</pre>
   *
   * @param seed decides everything in them; {@link #scenesTest} has one of its own
   * @return pictures whose methods change that, for example their size
   */
  public static MenageriePictures scenes(long seed) {
    return StandardScenes.HARD.pictures(seed);
  }

  /**
   * The test set of the standard {@link #scenes}. It is drawn at the first call, in seconds, and
   * kept in {@code data/menagerie/cache}; if that file is damaged it is drawn again.
   *
   * @param manager decides the device, and closes the set at the latest
   * @return 1,000 images (3, 64, 64) with {@link Target#BOXES} (six rows each), {@link Target#MASK}
   *     and {@link Target#INSTANCES}, 21 MB; {@link Examples#targets} chooses among them
   * @throws FileException if the sprites are missing or damaged
   */
  public static Examples scenesTest(NDManager manager) {
    return StandardScenes.HARD.test(manager, cache());
  }

  /**
   * Easier scenes, for a first look: one to six animals of eight kinds in 64×64 pixels, of a scale
   * of 0.25 to 0.6.
   *
   * @param seed decides everything in them; {@link #easyScenesTest} has one of its own
   * @return pictures whose methods change that
   */
  public static MenageriePictures easyScenes(long seed) {
    return StandardScenes.EASY.pictures(seed);
  }

  /**
   * The test set of the {@link #easyScenes}, drawn and kept as {@link #scenesTest} is, of another
   * seed.
   *
   * @param manager decides the device, and closes the set at the latest
   * @return 1,000 images (3, 64, 64) with the same targets
   * @throws FileException if the sprites are missing or damaged
   */
  public static Examples easyScenesTest(NDManager manager) {
    return StandardScenes.EASY.test(manager, cache());
  }

  private static Path cache() {
    return SpriteSheet.folder().resolve("cache");
  }

  /** The two halves of the standard task. */
  enum Part {
    TRAIN(
        0x7261696eL,
        10_000,
        "train-32.bin",
        "1a0580d86e9bc07dfd3273ec52afade390d10ccb6abae72f8ea56ac2c45cf0fc"),
    TEST(
        0x74657374L,
        4_000,
        "test-32.bin",
        "673ae046efba3c0b84e323d507544c74e61d3cadd84545232a5b7231d6c473b1");

    private final FixedPictures kept;

    Part(long seed, int count, String file, String sha256) {
      List<Target> kinds = List.of(Target.CLASS);
      kept = new FixedPictures(MenageriePictures.of(seed), count, kinds, file, sha256);
    }

    ImageDataset read(NDManager manager, Path cache) {
      ByteBuffer bytes = kept.read(cache);
      int[] labels = new int[kept.count()];
      for (int i = 0; i < labels.length; i++) {
        labels[i] = bytes.get();
      }
      int side = kept.pictures().height();
      Shape shape = new Shape(labels.length, 3, side, side);
      return ImageDataset.of(manager, bytes.slice(), shape, labels, CLASSES);
    }
  }
}
