package convnets.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The checksum that a file must have.
 *
 * @param algorithm its name in Java, such as {@code SHA-256}
 * @param hex the digest in lower-case hexadecimal digits, or only its first ones if no more are
 *     known
 */
public record Checksum(String algorithm, String hex) {

  /**
   * The checksum of a file as it is.
   *
   * @throws FileException if it cannot be read
   */
  public static Checksum of(Path file, String algorithm) {
    MessageDigest digest = digest(algorithm);
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    } catch (IOException e) {
      throw new FileException("cannot read " + file + ": " + e, e);
    }
    return new Checksum(algorithm, HexFormat.of().formatHex(digest.digest()));
  }

  /** The checksum of bytes in memory. */
  public static Checksum of(byte[] bytes, String algorithm) {
    return new Checksum(algorithm, HexFormat.of().formatHex(digest(algorithm).digest(bytes)));
  }

  /**
   * Whether a file has this checksum.
   *
   * @throws FileException if it cannot be read
   */
  public boolean holds(Path file) {
    return agrees(of(file, algorithm));
  }

  /** Whether bytes in memory have this checksum. */
  public boolean holds(byte[] bytes) {
    return agrees(of(bytes, algorithm));
  }

  /** Whether the digest of a file begins with the digits that are known. */
  boolean agrees(Checksum found) {
    return found.algorithm.equals(algorithm) && found.hex.startsWith(hex);
  }

  /**
   * Compares a file with this checksum.
   *
   * @param remedy what the reader can do if they differ
   * @throws FileException if they differ, naming both checksums
   */
  public void verify(Path file, String remedy) {
    Checksum found = of(file, algorithm);
    if (!agrees(found)) {
      throw new FileException(
          "%s is damaged: expected %s %s, found %s (%d bytes). %s"
              .formatted(file, algorithm, hex, found.hex, file.toFile().length(), remedy));
    }
  }

  private static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalArgumentException("no such checksum: " + algorithm, e);
    }
  }
}
