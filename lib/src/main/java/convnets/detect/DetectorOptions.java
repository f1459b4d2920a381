package convnets.detect;

import convnets.Options;
import convnets.data.PictureInput;
import convnets.io.OptionLines;
import java.util.List;

/** All that a {@link Detector} is but its network and task. */
final class DetectorOptions extends Options<DetectorOptions> {

  private static final String NETWORK = "network";
  private static final String CLASSES = "classes";
  private static final String SCORE = "score";

  /** Its name among {@link Detectors}; null for one of the caller's own. */
  String network;

  /** The names of its classes. */
  List<String> classes;

  /** What is done to pictures. */
  PictureInput input = PictureInput.plain();

  /** What detections are above. */
  double score = 0.5;

  static DetectorOptions of(String network, List<String> classes) {
    if (classes.isEmpty()) {
      throw new IllegalArgumentException("classes must name at least one");
    }
    List<String> names = List.copyOf(classes);
    return new DetectorOptions()
        .with(
            o -> {
              o.network = network;
              o.classes = names;
            });
  }

  DetectorOptions input(PictureInput input) {
    return with(o -> o.input = input);
  }

  OptionLines write() {
    if (network == null) {
      throw new IllegalStateException(
          "the network has no name to be built by again: give it one of Detectors by named(…), or"
              + " save its weights by Weights.save(net, file)");
    }
    OptionLines own =
        OptionLines.none().with(NETWORK, network).with(CLASSES, classes).with(SCORE, score);
    return input.write(own);
  }

  static DetectorOptions read(OptionLines lines) {
    double score = lines.numbers(SCORE, 1)[0];
    return of(lines.text(NETWORK), lines.texts(CLASSES, 1))
        .input(PictureInput.read(lines))
        .with(o -> o.score = score);
  }
}
