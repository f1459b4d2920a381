package convnets.segment;

import convnets.data.Statistics;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A segmenter in a folder: {@code weights.safetensors}, and {@code segmenter.tsv}, whose lines are
 * an option and its values.
 */
final class SegmenterFiles {

  private static final String WEIGHTS = "weights.safetensors";
  private static final String OPTIONS = "segmenter.tsv";

  private SegmenterFiles() {}

  static void write(SegmenterOptions segmenter, Unit net, Path folder) {
    String network =
        segmenter
            .network()
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "the network has no name to be built by again: give it one of"
                            + " Segmenters by named(…), or save its weights by"
                            + " Weights.save(net, file)"));
    List<String> lines = new ArrayList<>();
    lines.add(OptionLines.of("network", Stream.of(network)));
    lines.add(OptionLines.of("classes", segmenter.classes().stream()));
    lines.add(OptionLines.of("shorter side", Stream.of(Integer.toString(segmenter.shorterSide()))));
    segmenter
        .statistics()
        .ifPresent(
            statistics -> {
              lines.add(OptionLines.of("mean", statistics.mean().stream().map(Object::toString)));
              lines.add(
                  OptionLines.of(
                      "deviation", statistics.deviation().stream().map(Object::toString)));
            });
    byte[] text = String.join("", lines).getBytes(StandardCharsets.UTF_8);
    try {
      Files.createDirectories(folder);
      Weights.save(net, folder.resolve(WEIGHTS));
      WholeFile.write(folder.resolve(OPTIONS), out -> out.write(text));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the segmenter to " + folder + ": " + e, e);
    }
  }

  static SegmenterOptions read(Path folder) {
    Path file = folder.resolve(OPTIONS);
    Map<String, List<String>> options;
    try {
      options = OptionLines.read(file);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot read %s, which Segmenter.save writes: %s".formatted(file, e), e);
    }
    for (String needed : List.of("network", "classes", "shorter side")) {
      if (options.getOrDefault(needed, List.of()).isEmpty()) {
        throw new IllegalArgumentException(
            "folder (%s): %s says nothing of %s".formatted(folder, OPTIONS, needed));
      }
    }
    return new SegmenterOptions(
        Optional.of(options.get("network").get(0)),
        options.get("classes"),
        statistics(options),
        Integer.parseInt(options.get("shorter side").get(0)));
  }

  private static Optional<Statistics> statistics(Map<String, List<String>> options) {
    return options.containsKey("mean")
        ? Optional.of(
            new Statistics(numbers(options.get("mean")), numbers(options.get("deviation"))))
        : Optional.empty();
  }

  private static List<Double> numbers(List<String> texts) {
    return texts.stream().map(Double::valueOf).toList();
  }

  static Unit weights(Unit net, Path folder) {
    return Weights.load(net, folder.resolve(WEIGHTS));
  }
}
