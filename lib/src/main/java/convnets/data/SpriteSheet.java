package convnets.data;

import convnets.io.Checksum;
import convnets.io.DataFolder;
import convnets.io.FileException;
import convnets.io.Pictures;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/**
 * The sprites of one art style: {@code data/menagerie/sprites.tsv} names them in their order.
 *
 * @param animals one for each of {@link Menagerie#CLASSES}
 * @param objects what stands around
 */
record SpriteSheet(List<Sprite> animals, List<Sprite> objects) {
  static final String FOLDER = "menagerie";

  private static final int COLUMNS = 20;
  private static final int OBJECTS = 100;
  private static final String REMEDY =
      "Restore it with `git checkout -- data/menagerie`, or run data/menagerie/make";

  private static final Map<Menagerie.Art, SpriteSheet> READ = new ConcurrentHashMap<>();

  /**
   * The sprites that come with the course, read at the first call.
   *
   * @throws FileException if their file is missing or damaged
   */
  static SpriteSheet of(Menagerie.Art art) {
    return READ.computeIfAbsent(art, a -> read(folder(), a));
  }

  /** Where the sprites lie. */
  static Path folder() {
    return DataFolder.find(FOLDER);
  }

  /** Reads and verifies a sheet. */
  static SpriteSheet read(Path folder, Menagerie.Art art) {
    Path file = folder.resolve(art.file());
    if (!Files.isRegularFile(file)) {
      throw new FileException(file + " is missing. " + REMEDY);
    }
    try {
      new Checksum("SHA-256", art.sha256()).verify(file, REMEDY);
      BufferedImage sheet = Pictures.read(file);
      int animals = Menagerie.CLASSES.size();
      List<Sprite> sprites =
          IntStream.range(0, animals + OBJECTS).mapToObj(i -> sprite(sheet, i)).toList();
      return new SpriteSheet(
          sprites.subList(0, animals), sprites.subList(animals, animals + OBJECTS));
    } catch (IOException e) {
      throw new FileException("cannot read " + file + ": " + e, e);
    }
  }

  private static Sprite sprite(BufferedImage sheet, int i) {
    int x = i % COLUMNS * Sprite.SIDE;
    int y = i / COLUMNS * Sprite.SIDE;
    return new Sprite(sheet.getRGB(x, y, Sprite.SIDE, Sprite.SIDE, null, 0, Sprite.SIDE));
  }
}
