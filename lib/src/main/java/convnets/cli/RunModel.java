package convnets.cli;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.Pair;
import convnets.models.Models;
import convnets.nn.Unit;
import convnets.weights.StoredTensor;
import convnets.weights.Weights;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Our half of {@code ./course parity}. Each line of standard input names a network, its number of
 * classes, the type to compute in (float32 or float64) and a folder, with tabs between. The folder
 * holds {@code weights.safetensors} and {@code inputs.safetensors} (images, step_images,
 * step_labels); {@code outcome.safetensors} is added, in float32, and a line printed: {@code done},
 * or {@code failed} and why.
 */
public final class RunModel {

  private RunModel() {}

  /** Serves lines until there are no more. */
  public static void main(String[] arguments) throws IOException {
    BufferedReader requests =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    for (String line = requests.readLine(); line != null; line = requests.readLine()) {
      String[] fields = line.split("\t");
      try {
        DataType type = DataType.valueOf(fields[2].toUpperCase(Locale.ROOT));
        run(fields[0], Integer.parseInt(fields[1]), type, Path.of(fields[3]));
        answers.println("done");
      } catch (RuntimeException e) {
        answers.println("failed\t" + e.toString().replace('\n', ' '));
      }
    }
  }

  private static void run(String name, int classes, DataType type, Path folder) {
    try (NDManager manager = NDManager.newBaseManager()) {
      Unit net = Models.create(name, classes);
      try {
        Weights.load(net, folder.resolve("weights.safetensors"));
        net.cast(type);
        Map<String, StoredTensor> inputs = Weights.read(folder.resolve("inputs.safetensors"));
        Map<String, NDArray> outcome = new LinkedHashMap<>();
        outcome.put("logits", logits(net, inputs.get("images").array(manager).toType(type, false)));
        Map<String, NDArray> step =
            TrainingStep.run(
                net,
                inputs.get("step_images").array(manager).toType(type, false),
                inputs.get("step_labels").array(manager));
        List<String> kept = keptGradients(net);
        step.forEach(
            (key, array) -> {
              if (!key.startsWith("gradient ") || kept.contains(key)) {
                outcome.put(key, array);
              }
            });
        Weights.write(outcome, folder.resolve("outcome.safetensors"));
      } finally {
        net.clear();
      }
    }
  }

  private static NDArray logits(Unit net, NDArray images) {
    ParameterStore store = new ParameterStore(images.getManager(), false);
    return net.forward(store, new NDList(images), false, null).singletonOrThrow();
  }

  /** The first and the last weight, in the order of the data. */
  private static List<String> keptGradients(Unit net) {
    List<String> weights =
        net.getParameters().stream()
            .filter(pair -> pair.getValue().getType() == Parameter.Type.WEIGHT)
            .map(Pair::getKey)
            .toList();
    return List.of("gradient " + weights.get(0), "gradient " + weights.get(weights.size() - 1));
  }
}
