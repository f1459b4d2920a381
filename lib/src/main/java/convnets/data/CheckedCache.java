package convnets.data;

import convnets.io.Checksum;
import convnets.io.FileException;
import convnets.io.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * Bytes that can be made anew and are kept in a file, to save the time. What they must be is known.
 *
 * @param file where they are kept
 * @param checksum of the right bytes
 */
record CheckedCache(Path file, Checksum checksum) {

  /**
   * The bytes: from the file if it is there and right, otherwise made and, if the disk allows it,
   * kept.
   *
   * @param make makes the bytes
   * @throws FileException if what it makes is not what it should be
   */
  byte[] get(Supplier<byte[]> make) {
    try {
      byte[] kept = Files.readAllBytes(file);
      if (checksum.holds(kept)) {
        return kept;
      }
    } catch (IOException e) {
      // Not there, or not readable: the same as damaged.
    }
    byte[] made = make.get();
    Checksum found = Checksum.of(made, checksum.algorithm());
    if (!checksum.equals(found)) {
      throw new FileException(
          "%s came out wrong on this machine: expected %s %s, found %s. Please report it, with the output of `java -version`"
              .formatted(file.getFileName(), found.algorithm(), checksum.hex(), found.hex()));
    }
    keep(made);
    return made;
  }

  /** Another process may be reading the file, or writing it too. */
  private void keep(byte[] bytes) {
    try {
      WholeFile.write(file, out -> out.write(bytes));
    } catch (IOException e) {
      // A full or read-only disk: the bytes are made anew next time.
    }
  }
}
