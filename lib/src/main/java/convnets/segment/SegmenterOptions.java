package convnets.segment;

import convnets.data.PictureInput;
import convnets.io.OptionLines;
import java.util.List;
import java.util.Optional;

/**
 * All that a {@link Segmenter} is but the weights.
 *
 * @param network its name among {@link Segmenters}; empty of one of the caller's own
 * @param classes the names of its outputs
 * @param input what is done to pictures
 */
record SegmenterOptions(Optional<String> network, List<String> classes, PictureInput input) {

  private static final String NETWORK = "network";
  private static final String CLASSES = "classes";

  SegmenterOptions {
    if (classes.isEmpty()) {
      throw new IllegalArgumentException("classes must name the background at least");
    }
    classes = List.copyOf(classes);
  }

  static SegmenterOptions of(Optional<String> network, List<String> classes) {
    return new SegmenterOptions(network, classes, PictureInput.plain());
  }

  SegmenterOptions named(String network) {
    return new SegmenterOptions(Optional.of(network), classes, input);
  }

  SegmenterOptions with(PictureInput input) {
    return new SegmenterOptions(network, classes, input);
  }

  OptionLines write() {
    String name =
        network.orElseThrow(
            () ->
                new IllegalStateException(
                    "the network has no name to be built by again: give it one of Segmenters by"
                        + " named(…), or save its weights by Weights.save(net, file)"));
    return input.write(OptionLines.none().with(NETWORK, name).with(CLASSES, classes));
  }

  static SegmenterOptions read(OptionLines lines) {
    return new SegmenterOptions(
        Optional.of(lines.text(NETWORK)), lines.texts(CLASSES, 1), PictureInput.read(lines));
  }
}
