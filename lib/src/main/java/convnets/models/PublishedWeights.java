package convnets.models;

import convnets.io.DataFolder;
import convnets.io.DownloadProgress;
import convnets.nn.Unit;
import convnets.weights.Loading;
import convnets.weights.Origin;
import convnets.weights.Weights;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Where the weights of a network are that somebody trained on ImageNet: in the course's data, or
 * among torchvision's files.
 */
final class PublishedWeights {

  /** Before the name of a file that comes with the course. */
  private static final String EMBEDDED = "data:";

  /**
   * Networks that were trained in TensorFlow, whose pixels go from −1 to 1, and what of their files
   * is for training alone.
   */
  private static final Map<String, String[]> FROM_TENSORFLOW =
      Map.of(
          "googlenet", new String[] {"aux1.", "aux2."},
          "inception_v3", new String[] {"AuxLogits."},
          "efficientnet_lite0", new String[0]);

  /** "denselayer1.norm.1.weight" in torchvision's files is "denselayer1.norm1.weight" now. */
  private static final Pattern OLD_DENSE_LAYER =
      Pattern.compile("(denselayer\\d+\\.(?:norm|conv))\\.([12]\\.)");

  private static final Map<String, PublishedWeights> ALL =
      Resource.rows("published_weights.tsv").stream()
          .collect(
              Collectors.toMap(f -> f[0], PublishedWeights::new, (a, b) -> a, LinkedHashMap::new));

  /** The names of ImageNet's 1000 classes, as torchvision has them. */
  private static final List<String> IMAGE_NET = Resource.lines("imagenet_classes.txt");

  private final String network;
  private final String file;
  private final Preprocessing preprocessing;

  private PublishedWeights(String[] fields) {
    network = fields[0];
    file = fields[1];
    Preprocessing usual =
        Preprocessing.imageNet(
            Integer.parseInt(fields[2]), Integer.parseInt(fields[3]), fields[4].equals("bicubic"));
    preprocessing = FROM_TENSORFLOW.containsKey(network) ? usual.symmetric() : usual;
  }

  /**
   * The weights of a network.
   *
   * @throws IllegalArgumentException if none are known; the message says of which they are
   */
  static PublishedWeights of(String network) {
    PublishedWeights weights = ALL.get(Models.entry(network).name());
    if (weights == null) {
      throw new IllegalArgumentException(
          "name (%s) has no published weights here; these have: %s. To load a file of your own: Weights.load(Models.create(\"%s\"), path)"
              .formatted(network, String.join(", ", ALL.keySet()), network));
    }
    return weights;
  }

  /** What the network expects to be done to a picture. */
  Preprocessing preprocessing() {
    return preprocessing;
  }

  /** The network with all of its weights. */
  Pretrained load(DownloadProgress progress) {
    return new Pretrained(
        loading(Models.create(network)).from(path(progress)), preprocessing, IMAGE_NET);
  }

  /** The network with a new head for this many classes, and all other weights. */
  Unit load(int classes, DownloadProgress progress) {
    Unit net = Models.create(network, classes);
    return loading(net).without(head(net)).from(path(progress));
  }

  /** Has names and heads of the file fit those of the network. */
  Loading<Unit> loading(Unit net) {
    return Weights.loading(net)
        .rename(name -> OLD_DENSE_LAYER.matcher(name).replaceFirst("$1$2"))
        .without(FROM_TENSORFLOW.getOrDefault(network, new String[0]));
  }

  private Path path(DownloadProgress progress) {
    return file.startsWith(EMBEDDED)
        ? DataFolder.find(file.substring(EMBEDDED.length()))
        : Weights.fetch(Origin.torchvision(file), progress);
  }

  /** The scope of the last parameter in the order of the data: "fc.", "classifier.1.". */
  private static String head(Unit net) {
    List<String> names = net.getParameters().keys();
    String last = names.get(names.size() - 1);
    return last.substring(0, last.lastIndexOf('.') + 1);
  }
}
