package convnets.weights;

import ai.djl.nn.Block;
import convnets.io.Checksum;
import convnets.io.OptionLines;
import convnets.io.WholeFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A network in a folder, with what is needed to use it: {@code weights.safetensors}, and a text
 * such as {@code detector.tsv}, whose lines are an option and its values. The text has the checksum
 * of the weights, so that the halves of two networks are not taken for one.
 *
 * @param kind what it is: "detector"
 */
public record NetFolder(String kind) {

  private static final String WEIGHTS = "weights.safetensors";
  private static final String CHECKSUM = "weights";
  private static final String DIGEST = "SHA-256";

  /**
   * Writes weights and options. If it is interrupted, what was there before is there still, or
   * {@link #read} says that it is not.
   *
   * @throws UncheckedIOException if the folder cannot be written
   * @throws WeightsException if the weights cannot
   */
  public void write(Path folder, OptionLines options, Block net) {
    try {
      Files.createDirectories(folder);
      Path weights = folder.resolve(WEIGHTS);
      Weights.save(net, weights);
      OptionLines all = options.with(CHECKSUM, Checksum.of(weights, DIGEST).hex());
      WholeFile.write(options(folder), out -> out.write(all.bytes()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the " + kind + " to " + folder + ": " + e, e);
    }
  }

  /**
   * The options.
   *
   * @throws UncheckedIOException if they cannot be read
   * @throws IllegalArgumentException if the weights beside them are others
   */
  public OptionLines read(Path folder) {
    OptionLines options;
    try {
      options = OptionLines.read(options(folder));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot read %s, which %s.save writes: %s".formatted(options(folder), type(), e), e);
    }
    if (!new Checksum(DIGEST, options.text(CHECKSUM)).holds(folder.resolve(WEIGHTS))) {
      throw new IllegalArgumentException(
          "folder (%s): %s is not the file that %s was written with: save the %s again"
              .formatted(folder, WEIGHTS, options(folder).getFileName(), kind));
    }
    return options;
  }

  /**
   * Loads the weights.
   *
   * @return the network
   * @throws WeightsException if they are not those of the network, which is then as it was
   */
  public <B extends Block> B load(B net, Path folder) {
    return Weights.load(net, folder.resolve(WEIGHTS));
  }

  /** As the class is called that saves it. */
  private String type() {
    return kind.substring(0, 1).toUpperCase(Locale.ROOT) + kind.substring(1);
  }

  private Path options(Path folder) {
    return folder.resolve(kind + ".tsv");
  }
}
