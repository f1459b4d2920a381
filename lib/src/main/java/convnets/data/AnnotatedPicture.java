package convnets.data;

import convnets.io.Pictures;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A picture file and what is written down of it.
 *
 * @param name what messages call it
 * @param file the picture
 * @param width in pixels, as it is written down
 * @param height in pixels
 * @param annotations of its things, in its own pixels
 * @param marks its masks
 */
record AnnotatedPicture(
    String name, Path file, int width, int height, List<Annotation> annotations, Marks marks) {

  /** Those that are learned from, in the order of the boxes' rows. */
  List<Annotation> things() {
    return annotations.stream().filter(a -> !a.ignored()).toList();
  }

  /**
   * Decodes the picture. What the camera notes of how it was held is obeyed, unless only the pixels
   * as they are stored have the size that is written down: then its things were marked in these.
   *
   * @throws IOException if it cannot be read, or is of another size
   */
  BufferedImage read() throws IOException {
    BufferedImage picture = Pictures.read(file);
    if (fits(picture)) {
      return picture;
    }
    BufferedImage unturned = Pictures.readUnturned(file);
    if (fits(unturned)) {
      return unturned;
    }
    throw new IOException(
        "it is %d × %d pixels, and %s says %d × %d"
            .formatted(picture.getWidth(), picture.getHeight(), name, width, height));
  }

  private boolean fits(BufferedImage picture) {
    return picture.getWidth() == width && picture.getHeight() == height;
  }
}
