package convnets.detect;

import convnets.data.Statistics;
import convnets.io.Checksum;
import convnets.io.OptionLines;
import convnets.io.WholeFile;
import convnets.nn.Unit;
import convnets.weights.Weights;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A detector in a folder: {@code weights.safetensors}, and {@code detector.tsv}, whose lines are an
 * option and its values. The one knows the other's checksum, so that the halves of two detectors
 * are not taken for one.
 */
final class DetectorFiles {

  private static final String WEIGHTS = "weights.safetensors";
  private static final String OPTIONS = "detector.tsv";
  private static final String DIGEST = "SHA-256";

  private DetectorFiles() {}

  static void write(DetectorOptions detector, Unit net, Path folder) {
    if (detector.network == null) {
      throw new IllegalStateException(
          "the network has no name to be built by again: give it one of Detectors by named(…), or"
              + " save its weights by Weights.save(net, file)");
    }
    List<String> lines = new ArrayList<>();
    lines.add(OptionLines.of("network", Stream.of(detector.network)));
    lines.add(OptionLines.of("classes", detector.classes.stream()));
    lines.add(OptionLines.of("size", numbers(detector.height, detector.width)));
    lines.add(OptionLines.of("shorter side", numbers(detector.shorterSide, detector.longestSide)));
    lines.add(OptionLines.of("multiple", numbers(detector.multiple)));
    lines.add(OptionLines.of("score", Stream.of(Double.toString(detector.score))));
    if (detector.statistics != null) {
      lines.add(OptionLines.of("mean", detector.statistics.mean().stream().map(Object::toString)));
      lines.add(
          OptionLines.of(
              "deviation", detector.statistics.deviation().stream().map(Object::toString)));
    }
    try {
      Files.createDirectories(folder);
      Path weights = folder.resolve(WEIGHTS);
      Weights.save(net, weights);
      lines.add(OptionLines.of("weights", Stream.of(Checksum.of(weights, DIGEST).hex())));
      byte[] text = String.join("", lines).getBytes(StandardCharsets.UTF_8);
      WholeFile.write(folder.resolve(OPTIONS), out -> out.write(text));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the detector to " + folder + ": " + e, e);
    }
  }

  private static Stream<String> numbers(int... numbers) {
    return Arrays.stream(numbers).mapToObj(Integer::toString);
  }

  static DetectorOptions read(Path folder) {
    Path file = folder.resolve(OPTIONS);
    Map<String, List<String>> said;
    try {
      said = OptionLines.read(file);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot read %s, which Detector.save writes: %s".formatted(file, e), e);
    }
    List<Needed> all =
        List.of(
            new Needed("network", 1),
            new Needed("classes", 1),
            new Needed("size", 2),
            new Needed("shorter side", 2),
            new Needed("multiple", 1),
            new Needed("score", 1),
            new Needed("weights", 1));
    for (Needed needed : all) {
      if (said.getOrDefault(needed.option, List.of()).size() < needed.values) {
        throw new IllegalArgumentException(
            "folder (%s): %s says too little of %s".formatted(folder, OPTIONS, needed.option));
      }
    }
    if (!new Checksum(DIGEST, said.get("weights").get(0)).holds(folder.resolve(WEIGHTS))) {
      throw new IllegalArgumentException(
          "folder (%s): %s is not the file that %s was written with: save the detector again"
              .formatted(folder, WEIGHTS, OPTIONS));
    }
    return options(said);
  }

  /** An option that must be there, with so many values. */
  private record Needed(String option, int values) {}

  private static DetectorOptions options(Map<String, List<String>> said) {
    return DetectorOptions.of(said.get("network").get(0), said.get("classes"))
        .with(
            o -> {
              o.height = number(said, "size", 0);
              o.width = number(said, "size", 1);
              o.shorterSide = number(said, "shorter side", 0);
              o.longestSide = number(said, "shorter side", 1);
              o.multiple = number(said, "multiple", 0);
              o.score = Double.parseDouble(said.get("score").get(0));
              o.statistics =
                  said.containsKey("mean")
                      ? new Statistics(shares(said.get("mean")), shares(said.get("deviation")))
                      : null;
            });
  }

  private static int number(Map<String, List<String>> said, String option, int place) {
    return Integer.parseInt(said.get(option).get(place));
  }

  private static List<Double> shares(List<String> texts) {
    return texts.stream().map(Double::valueOf).toList();
  }

  static void weights(Unit net, Path folder) {
    Weights.load(net, folder.resolve(WEIGHTS));
  }
}
